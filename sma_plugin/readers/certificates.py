"""X.509 certificates (RFC 5280) as deliveries carry them: read, chained, held against the roots that an archive trusts.

Nothing is fetched, so that nothing is known of revocation. Needs the extra ``signatures``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_PEM = 1 << 18
"""A chain of certificates takes some thousands of bytes."""


class CertificateError(ValueError):
    """Certificates that cannot be used; the message is one of the reasons of ``findings/reasons.toml``."""


def available() -> bool:
    """Whether the libraries for signatures are installed."""
    try:
        import cryptography.x509  # noqa: F401, PLC0415 -- an extra
        import rfc3161_client  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def chain(pem: str) -> list[Certificate]:
    """The certificates of a PEM text, in its order. Raises :class:`CertificateError`."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 -- an extra

    try:
        return load_pem_x509_certificates(pem[:MAX_PEM].encode("ascii", "replace"))
    except ValueError as error:
        raise CertificateError("a certificate that cannot be read") from error


def named(certificate: Certificate) -> list[str]:
    """The host names that a certificate is for: alternative names, else the common name (RFC 6125)."""
    from cryptography.x509 import DNSName, ExtensionNotFound, SubjectAlternativeName  # noqa: PLC0415 -- an extra
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
        return [str(name).lower() for name in names.get_values_for_type(DNSName)]
    except (ExtensionNotFound, ValueError):
        return [str(one.value).lower() for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def is_for(certificate: Certificate, host: str) -> bool:
    """Whether a certificate is for a host; a star stands for one label."""
    host = host.lower().rstrip(".")
    return any(name == host or name.removeprefix("*") == host[host.find(".") :] for name in named(certificate) if name)


def valid(certificate: Certificate, moment: datetime) -> bool:
    """Whether a certificate had begun and not ended at a moment."""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def days(certificate: Certificate) -> str:
    """From when to when a certificate is valid, as days."""
    return f"{certificate.not_valid_before_utc:%Y-%m-%d} – {certificate.not_valid_after_utc:%Y-%m-%d}"


def issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether a certificate bears its issuer's signature, and the issuer may give it (RFC 5280, 4.2.1.9)."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 -- an extra
    from cryptography.x509 import BasicConstraints, ExtensionNotFound  # noqa: PLC0415

    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, ExtensionNotFound):
        return False


def is_chain(certificates: Sequence[Certificate]) -> bool:
    """Whether each certificate was given by the next one."""
    return all(issued_by(one, issuer) for one, issuer in pairwise(certificates))


def trusted(certificates: Sequence[Certificate], roots: Sequence[Certificate], moment: datetime) -> bool:
    """Whether a chain leads to one of these roots by certificates that were valid at a moment."""
    for number, certificate in enumerate(certificates):
        if not valid(certificate, moment) or (number and not issued_by(certificates[number - 1], certificate)):
            return False
        if any(certificate == root or (valid(root, moment) and issued_by(certificate, root)) for root in roots):
            return True
    return False


def roots(pems: Sequence[str]) -> Iterator[Certificate]:
    """Every certificate of these PEM texts. Raises :class:`CertificateError`."""
    for pem in pems:
        yield from chain(pem)


def as_utc(us: int) -> datetime:
    """A moment from microseconds since 1970. Raises ``OverflowError``."""
    return datetime.fromtimestamp(us / 1_000_000, tz=UTC)
