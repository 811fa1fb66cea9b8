"""The records of a WARC or ARC file as sources: one body of bytes each, with where it came from.

A source that is not read costs next to nothing: its body is not decoded. Its record's length in the file is known when
its stream is first read at the latest (:meth:`Record.hold`), so that evidence made from it is exact.
"""

from __future__ import annotations

import io
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from sma_plugin.bundle import http
from sma_plugin.bundle.response_body import Body, BodyStream, Place
from sma_plugin.bundle.response_record import (
    FIRST,
    MAX_OF_A_KIND,
    Told,
    first_bytes,
    names_of,
    should_be_http,
    unresolved,
    untold,
)
from sma_plugin.bundle.warc import Record, WarcWalk
from sma_plugin.bundle.warc_checks import RecordChecks, Seen
from sma_plugin.bundle.warc_content import Fault
from sma_plugin.model import Exclusion, Moment, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.values import iso_moment
from sma_plugin.secrets.addresses import masked
from sma_plugin.secrets.credentials import REQUESTS
from sma_plugin.secrets.logins import holds_cookies, names_key, shows_login

_CHUNK = 1 << 18
_NOTED = ("location", "link")
"""Headers that readers need: where a response leads to."""
_METHODS = 1000
"""So many methods of requests are remembered for responses that follow."""
_NO_CAPTURE = ("dns:", "whois:", "filedesc:", "metadata:")


