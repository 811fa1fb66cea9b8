"""YouTube in a Google Takeout of the fictional municipality of Voorbeeldstad, in several languages and generations."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from items import Read
from making import zipped
from sma_plugin.findings import code
from sma_plugin.ingest import ingest
from sma_plugin.model import Account, Exclusion, Item, Moment, Post, ProfileVersion, Tally
from sma_plugin.package import Package
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.youtube import takeout
from sma_plugin.readers.youtube.takeout_texts import text_of
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import listing
from sma_plugin.validate.step import validate_path

CHANNEL = "UCvoorbeeldstad000000000"
OTHER = "UCandereorganisatie00000"
VIDEO, SECOND, THIRD = "aaaaaaaaaaA", "bbbbbbbbbb-", "cccccccccc_"
EN, NL = "Takeout/YouTube and YouTube Music/", "Takeout/YouTube en YouTube Music/"
HEADINGS = {
    EN: "Video ID,Approx Duration (ms),Video Audio Language,Video Category,Video Description (Original),Channel ID,"
    "Tag 1,Tag 2,Video Title (Original),Privacy,Video State,Video Create Timestamp,Video Publish Timestamp",
    NL: "Video-ID,Geschatte duur (ms),Audiotaal van video,Videocategorie,Videobeschrijving (origineel),Kanaal-ID,Tag 1,"
    "Tag 2,Videotitel (origineel),Privacy,Videostatus,Tijdstempel aanmaaktijd video,Tijdstempel publicatietijd video",
    "Takeout/YouTube та YouTube Music/": "a,b,c,d,e,f,g,h,i,j,k,l,m",
}
COMMENTS = [
    "Comment ID,Channel ID,Comment create timestamp,Price,Video ID,Comment text",
    "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text",
    "Channel ID,Comment Create Timestamp,Price,Comment ID,Parent Comment ID,Video ID,Comment Text,Top-Level Comment ID",
    (
        "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video ID,Comment Text,"
        "Top-Level Comment ID"
    ),
    "Reactie-ID,Kanaal-ID,Aanmaaktijdstempel reactie,Prijs,Video-ID,Reactietekst",
    (
        "Kommentar-ID,Kanal-ID,Zeitstempel der Erstellung des Kommentars,Preis,Übergeordnete Kommentar-ID,Beitrags-ID,"
        "Video-ID,Kommentartext,Kommentar-ID der obersten Ebene"
    ),
    "ID,Канал,Час,Ціна,Батьківський,Допис,Відео,Текст,Верхній",
]
LIST = "Video ID,Playlist Video Creation Timestamp"


def table(header: str, *rows: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return f"{header}\n{out.getvalue()}".encode()


def video(native: str = VIDEO, title: str = "De kade: open", **cells: str) -> list[str]:
    row = {
        "id": native,
        "duration": "61500",
        "language": "nl",
        "category": "Nieuws",
        "description": "Op de kade,\n„morgen”",
        "channel": CHANNEL,
        "tag": "kade",
        "tag2": "",
        "title": title,
        "privacy": "Public",
        "state": "Processed",
        "created": "2026-01-02T10:00:00+00:00",
        "published": "2026-01-02T11:00:00+00:00",
    }
    return list((row | cells).values())


def comment(header: str, text: str = '{"text":"Mooi, "},{"text":"zo"}', **cells: str) -> list[str]:
    kinds = ("Comment ID", "Channel", "imestamp", "Price", "Parent", "Post", "Video", "ext", "Top")
    values = {
        "id": "UgxVoorbeeldstad00000000A",
        "channel": CHANNEL,
        "created": "2026-02-01T10:00:00.123456+00:00",
        "price": "0",
        "parent": "",
        "post": "",
        "video": VIDEO,
        "text": text,
        "top": "",
    } | cells
    order = ("id", "channel", "created", "price", "parent", "post", "video", "text", "top")
    count = header.count(",") + 1
    if count == 6:
        order = tuple(name for name in order if name not in ("parent", "post", "top"))
    elif count == 7:
        order = tuple(name for name in order if name not in ("post", "top"))
    elif header.startswith("Channel ID"):
        order = ("channel", "created", "price", "id", "parent", "video", "text", "top")
    assert len(kinds) >= len(order)
    return [values[name] for name in order]


_read = Read(takeout)
items, posts, problems, only = _read.items, _read.posts, _read.problems, _read.only


def left_out(found: Iterable[Item]) -> dict[str, str]:
    return {item.path: item.rule for item in found if isinstance(item, Exclusion) and item.offset is None}


def videos(*rows: Sequence[str], folder: str = EN) -> dict[str, bytes]:
    return {f"{folder}video metadata/videos.csv": table(HEADINGS[folder], *rows)}


# --- videos ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", HEADINGS)
def test_a_video_is_read_in_any_language(folder: str) -> None:
    contents = videos(video(), video(SECOND, "Twee"), folder=folder)
    first, second = posts(contents)
    assert (first.native_id, first.kind, first.state.title, first.audience) == (
        VIDEO,
        "video",
        "De kade: open",
        "public",
    )
    assert first.state.text == "Op de kade,\n„morgen”"
    assert first.author.native_id == CHANNEL
    assert first.created == Moment(1_767_351_600_000_000, "2026-01-02T11:00:00+00:00")
    assert first.state.media is not None
    assert first.state.media[0].duration == 61.5
    assert second.state.title == "Twee"
    assert problems(contents) == []
    for post, row in ((first, video()), (second, video(SECOND, "Twee"))):
        (evidence,) = post.evidence
        raw = contents[evidence.path][evidence.offset :][: evidence.length]
        assert next(csv.reader(io.StringIO(raw.decode(), newline=""))) == row


@pytest.mark.parametrize(
    ("word", "audience"),
    [("Public", "public"), ("Unlisted", "unlisted"), ("Private", "limited"), ("Verborgen", "unlisted"), ("Iets", None)],
)
def test_who_can_see_a_video_is_said(word: str, audience: str | None) -> None:
    assert only(videos(video(privacy=word))).audience == audience


def test_a_private_video_that_was_never_published_is_a_draft() -> None:
    contents = videos(video(), video(SECOND, "Nog niet", privacy="Private", published=""))
    contents |= {f"{EN}videos/Nog niet.mp4": b"\0\0\0\x18ftypmp42"}
    found = items(contents)
    assert [item.native_id for item in found if isinstance(item, Post)] == [VIDEO]
    (row,) = [item for item in found if isinstance(item, Exclusion) and item.offset is not None]
    assert contents[row.path][row.offset :][: row.length].startswith(SECOND.encode())
    assert left_out(found) == {f"{EN}videos/Nog niet.mp4": "youtube-takeout.unpublished"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("De kade: open", "De kade_ open.mp4"),
        ('Wat? "Ja" / nee', "Wat_ _Ja_ _ nee.mp4"),
        (
            "Een heel lange titel over de kade en de haven van de stad",
            "Een heel lange titel over de kade en de haven v.mp4",
        ),
        ("De kade", "De kade(1).mp4"),
    ],
)
def test_the_file_of_a_video_is_found_by_its_title(title: str, name: str) -> None:
    contents = videos(video(title=title), video(SECOND, "Iets anders")) | {f"{EN}videos/{name}": b"x"}
    first, second = posts(contents)
    assert first.state.media is not None
    assert second.state.media is not None
    assert (first.state.media[0].path, second.state.media[0].path) == (f"{EN}videos/{name}", None)
    assert problems(contents) == []


def test_a_file_that_can_be_of_two_videos_is_of_none_and_that_is_told() -> None:
    contents = videos(video(), video(SECOND)) | {f"{EN}videos/De kade_ open.mp4": b"x"}
    assert [media.path for post in posts(contents) for media in post.state.media or ()] == [None, None]
    assert problems(contents) == ["SMA-R151"]


def test_texts_and_places_of_videos_stand_in_other_tables() -> None:
    contents = videos(video(title="")) | {
        f"{EN}video metadata/video texts.csv": table(
            "Video ID,Video Text Create Timestamp,Video Description Text Segments 1,Video Title Text Segments 1",
            [VIDEO, "2026-01-02T10:00:00+00:00", "Beschrijving", "De titel"],
            [SECOND, "2026-01-03T10:00:00+00:00", "Twee", "Alleen hier"],
        ),
        f"{EN}video metadata/video recordings.csv": table(
            "Video ID,Video Recording Altitude,Video Recording Latitude,Video Recording Longitude",
            [VIDEO, "0.0", "52.1", "5.2"],
            [THIRD, "", "", ""],
        ),
    }
    first, second = posts(contents)
    assert (first.state.title, len(first.evidence)) == ("De titel", 3)
    assert first.state.location is not None
    assert first.state.location.latitude == 52.1
    assert (second.native_id, second.state.text, second.created.us) == (SECOND, "Twee", 1_767_434_400_000_000)


# --- comments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", COMMENTS)
def test_comments_are_read_in_every_generation_and_language(header: str) -> None:
    rows = [comment(header), comment(header, '{"text":"Twee"}', id="UgxVoorbeeldstad00000000B.0antwoord")]
    contents = {f"{EN}comments/comments.csv": table(header, *rows)}
    first, second = posts(contents)
    assert (first.native_id, first.state.text, first.author.native_id) == (
        "UgxVoorbeeldstad00000000A",
        "Mooi, zo",
        CHANNEL,
    )
    assert [(one.kind, one.target) for one in first.relations] == [("reply", VIDEO)]
    assert second.relations[0].target == "UgxVoorbeeldstad00000000B"
    assert first.created.us == 1_769_940_000_123_456
    assert problems(contents) == []
    raw = contents[first.evidence[0].path][first.evidence[0].offset :][: first.evidence[0].length]
    assert next(csv.reader(io.StringIO(raw.decode(), newline=""))) == rows[0]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('{"text":"Een"}', "Een"),
        ('{"text":"Een"},{"text":"\n"},{"text":"twee"}', "Een\ntwee"),
        ('{"takeoutSegments":[{"text":"Een \\"ja\\""}]}', 'Een "ja"'),
        ('[{"text":"Een"}]', "Een"),
        ("zo maar, tekst", "zo maar, tekst"),
        ("{geen json", "{geen json"),
        ("123", "123"),
        ('{"link":{"linkUrl":"https://voorbeeldstad.example"}}', "https://voorbeeldstad.example"),
        ("", ""),
    ],
)
def test_texts_are_put_together_whatever_form_they_have(cell: str, text: str) -> None:
    assert text_of(cell).text == text


def test_mentions_and_links_in_a_text_are_kept() -> None:
    said = text_of(
        f'{{"text":"@buur","mention":{{"externalChannelId":"{OTHER}"}}}},'
        '{"text":"hier","link":{"linkUrl":"https://voorbeeldstad.example/"}}'
    )
    assert [one.native_id for one in said.mentions] == [OTHER]
    assert [(one.url, one.shown) for one in said.links] == [("https://voorbeeldstad.example/", "hier")]


def test_a_text_that_was_not_quoted_is_put_together_again_and_told() -> None:
    header = COMMENTS[3]
    row = comment(header, "TEXT")
    line = ",".join(row).replace("TEXT", '{"text":"Een, twee"},{"text":"drie"}')
    contents = {f"{EN}comments/comments.csv": f"{header}\n{line}\n".encode()}
    assert only(contents).state.text == "Een, tweedrie"
    assert problems(contents) == ["SMA-R002"]


def test_a_comment_on_a_post_of_the_community_answers_it() -> None:
    header = COMMENTS[3]
    post = only({f"{EN}comments.csv": table(header, comment(header, video="", post="Ugkxvoorbeeld"))})
    assert [(one.kind, one.target) for one in post.relations] == [("reply", "Ugkxvoorbeeld")]


def test_messages_in_live_chats_are_answers_to_the_video() -> None:
    header = "Live Chat ID,Channel ID,Live Chat Create Timestamp,Price,Currency Code,Video ID,Live Chat Text"
    row = ["LCC.1", CHANNEL, "2026-02-01T10:00:00+00:00", "990000", "EUR", VIDEO, '{"text":"Hallo"}']
    post = only({f"{EN}live chats/live chats.csv": table(header, row)})
    assert (post.native_id, post.state.text, [one.target for one in post.relations]) == ("LCC.1", "Hallo", [VIDEO])
    assert post.state.raw is not None
    assert post.state.raw["Price"] == "990000 EUR"


def test_the_pages_of_early_takeouts_are_read() -> None:
    page = (
        '<ul><li>Sent at 2018-04-27 23:18:23 UTC while watching <a href="http://www.youtube.com/watch?v='
        f'{VIDEO}">een video</a>.<br/>Goed &amp; mooi</li><li>leeg</li></ul>'
    ).encode()
    contents = {"Takeout/YouTube/my-comments/my-comments.html": page}
    post = only(contents)
    assert (post.state.text, post.created, post.relations[0].target) == (
        "Goed & mooi",
        Moment(1_524_871_103_000_000, "2018-04-27 23:18:23"),
        VIDEO,
    )
    assert post.evidence[0].locator == "li:nth-of-type(1)"
    assert problems(contents) == ["SMA-R150", "SMA-R001"]


# --- channels --------------------------------------------------------------------------------------------------------


def test_each_channel_is_an_account_with_its_profile_and_handle() -> None:
    contents = videos(video()) | {
        f"{EN}channels/channel.csv": table(
            "Channel ID,Channel Description (Original),Channel Tag 1,Channel Title (Original),Channel Visibility",
            [CHANNEL, "Nieuws\nuit de stad", "stad", "Gemeente Voorbeeldstad", "Public"],
            [OTHER, "", "", "Haven", "Public"],
        ),
        f"{EN}channels/channel URL configs.csv": table(
            "Channel ID,Channel Vanity URL 1 Name", [CHANNEL, "voorbeeldstad"]
        ),
    }
    found = items(contents)
    profiles = [item for item in found if isinstance(item, ProfileVersion)]
    assert [(one.account.native_id, one.handle, one.name) for one in profiles] == [
        (CHANNEL, "voorbeeldstad", "Gemeente Voorbeeldstad"),
        (OTHER, None, "Haven"),
    ]
    assert profiles[0].bio == "Nieuws\nuit de stad"
    assert {item.ref.native_id for item in found if isinstance(item, Account) and item.owner} == {CHANNEL, OTHER}


def test_a_channel_named_in_a_text_is_not_the_account() -> None:
    contents = videos(video(description=f"zie https://www.youtube.com/channel/{OTHER}"))
    assert [item.ref.native_id for item in items(contents) if isinstance(item, Account)] == [CHANNEL]
    match = takeout.recognise(listing(contents))
    assert match is not None
    assert match.account is not None
    assert match.account.native_id == CHANNEL


# --- parts, and what stays out ---------------------------------------------------------------------------------------


def test_the_parts_of_a_takeout_are_one_capture() -> None:
    contents = {f"een/{path}": data for path, data in videos(video()).items()}
    contents |= {
        f"twee/{EN}videos/De kade_ open.mp4": b"x",
        f"twee/{EN}comments/comments.csv": table(COMMENTS[1], comment(COMMENTS[1])),
    }
    (match,) = takeout.recognise_all(listing(contents))
    assert set(match.paths) == set(contents)
    film, said = posts(contents)
    assert film.state.media is not None
    assert film.state.media[0].path == f"twee/{EN}videos/De kade_ open.mp4"
    assert said.state.text == "Mooi, zo"


def test_a_part_with_nothing_but_films_belongs_to_the_others() -> None:
    contents = {f"a/{EN}videos/De kade_ open.mp4": b"x"} | {f"b/{path}": data for path, data in videos(video()).items()}
    (match,) = takeout.recognise_all(listing(contents))
    assert set(match.paths) == set(contents)
    (film,) = posts(contents)
    assert [medium.path for medium in film.state.media or ()] == [f"a/{EN}videos/De kade_ open.mp4"]
    assert takeout.recognise(listing({"Takeout/YouTube/videos/a.mp4": b"x"})) is None


def test_takeouts_of_two_accounts_are_two_captures() -> None:
    contents = {f"een/{path}": data for path, data in videos(video()).items()}
    contents |= {f"twee/{path}": data for path, data in videos(video(channel=OTHER)).items()}
    assert [match.account.native_id for match in takeout.recognise_all(listing(contents)) if match.account] == [
        CHANNEL,
        OTHER,
    ]


def test_history_likes_follows_and_other_services_stay_out() -> None:
    watched = json.dumps([{"header": "YouTube", "title": "Watched x", "time": "2026-01-01T00:00:00Z"}]).encode()
    page = b"<html><style>.mdl-typography--title{}</style><body>Watched</body></html>"
    contents = videos(video()) | {
        f"{EN}history/watch-history.json": watched,
        f"{EN}xyz/onbekend.json": watched,
        f"{EN}xyz/onbekend.html": page,
        f"{EN}playlists/likes.json": b"[]",
        f"{EN}subscriptions/subscriptions.csv": table("Channel Id,Channel Url,Channel Title", [OTHER, "x", "Haven"]),
        "Takeout/Mail/alles.mbox": b"From x",
        "Takeout/My Activity/YouTube/MyActivity.json": watched,
        "Takeout/archive_browser.html": b"<html>ans@voorbeeldstad.example</html>",
    }
    match = takeout.recognise(listing(contents))
    assert match is not None
    assert match.roots == (EN, "Takeout/")
    assert set(match.paths) == set(contents)
    found = items(contents)
    assert set(left_out(found)) == set(contents) - set(videos(video()))
    assert [(item.unit, item.counted) for item in found if isinstance(item, Tally)] == [("own follows", 1)]
    assert len([item for item in found if isinstance(item, Post)]) == 1


def test_playlists_that_only_the_account_sees_go_with_their_files() -> None:
    header = "Playlist ID,Add new videos to top,Playlist Title (Original),Playlist Visibility"
    contents = videos(video()) | {
        f"{EN}playlists/playlists.csv": table(
            header, ["PL1", "False", "Raad: 2026", "Public"], ["PL2", "False", "Ideeën", "Private"]
        ),
        f"{EN}playlists/Raad_ 2026-videos.csv": table(LIST, [VIDEO, "2026-01-01T00:00:00+00:00"]),
        f"{EN}playlists/Ideeën-videos.csv": table(LIST, [SECOND, "2026-01-01T00:00:00+00:00"]),
        f"{EN}playlists/Watch later-videos.csv": table(LIST, [SECOND, "2026-01-01T00:00:00+00:00"]),
    }
    found = items(contents)
    assert left_out(found) == {
        f"{EN}playlists/Ideeën-videos.csv": "youtube-takeout.private-playlists",
        f"{EN}playlists/Watch later-videos.csv": "youtube-takeout.likes",
    }
    (row,) = [item for item in found if isinstance(item, Exclusion) and item.offset is not None]
    assert contents[row.path][row.offset :][: row.length].startswith(b"PL2")


@pytest.mark.parametrize(
    "path",
    [
        "history/watch-history.html",
        "geschiedenis/kijkgeschiedenis.json",
        "geschiedenis/zoekgeschiedenis.html",
        "Verlauf/Wiedergabeverlauf.html",
        "historique/watch-history.json",
        "historial/historial-de-reproducciones.html",
        "subscriptions/subscriptions.csv",
        "abonnementen/abonnementen.csv",
        "Abos/Abos.csv",
        "playlists/likes.json",
        "playlists/Watch later-videos.csv",
        "playlists/Video_s in Watch later.csv",
        "music-uploads/a.mp3",
        "musik-mediathek-songs/musik-mediathek-songs.csv",
    ],
)
def test_what_is_known_not_to_enter_has_a_rule(path: str) -> None:
    assert rule_for(takeout.NAME, path) is not None


@pytest.mark.parametrize(
    "path",
    ["comments/comments.csv", "videos/Muziek op de kade.mp4", "channels/channel.csv", "video metadata/videos.csv"],
)
def test_no_rule_reaches_for_what_is_kept(path: str) -> None:
    assert rule_for(takeout.NAME, path) is None


@pytest.mark.parametrize("name", ["lijst.csv", "Takeout/Mail/lijst.csv", "youtube/lijst.csv"])
def test_other_tables_with_ids_of_videos_are_no_takeout(name: str) -> None:
    assert takeout.recognise(listing({name: b"videoId,videoTitle\naaaaaaaaaaA,x\n"})) is None


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_a_takeout_becomes_a_package_of_the_channel_and_nothing_else(tmp_path: Path) -> None:
    contents = videos(video(), video(SECOND, "Nog niet", privacy="Private", published=""), video(THIRD, "Drie")) | {
        f"{EN}comments/comments.csv": table(COMMENTS[3], comment(COMMENTS[3])),
        "Takeout/Mail/alles.mbox": b"From x",
        f"{EN}history/watch-history.json": b"[]",
    }
    zipped(tmp_path / "takeout.zip", dict(contents))
    result = ingest([tmp_path / "takeout.zip"], tmp_path / "out", Settings(undecided=True), Quiet())
    (made,) = result.packages
    package = Package(made.path)
    (kept,) = package.root.rglob("videos.csv")
    rows = list(csv.reader(io.StringIO(kept.read_text(encoding="utf-8"), newline="")))
    assert [row[0] for row in rows] == ["Video ID", VIDEO, THIRD]
    assert not list(package.root.rglob("*.mbox"))
    assert [one.code for one in validate_path(made.path) if code(one.code).severity == "error"] == []
