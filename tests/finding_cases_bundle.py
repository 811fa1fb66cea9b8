"""Cases of SMA-B and SMA-H: containers, fixity, declarations, composing, and what the history lacks."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from finding_cases import ABOUT, DECLARED, PAGE, WEIGHED, Bench, Case, composed, ingested, shown, shown_after
from making import mastodon, note
from sma_plugin.findings import Finding
from sma_plugin.package import WorkArea
from sma_plugin.readers.registry import readers
from sma_plugin.settings import Defaults
from test_compose import WHOLE
from test_mastodon_api import HOST, status
from test_scenario_c import REST, made
from test_scenario_c import timeline as both_of
from test_wacz import in_header
from test_x_api import SEARCH, flat, lines, page, tweet
from test_x_archive import archive, ytd
from test_x_archive import tweet as own
from warc_builders import members, record, wacz, warcinfo

ZIP = "aanlevering.zip"
SOUND = {name: data for name, data in mastodon([note(1, "Dag")]).items() if name != "likes.json"}
SILENT = [f"2025-0{month}-{day:02}T10:00:00Z" for month in (1, 3) for day in range(1, 16)]
PAGES, UNREGISTERED = "SMA-H010 > SMA-H001", "SMA-S001"
STORIES = DECLARED + 'platform = "instagram"\naccount = { native_id = "7" }\n'
ODD = {"bijlage.txt": b"bijlage"}


def put(contents: dict[str, bytes], *, method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 4, 1, 12, 0, 0)), data)
    return out.getvalue()


def tarred(contents: dict[str, bytes], *links: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return out.getvalue()


def encrypted() -> bytes:
    data = put(SOUND | ODD)
    return in_header(in_header(data, "bijlage.txt", 6, b"\1"), "bijlage.txt", 8, b"\1", central=True)


def bomb() -> bytes:
    return in_header(put(SOUND | ODD), "bijlage.txt", 24, (1 << 30).to_bytes(4, "little"), central=True)


def damaged() -> bytes:
    return put(SOUND | ODD).replace(b"bijlagePK", b"bijlogePK").replace(b"txtbijlage", b"txtbijloge")


def unsupported() -> bytes:
    data = put(SOUND | ODD)
    return in_header(in_header(data, "bijlage.txt", 8, b"\x0c"), "bijlage.txt", 10, b"\x0c", central=True)


def broken_reader(bench: Bench) -> Path:
    def read(_view: object) -> None:
        raise KeyError("orderedItems")

    bench.patch.setattr(readers()["mastodon-archive"], "read", read)
    return bench.deliver(SOUND)


def full_disk(bench: Bench, _place: WorkArea) -> None:
    bench.patch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1 << 20}))


def changed(bench: Bench, _place: WorkArea) -> None:
    (bench.home / "in" / "aanlevering" / "avatar.png").write_bytes(b"iets anders")


def changed_outbox(bench: Bench, _place: WorkArea) -> None:
    path = bench.home / "in" / "aanlevering" / "outbox.json"
    path.write_bytes(path.read_bytes().replace(b">Dag<", b">Dog<"))


def bag() -> dict[str, bytes]:
    """A bag of which the manifest does not name one file."""
    named = {f"data/{name}": data for name, data in SOUND.items()}
    rows = "".join(f"{hashlib.sha512(data).hexdigest()}  {name}\n" for name, data in named.items())
    tag = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    return {**named, "bagit.txt": tag, "manifest-sha512.txt": rows.encode(), "data/media_attachments/b.png": b"x"}


def with_message() -> bytes:
    """A WACZ of answers of Mastodon's API, one of which is a direct message."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
    said = (status(101), status(102, visibility="direct"))
    records = (
        record(block=head + json.dumps(one).encode(), number=n, url=f"https://{HOST}/api/v1/statuses/{one['id']}")
        for n, one in enumerate(said, 1)
    )
    return wacz(members(warcinfo(), *records))


