"""Five small deliveries for the walk-through from an empty folder: ``python examples/make_deliveries.py FOLDER``.

Two are the archives of the examples; three are answers of the APIs of X and Mastodon (``source/deliveries.toml``).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from make_source import SOURCE, iso, moment, snowflake

HERE = Path(__file__).parent
ARCHIVES = ("mastodon-archive", "x-archive")
_CAPTURE = """technique = "api"
platform = "{platform}"
captured = "{captured}"
agent = "Gemeente Voorbeeldstad, team Communicatie"
authorised_by = "Gemeentesecretaris"
ground = "Archiefwet 1995, artikel 3"
access_level = "anonymous"
tool = "{tool}"
storage_location = "Nederland"
delivered_by = "owner"
account = {{ native_id = "{id}", handle = "{handle}" }}
"""


def write(folder: Path) -> list[Path]:
    """Write the deliveries into a folder; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ARCHIVES:
        for ending in (".zip", ".capture.toml"):
            shutil.copyfile(HERE / "captures" / f"{name}{ending}", folder / f"{name}{ending}")
    for name, data in made():
        (folder / name).write_bytes(data)
    return sorted(path for path in folder.iterdir() if path.suffix in (".zip", ".json"))


def made() -> Iterator[tuple[str, bytes]]:
    """The small deliveries, each with its capture.toml, by name."""
    for name, told in tomllib.loads((SOURCE / "deliveries.toml").read_text(encoding="utf-8")).items():
        of_x = told["form"] == "x"
        native = told["id"] if of_x else f"https://{told['host']}/users/{told['handle']}"
        handle = told["handle"] if of_x else f"{told['handle']}@{told['host']}"
        yield f"{name}.json", json.dumps(_page(told) if of_x else _statuses(told, native), ensure_ascii=False).encode()
        described = _CAPTURE.format(
            platform=told["form"],
            captured=told["captured"],
            tool="twarc2" if of_x else "REST API",
            id=native,
            handle=handle,
        )
        yield f"{name}.capture.toml", described.encode()


def _page(told: dict[str, Any]) -> dict[str, Any]:
    """A page of the timeline of an account on X."""
    user = {"id": told["id"], "username": told["handle"], "name": told["name"]}
    counts = {"public_metrics": {"reply_count": 0, "like_count": 2, "retweet_count": 0, "quote_count": 0}}
    posts = [_tweet(told, post) | counts for post in reversed(told["post"])]
    return {"data": posts, "includes": {"users": [user]}, "meta": {"result_count": len(posts)}}


def _tweet(told: dict[str, Any], post: dict[str, Any]) -> dict[str, Any]:
    number = snowflake(moment(post["at"]), f"{told['handle']}/{post['at']}")
    return {
        "id": number,
        "author_id": told["id"],
        "conversation_id": number,
        "created_at": iso(moment(post["at"]), ".000Z"),
        "text": post["text"],
        "lang": "nl",
    }


def _statuses(told: dict[str, Any], actor: str) -> list[dict[str, Any]]:
    """The statuses of an account on Mastodon, as its REST API gives them."""
    page = f"https://{told['host']}/@{told['handle']}"
    account = {
        "id": "42",
        "username": told["handle"],
        "acct": told["handle"],
        "display_name": told["name"],
        "uri": actor,
        "url": page,
        "note": "",
    }
    found = []
    for number, post in enumerate(told["post"], 101):
        tags = [{"name": tag, "url": f"https://{told['host']}/tags/{tag}"} for tag in post.get("tags", ())]
        found.append(
            {
                "id": str(number),
                "created_at": iso(moment(post["at"]), ".000Z"),
                "visibility": "public",
                "language": "nl",
                "uri": f"{actor}/statuses/{number}",
                "url": f"{page}/{number}",
                "content": f"<p>{post['text']}</p>",
                "replies_count": 0,
                "reblogs_count": 0,
                "favourites_count": 1,
                "account": account,
                "media_attachments": [],
                "mentions": [],
                "tags": tags,
            }
        )
    return found[::-1]


def main() -> None:
    """Write the deliveries and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the deliveries are put")
    for path in write(parser.parse_args().folder):
        print(path)  # noqa: T201 -- what a script says


if __name__ == "__main__":
    main()
