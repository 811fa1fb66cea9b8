"""``sma key``: the keys to pseudonyms, from their making to their end."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    command,
    commands,
    out_console,
    print_json,
    say,
    settings_of,
)
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.privacy.roles import acting
from sma_plugin.privacy.statements import statement, without
from sma_plugin.privacy.stored_posts import stored_posts
from sma_plugin.terminal import write
from sma_plugin.texts import UserError

if TYPE_CHECKING:
    from sma_plugin.privacy.rotation import Rotated

app = commands("key")
Role = Annotated[str, typer.Option("--role", help=say("help_role"))]
Reason = Annotated[str, typer.Option("--reason", help=say("help_reason"))]
Identifier = Annotated[str, typer.Argument(help=say("help_key_id"), metavar="KEY")]
Packages = Annotated[list[Path] | None, typer.Argument(help=say("help_key_packages"), metavar="PACKAGE")]
Passphrase = Annotated[Path | None, typer.Option("--passphrase-file", help=say("help_passphrase_file"))]


def _opened(config: Path | None, lang: str | None, role: str, reason: str) -> tuple[Keys, By]:
    """The keys, and who acts."""
    settings = settings_of(config, lang)
    return Keys.configured(settings), acting(settings, role, "keys", reason)


@command(app, "new", "key_new")
def new(
    role: Role,
    reason: Reason,
    custody: Annotated[str | None, typer.Option("--custody", help=say("help_custody"))] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Make the first key."""
    keys, by = _opened(config, lang, role, reason)
    if keys.current:
        raise UserError("key_there", key=keys.current.id, path=keys.path)
    key = keys.new(by, custody)
    write(out_console, say("key_made", key=key.id, fingerprint=key.fingerprint, path=keys.path))


@command(app, "list", "key_list")
def list_keys(as_json: AsJson = False, config: Config = None, lang: Lang = None) -> None:
    """Show the keys and their register."""
    keys = Keys.configured(settings_of(config, lang))
    rows = keys.register.rows()
    if as_json:
        print_json(rows)
        return
    for key in keys:
        used = say("key_used" if key is keys.current else "key_kept")
        write(out_console, f"{key.id} · {key.fingerprint} · {used}", style="bold")
    for absent in keys.absent():
        write(out_console, say("key_absent", key=absent, path=keys.path), style="bold red")
    if not rows:
        write(out_console, say("key_none", path=keys.path))
    for row in rows:
        more = (row.custody, row.to and f"→ {row.to}", row.about, row.by and f"({row.by})")
        told = (row.at[:16], row.key, say(f"deed_{row.deed}"), row.role, row.reason, *more)
        write(out_console, " · ".join(part for part in told if part), 2, hanging=2)
    if rows:
        write(out_console, say("key_register_ends", count=len(rows), digest=keys.register.digest))


@command(app, "rotate", "key_rotate")
def rotate(
    role: Role,
    reason: Reason,
    packages: Packages = None,
    old: Annotated[str | None, typer.Option("--from", help=say("help_key_from"))] = None,
    custody: Annotated[str | None, typer.Option("--custody", help=say("help_custody"))] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Make a key in place of the one in use, and the table between them."""
    from sma_plugin.privacy import rotation  # noqa: PLC0415 -- needs an extra

    keys, by = _opened(config, lang, role, reason)
    used = keys.get(old) if old else keys.current
    if used is None:
        raise UserError("key_none", path=keys.path)
    with stored_posts(packages or ()) as stored:
        if not old:
            key = keys.new(by, custody)
            write(out_console, say("key_made", key=key.id, fingerprint=key.fingerprint, path=keys.path))
        done = rotation.carry_over(keys, used, [one.read for one in stored])
    _tell(keys, used.id, done)


def _tell(keys: Keys, old: str, done: Rotated) -> None:
    write(out_console, say("key_table", count=done.pseudonyms, old=old, folder=keys.path.parent))
    if done.requests or done.left:
        write(out_console, say("key_requests", done=done.requests, left=done.left))
    write(out_console, say("key_still", old=old))


@command(app, "hand-over", "key_hand_over")
def hand_over(
    key: Identifier,
    to: Annotated[str, typer.Option("--to", help=say("help_key_to"))],
    out: Annotated[Path, typer.Option("--out", help=say("help_key_out"))],
    role: Role,
    reason: Reason,
    recipient: Annotated[Path | None, typer.Option("--recipient", help=say("help_recipient"))] = None,
    passphrase: Passphrase = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Write a sealed file with a key, for another custodian."""
    from sma_plugin.privacy import hand_over as handing  # noqa: PLC0415 -- needs an extra

    keys, by = _opened(config, lang, role, reason)
    keys.get(key)
    if recipient:
        seal = partial(handing.seal_for, recipient)
    else:
        seal = partial(handing.seal_with_passphrase, _passphrase(passphrase, confirm=True))
    handing.hand_over(keys, key, out, seal, by, to)
    _state(keys)
    write(out_console, say("key_handed_over", path=out))
    if not recipient:
        write(out_console, say("key_passphrase_apart"))


@command(app, "receive", "key_receive")
def receive(
    path: Annotated[Path, typer.Argument(help=say("help_key_file"), metavar="FILE")],
    origin: Annotated[str, typer.Option("--from", help=say("help_key_origin"))],
    role: Role,
    reason: Reason,
    private: Annotated[Path | None, typer.Option("--private-key", help=say("help_private"))] = None,
    passphrase: Passphrase = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Take in a key that was handed over."""
    from sma_plugin.privacy import hand_over as handing  # noqa: PLC0415 -- needs an extra

    keys, by = _opened(config, lang, role, reason)
    handing.read_sealed(path)
    if private:
        unseal = partial(handing.opened_by, private)
    else:
        unseal = partial(handing.opened_with_passphrase, _passphrase(passphrase, confirm=False))
    for one in handing.receive(keys, path, unseal, by, origin):
        used = say("key_used" if one is keys.current else "key_kept")
        write(out_console, say("key_received", key=one.id, fingerprint=one.fingerprint, used=used))


@command(app, "destroy", "key_destroy")
def destroy(
    key: Identifier,
    role: Role,
    reason: Reason,
    confirm: Annotated[str | None, typer.Option("--confirm", help=say("help_confirm"))] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Take a key out of the file for good."""
    keys, by = _opened(config, lang, role, reason)
    keys.get(key)
    write(out_console, without(keys, key, LANGUAGE))
    write(out_console, say("key_copies"))
    if confirm is None and sys.stdin.isatty():
        confirm = typer.prompt(say("key_destroy_ask", key=key))
    if confirm != key:
        raise UserError("key_not_confirmed", key=key)
    keys.destroy(key, by)
    _state(keys)


@command(app, "lost", "key_lost")
def lost(key: Identifier, role: Role, reason: Reason, config: Config = None, lang: Lang = None) -> None:
    """Note that a key was lost."""
    keys, by = _opened(config, lang, role, reason)
    keys.lose(key, by)
    _state(keys)
    write(out_console, say("key_lost"))


def _state(keys: Keys) -> None:
    """The statement of what was done, and where it is on record."""
    for paragraph in statement(keys, LANGUAGE):
        write(out_console, paragraph)
    write(out_console, say("key_stated", path=keys.register.path))


def _passphrase(path: Path | None, *, confirm: bool) -> str:
    """The passphrase, from a file or from who sits at the terminal; never from the command line, which is kept."""
    if path is not None:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UserError("passphrase_none")
    return str(typer.prompt(say("passphrase_ask"), hide_input=True, confirmation_prompt=confirm))
