"""A server on this machine that plays the dashboard and the Storage Service: as they answer, and as they fail."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from stored_aip import aip_mets

USER, AM_KEY, SS_KEY = "proef", "am-sleutel-voor-de-proef", "ss-sleutel-voor-de-proef"
LOCATION = "424d7b3f-3256-4d0e-a282-f46abc9324e4"
STORE = "f9d420dd-5b12-4dbe-811d-4cfabc9ba594"
OFFERED = {"types": ["standard", "social media bundle"]}


@dataclass
class Fault:
    """What is done instead of answering, to requests whose path holds ``where``, ``times`` times.

    ``late``: the answer comes after this many seconds. ``raw``: these bytes are sent and the connection is closed.
    ``after``: what was asked for is done first, so that only the answer is lost.
    """

    where: str
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    late: float = 0.0
    raw: bytes | None = None
    after: bool = False


def status(state: str, job: str = "Assign checksums and file sizes", **more: Any) -> dict[str, Any]:
    """How a transfer or ingest stands, as the dashboard tells it."""
    return {"status": state, "microservice": job, "type": "transfer", "message": "Fetched status", **more}


class Archivematica:
    """What the server knows. ``transfer`` and ``ingest`` are the statuses in turn; the last one stays.

    ``ours``: whether our part is in the dashboard. ``ranges``: whether downloads can begin in the middle.
    """

    def __init__(self, source: Path) -> None:
        self.source = source
        self.transfer = [status("PROCESSING"), status("COMPLETE", "Create SIP from transfer objects")]
        self.ingest = [status("PROCESSING", "Normalize"), status("COMPLETE", "Remove the processing directory")]
        self.jobs: list[dict[str, Any]] = []
        self.written: dict[str, dict[str, str]] = {}
        self.started: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.configurations = ["automated", "default", "social_media", "social_media_r"]
        self.ours = self.ranges = True
        self.copying = False
        self.state = "UPLOADED"
        self.mets: Callable[[Path], bytes] = aip_mets
        self.package: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.pointer = b""
        self.stored: list[dict[str, Any]] = []
        self.known: dict[str, str] = {}
        self.lock = threading.Lock()

    def fault(self, path: str) -> Fault | None:
        """The next fault for a path."""
        with self.lock:
            for one in self.faults:
                if one.where in path and one.times:
                    one.times -= 1
                    return one
        return None

    # --- what is asked -----------------------------------------------------------------------------------------------

    def start(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A package is started; where it lies is where the transfer source has it."""
        uuid_ = str(uuid.uuid4())
        location, _, path = base64.b64decode(asked["path"]).decode().partition(":")
        assert location == LOCATION
        assert (self.source / Path(path).relative_to("/bron")).is_dir()
        with self.lock:
            self.started.append({**asked, "path": path, "uuid": uuid_, "asked": 0})
            self.known[uuid_] = asked["name"]
        return {"id": uuid_}

    def turn(self, unit: str, uuid_: str) -> tuple[int, dict[str, Any]]:
        """How a unit stands now."""
        name = self.known.get(uuid_)
        if name is None:
            return 400, {"error": True, "message": f"Cannot fetch unit{unit} with UUID {uuid_}"}
        turns = self.transfer if unit == "transfer" else self.ingest
        key = f"turn/{unit}/{uuid_}"
        with self.lock:
            number = self.package.get(key, 0)
            self.package[key] = number + 1
        stands = {"name": name, **turns[min(number, len(turns) - 1)]}
        if stands["status"] == "NONE":
            return 400, {"error": True, "message": f"Unable to determine the status of the unit {uuid_}"}
        if unit == "transfer" and stands["status"] == "COMPLETE" and "sip_uuid" not in stands:
            stands["sip_uuid"] = aip = str(uuid.uuid5(uuid.NAMESPACE_URL, uuid_))
            self.known[aip] = name
        if unit == "ingest" and stands["status"] == "COMPLETE":
            self.store(name, uuid_)
        return 200, stands

    def store(self, name: str, aip: str) -> None:
        """An AIP is stored of what lay in the transfer source."""
        if any(one["uuid"] == aip for one in self.stored):
            return
        path = next(Path(one["path"]).relative_to("/bron") for one in self.started if one["name"] == name)
        self.files[f"data/METS.{aip}.xml"] = self.mets(self.source / path)
        self.stored.append(
            {
                "uuid": aip,
                "current_path": f"aaaa/bbbb/{name}-{aip}.7z",
                "current_location": f"/api/v2/location/{STORE}/",
                "package_type": "AIP",
                "size": 855729,
                "status": self.state,
                "stored_date": "2026-11-27T07:36:41.888571",
                "encrypted": False,
                "replicas": [],
            }
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    am: Archivematica

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, method: str, body: bytes) -> None:
        self.am.requests.append((method, self.path, dict(self.headers)))
        fault = self.am.fault(self.path)
        if fault and not fault.after:
            self._fail(fault)
            return
        code, headers, answer = self._route(method, body)
        if fault:
            self._fail(fault)
        else:
            self._send(code, headers, answer)

    def _fail(self, fault: Fault) -> None:
        time.sleep(fault.late)
        if fault.status:
            self._send(fault.status, fault.headers, fault.body)
            return
        self.close_connection = True
        if fault.raw is not None:
            self.wfile.write(fault.raw)

    def _send(self, code: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), "X-Archivematica-Version": "1.17.0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked has gone

    def _route(self, method: str, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        path = urlsplit(self.path)
        key = SS_KEY if path.path.startswith("/api/v2/") else AM_KEY
        if self.headers.get("Authorization") != f"ApiKey {USER}:{key}":
            return 403, {}, json.dumps({"error": True, "message": "API key not valid."}).encode()
        for pattern, answer in _ROUTES:
            if found := re.fullmatch(pattern, path.path.rstrip("/") + "/"):
                return answer(self, method, body, *map(unquote, found.groups()))
        return 404, {}, b"<html>Not found</html>"

    # --- the dashboard -----------------------------------------------------------------------------------------------

    def _json(self, value: Any, code: int = 200) -> tuple[int, Mapping[str, str], bytes]:
        return code, {"Content-Type": "application/json"}, json.dumps(value).encode()

    def configurations(self, *_: Any) -> Any:
        return self._json({"processing_configurations": self.am.configurations})

    def package(self, _method: str, body: bytes) -> Any:
        return self._json(self.am.start(json.loads(body)), 202)

    def unit(self, _method: str, _body: bytes, unit: str, uuid_: str) -> Any:
        code, stands = self.am.turn(unit, uuid_)
        return self._json(stands, code)

    def jobs(self, *_: Any) -> Any:
        return self._json(self.am.jobs)

    def waiting(self, *_: Any) -> Any:
        return self._json({"results": self.am.package.get("waiting", [])})

    def ours(self, _method: str, _body: bytes, what: str) -> Any:
        if not self.am.ours:
            return 404, {}, b"<html>Not found</html>"
        if what.startswith("transfers/"):
            name = what.split("/")[1]
            found = [one["uuid"] for one in self.am.started if one["name"] == name]
            copied = [] if self.am.copying else [{"uuid": one} for one in found]
            return self._json({"transfers": copied, "unplaced": found if self.am.copying else []})
        if what.startswith("written/"):
            return self._json(self.am.written.get(what.split("/")[1], {}))
        return self._json(OFFERED)

    # --- the Storage Service -----------------------------------------------------------------------------------------

    def default_source(self, *_: Any) -> Any:
        return 302, {"Location": f"/api/v2/location/{LOCATION}/"}, b""

    def location(self, _method: str, _body: bytes, uuid_: str) -> Any:
        source = {"uuid": LOCATION, "path": "/bron", "description": "Bron"}
        return self._json(source if uuid_ == LOCATION else {"uuid": uuid_, "path": "/opslag", "description": "E-depot"})

    def files(self, *_: Any) -> Any:
        begin = int(parse_qs(urlsplit(self.path).query).get("offset", ["0"])[0])
        following = f"/api/v2/file/?limit=1&offset={begin + 1}" if begin + 1 < len(self.am.stored) else None
        return self._json({"meta": {"next": following}, "objects": self.am.stored[begin : begin + 1]})

    def stored(self, _method: str, _body: bytes, uuid_: str) -> Any:
        found = [one for one in self.am.stored if one["uuid"] == uuid_]
        return self._json(found[0]) if found else (404, {}, b"")

    def extract(self, *_: Any) -> Any:
        asked = parse_qs(urlsplit(self.path).query)["relative_path_to_file"][0].partition("/")[2]
        return (200, {}, self.am.files[asked]) if asked in self.am.files else (404, {}, b"not found in AIP")

    def download(self, _method: str, _body: bytes, uuid_: str) -> Any:
        data = self.am.files["whole"]
        name = next(one["current_path"] for one in self.am.stored if one["uuid"] == uuid_).rpartition("/")[2]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not wanted or not self.am.ranges:
            return 200, headers, data
        begin = int(wanted.group(1))
        if begin >= len(data):
            return 416, {"Content-Range": f"bytes */{len(data)}"}, b""
        return 206, {**headers, "Content-Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"}, data[begin:]

    def pointer(self, *_: Any) -> Any:
        return (200, {}, self.am.pointer) if self.am.pointer else (404, {}, b"")


_ROUTES: list[tuple[str, Callable[..., Any]]] = [
    ("/api/processing-configuration/", _Handler.configurations),
    ("/api/v2beta/package/", _Handler.package),
    ("/api/(transfer|ingest)/status/([^/]+)/", _Handler.unit),
    ("/api/v2beta/jobs/[^/]+/", _Handler.jobs),
    ("/api/ingest/waiting/", _Handler.waiting),
    ("/api/sma/(.*)", _Handler.ours),
    ("/api/v2/location/default/TS/", _Handler.default_source),
    ("/api/v2/location/([^/]+)/", _Handler.location),
    ("/api/v2/file/", _Handler.files),
    ("/api/v2/file/([^/]+)/", _Handler.stored),
    ("/api/v2/file/[^/]+/extract_file/", _Handler.extract),
    ("/api/v2/file/([^/]+)/download/", _Handler.download),
    ("/api/v2/file/[^/]+/pointer_file/", _Handler.pointer),
]


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Clients go away in the middle; that is what they are tested for."""


@contextmanager
def serving(source: Path) -> Iterator[tuple[Archivematica, str]]:
    """An Archivematica that takes packages from this folder, and its address."""
    am = Archivematica(source)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NO_PROXY", "*")
        yield from _served(am)


def _served(am: Archivematica) -> Iterator[tuple[Archivematica, str]]:
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"am": am}))
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield am, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
