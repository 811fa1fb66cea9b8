"""Rows of CSV files with their exact bytes, however the file was written and whatever state it is in."""

from __future__ import annotations

import codecs
import csv
import io
import random
import tracemalloc

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers import csv_rows
from sma_plugin.readers.contract import Source
from sma_plugin.readers.csv_form import form_of
from sma_plugin.readers.csv_rows import Row, Rows
from sma_plugin.readers.csv_tables import Record, Records, Table, kinds_in

SHARES = Table(
    columns={"date": ("Date", "Datum"), "link": ("ShareLink",), "text": ("ShareCommentary", "Tekst")},
    needed=("date", "link"),
)
COMMENTS = Table(columns={"date": ("Date",), "link": ("Link",), "text": ("Message",)}, needed=("date", "link", "text"))
HEADER = b"Date,ShareLink,ShareCommentary\n"


def rows(data: bytes, width: int | None = None) -> list[Row]:
    found = Rows(io.BytesIO(data))
    found.width = width
    return list(found)


def cells(data: bytes, width: int | None = None) -> list[list[str]]:
    return [row.cells for row in rows(data, width)]


def read(data: bytes, table: Table = SHARES) -> list[Record | Problem]:
    source = Source("Shares.csv", io.BytesIO(data), Evidence("Shares.csv"))
    return list(Records(table, "Shares.csv").read(source))


CELL = st.text(st.sampled_from(list('ab1 ,;\t|"\n\r\\é🏛€-')), max_size=8)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.booleans(),
    st.integers(min_value=1, max_value=40),
)
def test_what_a_writer_wrote_comes_back_each_row_with_its_own_bytes(
    values: list[list[str]],
    delimiter: str,
    line_end: str,
    encoding: str,
    ended: bool,  # noqa: FBT001
    window: int,
) -> None:
    header = ["Date", "ShareLink", "ShareCommentary"]
    texts = []
    for row in (header, *values):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="", quoting=csv.QUOTE_ALL).writerow(row)
        texts.append(out.getvalue())
    data = (line_end.join(texts) + (line_end if ended else "")).encode(encoding)
    before = csv_rows.WINDOW
    csv_rows.WINDOW = window
    try:
        found = Rows(io.BytesIO(data), {"date", "sharelink", "sharecommentary"})
        found.width = 3
        given_back = list(found)
    finally:
        csv_rows.WINDOW = before
    assert [row.cells for row in given_back] == [header, *values]
    plain = encoding.removesuffix("-sig")
    plain = "utf-16-le" if plain == "utf-16" else plain
    assert [data[row.offset : row.offset + row.length].decode(plain) for row in given_back] == texts


def test_both_ways_to_escape_a_quote_may_stand_in_one_file() -> None:
    data = b'a,b,c\n1,"said ""yes"", then",x\n2,"said \\"no\\", then",y\n3,"a path\\",z\n4,"\\\\ and \\"",w\n'
    assert cells(data, 3)[1:] == [
        ["1", 'said "yes", then', "x"],
        ["2", 'said "no", then', "y"],
        ["3", "a path\\", "z"],
        ["4", '\\ and "', "w"],
    ]


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter"),
    [
        ("Datum;Tekst\n1;één\n".encode(), "utf-8", ";"),
        ("Datum;Tekst\n1;één €\n".encode("windows-1252"), "windows-1252", ";"),
        ("Datum\tTekst\r\n1\téén\r\n".encode("utf-16"), None, "\t"),
        (b"Datum,Tekst\n1,een\n", None, ","),
        (b"sep=;\nDatum;Tekst, lang\n1;x, y, z\n", None, ";"),
        (codecs.BOM_UTF8 + b"Datum,Tekst\n", "utf-8", ","),
        (b'"a;b;c;d","e"\n"1;2;3","4"\n', None, ","),
    ],
)
def test_encoding_and_delimiter_are_told_from_the_file(data: bytes, encoding: str | None, delimiter: str) -> None:
    found = Rows(io.BytesIO(data))
    assert list(found)
    assert (found.form.encoding, found.form.delimiter) == (encoding, delimiter)


def test_one_bad_byte_in_a_utf8_file_does_not_change_how_the_rest_is_read() -> None:
    assert cells("a,é\nb,".encode() + b"\xe9x\n" + "c,é\n".encode()) == [["a", "é"], ["b", "\ufffdx"], ["c", "é"]]


