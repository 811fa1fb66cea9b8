"""The signature of a WACZ, verified offline (Webrecorder, WACZ Signing and Verification 0.1.0).

What is signed is the text of the hash of ``datapackage.json``: with the key of a host's certificate and a trusted
timestamp of the signature, or with a key of nobody's name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sma_plugin.readers import certificates, timestamps
from sma_plugin.readers.values import iso_moment

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

Tell = Callable[[str, dict[str, str | int]], None]
RIGHT = ("SMA-Z036", "SMA-Z037", "SMA-Z038")
"""What is told of a signature that is right."""
_APART = timedelta(minutes=10)
"""So far may the stated moment be from that of the timestamp (the specification, 4.2, step 7)."""
_MAX_TEXT = 1 << 18


class _Wrong(Exception):  # noqa: N818 -- an outcome
    """A verdict that ends the verification: a finding code with its parameters."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, dict[str, str | int](params)


class _Signed(NamedTuple):
    """``signedData``: its texts, and the signature."""

    texts: dict[str, str]
    signature: bytes

    @property
    def created(self) -> datetime | None:
        """The moment of signing as its maker states it."""
        moment = iso_moment(self.texts.get("created"))
        try:
            return certificates.as_utc(moment.us) if moment and moment.us is not None else None
        except (OverflowError, OSError, ValueError):
            return None


def check_signature(data: dict[str, Any], tell: Tell, roots: Sequence[str] = ()) -> None:
    """Tell whether a signature is right, by whom and when it was given, and what is wrong with it.

    ``roots`` are PEM texts of the certificates that the archive trusts. Tells SMA-Z018 and Z036 to Z047.
    """
    if not certificates.available():
        tell("SMA-Z018", {})
        return
    known = list(certificates.roots(roots))
    texts = {name: value[:_MAX_TEXT] for name, value in data.items() if isinstance(value, str)}
    try:
        signed = _Signed(texts, _decoded(texts.get("signature", ""), "a signature that cannot be read"))
        if "domainCert" in texts:
            _by_domain(signed, tell, known)
        elif "publicKey" in texts:
            _by_key(signed, tell, known)
        else:
            tell("SMA-Z041", {"reason": "neither a key nor a certificate"})
    except _Wrong as wrong:
        tell(wrong.code, wrong.params)


def _by_key(signed: _Signed, tell: Tell, roots: Sequence[Certificate]) -> None:
    """A signature with a key that comes with it: who has it, is for other means to tell."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 -- an extra
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    encoded = _decoded(signed.texts["publicKey"], "a key that cannot be read")
    try:
        key = load_der_public_key(encoded)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _Wrong("SMA-Z041", reason="a key that cannot be read") from error
    _verify(key, signed)
    stamp = _timestamp(signed, roots)
    moment = _told(stamp.moment if stamp else signed.created)
    tell("SMA-Z038", {"value": hashlib.sha256(encoded).hexdigest(), "moment": moment})


def _by_domain(signed: _Signed, tell: Tell, roots: Sequence[Certificate]) -> None:
    """A signature with the key of a host's certificate, at the moment of its timestamp."""
    chain = _chain(signed.texts["domainCert"])
    host = signed.texts.get("domain", "")
    _verify(_key(chain[0]), signed)
    stamp = _timestamp(signed, roots)
    moment = stamp.moment if stamp else signed.created
    if moment is None:
        raise _Wrong("SMA-Z041", reason="no moment of signing")
    if not certificates.valid(chain[0], moment):
        raise _Wrong("SMA-Z042", moment=_told(moment), days=certificates.days(chain[0]))
    if not certificates.is_for(chain[0], host):
        raise _Wrong("SMA-Z045", value=_short(host), said=_short(", ".join(certificates.named(chain[0]))))
    if not certificates.is_chain(chain):
        raise _Wrong("SMA-Z043")
    paths = [chain, *_second_path(signed, chain)]
    if stamp is None:
        tell("SMA-Z047", {"moment": _told(moment)})
    elif signed.created is None or abs(signed.created - moment) > _APART:
        tell("SMA-Z046", {"value": _told(signed.created), "moment": _told(moment)})
    trust = _trust(paths, stamp, roots, moment)
    tell(trust, {"value": _short(host), "moment": _told(moment), "days": certificates.days(chain[0])})


def _trust(
    paths: list[list[Certificate]],
    stamp: timestamps.Timestamp | None,
    roots: Sequence[Certificate],
    moment: datetime,
) -> str:
    """Whether both the host's and the timestamp service's certificates lead to somebody who is trusted."""
    if not roots:
        return "SMA-Z037"
    host = any(certificates.trusted(path, roots, moment) for path in paths)
    service = stamp is None or certificates.trusted(stamp.chain, roots, moment)
    return "SMA-Z036" if host and service else "SMA-Z044"


def _second_path(signed: _Signed, chain: list[Certificate]) -> list[list[Certificate]]:
    """The certificate that another authority gave for the same key, if there is one."""
    pem = signed.texts.get("crossSignedCert")
    if not pem:
        return []
    crossed = _chain(pem)
    if _key(crossed[0]) != _key(chain[0]) or not certificates.is_chain(crossed):
        raise _Wrong("SMA-Z043")
    return [crossed]


def _timestamp(signed: _Signed, roots: Sequence[Certificate]) -> timestamps.Timestamp | None:
    """The trusted timestamp of the signature's text; ``None`` when there is none."""
    encoded = signed.texts.get("timeSignature")
    if not encoded:
        return None
    given = signed.texts.get("timestampCert")
    chain = _chain(given) if given else []
    token = _decoded(encoded, "a timestamp that cannot be read")
    try:
        stamp = timestamps.verified(token, signed.texts["signature"].encode(), (*chain, *roots))
    except timestamps.IncompleteError as error:
        raise _Wrong("SMA-Z041", reason=str(error)) from error
    except timestamps.TimestampError as error:
        raise _Wrong("SMA-Z040", reason=str(error)) from error
    if not certificates.valid(stamp.chain[0], stamp.moment):
        raise _Wrong("SMA-Z042", moment=_told(stamp.moment), days=certificates.days(stamp.chain[0]))
    return stamp


def _verify(key: Any, signed: _Signed) -> None:
    """Raises unless the signature is that of the hash: ECDSA over SHA-256, in DER or as two numbers (IEEE P1363)."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- an extra
    from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise _Wrong("SMA-Z041", reason="a key of a kind that is not known here")
    signature, half = signed.signature, -(-key.key_size // 8)
    if len(signature) == 2 * half:
        numbers = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
        signature = utils.encode_dss_signature(*numbers)
    try:
        key.verify(signature, signed.texts.get("hash", "").encode(), ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise _Wrong("SMA-Z039") from error


def _key(certificate: Certificate) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 -- an extra

    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _Wrong("SMA-Z041", reason="a key of a kind that is not known here") from error


def _chain(pem: str) -> list[Certificate]:
    try:
        return certificates.chain(pem)
    except certificates.CertificateError as error:
        raise _Wrong("SMA-Z041", reason=str(error)) from error


def _decoded(text: str, reason: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Wrong("SMA-Z041", reason=reason) from error
    if not data:
        raise _Wrong("SMA-Z041", reason=reason)
    return data


def _told(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else "?"


def _short(value: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in value)[:200]
