"""Where approvals and declarations are kept: a folder of the archive's own, never in a package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from sma_plugin.destruction.declaring import write_form
from sma_plugin.destruction.metadata import mdto, premis
from sma_plugin.destruction.pages import declaration_page, list_page
from sma_plugin.destruction.records import Approval, Declaration, DestructionList
from sma_plugin.destruction.telling import declaration_rows, write_list
from sma_plugin.findings import Language
from sma_plugin.package.files import write_bytes, write_json
from sma_plugin.settings import Settings
from sma_plugin.tables_out import OutColumn, OutRow, write_table
from sma_plugin.texts import UserError, text


def write_listing(path: Path, made: DestructionList, settings: Settings, language: Language) -> None:
    """Write a list as the ending of ``path`` says: a table, JSON, or a page. Raises :class:`UserError`."""
    if path.exists():
        raise UserError("exists", path=path)
    if path.suffix.lower() == ".json":
        write_json(path, made)
    elif path.suffix.lower() in (".html", ".htm"):
        write_bytes(path, list_page(made, language))
    elif path.suffix.lower() in (".xlsx", ".csv"):
        may = [name for name, role in settings.roles.items() if "destruction" in role.decides]
        write_list(path, made, may, language)
    else:
        raise UserError("destruction_ending", path=path)


def folder_for(settings: Settings, out: Path | None) -> Path:
    """The folder that was named, else the configured one. Raises :class:`UserError` where there is none."""
    if out:
        return out
    if not settings.paths.destruction:
        raise UserError("destruction_no_folder")
    return settings.resolve(settings.paths.destruction)


def keep_approval(made: Approval, folder: Path, language: Language) -> tuple[Path, Path]:
    """Write an approval, and beside it the form on which is said what was done; gives both paths."""
    name = _free(folder, f"{text('destruction_name_approval', language)}-{made.date}", ".json")
    path, form = folder / f"{name}.json", folder / f"{name}-{text('destruction_name_form', language)}.csv"
    write_json(path, made)
    write_form(form, language)
    return path, form


def keep_declaration(made: Declaration, folder: Path, settings: Settings, language: Language) -> Path:
    """Write a declaration into a folder of its own: to sign, as a table, as data, as PREMIS and MDTO."""
    name = _free(folder, f"{text('destruction_name_declaration', language)}-{made.executed.date}", "")
    target = folder / name
    write_json(target / "declaration.json", made)
    write_bytes(target / "declaration.html", declaration_page(made, language))
    heads, rows = declaration_rows(made, language)
    title = text("destruction_declaration", language)
    write_table(target / "declaration.xlsx", title, [OutColumn(*head) for head in heads], [OutRow(row) for row in rows])
    write_bytes(target / "premis.xml", premis(made, settings))
    for number, one in enumerate(made.approval.approved, 1):
        record = _with_event(one.mdto, made)
        if record:
            write_bytes(target / "mdto" / f"{number:04}-{one.item.id}.MDTO.xml", record)
    return target


def _with_event(record: str, made: Declaration) -> bytes | None:
    """An MDTO record with its last event; nothing of a package that had none that can be read."""
    try:
        return mdto(record, made) if record else None
    except etree.XMLSyntaxError:
        return None


def _free(folder: Path, stem: str, ending: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return next(name for name in _numbered(stem) if not (folder / f"{name}{ending}").exists())


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1
