"""The signature of a WACZ, verified offline: by whom and when, what is wrong with it, and whom the archive trusts."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

import signing
from signing import SIGNED, by_host, by_key, encoded, host, issue, root, service, token
from sma_plugin.bundle.wacz_signature import check_signature
from sma_plugin.check import check
from sma_plugin.readers import certificates
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Settings
from sma_plugin.texts import UserError
from warc_builders import members, record, wacz, warcinfo

LABEL = "sha256:" + hashlib.sha256(b"datapackage").hexdigest()
OTHER = "sha256:" + "0" * 64
YEAR = timedelta(days=365)
Told = list[tuple[str, dict[str, str | int]]]


def told(signed: dict[str, Any], *roots: str) -> Told:
    found: Told = []
    check_signature(signed, lambda code, params: found.append((code, params)), roots)
    return found


def codes(signed: dict[str, Any], *roots: str) -> list[str]:
    return [code for code, _ in told(signed, *roots)]


def late_service() -> signing.Holder:
    return issue(
        "Verlopen dienst", root(), use=ExtendedKeyUsageOID.TIME_STAMPING, begins=SIGNED - 3 * YEAR, ends=SIGNED - YEAR
    )


def stamped_by(holder: signing.Holder) -> dict[str, Any]:
    signed = by_host(LABEL)
    stamp = token(signed["signature"].encode(), by=holder)
    return signed | {"timeSignature": encoded(stamp), "timestampCert": holder.pem + root().pem}


def stamped_at(moment: timedelta) -> dict[str, Any]:
    signed = by_host(LABEL)
    return signed | {"timeSignature": encoded(token(signed["signature"].encode(), at=SIGNED + moment))}


def crossed(*, same_key: bool) -> dict[str, Any]:
    """A certificate for the same host by another authority, for the host's own key or for another one."""
    second = issue("Tweede instantie", ca=True)
    other = issue(signing.HOST, second, key=host().key if same_key else None)
    return by_host(LABEL, crossSignedCert=other.pem + second.pem)


