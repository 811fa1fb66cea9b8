"""One X archive in several zips, in the state that they come in: through to one package that is whole and valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from making import PNG, zipped
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import PostHistory
from sma_plugin.package import Package
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from test_x_archive import ACCOUNT, ID, PROFILE, WHEN, manifest, tweet, ytd

LONE = '"De markt \\ud83d is open"'


def photo(name: str) -> dict[str, list[dict[str, str]]]:
    return {"media": [{"type": "photo", "id_str": "-1", "media_url_https": f"https://pbs.twimg.com/media/{name}"}]}


FILM = {
    "media": [
        {
            "type": "video",
            "id_str": "-1",
            "media_url_https": "https://pbs.twimg.com/ext_tw_video_thumb/9/pu/img/thumb.jpg",
            "video_info": {
                "variants": [
                    {"content_type": "video/mp4", "bitrate": "1", "url": "https://video.twimg.com/9/f.mp4?tag=1"}
                ]
            },
        }
    ]
}
EDITED = {"edit": {"initialTweetId": str(ID + 4), "editControlInitial": {"editTweetIds": [str(ID + 4), str(ID + 5)]}}}
WHOLE_FILM = b"\0\0\0\x0cftypmp42\0\0\0\x08moov"
REST = ytd("tweets", [tweet(10, extended_entities=photo("B.jpg")), tweet(5, "Markt dicht", edit_info=EDITED)], part=7)
FIRST = {
    "data/account.js": ACCOUNT,
    "data/profile.js": PROFILE,
    "data/manifest.js": manifest({"tweets": [("data/tweets.js", 4), ("data/tweets-part1.js", 2)]}),
    "data/tweets.js": b"\xef\xbb\xbf"
    + ytd(
        "tweets",
        [
            tweet(0, extended_entities=photo("A.jpg")),
            tweet(1, "LONE", favorite_count=3),
            tweet(2, extended_entities=FILM),
            tweet(4, "Markt open", edit_info={"initial": {"editTweetIds": [str(ID + 4), str(ID + 5)]}}),
        ],
    ).replace(b'"LONE"', LONE.encode())
    + b";\r\n",
    f"data/tweets_media/{ID}-A.jpg": PNG,
    f"data/tweets_media/{ID + 2}-f.mp4": WHOLE_FILM,
    f"data/tweets_media/{ID + 2}-thumb.jpg": PNG,
}
SECOND = {"data/tweets-part1.js": REST, f"data/tweets_media/{ID + 10}-B.jpg": PNG}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
@pytest.mark.parametrize("again", [False, True])
def test_parts_in_several_zips_are_one_archive(tmp_path: Path, order: tuple[int, ...], *, again: bool) -> None:
    repeated = {"data/tweets-part1.js": REST} if again else {}
    zips = {
        1: zipped(tmp_path / "in" / "twitter-1.zip", FIRST | repeated),
        2: zipped(tmp_path / "in" / "twitter-2.zip", SECOND),
    }
    out = tmp_path / "uit"
    assert ingest([zips[number] for number in order], out, Settings(undecided=True), Quiet()).outcome is Outcome.OK
    (root,) = [path for path in out.iterdir() if path.name != "for-depositor"]
    package = Package(root)
    lines = [line.item for line in read_lines(package.posts)]
    posts = {item.native_id: item for item in lines if isinstance(item, PostHistory)}
    assert posts.keys() == {str(ID + number) for number in (0, 1, 2, 4, 10)}
    assert [version.state.text for version in posts[str(ID + 4)].versions] == ["Markt open", "Markt dicht"]
    assert posts[str(ID + 1)].versions[0].state.text == "De markt \ufffd is open"
    for number, content in ((0, PNG), (2, WHOLE_FILM), (10, PNG)):
        (medium,) = posts[str(ID + number)].versions[0].state.media or ()
        assert medium.path is not None
        assert package.path(medium.path).read_bytes() == content
    findings = json.loads(package.all_findings.read_text(encoding="utf-8"))
    told = sorted(finding["code"] for finding in findings if finding["code"].startswith("SMA-R"))
    assert told == ["SMA-R002"]  # the lone surrogate


def test_word_of_deleted_posts_goes_into_a_valid_package(tmp_path: Path) -> None:
    gone = {
        "tweet_id": str(ID + 7),
        "user_id": "4242",
        "created_at": WHEN,
        "deleted_at": "Sun Feb 19 08:00:00 +0000 2023",
    }
    headers = {"data/deleted-tweet-headers.js": ytd("deleted_tweet_headers", [{"tweet": gone}])}
    bundle = zipped(tmp_path / "twitter.zip", FIRST | SECOND | headers)
    out = tmp_path / "uit"
    assert ingest([bundle], out, Settings(undecided=True), Quiet()).outcome is Outcome.OK
    (root,) = [path for path in out.iterdir() if path.name != "for-depositor"]
    found = [line.item for line in read_lines(Package(root).posts) if isinstance(line.item, PostHistory)]
    (word,) = [post for post in found if not post.versions]
    assert (word.native_id, word.klass, word.created.raw, word.observations[0].status) == (
        str(ID + 7),
        "own",
        WHEN,
        "deleted",
    )
    codes = {finding["code"] for finding in json.loads(Package(root).all_findings.read_text(encoding="utf-8"))}
    assert not codes & {"SMA-V010", "SMA-V035"}