def test_windows_text_is_read_as_such() -> None:
    assert cells("a;“één” – €\n".encode("windows-1252")) == [["a", "“één” – €"]]


def test_known_headings_tell_the_delimiter_where_text_has_more_of_another() -> None:
    data = b"Een, twee, drie, vier, vijf\nDate;ShareLink;ShareCommentary\n1;2;a, b, c, d\n"
    assert form_of(data, {"date", "sharelink"}).delimiter == ";"


def test_a_lost_quote_costs_the_row_it_stands_in() -> None:
    found = read(
        HEADER
        + b"2026-01-01,https://a.example/1,een\n"
        + b'2026-01-02,"https://a.example/2,twee\nen verder\n'
        + b'2026-01-03,https://a.example/3,"drie"\n'
    )
    assert [one.get("date") if isinstance(one, Record) else one.code for one in found] == [
        "2026-01-01",
        "SMA-R002",
        "2026-01-02",
        "2026-01-03",
    ]
    assert isinstance(found[2], Record)
    assert found[2].odd


def test_quotes_that_were_not_escaped_are_text() -> None:
    data = HEADER + b'2026-01-01,https://a.example/1,"{"text":"een, twee"}"\n'
    assert [one.get("text") for one in read(data) if isinstance(one, Record)] == ['{"text":"een, twee"}']


@pytest.mark.parametrize(
    "tail", [b'2026-01-03,https://a.example/3,"drie en', b"2026-01-03,https://a", b'2026-01-03,x,"drie\nvier\n']
)
def test_a_row_that_is_cut_off_is_told_and_not_read(tail: bytes) -> None:
    found = read(HEADER + b"2026-01-01,https://a.example/1,een\n" + tail)
    assert [one.code for one in found if isinstance(one, Problem)] == ["SMA-R003"]
    assert [one.get("date") for one in found if isinstance(one, Record)] == ["2026-01-01"]
    assert isinstance(found[-1], Problem)
    assert found[-1].offset == len(HEADER) + 35


def test_a_last_row_without_line_end_is_a_row() -> None:
    found = read(HEADER + b"2026-01-01,https://a.example/1,een")
    assert [type(one) for one in found] == [Record]


def test_rows_with_too_few_or_too_many_cells_are_kept_and_told() -> None:
    found = read(HEADER + b"2026-01-01,https://a.example/1\n2026-01-02,https://a.example/2,een,twee\n")
    assert [one.code for one in found if isinstance(one, Problem)] == ["SMA-R002", "SMA-R002"]
    assert [(one.get("text"), one.extra) for one in found if isinstance(one, Record)] == [("", []), ("een", ["twee"])]


def test_a_row_without_any_of_the_main_columns_is_no_item() -> None:
    assert [one.code for one in read(HEADER + b",,losse tekst\n") if isinstance(one, Problem)] == ["SMA-R001"]


def test_a_row_of_nothing_but_delimiters_is_passed_over() -> None:
    assert list(read(HEADER + b",,\n")) == []


def test_a_preamble_and_blank_rows_are_passed_over() -> None:
    data = (
        b'Notes:\n"Een ""toelichting"", lang"\n\n\xef\xbb\xbf' + HEADER + b"\n   \n2026-01-01,https://a.example/1,een\n"
    )
    (found,) = read(data)
    assert isinstance(found, Record)
    assert data[found.row.offset : found.row.offset + found.row.length] == b"2026-01-01,https://a.example/1,een"


@pytest.mark.parametrize("header", [b"datum;sharelink;TEKST\n", b'"Share_Link";"DATE";"Extra"\n'])
def test_columns_go_by_name_in_any_language_order_and_case(header: bytes) -> None:
    assert list(kinds_in(header, {"shares": SHARES})) == ["shares"]


def test_columns_that_are_not_described_keep_their_heading() -> None:
    data = b"Date,ShareLink,Nieuw\n2026-01-01,https://a.example/1,iets\n"
    assert [one.values for one in read(data) if isinstance(one, Record)] == [
        {"date": "2026-01-01", "link": "https://a.example/1", "Nieuw": "iets"}
    ]


def test_a_file_of_another_kind_is_said_to_be_one() -> None:
    assert list(kinds_in(b"First Name,Last Name\nA,B\n", {"shares": SHARES})) == []
    assert [one.code for one in read(b"First Name,Last Name\nA,B\n") if isinstance(one, Problem)] == ["SMA-R006"]