def rsa_key() -> str:
    public = rsa.generate_private_key(65537, 2048).public_key()
    return encoded(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def shifted(text: str, at: int = 40) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


WRONG: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "another hash": ("SMA-Z039", lambda: by_host(LABEL) | {"hash": OTHER}),
    "another key": ("SMA-Z039", lambda: by_host(LABEL) | {"signature": by_host(OTHER)["signature"]}),
    "another hash, key without a name": ("SMA-Z039", lambda: by_key(LABEL) | {"hash": OTHER}),
    "no hash": ("SMA-Z039", lambda: by_host(LABEL, hash=None)),
    "a timestamp of something else": ("SMA-Z040", lambda: by_host(LABEL, timeSignature=encoded(token(b"anders")))),
    "a timestamp that was changed": (
        "SMA-Z040",
        lambda: by_host(LABEL) | {"timeSignature": shifted(by_host(LABEL)["timeSignature"], 300)},
    ),
    "a timestamp that is none": ("SMA-Z040", lambda: by_host(LABEL, timeSignature=encoded(b"geen tijdstempel"))),
    "a service of an expired certificate": ("SMA-Z040", lambda: stamped_by(late_service())),
    "a timestamp by who may give none": ("SMA-Z040", lambda: stamped_by(host())),
    "no signature": ("SMA-Z041", lambda: by_host(LABEL, signature=None)),
    "a signature that is no base64": ("SMA-Z041", lambda: by_host(LABEL, signature="geen base64!")),
    "neither key nor certificate": ("SMA-Z041", lambda: by_host(LABEL, domainCert=None)),
    "a certificate that is none": ("SMA-Z041", lambda: by_host(LABEL, domainCert="geen certificaat")),
    "a key that is none": ("SMA-Z041", lambda: by_key(LABEL, publicKey=encoded(b"geen sleutel"))),
    "a key of another kind": ("SMA-Z041", lambda: by_key(LABEL, publicKey=rsa_key())),
    "no moment at all": ("SMA-Z041", lambda: by_host(LABEL, created=None, timeSignature=None)),
    "signed before its certificate": ("SMA-Z042", lambda: stamped_at(timedelta(days=-30))),
    "signed after its certificate": ("SMA-Z042", lambda: stamped_at(timedelta(days=200))),
    "a chain that does not hold": ("SMA-Z043", lambda: by_host(LABEL, chain=(service(),))),
    "a chain over who may give none": (
        "SMA-Z043",
        lambda: by_host(LABEL, by=issue(signing.HOST, host()), chain=(host(), root())),
    ),
    "a second certificate for another key": ("SMA-Z043", lambda: crossed(same_key=False)),
    "another host": ("SMA-Z045", lambda: by_host(LABEL, domain="elders.example")),
    "no host": ("SMA-Z045", lambda: by_host(LABEL, domain=None)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_signature_is_told_and_nothing_else(name: str) -> None:
    code, signed = WRONG[name]
    assert codes(signed(), root().pem) == [code]


RIGHT: dict[str, tuple[list[str], Callable[[], dict[str, Any]]]] = {
    "a host": (["SMA-Z036"], lambda: by_host(LABEL)),
    "a second certificate": (["SMA-Z036"], lambda: crossed(same_key=True)),
    "no timestamp": (["SMA-Z047", "SMA-Z036"], lambda: by_host(LABEL, timeSignature=None)),
    "the service's certificate in the timestamp only": (["SMA-Z036"], lambda: by_host(LABEL, timestampCert=None)),
    "the chain without its root": (["SMA-Z036"], lambda: by_host(LABEL) | {"domainCert": host().pem}),
    "another moment stated": (["SMA-Z046", "SMA-Z036"], lambda: by_host(LABEL, created="2024-03-01T08:00:00Z")),
    "no moment stated": (["SMA-Z046", "SMA-Z036"], lambda: by_host(LABEL, created=None)),
    "a key": (["SMA-Z038"], lambda: by_key(LABEL)),
    "a key of another curve": (["SMA-Z038"], lambda: by_key(LABEL, ec.SECP521R1())),
    "a key, in DER": (["SMA-Z038"], lambda: by_key(LABEL, der=True)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_signature_is_told_with_what_it_proves(name: str) -> None:
    expected, signed = RIGHT[name]
    assert codes(signed(), root().pem) == expected


def test_by_whom_when_and_until_when_is_told() -> None:
    ((code, params),) = told(by_host(LABEL), root().pem)
    assert code == "SMA-Z036"
    assert params == {"value": signing.HOST, "moment": "2024-03-01T10:05:00Z", "days": "2024-02-29 – 2024-05-29"}


def test_a_timestamp_whose_service_rests_on_nothing_at_hand_cannot_be_verified() -> None:
    signed = by_host(LABEL, timestampCert=None)
    assert told(signed) == [("SMA-Z041", {"reason": "the certificate of the timestamp service is missing"})]


def test_without_trusted_roots_that_is_said_and_with_others_too() -> None:
    assert codes(by_host(LABEL)) == ["SMA-Z037"]
    assert codes(by_host(LABEL), issue("Een ander", ca=True).pem) == ["SMA-Z044"]


def test_a_second_path_is_taken_where_the_first_is_not_trusted() -> None:
    second = issue("Tweede instantie", ca=True)
    other = issue(signing.HOST, second, key=host().key)
    signed = by_host(LABEL, crossSignedCert=other.pem + second.pem, timeSignature=None)
    assert codes(signed, second.pem) == ["SMA-Z047", "SMA-Z036"]
    assert codes(by_host(LABEL, timeSignature=None), second.pem) == ["SMA-Z047", "SMA-Z044"]


def test_without_the_libraries_it_is_said_that_nothing_was_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "available", lambda: False)
    assert codes(by_host(OTHER) | {"hash": LABEL}) == ["SMA-Z018"]


def test_a_star_stands_for_one_label() -> None:
    wide = issue("*.voorbeeldstad.example").certificate
    assert certificates.is_for(wide, "a.voorbeeldstad.example")
    assert not certificates.is_for(wide, "a.b.voorbeeldstad.example")
    assert not certificates.is_for(wide, "voorbeeldstad.example")


def packed(signed: Callable[[str], dict[str, Any]]) -> bytes:
    """A WACZ with this signature of its datapackage."""
    plain = wacz(members(warcinfo(), record()))
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        label = "sha256:" + hashlib.sha256(archive.read("datapackage.json")).hexdigest()
    digest = json.dumps({"path": "datapackage.json", "hash": label, "signedData": signed(label)}).encode()
    return wacz(members(warcinfo(), record()), **{"datapackage-digest_dot_json": digest})


def checked(data: bytes, folder: Path, *roots: str) -> list[str]:
    """The codes that ``sma validate`` gives for a WACZ, but that it was not declared."""
    (folder / "pagina.wacz").write_bytes(data)
    found = check(folder / "pagina.wacz", Settings(base=str(folder), paths=Paths(trusted_certificates=roots)), Quiet())
    return [one.code for one in found if one.code != "SMA-B014"]


def test_the_roots_of_the_configuration_are_used(tmp_path: Path) -> None:
    (tmp_path / "instanties.pem").write_text(root().pem, encoding="ascii")
    assert checked(packed(by_host), tmp_path, "instanties.pem") == ["SMA-Z036"]
    assert checked(packed(by_host), tmp_path) == ["SMA-Z037"]
    assert checked(packed(by_key), tmp_path) == ["SMA-Z038"]


def test_a_datapackage_that_was_changed_is_not_said_to_be_signed(tmp_path: Path) -> None:
    data = packed(by_host).replace(b'"wacz_version": "1.1.1"', b'"wacz_version": "1.1.2"')
    assert set(checked(data, tmp_path)) == {"SMA-Z007", "SMA-Z017"}
    assert checked(packed(lambda _: by_host(OTHER)), tmp_path) == ["SMA-Z017"]


@pytest.mark.parametrize("text", ["geen certificaat", None])
def test_roots_that_cannot_be_used_are_an_error_of_the_configuration(text: str | None, tmp_path: Path) -> None:
    if text:
        (tmp_path / "instanties.pem").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"instanties\.pem"):
        checked(packed(by_host), tmp_path, "instanties.pem")


def test_a_real_signature_of_a_host_is_verified(samples: Path) -> None:
    with zipfile.ZipFile(samples / "warc/py-wacz-fixtures/valid_signed_example_1.wacz") as archive:
        signed = json.loads(archive.read("datapackage-digest.json"))["signedData"]
    ((code, params),) = told(signed)
    assert code == "SMA-Z037"
    assert params["value"] == signed["domain"]
    assert params["moment"] == signed["created"]
    last = signed["domainCert"].rindex("-----BEGIN")
    service_root = signed["timestampCert"][signed["timestampCert"].rindex("-----BEGIN") :]
    assert codes(signed, signed["domainCert"][last:], service_root) == ["SMA-Z036"]
    assert codes(signed, service_root) == ["SMA-Z044"]
    assert codes(signed | {"signature": shifted(signed["signature"])}) == ["SMA-Z039"]


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=50) | st.binary(max_size=80).map(encoded)
SOUND = [by_host(LABEL), by_key(LABEL)]


@given(st.sampled_from(SOUND), st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_there_is_told_and_never_raises(sound: dict[str, Any], data: st.DataObject) -> None:
    signed = dict(sound)
    for name in data.draw(st.lists(st.sampled_from(sorted(sound)), min_size=1, max_size=3, unique=True)):
        text = sound[name]
        at = data.draw(st.integers(0, len(text) - 1))
        signed[name] = data.draw(VALUES | st.just(shifted(text, at)) | st.just(text[:at]))
    assert codes(signed, root().pem)
