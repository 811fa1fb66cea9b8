-- The history store (CONTRACTS.md). Times are microseconds since 1970 UTC with the text as delivered beside them.
-- Indexes and full text are made at the end (finish.sql). JSON columns hold the structs of model/.
CREATE TABLE capture (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
CREATE TABLE path (id INTEGER PRIMARY KEY, capture INTEGER, path TEXT NOT NULL, kept TEXT);
CREATE TABLE account (
  id INTEGER PRIMARY KEY, platform TEXT NOT NULL, native_id TEXT NOT NULL, own INTEGER NOT NULL DEFAULT 0,
  url TEXT, created_us INTEGER, created_raw TEXT, created_assumed TEXT);
CREATE TABLE account_alias (
  platform TEXT NOT NULL, scheme TEXT NOT NULL, value TEXT NOT NULL, account INTEGER NOT NULL,
  derived INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (platform, scheme, value)) WITHOUT ROWID;
CREATE TABLE handle (
  account INTEGER NOT NULL, value TEXT NOT NULL COLLATE NOCASE, first_seen INTEGER, last_seen INTEGER,
  PRIMARY KEY (account, value)) WITHOUT ROWID;
CREATE TABLE profile_version (
  id INTEGER PRIMARY KEY, account INTEGER NOT NULL, at_us INTEGER, at_raw TEXT, at_assumed TEXT, state TEXT NOT NULL);
CREATE TABLE post (
  id INTEGER PRIMARY KEY, account INTEGER NOT NULL, native_id TEXT NOT NULL, derived INTEGER NOT NULL,
  kind TEXT NOT NULL, class TEXT NOT NULL, created_us INTEGER, created_raw TEXT, created_assumed TEXT, url TEXT,
  audience TEXT, revisions TEXT, withdrawn TEXT, pinned INTEGER, included INTEGER NOT NULL, placed_on INTEGER);
CREATE TABLE alias (
  platform TEXT NOT NULL, value TEXT NOT NULL, scheme TEXT NOT NULL, post INTEGER NOT NULL,
  derived INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (platform, value, scheme)) WITHOUT ROWID;
CREATE TABLE post_version (
  id INTEGER PRIMARY KEY, post INTEGER NOT NULL, native_id TEXT, edited_us INTEGER, edited_raw TEXT,
  edited_assumed TEXT, state TEXT NOT NULL);
-- For full text. A generated column would be computed for every row that is written.
CREATE VIEW version_text AS SELECT id, json_extract(state, '$.text') AS text FROM post_version;
-- fault: the code of what is wrong with the file, if anything is (model.MEDIA_FAULTS).
CREATE TABLE media (id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, path TEXT, source TEXT, fault TEXT);
-- The captured response that holds a medium, where it is no file of its own: one in each capture.
CREATE TABLE media_record (media INTEGER NOT NULL, resource INTEGER NOT NULL);
-- The same for the pictures of a profile; part: avatar, header.
CREATE TABLE profile_record (profile INTEGER NOT NULL, part TEXT NOT NULL, resource INTEGER NOT NULL);
CREATE VIEW medium_here AS
SELECT id FROM media WHERE (path IS NOT NULL AND fault IS NULL)
OR id IN (SELECT media FROM media_record JOIN resource ON resource.id = media_record.resource);
CREATE TABLE media_use (version INTEGER NOT NULL, media INTEGER NOT NULL);
CREATE TABLE observation (
  id INTEGER PRIMARY KEY, post INTEGER, account INTEGER, at_us INTEGER, at_raw TEXT, at_assumed TEXT, counts TEXT,
  status TEXT, detail TEXT);
CREATE TABLE relation (
  post INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT, target_url TEXT, target_account TEXT, state TEXT);
CREATE TABLE evidence (
  subject TEXT NOT NULL, -- version, profile, account, observation, resource
  subject_id INTEGER NOT NULL, number INTEGER NOT NULL, path INTEGER NOT NULL, kind TEXT NOT NULL,
  offset INTEGER, length INTEGER, locator TEXT,
  says INTEGER, -- of a version: what this sighting of it states (says.py)
  PRIMARY KEY (subject, subject_id, number)) WITHOUT ROWID;
CREATE TABLE resource (
  id INTEGER PRIMARY KEY, capture INTEGER, role TEXT NOT NULL, url TEXT NOT NULL, at_us INTEGER, at_raw TEXT,
  at_assumed TEXT, title TEXT, status INTEGER, mime TEXT, length INTEGER);
CREATE TABLE exclusion (
  capture INTEGER NOT NULL, rule TEXT NOT NULL, path TEXT NOT NULL, offset INTEGER, length INTEGER, count INTEGER NOT NULL);
CREATE TABLE problem (
  capture INTEGER NOT NULL, code TEXT NOT NULL, path TEXT, offset INTEGER, length INTEGER, params TEXT NOT NULL);
CREATE TABLE tally (capture INTEGER NOT NULL, unit TEXT NOT NULL, stated INTEGER, counted INTEGER NOT NULL, path TEXT NOT NULL);
-- Threads: posts in the order they are told, each before what answers it; indexed by post once it is filled.
CREATE TABLE thread_order (
  position INTEGER PRIMARY KEY, post INTEGER NOT NULL, parent INTEGER, thread INTEGER, depth INTEGER NOT NULL);
