"""Services with a certificate of a CA of one's own, and keys that would go unencrypted."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from finding_cases_client import Racing
from signing import issue
from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.calls import Caller
from sma_plugin.archivematica.credentials import Key
from sma_plugin.archivematica.pausing import Pauses
from sma_plugin.archivematica.services import unencrypted

_NOW, _DAY = datetime.now(UTC), timedelta(days=1)


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'"goed"')


@contextmanager
def secured(folder: Path, begins: datetime = _NOW - _DAY, ends: datetime = _NOW + _DAY) -> Iterator[str]:
    """A server with a certificate for ``localhost`` of the CA in ``ca.pem``; gives its address."""
    authority = issue("CA van Voorbeeldstad", ca=True, begins=_NOW - _DAY, ends=_NOW + _DAY)
    holder = issue("localhost", authority, begins=begins, ends=ends)
    (folder / "ca.pem").write_text(authority.pem, encoding="ascii")
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "server.pem").write_bytes(holder.key.private_bytes(*kinds) + holder.pem.encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(address: str) -> str:
    given = Key("proef", "sleutel"), lambda *_, **__: None, Racing(), Pauses(attempts=1)
    return Caller("dashboard", address, *given).get("/api/x/", str)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No certificates but those that a test names, and no proxy."""
    monkeypatch.setenv("NO_PROXY", "*")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_ca_of_ones_own_is_named_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with secured(tmp_path) as address:
        monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))
        assert answer(address) == "goed"


def test_a_certificate_that_nobody_vouches_for_is_refused_with_the_reason(tmp_path: Path) -> None:
    with secured(tmp_path) as address, pytest.raises(CallError, match=r"unable to get.* issuer.*REQUESTS_CA_BUNDLE"):
        answer(address)


def test_a_certificate_that_is_past_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with secured(tmp_path, begins=_NOW - 3 * _DAY, ends=_NOW - 2 * _DAY) as address:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        with pytest.raises(CallError, match="certificate has expired"):
            answer(address)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://am.example", True),
        ("http://192.0.2.7:8000", True),
        ("HTTP://AM.example", True),
        ("https://am.example", False),
        ("http://localhost:62080", False),
        ("http://127.0.0.1:62080", False),
        ("http://[::1]:62080", False),
        ("http://[::1", False),
        (None, False),
    ],
)
def test_a_key_that_would_go_unencrypted_to_another_machine_is_told(address: str | None, *, told: bool) -> None:
    assert unencrypted(address, address) == ([address] if told else [])
