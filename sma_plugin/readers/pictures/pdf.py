"""Signatures and timestamps in PDF documents (ISO 32000-2, 12.8; ETSI EN 319 142), verified offline.

Needs the extra ``signatures``. Who signed is not told: a certificate may bear a person's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from sma_plugin.model import Problem
from sma_plugin.readers import certificates

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

MARK = b"/ByteRange"
"""What a PDF with a signature or timestamp holds."""
_MOST = 100
_TRUST = {
    "trusted": ("het certificaat leidt tot een vertrouwd certificaat", "the certificate leads to a trusted one"),
    "apart": ("het certificaat leidt niet tot een vertrouwd certificaat", "the certificate leads to no trusted one"),
    "unknown": (
        "of het certificaat te vertrouwen is, is niet gecontroleerd: er zijn geen vertrouwde certificaten ingesteld",
        "whether the certificate is to be trusted was not checked: no trusted certificates are configured",
    ),
}


def available() -> bool:
    """Whether the library for signatures in PDF is installed."""
    try:
        import pyhanko.sign.validation  # noqa: F401, PLC0415 -- an extra
    except ImportError:
        return False
    return True


def signatures(stream: BinaryIO, path: str, trusted: Sequence[str] = ()) -> Iterator[Problem]:
    """What is to be told of every signature and timestamp in a document; ``stream`` is seekable.

    ``trusted`` are PEM texts of the certificates that the archive trusts.
    """
    if not available():
        yield Problem("SMA-R255", path)
        return
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 -- an extra
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    try:
        found = PdfFileReader(stream, strict=False).embedded_signatures[:_MOST]
    except (PdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError, NotImplementedError):
        yield Problem("SMA-R254", path, params={"reason": "the document cannot be read"})
        return
    for one in found:
        yield _verdict(one, path, trusted)


def _verdict(embedded: EmbeddedPdfSignature, path: str, trusted: Sequence[str]) -> Problem:
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 -- an extra

    try:
        status, moment = _status(embedded, trusted)
        certificate = embedded.signer_cert
    except (PdfError, ValueError, LookupError, TypeError, AttributeError, NotImplementedError):
        return Problem("SMA-R254", path, params={"reason": "its signature is of a form that is not known here"})
    if not (status.intact and status.valid):
        return Problem("SMA-R252", path)
    coverage = getattr(embedded, "coverage", None)
    whole = coverage is not None and coverage.name == "ENTIRE_FILE"
    trust = "trusted" if status.trusted else "apart" if trusted else "unknown"
    days = certificate["tbs_certificate"]["validity"]
    params: dict[str, str | int] = {
        "moment": moment or "?",
        "days": " – ".join(f"{days[side].native:%Y-%m-%d}" for side in ("not_before", "not_after")),
        "trust_nl": _TRUST[trust][0],
        "trust_en": _TRUST[trust][1],
    }
    kind = "SMA-R256" if embedded.sig_object.get("/Type") == "/DocTimeStamp" else "SMA-R251"
    return Problem(kind if whole else "SMA-R253", path, params=params)


def _status(embedded: EmbeddedPdfSignature, trusted: Sequence[str]) -> tuple[Any, str | None]:
    """What the library finds, and the moment of signing: that of a timestamp where there is one."""
    from asn1crypto import pem, x509  # type: ignore[import-untyped]  # noqa: PLC0415 -- an extra
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    roots = [
        x509.Certificate.load(der)
        for text in trusted
        for _, _, der in pem.unarmor(text[: certificates.MAX_PEM].encode(), multiple=True)
    ]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, retroactive_revinfo=True)
    if embedded.sig_object.get("/Type") == "/DocTimeStamp":
        stamp = validate_pdf_timestamp(embedded, context)
        return stamp, _shown(stamp.timestamp)
    status = validate_pdf_signature(embedded, context, context)
    validity = status.timestamp_validity
    return status, _shown(validity.timestamp if validity else status.signer_reported_dt)


def _shown(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else None
