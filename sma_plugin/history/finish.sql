CREATE INDEX IF NOT EXISTS post_account ON post (account);
CREATE INDEX profile_account ON profile_version (account);
CREATE INDEX IF NOT EXISTS version_post ON post_version (post);
CREATE INDEX IF NOT EXISTS observation_post ON observation (post);
CREATE INDEX observation_account ON observation (account) WHERE account IS NOT NULL;
CREATE INDEX IF NOT EXISTS relation_post ON relation (post);
CREATE INDEX IF NOT EXISTS alias_post ON alias (post);
CREATE INDEX media_use_version ON media_use (version);
