"""Exports of Meta beside other captures of the same account: one history, and one package each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from meta_exports import JPEG, NOW, medium, meta, post, shows
from sma_plugin.ingest import ingest
from sma_plugin.package import WorkArea
from sma_plugin.pipeline import prepare, run
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.step import validate_path
from test_facebook_export import PROFILE
from test_instagram_export import ACTIVITY, PROFILE_PATH
from test_instagram_export import PROFILE as INSTAGRAM_PROFILE

PAGE = "109999000000001"


def delivered(contents: Mapping[str, Any], place: Path) -> None:
    for path, one in contents.items():
        target = place / "in" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(one if isinstance(one, bytes) else meta(one))


def history(contents: Mapping[str, Any], place: Path) -> sqlite3.Connection:
    delivered(contents, place)
    area = WorkArea(place / "work")
    prepare(area, [place / "in"])
    run(("receive", "read", "history"), area, Settings(), Quiet())
    return sqlite3.connect(area.history)


def graph(number: int, text: str, at: int) -> dict[str, Any]:
    when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
    return {"id": f"{PAGE}_{number}", "message": text, "created_time": when, "from": {"name": "Gemeente", "id": PAGE}}


def beside_the_api(exported: list[Any], *answers: Any) -> dict[str, Any]:
    root = "facebook-voorbeeldstad-2026-3-6-AbCd/"
    page = {"id": PAGE, "name": "Gemeente Voorbeeldstad", "username": "voorbeeldstad", "fan_count": 5}
    return {
        root + "posts/your_posts_1.json": exported,
        root + "profile_information/profile_information.json": PROFILE,
        root + "posts/media/x_1/a.jpg": JPEG,
        "graph.json": json.dumps({"data": answers, "paging": {}}).encode(),
        "page.json": json.dumps(page).encode(),
    }


BOTH = beside_the_api(
    [post("Café open"), post("Markt", NOW + 5, **shows("posts/media/x_1/a.jpg"))],
    graph(1, "Café open", NOW),
    graph(2, "Markt", NOW + 5),
)


def test_the_export_and_the_api_give_one_post_with_the_id_of_one_and_the_file_of_the_other(tmp_path: Path) -> None:
    store = history(BOTH, tmp_path)
    assert store.execute("SELECT native_id, class FROM post ORDER BY native_id").fetchall() == [
        (f"{PAGE}_1", "own"),
        (f"{PAGE}_2", "own"),
    ]
    shown = "SELECT media.path FROM media JOIN media_use ON media_use.media = media.id"
    (path,) = (path for path in BOTH if path.endswith(".jpg"))
    assert store.execute(shown).fetchall() == [(path,)]


def test_an_export_without_ids_is_evidence_of_a_post_that_has_one_from_the_api(tmp_path: Path) -> None:
    delivered(BOTH, tmp_path)
    result = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet())
    assert result.outcome is Outcome.OK
    (root,) = (tmp_path / "out").glob("facebook-*")
    assert "SMA-V022" not in [finding.code for finding in validate_path(root)]
    (kept,) = root.rglob("your_posts_1.json")
    moved = kept.read_bytes().replace(str(NOW + 5).encode(), str(NOW + 6).encode()).replace(b"Markt", b"Kramp")
    kept.write_bytes(moved)
    assert [finding.code for finding in validate_path(root)].count("SMA-V022") == 1


def test_what_an_export_does_not_know_stays_out_also_when_answers_of_the_api_lie_beside_it(tmp_path: Path) -> None:
    root = "instagram-voorbeeldstad-2026-09-15-AbCd/"
    answer = {
        "id": "17900000000000001",
        "caption": "Café",
        "media_type": "IMAGE",
        "permalink": "https://www.instagram.com/p/AbC/",
        "timestamp": "2023-11-14T22:13:20+0000",
        "username": "voorbeeldstad",
    }
    contents = {
        "api.json": json.dumps({"data": [answer], "paging": {}}).encode(),
        root + PROFILE_PATH: INSTAGRAM_PROFILE,
        root + ACTIVITY + "media/posts_1.json": [{"media": [medium("media/posts/a.jpg", "Café")]}],
        root + "media/posts/a.jpg": JPEG,
        root + ACTIVITY + "iets_nieuws.json": {"geheim": [{"wat": 1}]},
    }
    delivered(contents, tmp_path)
    result = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet())
    assert result.outcome is Outcome.OK
    assert len(list((tmp_path / "out").rglob("posts_1.json"))) == 1
    assert not list((tmp_path / "out").rglob("iets_nieuws.json"))
    (left,) = (tmp_path / "out").rglob("*.excluded.csv")
    assert f"package.unclaimed,{root}{ACTIVITY}iets_nieuws.json" in left.read_text()


def test_what_instagram_lists_twice_is_one_post_and_its_archiving_is_kept(tmp_path: Path) -> None:
    one, other = medium("media/posts/a.jpg", "Café"), medium("media/archived_posts/b.jpg", "Oud", NOW + 9)
    listed = [
        {
            "timestamp": item["creation_timestamp"],
            "media": [item],
            "label_values": [{"label": "Caption", "value": item["title"]}],
            "fbid": f"1790000000000000{number}",
        }
        for number, item in enumerate((one, other))
    ]
    store = history(
        {
            PROFILE_PATH: INSTAGRAM_PROFILE,
            ACTIVITY + "media/posts_1.json": [{"media": [one]}],
            ACTIVITY + "media/archived_posts.json": {"ig_archived_post_media": [{"media": [other]}]},
            ACTIVITY + "media/posts.json": listed,
            "media/posts/a.jpg": JPEG,
            "media/archived_posts/b.jpg": JPEG,
        },
        tmp_path,
    )
    rows = store.execute(
        "SELECT withdrawn IS NOT NULL, state FROM post JOIN post_version ON post = post.id ORDER BY created_us"
    )
    found = [(gone, json.loads(state)["text"]) for gone, state in rows]
    assert found == [(0, "Café"), (1, "Oud")]
