"""Calls to a service of Archivematica, with every way in which one can fail told apart.

amclient is not used for this: its calls have no time-out, a server that answers no JSON ends them with an
``AttributeError``, they hide status and ``Retry-After``, put the key to the Storage Service into addresses (so into the
logs of servers), and give a package no accession number. Tests hold our calls against those that it makes.
"""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
import urllib3

from sma_plugin.archivematica.call_errors import CallError, asked_for, told_apart
from sma_plugin.archivematica.credentials import Key
from sma_plugin.archivematica.pausing import Clock, Pauses
from sma_plugin.texts import LANGUAGES, UserError, text

T = TypeVar("T")
Tell = Callable[..., None]
"""Tells whoever watches how it goes: the name of a text, and its parameters."""
CONNECT, READ = 10.0, 90.0
"""Seconds. The dashboard itself waits up to 30 s for the server behind it."""
_LONGEST = 256 << 20
"""Bytes of an answer in JSON: every task of a package of many files is in the list of its jobs."""
_SLOWEST = 300.0
"""Seconds that an answer in JSON may take as a whole, however steadily it drips."""
_HOPS = 3
_SHOWN = 200
_BLOCK = 1 << 16
_RAISED = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)
_PLAIN = {"Accept-Encoding": "identity"}
"""What comes in can then be counted, and is never larger than what was sent."""


class Streamed(NamedTuple):
    """An answer as it comes in."""

    status: int
    headers: Mapping[str, str]
    blocks: Iterator[bytes]


