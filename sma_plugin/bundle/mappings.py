"""The mapping files that the configuration names: how suppliers' deliveries are read (``docs/suppliers.md``)."""

from __future__ import annotations

from pathlib import Path

from sma_plugin.readers.suppliers import mapping
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError


def mapping_files(settings: Settings) -> list[Path]:
    """The files of ``paths.mappings``; a folder stands for every ``.toml`` in it."""
    named = [settings.resolve(name) for name in settings.paths.mappings]
    return [file for path in named for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]


def use_mappings(settings: Settings) -> None:
    """Let suppliers' deliveries be read by the configured mappings. Raises :class:`UserError` for one that is wrong."""
    texts = []
    for path in mapping_files(settings):
        try:
            texts.append((path.name, path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise UserError("mapping_unreadable", path=path, reason=str(error)) from error
    try:
        mapping.use(texts)
    except mapping.MappingError as error:
        raise UserError("mapping_wrong", path=error.path, reason=error.reason) from error
