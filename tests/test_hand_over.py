"""Handing keys over: sealed on the way, by passphrase or for who holds a key, and taken in once."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sma_plugin.model import AccountRef
from sma_plugin.privacy.hand_over import (
    Seal,
    hand_over,
    opened_by,
    opened_with_passphrase,
    receive,
    seal_for,
    seal_with_passphrase,
)
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.privacy.known import ENDING, Known
from sma_plugin.privacy.met import Met
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.provenance import Stamps
from sma_plugin.texts import UserError

BY = By(Stamps("proef"), "archivaris", "Overbrenging")
WORDS = "paard batterij nietje correct"


@pytest.fixture
def ours(tmp_path: Path) -> Keys:
    keys = Keys(tmp_path / "ons" / "k")
    keys.new(BY)
    return keys


@pytest.fixture
def theirs(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "hun" / "k")


def sent(ours: Keys, seal: Seal) -> Path:
    assert ours.current is not None
    target = ours.path.parent.parent / "overdracht.sealed"
    hand_over(ours, ours.current.id, target, seal, BY, "Streekarchief")
    return target


def pem(folder: Path, private: Any) -> tuple[Path, Path]:
    """A private and a public key in files."""
    paths = folder / "privé.pem", folder / "openbaar.pem"
    paths[0].write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = private.public_key()
    paths[1].write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return paths


def test_a_key_goes_over_with_a_passphrase(ours: Keys, theirs: Keys) -> None:
    key = ours.current
    path = sent(ours, partial(seal_with_passphrase, WORDS))
    assert receive(theirs, path, partial(opened_with_passphrase, WORDS), BY, "Voorbeeldstad") == [key]
    assert Keys(theirs.path).current == key
    assert [(row.deed, row.to, row.custody) for row in ours.register.rows()][1:] == [
        ("handed-over", "Streekarchief", None)
    ]
    assert [(row.deed, row.custody) for row in theirs.register.rows()] == [("received", "Voorbeeldstad")]


def test_people_are_called_the_same_by_who_receives_the_key(ours: Keys, theirs: Keys) -> None:
    """First met by handle alone here, then with a number there: one person, one pseudonym."""

    def called(keys: Keys, ref: AccountRef) -> str | None:
        assert keys.current is not None
        people = People(Pseudonyms(keys.current), (), Known.beside(keys.path))
        people.meet([Met([("x", ref)], [])])
        return people.pseudonym("x", ref)

    alone, numbered = AccountRef(None, "proef_persoon"), AccountRef("77", "proef_persoon")
    here = called(ours, alone)
    receive(
        theirs,
        sent(ours, partial(seal_with_passphrase, WORDS)),
        partial(opened_with_passphrase, WORDS),
        BY,
        "Voorbeeldstad",
    )
    assert called(theirs, numbered) == here
    assert Known.beside(theirs.path).rows("") != Known.beside(ours.path).rows("")
    table = theirs.path.with_name(theirs.path.name + ENDING)
    assert table.stat().st_mode & 0o777 == 0o600


def test_nothing_of_the_key_stands_in_the_file(ours: Keys) -> None:
    key = ours.current
    assert key is not None
    path = sent(ours, partial(seal_with_passphrase, WORDS))
    data = path.read_bytes()
    inside = base64.b64decode(data.split(b"\n", 2)[2])
    for told in (data, inside):
        assert not any(one in told for one in (key.value, key.secret.encode(), base64.b64encode(key.value)[:40]))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("make", [x25519.X25519PrivateKey.generate, lambda: rsa.generate_private_key(65537, 2048)])
def test_a_key_goes_over_to_who_holds_a_private_key(ours: Keys, theirs: Keys, make: Callable[[], Any]) -> None:
    private, public = pem(ours.path.parent, make())
    path = sent(ours, partial(seal_for, public))
    assert receive(theirs, path, partial(opened_by, private), BY, "Voorbeeldstad") == [ours.current]


def test_another_secret_opens_nothing(ours: Keys, theirs: Keys, tmp_path: Path) -> None:
    private, public = pem(tmp_path, x25519.X25519PrivateKey.generate())
    path = sent(ours, partial(seal_for, public))
    other, _ = pem(ours.path.parent, x25519.X25519PrivateKey.generate())
    wrong, _ = pem(theirs.path.parent.parent, rsa.generate_private_key(65537, 2048))
    for unseal in (partial(opened_by, other), partial(opened_by, wrong), partial(opened_with_passphrase, WORDS)):
        with pytest.raises(UserError, match="does not open"):
            receive(theirs, path, unseal, BY, "Voorbeeldstad")
    assert theirs.register.rows() == []
    assert private != other


@pytest.mark.parametrize("change", [lambda data: data[:-20], lambda data: data[:-9] + b"AAAA" + data[-5:]])
def test_a_file_that_was_changed_does_not_open(ours: Keys, theirs: Keys, change: Callable[[bytes], bytes]) -> None:
    path = sent(ours, partial(seal_with_passphrase, WORDS))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UserError, match=r"does not open|is damaged"):
        receive(theirs, path, partial(opened_with_passphrase, WORDS), BY, "Voorbeeldstad")


def test_what_cannot_be_used_is_refused_in_a_sentence(ours: Keys, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too short"):
        sent(ours, partial(seal_with_passphrase, "kort"))
    _, signs_only = pem(tmp_path, ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(UserError, match="is no key that can be used"):
        sent(ours, partial(seal_for, signs_only))
    with pytest.raises(UserError, match="is no key that can be used"):
        sent(ours, partial(seal_for, ours.path))
    sent(ours, partial(seal_with_passphrase, WORDS))
    with pytest.raises(UserError, match="exists already"):
        sent(ours, partial(seal_with_passphrase, WORDS))
