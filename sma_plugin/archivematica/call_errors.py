"""The ways in which a call to a service of Archivematica fails, told apart from what the libraries raise."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3

from sma_plugin.texts import UserError

_AGAIN = frozenset({"call_unreachable", "call_broken", "call_late", "call_failing"})
"""What may pass by itself: the network, and faults of the server (5xx)."""
_TOLD_APART: tuple[tuple[tuple[type[Exception], ...], str, bool], ...] = (
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), "call_insecure", False),
    ((urllib3.exceptions.NewConnectionError,), "call_unreachable", False),
    ((urllib3.exceptions.ConnectTimeoutError,), "call_late", False),
    ((urllib3.exceptions.ReadTimeoutError, TimeoutError), "call_late", True),
    ((requests.exceptions.ContentDecodingError,), "call_garbled", True),
)
"""What the libraries raise, the first that fits: how it is told, and whether the call may have arrived."""


class CallError(UserError):
    """A call that failed. ``name`` says how; ``status`` is the server's, ``said`` what it gave as the reason.

    ``arrived``: whether the server may have taken the call up.
    """

    def __init__(
        self, name: str, *, status: int = 0, asked: float | None = None, arrived: bool = True, **params: Any
    ) -> None:
        self.status, self.asked, self.arrived = status, asked, arrived
        self.said: str = params.get("reason", "")
        super().__init__(name, status=status, **params)

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed later."""
        return self.name in _AGAIN


def told_apart(error: Exception) -> tuple[str, bool, str]:
    """How a failure is told, whether the call may have arrived, and what the library says of it."""
    causes = _causes(error)
    reason = next((_of_certificates(one) for one in causes if isinstance(one, ssl.SSLError)), type(error).__name__)
    for kinds, name, arrived in _TOLD_APART:
        if any(isinstance(one, kinds) for one in causes):
            return name, arrived, reason
    if type(error) is OSError:  # a file with certificates that is not there, to the library
        return "call_insecure", False, str(error).rstrip(".")
    return ("call_garbled" if isinstance(error, ValueError) else "call_broken"), True, reason


def _of_certificates(error: ssl.SSLError) -> str:
    said = getattr(error, "verify_message", "") or error.reason or type(error).__name__
    return said.replace("_", " ").lower()


def _causes(error: BaseException) -> list[BaseException]:
    """An error and what lies beneath it: the libraries pack one into another."""
    found: list[BaseException] = [error]
    for one in found:
        below = (*one.args, getattr(one, "reason", None), one.__cause__)
        found += [cause for cause in below if isinstance(cause, BaseException) and cause not in found]
    return found


def asked_for(response: requests.Response) -> float | None:
    """The seconds after which a server asks to come back (``Retry-After``, RFC 9110, 10.2.3)."""
    stated = response.headers.get("Retry-After", "").strip()
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    try:
        moment = parsedate_to_datetime(stated)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
