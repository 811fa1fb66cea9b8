"""Telling who stands behind a pseudonym: by a role that may, on record, and by no means without the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from conversations import BY, JAN, Home, talk
from sma_plugin.cli import app
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.reveal import Revealed, reveal
from sma_plugin.privacy.rotation import carry_over, table_path
from sma_plugin.privacy.stored_posts import stored_posts
from sma_plugin.texts import UserError


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return talk(tmp_path_factory.mktemp("gesprek"))


@pytest.fixture
def place(stored: Home, tmp_path: Path) -> Home:
    """The conversation, with keys of its own that a test may do away with."""
    (tmp_path / "keys").mkdir(mode=0o700)
    path = tmp_path / "keys" / "k"
    for one in stored.keys.path.parent.iterdir():
        copy = path.with_name(one.name.replace(stored.keys.path.name, path.name))
        copy.write_bytes(one.read_bytes())
        copy.chmod(0o600)
    return stored._replace(keys=Keys(path))


def pseudonym(place: Home) -> str:
    return Pseudonyms(place.key).of("person", "x", JAN["id"])


def revealed(place: Home, name: str) -> list[Revealed]:
    with stored_posts([place.out]) as packages:
        return reveal(Keys(place.keys.path), name, packages, BY)


def test_a_person_is_found_with_all_that_the_packages_call_them(place: Home) -> None:
    name = pseudonym(place)
    assert name in place.package.access_posts.read_text()
    (found,) = revealed(place, name)
    assert found.package == place.package.root.name
    assert found.identity == ("person", "x", JAN["id"])
    told = " ".join(f"{ref.native_id} {ref.handle} {ref.name}" for ref in found.called)
    assert all(one in told for one in JAN.values())


def test_a_post_and_something_in_a_text_are_found_too(place: Home) -> None:
    make = Pseudonyms(place.key)
    (written,) = revealed(place, make.of("post", "x", "30"))
    assert written.identity == ("post", "x", "30")
    assert [ref.native_id for ref in written.called] == [JAN["id"]]
    (mail,) = revealed(place, make.of("text", "email", "jan@voorbeeld.example"))
    assert mail.identity.identity == "jan@voorbeeld.example"


def test_the_act_is_on_record_and_the_name_is_not(place: Home) -> None:
    name = pseudonym(place)
    revealed(place, name)
    row = place.keys.register.rows()[-1]
    assert (row.deed, row.about, row.role, row.reason) == ("revealed", name, "archivist", "Besluit 1")
    beside = b"".join(path.read_bytes() for path in place.keys.path.parent.iterdir())
    assert not [one for one in JAN.values() if one.encode() in beside]


def test_looking_in_vain_is_on_record_as_well(place: Home) -> None:
    name = f"p{place.key.id.removeprefix('k-')}-0000000000000000"
    with pytest.raises(UserError, match="does not occur in these packages"):
        revealed(place, name)
    assert place.keys.register.rows()[-1].about == name


@pytest.mark.parametrize("name", ["pzzzzz-0123456789abcdef", "Jan", "", "p-"])
def test_what_no_key_here_made_is_refused(place: Home, name: str) -> None:
    with pytest.raises(UserError, match="Without that key nobody can say"):
        revealed(place, name)


def test_an_old_pseudonym_is_followed_after_its_key_is_gone(place: Home) -> None:
    old, name = place.key, pseudonym(place)
    keys = Keys(place.keys.path)
    keys.new(BY)
    with stored_posts([place.out]) as packages:
        done = carry_over(keys, old, [one.read for one in packages])
    assert done.pseudonyms > 3
    keys.destroy(old.id, BY)
    (found,) = revealed(place, name)
    assert found.identity == ("person", "x", JAN["id"])


def test_the_table_tells_nothing_without_the_new_key(place: Home) -> None:
    old, name = place.key, pseudonym(place)
    keys = Keys(place.keys.path)
    new = keys.new(BY)
    with stored_posts([place.out]) as packages:
        carry_over(keys, old, [one.read for one in packages])
    sealed = table_path(keys, old.id, new.id)
    assert sealed.stat().st_mode & 0o777 == 0o600
    data = sealed.read_bytes()
    assert not [one for one in (name, Pseudonyms(new).of("person", "x", JAN["id"])) if one.encode() in data]
    keys.destroy(old.id, BY)
    keys.destroy(new.id, BY)
    keys.new(BY)
    with pytest.raises(UserError, match="Without that key nobody can say"):
        revealed(place, name)


def test_a_package_that_was_changed_tells_nothing(place: Home) -> None:
    name = pseudonym(place)
    posts = place.package.posts
    sound = posts.read_bytes()
    posts.write_bytes(sound.replace(b"jan_jansen84", b"piet_pieters"))
    try:
        with pytest.raises(UserError, match="are not what its checksums say"):
            revealed(place, name)
    finally:
        posts.write_bytes(sound)


def sma(place: Home, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--config", str(place.config)])
    return done.exit_code, done.output + str(done.exception or "")


def test_only_a_role_that_may_is_told(stored: Home) -> None:
    name = pseudonym(stored)
    before = len(stored.keys.register.rows())
    for role, said in (("trainee", "may not do this"), ("nobody", "is not in the configuration")):
        code, told = sma(stored, "privacy", "reveal", name, str(stored.out), "--role", role, "--reason", "x")
        assert (code != 0, said in told, JAN["username"] in told) == (True, True, False)
    code, told = sma(stored, "privacy", "reveal", name, str(stored.out), "--role", "archivist", "--reason", " ")
    assert (code != 0, "Give a reason" in told) == (True, True)
    assert len(stored.keys.register.rows()) == before
    code, told = sma(stored, "privacy", "reveal", name, str(stored.out), "--role", "archivist", "--reason", "Woo 8")
    assert (code, JAN["username"] in told, JAN["name"] in told) == (0, True, True)
    assert stored.keys.register.rows()[-1].reason == "Woo 8"
