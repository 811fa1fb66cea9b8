"""What a record of a supplier says, by the mapping that says where values stand and what they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sma_plugin.model import Moment
from sma_plugin.readers.suppliers.mapping import Field, Mapping
from sma_plugin.readers.suppliers.record import Record
from sma_plugin.readers.values import MOST, epoch_moment, microseconds, told_moment

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_DEFAULT = Field()


class Meanings:
    """A mapping over one delivery. ``files`` are the delivered files by name; ``unknown`` counts values that a list of
    words does not have.
    """

    def __init__(self, mapping: Mapping, files: dict[str, str]) -> None:
        self._mapping, self._files = mapping, files
        self.unknown: dict[str, int] = {}

    def field(self, name: str) -> Field:
        """Where a value stands."""
        return self._mapping.fields.get(name, _DEFAULT)

    def meant(self, field: Field, value: str) -> str | None:
        """What a word stands for."""
        words = self._mapping.values[field.values] if field.values else None
        if words is None:
            return value
        found = words.get(value) or words.get(value.casefold()) or words.get("*")
        if found is None:
            self.unknown[value] = self.unknown.get(value, 0) + 1
        return found

    def counts(self, record: Record) -> dict[str, int]:
        """Numbers of action buttons; a list of people is as many as it has."""
        found = {}
        for name, path in self._mapping.counts.items():
            for value in record.values(path)[:1]:
                number = len(value) if isinstance(value, list) else _whole(value)
                if number is not None:
                    found[name] = number
        return found

    def resolved(self, record: Record, text: str) -> str:
        """A text with the addresses that its placeholders stand for."""
        if self._mapping.placeholders is None:
            return text
        pattern, path, address, ending = self._mapping.placeholders
        tables = [one for one in record.values(path) if isinstance(one, dict)]

        def put(found: re.Match[str]) -> str:
            token = found.group()
            entries = ((name, entry) for table in tables for name, entry in table.items() if isinstance(entry, dict))
            for name, entry in entries:
                if _is(token, name, entry, ending) and isinstance(entry.get(address), str):
                    return str(entry[address])
            return token

        return re.sub(pattern, put, text)

    def file(self, value: str) -> str | None:
        """The delivered file that a name or relative path means."""
        plain = value.replace("\\", "/").removeprefix("./").casefold()
        return self._files.get(plain) or self._files.get(plain.rpartition("/")[2])

    @property
    def platform(self) -> str | None:
        """The platform that all of the delivery is of."""
        return self._mapping.platform


def _is(token: str, name: str, entry: dict[str, Any], ending: str) -> bool:
    stated = entry.get(ending)
    return name == token or (isinstance(stated, str) and stated.endswith(token))


class Said:
    """What one record says."""

    def __init__(self, meanings: Meanings, record: Record) -> None:
        self.meanings, self.record = meanings, record

    def raw(self, name: str) -> list[Any]:
        """The values of a field, as they stand."""
        field = self.meanings.field(name)
        if field.template:
            parts = {path: self.record.values(path) for path in _TEMPLATE.findall(field.template)}
            if all(parts.values()):
                return [_TEMPLATE.sub(lambda found: str(parts[found.group(1)][0]), field.template)]
        for path in field.source:
            found = [value for value in self.record.values(path) if value not in ("", None)]
            if found:
                return found
        return []

    def texts(self, name: str) -> list[str]:
        """The values of a field as texts, in the words that the mapping gives them."""
        field = self.meanings.field(name)
        found: list[str] = []
        for value in self.raw(name):
            listed = value if isinstance(value, list) else [value]
            plain = (str(one) for one in listed if isinstance(one, str | int | float) and not isinstance(one, bool))
            for one in plain:
                parts = one.split(field.separator) if field.separator else [one]
                found += [taken for part in parts if (taken := self._taken(field, part.strip()))]
        instead = field.fixed or (self.meanings.platform if name == "platform" else None)
        return found or ([instead] if instead else [])

    def _taken(self, field: Field, text: str) -> str | None:
        if field.pattern:
            found = re.search(field.pattern, text)
            text = (found.group(1) if found.groups() else found.group()) if found else ""
        return self.meanings.meant(field, text) if text else None

    def text(self, name: str) -> str | None:
        """The first value of a field."""
        return next(iter(self.texts(name)), None)

    def moment(self, name: str) -> Moment | None:
        """A field as a moment."""
        field, raw = self.meanings.field(name), self.text(name)
        if raw is None:
            return None
        if field.reading in ("epoch", "epoch-ms"):
            return epoch_moment(raw, 1000 if field.reading == "epoch-ms" else 1)
        if field.format is None:
            return told_moment(raw)
        try:
            found = datetime.strptime(raw, field.format)  # noqa: DTZ007 -- its zone follows
        except ValueError:
            return Moment(None, raw)
        if found.tzinfo is None:
            offset = field.zone or 0.0
            zone = timezone(timedelta(hours=offset))
            assumed = "zone:UTC" if not offset else f"zone:{zone}"
            return Moment(microseconds(found.replace(tzinfo=zone)), raw, assumed if "%S" in field.format else "minute")
        return Moment(microseconds(found.astimezone(UTC)), raw)


def _whole(value: Any) -> int | None:
    try:
        number = int(re.sub(r"[.,]0{1,2}$|[.,]", "", value)) if isinstance(value, str) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < MOST else None
