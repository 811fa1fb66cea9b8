"""Keys, certificates, timestamps and signatures of a fictional authority, made anew for every run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "vastlegging.voorbeeldstad.example"
SIGNED = datetime(2024, 3, 1, 10, 5, 0, tzinfo=UTC)
_YEAR = timedelta(days=365)
SHA256 = hashes.SHA256()


class Holder(NamedTuple):
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def issue(
    name: str,
    by: Holder | None = None,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    ca: bool = False,
    use: x509.ObjectIdentifier | None = None,
    begins: datetime = SIGNED - _YEAR,
    ends: datetime = SIGNED + _YEAR,
) -> Holder:
    """A certificate for a name, given by another holder or by itself."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    issuer = by.certificate.subject if by else _name(name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if use:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
    elif not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return Holder(own, builder.sign(by.key if by else own, SHA256))


@cache
def root() -> Holder:
    return issue("Fictieve instantie", ca=True, begins=SIGNED - 5 * _YEAR, ends=SIGNED + 5 * _YEAR)


@cache
def host() -> Holder:
    return issue(HOST, root(), begins=SIGNED - timedelta(days=1), ends=SIGNED + timedelta(days=89))


@cache
def service() -> Holder:
    """The service that gives timestamps."""
    return issue("Fictieve tijdstempeldienst", root(), use=ExtendedKeyUsageOID.TIME_STAMPING)


def token(message: bytes, *, at: datetime = SIGNED, by: Holder | None = None) -> bytes:
    """A response with a timestamp (RFC 3161, 2.4.2)."""
    holder = by or service()
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": {"hash_algorithm": sha256, "hashed_message": hashlib.sha256(message).digest()},
            "serial_number": 1,
            "gen_time": at,
        }
    )
    certificate = asn1_x509.Certificate.load(holder.certificate.public_bytes(serialization.Encoding.DER))
    seen = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(info.dump()).digest()]}),
        ]
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.IssuerAndSerialNumber(
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
            ),
            "digest_algorithm": sha256,
            "signed_attrs": seen,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": holder.key.sign(seen.dump(), ec.ECDSA(SHA256)),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info.dump())},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    content = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    response = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": content})
    return bytes(response.dump())


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def by_host(label: str, by: Holder | None = None, chain: Sequence[Holder] = (), **changed: Any) -> dict[str, Any]:
    """``signedData`` with the identity of a host and a timestamp; ``changed`` replaces, or (``None``) removes."""
    holder = by or host()
    signature = encoded(holder.key.sign(label.encode(), ec.ECDSA(SHA256)))
    signed = {
        "hash": label,
        "created": f"{SIGNED:%Y-%m-%dT%H:%M:%SZ}",
        "software": "ondertekenaar 1.0",
        "version": "0.1.0",
        "signature": signature,
        "domain": HOST,
        "domainCert": "\n".join(one.pem for one in (holder, *(chain or (root(),)))),
        "timeSignature": encoded(token(signature.encode())),
        "timestampCert": service().pem + root().pem,
    }
    return {name: value for name, value in (signed | changed).items() if value is not None}


def by_key(label: str, curve: ec.EllipticCurve | None = None, *, der: bool = False, **changed: Any) -> dict[str, Any]:
    """``signedData`` of a key without a name, the signature as two numbers, as browsers give it, or in DER."""
    key = ec.generate_private_key(curve or ec.SECP384R1())
    given = key.sign(label.encode(), ec.ECDSA(SHA256))
    if not der:
        half = -(-key.key_size // 8)
        given = b"".join(number.to_bytes(half, "big") for number in utils.decode_dss_signature(given))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = {
        "hash": label,
        "created": f"{SIGNED:%Y-%m-%dT%H:%M:%SZ}",
        "software": "browser 1.0",
        "signature": encoded(given),
        "publicKey": encoded(public),
    }
    return {name: value for name, value in (signed | changed).items() if value is not None}