class _Auth(requests.auth.AuthBase):
    """Puts the key into the header; being set at all, it also keeps ``.netrc`` from putting another one there."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._key.header
        return request


class Caller:
    """Calls one service. Certificates are verified; ``REQUESTS_CA_BUNDLE`` or ``SSL_CERT_FILE`` names an own CA."""

    def __init__(
        self, server: str, address: str, key: Key, tell: Tell, clock: Clock, pauses: Pauses | None = None
    ) -> None:
        """``server`` is the name of the text by which users know the service."""
        self.server, self.address, self._key = server, _checked(server, address), key
        self._tell, self.clock, self._pauses = tell, clock, pauses or Pauses()
        self._session = requests.Session()
        self._session.auth = _Auth(key)
        self._session.verify = os.environ.get("SSL_CERT_FILE") or True
        self.version: str | None = None
        """The version of Archivematica, as its dashboard states it with each answer."""

    def get(self, path: str, kind: type[T], **params: str) -> T:
        """What the service answers, as this type; tried again where that may help. Raises :class:`CallError`."""
        return self.again(lambda: self.once(path, kind, **params))

    def once(self, path: str, kind: type[T], **params: str) -> T:
        """As :meth:`get`, without trying again. Raises :class:`CallError`."""
        return self._once("GET", path, kind, params=params)

    def post(self, path: str, kind: type[T], body: Mapping[str, Any], **headers: str) -> T:
        """As :meth:`get`, but once only: what was asked for may have been done. Raises :class:`CallError`."""
        return self._once("POST", path, kind, json=body, headers=headers)

    def again(self, call: Callable[[], T]) -> T:
        """Make a call until it succeeds or there is no sense in going on. Raises :class:`CallError`."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return call()
            except CallError as error:
                pause = self._pauses.after(attempt, error.asked) if error.may_pass else None
                if pause is None:
                    raise
                self._tell("client_again", why=error, seconds=round(pause))
                self.clock.wait(pause)

    @contextmanager
    def streaming(self, path: str, **headers: str) -> Iterator[Streamed]:
        """An answer that is read piece by piece. Raises :class:`CallError`, also while it is read."""
        with self._failures(path):
            response = self._answer("GET", path, headers=headers)
        with response:
            yield Streamed(response.status_code, response.headers, self._blocks(path, response))

    def _blocks(self, path: str, response: requests.Response) -> Iterator[bytes]:
        with self._failures(path):
            yield from _coming_in(response)

    # --- one call --------------------------------------------------------------------------------------------------

    def _once(self, method: str, path: str, kind: type[T], **options: Any) -> T:
        with self._failures(path), self._answer(method, path, **options) as response:
            data = self._read(path, response)
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._error("call_garbled", path, reason=self._shown(str(error))) from error

    def _answer(self, method: str, path: str, headers: Mapping[str, str] = _PLAIN, **options: Any) -> requests.Response:
        """The answer to one call, once it is known to be one. Raises :class:`CallError` for any other."""
        address, options["headers"] = self.address + path, {**_PLAIN, **headers}
        for _ in range(_HOPS):
            response = self._session.request(
                method, address, timeout=(CONNECT, READ), stream=True, allow_redirects=False, **options
            )
            self.version = response.headers.get("X-Archivematica-Version", self.version)
            onward = urljoin(address, response.headers.get("Location", ""))
            if response.is_redirect and method == "GET" and onward.startswith(f"{self.address}/api/"):
                address = onward  # it stays with the service, and so does the key
                response.close()
            elif response.status_code < 300:
                return response
            else:
                with response:
                    raise self._refused(path, response)
        raise self._error("call_moved", path, reason=address)

    def _read(self, path: str, response: requests.Response) -> bytes:
        data, until = bytearray(), self.clock.now() + _SLOWEST
        for block in _coming_in(response):
            data += block
            if len(data) > _LONGEST:
                raise self._error("call_too_large", path)
            if self.clock.now() > until:
                raise self._error("call_late", path)
        return bytes(data)

    # --- what went wrong ---------------------------------------------------------------------------------------------

    def _error(self, name: str, path: str, **params: Any) -> CallError:
        known: dict[str, Any] = {f"server_{one}": text(f"server_{self.server}", one) for one in LANGUAGES}
        return CallError(name, server=self.server, address=self.address, path=path, **known, **params)

    def _refused(self, path: str, response: requests.Response) -> CallError:
        status, said = response.status_code, self._said(response)
        if status < 400:
            return self._error("call_moved", path, reason=self._shown(response.headers.get("Location", "-")))
        if status >= 500:
            return self._error("call_failing", path, status=status, asked=asked_for(response), reason=said)
        name = {401: "call_denied", 403: "call_denied", 404: "call_missing"}.get(status, "call_refused")
        return self._error(name, path, status=status, arrived=False, reason=said, user=self._key.user)

    def _said(self, response: requests.Response) -> str:
        """The reason that a server gives, without what makes it a page and without our key."""
        try:
            data = next(_coming_in(response), b"")
        except _RAISED:
            data = b""  # that it refuses is known
        try:
            told = msgspec.json.decode(data)
            reason = str(told.get("message") or told.get("error_message") or told.get("error") or "")
        except (msgspec.MsgspecError, UnicodeDecodeError, AttributeError, RecursionError):
            reason = "" if b"<" in data[:_SHOWN] else data[:_SHOWN].decode("utf-8", "replace")
        return self._shown(reason) or self._shown(response.reason or "") or "-"

    def _shown(self, said: str) -> str:
        plain = "".join(one if one.isprintable() else " " for one in self._key.out_of(said))
        return " ".join(plain.split())[:_SHOWN].rstrip(".")

    @contextmanager
    def _failures(self, path: str) -> Iterator[None]:
        """Whatever the libraries raise as a :class:`CallError`."""
        try:
            yield
        except CallError:
            raise
        except _RAISED as error:
            raise self._failure(path, error) from error

    def _failure(self, path: str, error: Exception) -> CallError:
        name, arrived, reason = told_apart(error)
        return self._error(name, path, arrived=arrived, reason=reason)


def _coming_in(response: requests.Response) -> Iterator[bytes]:
    """The body of an answer as it comes in: a block is handed on once it is there, not when it is full."""
    while block := response.raw.read1(_BLOCK, decode_content=False):
        yield block


def _checked(server: str, address: str) -> str:
    """An address as calls begin with it. Raises :class:`UserError` for one that is none, or that holds a key."""
    try:
        parts = urlsplit(address)
        fit = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        requests.Request("GET", address).prepare()
    except ValueError:
        raise UserError("client_address", setting=server) from None
    if not fit or parts.query or parts.fragment or "@" in parts.netloc:
        raise UserError("client_address", setting=server)
    return address.rstrip("/")
