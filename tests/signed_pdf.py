"""PDF documents with signatures and timestamps, by a certificate and an authority that exist only here."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import keys
from asn1crypto import pem as armour
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

START = datetime(2024, 1, 1, tzinfo=UTC)


def plain() -> bytes:
    """A document of one empty page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + table
    return bytes(out + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


@cache
def certificate(purpose: str = "") -> tuple[Any, Any]:
    """A self-signed certificate and its key, as the signing library wants them."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"Voorbeeldarchief {purpose}")])
    usage = x509.KeyUsage(True, True, False, False, False, True, False, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    made = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = made.public_bytes(serialization.Encoding.DER)
    return asn1.Certificate.load(der), keys.PrivateKeyInfo.load(private)


def pem() -> str:
    """The certificate of the signer, as an archive would trust it."""
    return armour.armor("CERTIFICATE", certificate()[0].dump()).decode()


def signed() -> bytes:
    """A signed document."""
    own, key = certificate()
    signer = signers.SimpleSigner(own, key, SimpleCertificateStore())
    writer = IncrementalPdfFileWriter(io.BytesIO(plain()))
    return bytes(signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="H1"), signer).getvalue())


def stamped() -> bytes:
    """A document with a timestamp and no signature."""
    own, key = certificate("tijdstempels")
    stamper = DummyTimeStamper(own, key, fixed_dt=START + timedelta(days=60))
    writer = IncrementalPdfFileWriter(io.BytesIO(plain()))
    return bytes(signers.PdfTimeStamper(stamper).timestamp_pdf(writer, "sha256").getvalue())


def added_to(data: bytes) -> bytes:
    """The same document with something added after its last signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root["/PageMode"] = pdf_name("/UseNone")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