def two_years_in_one_member() -> bytes:
    """Two answers of the API in one gzip member: neither can be kept without the other."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    answers = (
        record(
            block=head + lines(page(tweet(number, created_at=f"202{number}-02-18T19:45:15.000Z"))),
            number=number,
            url=SEARCH,
        )
        for number in (2, 3)
    )
    return gzip.compress(warcinfo() + b"".join(answers))


def with_form(bench: Bench) -> Path:
    """A form of two sheets beside the delivery, neither of which says what it is about."""
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet()):
        sheet.append(("onderdeel", "vraag", "antwoord"))
        sheet.append(("grond", "?", "Archiefwet"))
    path = bench.deliver(SOUND, ZIP, None)
    book.save(path.with_name("aanlevering.capture.xlsx"))
    return path


def two_exports(bench: Bench) -> Path:
    """Two exports of one account a month apart; the later one lacks a post."""
    posts = [note(number, f"bericht {number}") for number in range(1, 6)]
    for moment, kept in (("2025-04-01", posts), ("2025-05-01", [*posts[:2], *posts[3:]])):
        contents = {name: data for name, data in mastodon(kept).items() if name != "likes.json"}
        bench.deliver(contents, f"{moment}.zip", DECLARED.replace("2025-04-01T12:00:00Z", moment))
    return bench.home / "in"


def two_harvests(bench: Bench) -> Path:
    """Two captures of pages of an account with stories, a month apart."""
    for moment in ("2025-04-01", "2025-05-01"):
        bench.deliver(warcinfo() + record(), f"{moment}.warc", STORIES.replace("2025-04-01T12:00:00Z", moment))
    return bench.home / "in"


def manifest(name: str, digest: str = "0" * 64) -> dict[str, bytes]:
    return {**SOUND, "manifest-sha256.txt": f"{digest}  {name}\n".encode()}


def chosen_with_more(bench: Bench) -> list[Finding]:
    """One answer with a post that was chosen of a personal account and one that was not."""
    return made(bench.home, {"api.warc": b"".join([warcinfo(), *both_of()])}, REST, "mastodon").result.findings


PICTURE = {"type": "Document", "mediaType": "image/png", "url": "media_attachments/weg.png", "name": "weg"}


def by(number: int, author: str) -> dict[str, Any]:
    """A post of an account that stands in no register."""
    return flat(number, author_id=author, author={"id": author, "username": f"buurt{author}", "name": "Buurt"})


WALL = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<title>weg</title>"
BY_YEAR = Defaults(period_cut="year")
KEPT_WHOLE = ingested(two_years_in_one_member(), "api.warc.gz", defaults=BY_YEAR, policies=WHOLE | WEIGHED)
TWO_YEARS = ingested(two_years_in_one_member(), "api.warc.gz", defaults=Defaults(period_cut="year"))
WRONG_OUTBOX = put(SOUND).replace(b">Dag<", b">Dog<")
WRONG_TWEETS = put(archive(tweets=ytd("tweets", [own()]))).replace(b"window.YTD.tweets", b"window.YTD.tveets")

BESIDE = {"een.zip": put(SOUND), "toelichting.txt": b"x", "een.capture.toml": DECLARED.encode()}
CASES = [
    Case("SMA-B001", shown({}, about=None)),
    Case("SMA-B002", shown(put(SOUND)[:-30], ZIP)),
    Case("SMA-B003", shown(bomb(), ZIP)),
    Case("SMA-B004", shown({**SOUND, "../../elders.txt": b"x"}, ZIP)),
    Case("SMA-B005", shown(tarred(SOUND, "koppeling"), "aanlevering.tar")),
    Case("SMA-B006", shown(put(SOUND | ODD | {"bijlagE.txt": b"x"}).replace(b"bijlagE", b"bijlage"), ZIP)),
    Case("SMA-B007", shown({**SOUND, **ODD, "Bijlage.txt": b"x"}, ZIP)),
    Case("SMA-B008", shown(encrypted(), ZIP)),
    Case("SMA-B009", shown(put(SOUND | ODD).replace(b"bijlage.txt", b"bijlaag.txt", 1), ZIP)),
    Case("SMA-B010", shown({"notulen.txt": b"geen vastlegging"})),
    Case("SMA-B011", shown(manifest("avatar.png"))),
    Case("SMA-B012", shown(manifest("ontbreekt.png"))),
    Case("SMA-B013", shown(SOUND, about=DECLARED.replace("agent =", "agent")), "SMA-B013", "SMA-B014"),
    Case("SMA-B014", shown(SOUND, about=None)),
    Case("SMA-B015", ingested({**SOUND, "onbekend.bin": b"x"})),
    Case("SMA-B016", shown(damaged(), ZIP)),
    Case("SMA-B016", shown(unsupported(), ZIP)),
    Case("SMA-B016", shown(WRONG_OUTBOX, ZIP)),
    Case("SMA-B016", shown(WRONG_TWEETS, ZIP), "SMA-B016 > SMA-H001, SMA-R006"),
    Case("SMA-B017", shown({**SOUND, "deel.zip": put(ODD)}, ZIP)),
    Case("SMA-B017", shown({**SOUND, "deel.TAR": tarred(ODD)}, ZIP)),
    Case("SMA-B018", ingested({**SOUND, "likes.json": mastodon()["likes.json"]})),
    Case("SMA-B019", shown_after(broken_reader), "SMA-B019 > SMA-H001"),
    Case("SMA-B020", composed(SOUND, full_disk)),
    Case("SMA-B021", TWO_YEARS, "SMA-B021", "SMA-B024", "SMA-W016"),
    Case("SMA-B022", composed(SOUND, changed)),
    Case("SMA-B023", KEPT_WHOLE, "SMA-B023", "SMA-W016"),
    Case("SMA-B024", TWO_YEARS, "SMA-B021", "SMA-B024", "SMA-W016"),
    Case("SMA-B025", composed(SOUND, changed_outbox), "SMA-B022", "SMA-B025"),
    Case("SMA-B026", ingested(with_message(), "pagina.wacz"), "SMA-B018", "SMA-B026", "SMA-Z030", "SMA-Z035"),
    Case("SMA-B027", shown(bag())),
    Case("SMA-B028", chosen_with_more, "SMA-B014", "SMA-B024", "SMA-B028"),
    Case("SMA-B030", shown(SOUND, about=DECLARED + "locale = 7\nviewport = 'breed'\ntechnique = 'vogel'\n")),
    Case("SMA-B031", shown(SOUND, about=DECLARED + "agnet = 'Team'\n")),
    Case("SMA-B032", shown_after(with_form), "SMA-B014", "SMA-B032"),
    Case(
        "SMA-B041",
        shown(BESIDE, about=None),
    ),
    Case("SMA-B040", shown(archive(**{"tweets": ytd("tweets", [own()]), "tweets-part2": ytd("tweets", [own(1)], 2)}))),
    Case("SMA-H001", shown(warcinfo() + record(), "pagina.warc", ABOUT["x"])),
    Case("SMA-H002", shown(lines(by(1, "8"), by(2, "9"))), "SMA-H002 > SMA-H007"),
    Case("SMA-H003", shown(lines(by(1, "8"))), "SMA-H003", "SMA-S001"),
    Case("SMA-H004", shown(lines(page(tweet(1), meta={"result_count": 5})))),
    Case("SMA-H005", shown(mastodon([note(1, "a", attachment=[PICTURE])])), "SMA-R007 > SMA-H005"),
    Case("SMA-H006", shown(mastodon([note(1, "a", inReplyTo="https://elders.example/statuses/9")]))),
    Case("SMA-H007", shown(lines(flat(1), by(2, "8")))),
    Case("SMA-H008", shown(warcinfo() + record(), "pagina.warc"), PAGE, "SMA-H008"),
    Case("SMA-H009", shown(warcinfo() + record(block=WALL), "pagina.warc", ABOUT["x"]), "SMA-H009", PAGE),
    Case("SMA-H010", shown(warcinfo() + record(), "pagina.warc", ABOUT["x"]), "SMA-H010 > SMA-H001"),
    Case("SMA-H011", shown_after(two_exports)),
    Case("SMA-H040", shown(mastodon([note(number, "Dag", published=day) for number, day in enumerate(SILENT)]))),
    Case("SMA-H041", shown(warcinfo() + record(), "pagina.warc", STORIES), PAGES, "SMA-H041", UNREGISTERED),
    Case("SMA-H042", shown_after(two_harvests), PAGES, "SMA-H010", "SMA-H042", UNREGISTERED),
    Case("SMA-H043", shown(mastodon([note(1, "Dag", updated="2025-03-03T10:00:00Z")]))),
    Case("SMA-H044", shown(lines(flat(1, public_metrics={"reply_count": 3})))),
]