def test_long_rows_are_read_and_memory_is_bounded() -> None:
    long = b"x" * 3_000_000
    data = HEADER + b'2026-01-01,https://a.example/1,"' + long + b'"\n2026-01-02,https://a.example/2,kort\n'
    assert [len(one.get("text")) for one in read(data) if isinstance(one, Record)] == [3_000_000, 4]
    endless = io.BytesIO(HEADER + b'2026-01-01,https://a.example/1,"' + b"y" * 40_000_000)
    tracemalloc.start()
    found = Rows(endless)
    found.width = 3
    assert sum(row.length for row in found) > 40_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400) | st.lists(st.sampled_from([b'"', b",", b"\n", b"\\", b"a", b"\0", b"\r"])).map(b"".join)
)
def test_whatever_the_bytes_rows_follow_each_other_and_nothing_is_lost(data: bytes) -> None:
    found = Rows(io.BytesIO(data))
    found.width = 2
    end = found.form.bom
    for row in found:
        assert row.offset >= end
        assert not data[end : row.offset].strip(b" \t\r\n\0")
        end = row.offset + row.length
    assert end <= len(data)
    if found.form.carrier == "latin-1":
        assert not data[end:].strip(b" \t\r\n\0")


@settings(max_examples=120, deadline=None)
@given(
    st.integers(min_value=len(HEADER), max_value=1200),
    st.sampled_from(["quote", "lost quote", "flip"]),
    st.integers(0, 6),
)
def test_harm_to_one_place_costs_one_row_at_most_and_is_told(at: int, harm: str, bit: int) -> None:
    texts = ["kort", '"met, komma"', '"met ""citaat""\nen regel"', '"met \\"citaat\\", zo"', "", '"a"']
    lines = [f"2026-01-{day:02d},https://a.example/{day},{texts[day % 6]}" for day in range(1, 29)]
    data = bytearray(HEADER + "\n".join(lines).encode() + b"\n")
    at = min(at, len(data) - 1)
    if harm == "quote":
        data[at:at] = b'"'
    elif harm == "flip":
        data[at] ^= 1 << bit
    elif (found := data.find(b'"', at)) >= 0:
        del data[found]
    given_back = read(bytes(data))
    lost = len(lines) - sum(isinstance(one, Record) for one in given_back)
    assert lost <= 1
    if lost == 1:
        assert any(one.code in ("SMA-R001", "SMA-R002", "SMA-R003") for one in given_back if isinstance(one, Problem))


def test_many_broken_rows_take_no_long() -> None:
    chance = random.Random(3)
    lines = [b'2026-01-0%d,"https://a.example/%d,x' % (chance.randrange(1, 9), number) for number in range(20_000)]
    assert len(rows(HEADER + b"\n".join(lines), 3)) == 20_001


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_lines_that_a_text_goes_on_in_without_quotes_belong_to_its_row(line_end: bytes) -> None:
    lines = [
        b"Date,Link,Message",
        b"2026-01-01,https://a.example/1,een",
        b"twee",
        b"",
        b"vijf \xf0\x9f\x99\x82",
        b"\xf0\x9f\x99\x82",
        b"2026",
        b'2026-01-02,https://a.example/2,"zes, zeven"',
        b"2026-01-03,https://a.example/3,acht",
        b"negen",
    ]
    table = msgspec.structs.replace(COMMENTS, continues=True)
    data = line_end.join(lines)
    found = [one for one in read(data, table) if isinstance(one, Record)]
    assert [one.get("text") for one in found] == ["een\ntwee\n\nvijf 🙂\n🙂\n2026", "zes, zeven", "acht\nnegen"]
    first = found[0].row
    assert data[first.offset : first.offset + first.length] == line_end.join(lines[1:7])


def test_what_follows_a_text_in_quotes_is_no_part_of_it() -> None:
    table = msgspec.structs.replace(COMMENTS, continues=True)
    found = read(b'Date,Link,Message\n2026-01-01,https://a.example/1,"een"\nlos\n2026-01-0', table)
    assert [one.get("text") for one in found if isinstance(one, Record)] == ["een", ""]
    assert [one.code for one in found if isinstance(one, Problem)] == ["SMA-R002", "SMA-R003"]


def test_a_heading_that_is_spelt_as_a_name_of_ours_is_another_column() -> None:
    assert list(kinds_in(b"date,link,text\n2026-01-01,https://a.example/1,een\n", {"shares": SHARES})) == []
    assert SHARES.header(["Date", "ShareLink", "link"]) == ["date", "link", "link#3"]