class ResponseWalk(Iterator[Source]):
    """The responses, resources and resolved revisits of one WARC or ARC stream, in order.

    ``problems`` receives what is found on the way; the caller empties it. ``size`` is the file's, if known. With a
    ``seen`` that is shared over several files, revisits that stay unresolved are the caller's to report
    (:func:`unresolved`); otherwise they are among the problems at the end. ``note`` gets every record once it was
    passed.
    """

    def __init__(
        self,
        stream: BinaryIO,
        path: str,
        *,
        seen: Seen | None = None,
        place: Place | None = None,
        problems: list[Told] | None = None,
        size: int | None = None,
        note: Callable[[Record], None] | None = None,
        told: Counter[str] | None = None,
    ) -> None:
        self.problems: list[Told] = [] if problems is None else problems
        self.place = place or Place(path)
        self._own_seen = seen is None
        self._note = note
        self._checks = RecordChecks(seen or Seen())
        self._walk = WarcWalk(stream, self._checks.observe, size=size)
        self._record: Record | None = None
        self._body: Body | None = None
        """The body that was given last."""
        self._coded: tuple[Body, BinaryIO] | None = None
        """The body that was given last, when its head names an encoding: it is checked whoever reads it."""
        self._own_told = told is None
        self._told: Counter[str] = Counter() if told is None else told
        self._key: Record | None = None
        """The request that was met last, when only somebody logged in could make it."""
        self._keys = 0
        """How many records hold what gives access to an account and cannot go."""
        self._visits = 0
        """How many other records hold cookies, headers or addresses with a key, such as visitors get."""
        self._methods: OrderedDict[str, str] = OrderedDict()
        self._moment: tuple[str | None, Moment | None] = (None, None)

    def __next__(self) -> Source:
        while True:
            self._check_coded()
            if self._record:
                self._record.close()
                self._settle(self._record)
                self._record = None
                if self._body:
                    self._body.placed()
            self._body = None
            record = next(self._walk, None)
            if self._walk.faults:
                self._tell(self._walk.faults)
                self._walk.faults.clear()
            if record is None:
                self._end()
                raise StopIteration
            self._tell(self._checks.head(record))
            self._checks.count(record)
            self._checks.seen.refer(self.place.path, record)
            if self._walk.records == 1 and record.type != "warcinfo":
                self._tell([Fault("SMA-W044", record.offset)])
            if record.length is None:
                self._record = record
            else:
                self._settle(record)
            source = self._source(record)
            if source:
                return source

    def _check_coded(self) -> None:
        """Undo the encodings of what nobody read to its end, so that what is wrong with them is found."""
        if self._coded:
            body, stream = self._coded
            self._coded = None
            body.pass_over()
            while not stream.closed and stream.read(_CHUNK):
                continue

    def _tell(self, faults: list[Fault]) -> None:
        for fault in faults:
            self._told[fault.code] += 1
            if self._told[fault.code] <= MAX_OF_A_KIND:
                self.problems.append(self.place.problem(fault))

    def _end(self) -> None:
        """What is known at the end only: how many findings were too many to tell, revisits without a target."""
        if self._keys:
            self.problems.append(Problem("SMA-R275", self.place.path, params={"count": self._keys}))
        if self._visits:
            self.problems.append(Problem("SMA-P031", self.place.path, params={"count": self._visits}))
        if self._own_told:
            self.problems += untold(self._told, self.place.path)
        if self._checks.undigested > 0 and not self.place.member:  # a WACZ has a digest of the whole file
            params: dict[str, str | int] = {"number": self._checks.undigested}
            self.problems.append(Problem("SMA-W046", self.place.path, params=params))
        if self._own_seen:
            self.problems += unresolved(self._checks.seen)

    def _settle(self, record: Record) -> None:
        """Tell what is wrong with a record, now that it was passed."""
        if record.faults:
            self._tell(record.faults)
            record.faults.clear()
        self._tell(self._checks.block(record))
        if record is self._key:
            self._left_out(record)
        if self._note:
            self._note(record)

    def _left_out(self, record: Record) -> None:
        """A request with what gives access to an account goes; not from a WACZ, which would be one no more."""
        self._key = None
        place = self.place.evidence(record)
        if place.kind == "bytes" and not self.place.member:
            self.problems.append(Exclusion(REQUESTS, place.path, place.offset, place.length))
        else:
            self._keys += 1

    def _source(self, record: Record) -> Source | None:
        kind, url = record.type, record.target_uri or ""
        if kind == "request":
            self._remember_method(record)
            return None
        if kind not in ("response", "resource", "revisit") or url.lower().startswith(_NO_CAPTURE):
            return None
        if not record.headers:  # an ARC line that could not be read
            return None
        if kind == "revisit" and not self._checks.seen.resolves(record):
            self._checks.seen.await_target(self.place.path, record)
            return None
        return self._resource(record) if kind == "resource" else self._response(record)

    def _remember_method(self, record: Record) -> None:
        asked = record.data or record.stream.read(FIRST)
        if shows_login(asked):
            self._key = record
            if record.length is not None:
                self._left_out(record)
        else:
            self._visits += holds_cookies(asked)
        method = http.request_method(asked)
        for name in names_of(record) if method else ():
            self._methods[name] = method or ""
        while len(self._methods) > _METHODS:
            self._methods.popitem(last=False)

    def _resource(self, record: Record) -> Source:
        body = Body(record, None if record.data is not None else b"")
        stream = cast("BinaryIO", io.BufferedReader(BodyStream(body), FIRST))
        return self._made(record, body, stream, record.content_length, record.get("content-type"))

    def _response(self, record: Record) -> Source:
        first = record.data if record.data is not None else first_bytes(record)
        record.begins = first[:64]
        heads = first[: http.MAX_HEAD].partition(b"\r\n\r\n")[0]
        url = record.target_uri or ""
        if names_key(url) or shows_login(heads):
            self._keys += 1
        else:
            self._visits += holds_cookies(heads) or masked(url) != url
        head = http.response_head(first)
        if (head is None or not head.whole) and should_be_http(record):
            self._tell([Fault("SMA-W026", record.offset, record.length)])
        head = head or http.ResponseHead(None, [], 0)
        body = Body(record, first[head.size :] if record.data is None else None, head.size)
        size = self._stored_size(record, head, first)
        stream = http.entity(body, head, self._teller(record))
        if record.type == "revisit":
            stream, size = cast("BinaryIO", io.BytesIO()), 0
        elif head.coded:
            self._coded = body, stream
        kind = head.get("content-type") or (
            None if head.size or "application/http" in record.content_type else record.get("content-type")
        )
        source = self._made(record, body, stream, size, kind)
        source.status = head.status
        source.notes.update((name, value) for name in _NOTED if (value := head.get(name)))
        return source

    def _stored_size(self, record: Record, head: http.ResponseHead, first: bytes) -> int | None:
        """The size of a body that is stored as it is; tells when the server announced more than was captured."""
        if head.chunked or record.content_length is None:
            return None
        begins = first[head.size : head.size + 4] if head.coded else b""
        size = (len(record.data) if record.data is not None else record.content_length) - head.size
        announced = head.get("content-length") or ""
        comparable = record.type == "response" and announced.isdecimal() and head.stored_as_sent(begins)
        if comparable and 0 < size < int(announced[:18]):
            self._tell([Fault("SMA-W037", record.offset, record.length, {"stated": announced[:18], "counted": size})])
        return None if head.encodings else size

    def _teller(self, record: Record) -> http.Tell:
        def tell(code: str, params: dict[str, str | int]) -> None:
            if not record.truncated:
                self._tell([Fault(code, record.offset, record.length, params)])

        return tell

    def _fetched_at(self, date: str | None) -> Moment | None:
        """The moment of a date; records that follow each other often share it."""
        if date != self._moment[0]:
            self._moment = date, iso_moment(date)
        return self._moment[1]

    def _made(self, record: Record, body: Body, stream: BinaryIO, size: int | None, kind: str | None) -> Source:
        source = Source(
            self.place.path,
            stream,
            self.place.evidence(record),
            size=size,
            url=record.target_uri,
            method=next((self._methods[name] for name in names_of(record) if name in self._methods), None),
            content_type=kind,
            fetched_at=self._fetched_at(record.date),
            exact=False,
            notes={"record": record.id or "", "type": record.type},
        )
        if self.place.member:
            source.notes["member"] = self.place.member
        body.belongs_to(source, self.place)
        self._body = body
        return source
