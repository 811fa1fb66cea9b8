"""Whom the archive trusts: the root certificates that its configuration names."""

from __future__ import annotations

from sma_plugin.readers import certificates
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError, refusal


def trusted_certificates(settings: Settings) -> tuple[str, ...]:
    """The PEM texts of ``paths.trusted_certificates``. Raises :class:`UserError` when one cannot be used."""
    return tuple(_pem(settings, name) for name in settings.paths.trusted_certificates)


def _pem(settings: Settings, name: str) -> str:
    path = settings.resolve(name)
    try:
        text = path.read_text(encoding="ascii", errors="replace")
        if certificates.available():
            certificates.chain(text)
    except OSError as error:
        raise UserError("certificates_unreadable", path=path, **refusal(error)) from error
    except certificates.CertificateError as error:
        words = {"reason_nl": "dit is geen certificaat in PEM", "reason_en": "this is no certificate in PEM"}
        raise UserError("certificates_unreadable", path=path, **words) from error
    return text
