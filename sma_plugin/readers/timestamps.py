"""Trusted timestamps (RFC 3161): that a service saw some bytes at a moment, verified without asking it.

Needs the extra ``signatures``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_TOKEN = 1 << 18
_GRANTED = b"\x30\x03\x02\x01\x00"
"""The status that stands before a token in a response (RFC 3161, 2.4.2)."""


class TimestampError(ValueError):
    """A timestamp that proves nothing; the message is one of the reasons of ``findings/reasons.toml``."""


class IncompleteError(TimestampError):
    """A timestamp that cannot be verified, because certificates are missing."""


class Timestamp(NamedTuple):
    """When, and the certificates of the service: its own first."""

    moment: datetime
    chain: list[Certificate]


def verified(token: bytes, message: bytes, given: Sequence[Certificate] = ()) -> Timestamp:
    """The timestamp of ``message``, from a response or a bare token.

    ``given`` are certificates that may be the service's, or those that it rests on; those in the token are used too.
    That they lead to somebody who is trusted, is not looked at here. Raises :class:`TimestampError`.
    """
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415 -- an extra

    response = _response(token[:MAX_TOKEN])
    try:
        info, chain = response.tst_info, _chain(response, given)
        builder = VerifierBuilder(tsa_certificate=chain[0], intermediates=chain[1:-1], roots=chain[-1:])
        builder.build().verify_message(response, message)
    except TimestampError:
        raise
    except VerificationError as error:
        raise TimestampError(_reason(str(error))) from error
    except (ValueError, IndexError) as error:
        raise TimestampError("a timestamp that cannot be read") from error
    moment: datetime = info.gen_time
    return Timestamp(moment.astimezone(UTC), chain)


def _response(token: bytes) -> Any:
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 -- an extra

    for data in (token, _tagged(_GRANTED + token)):
        try:
            return decode_timestamp_response(data)
        except ValueError:
            continue
    raise TimestampError("a timestamp that cannot be read")


def _tagged(content: bytes) -> bytes:
    """A DER sequence of this content."""
    size = len(content)
    octets = size.to_bytes(-(-size.bit_length() // 8), "big")
    return b"\x30" + (bytes([size]) if size < 128 else bytes([0x80 | len(octets)]) + octets) + content


def _chain(response: Any, given: Sequence[Certificate]) -> list[Certificate]:
    """The service's certificate and those that it rests on, as far as they are at hand."""
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 -- an extra

    within = sorted(response.signed_data.certificates)
    known = [*given, *(load_der_x509_certificate(data) for data in within)]
    signer = next(iter(response.signed_data.signer_infos), None)
    own = [one for one in known if signer and (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number)]
    if not own:
        raise IncompleteError("the certificate of the timestamp service is missing")
    found = own[:1]
    while issuer := next((one for one in known if one.subject == found[-1].issuer and one not in found), None):
        found.append(issuer)
    if found[-1].issuer != found[-1].subject:
        raise IncompleteError("the certificate of the timestamp service is missing")
    return found


def _reason(message: str) -> str:
    if "Mismatch between messages" in message:
        return "a timestamp of something else"
    if "Unsupported hash" in message:
        return "a timestamp with a digest that is not known here"
    return "a timestamp that its service did not sign"
