"""Objects whose members differ from request to request, because who captured them chose the fields.

Where a form has a fixed set of fields, a typed struct reads it (ladder.py); here each member is asked for as what it
should be. A member of another form costs itself only, and is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sma_plugin.readers.values import number


class Fields:
    """The members of one JSON object. ``odd`` holds the names of those that had another form than was asked for."""

    __slots__ = ("_values", "odd")

    def __init__(self, values: Any, odd: list[str] | None = None) -> None:
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self.odd: list[str] = [] if odd is None else odd

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def raw(self, name: str) -> Any:
        """The value as it is."""
        return self._values.get(name)

    def text(self, *names: str) -> str | None:
        """The first of these members that is a text or a number (platforms write ids as either); never empty."""
        for name in names:
            value = self._values.get(name)
            if isinstance(value, str):
                if value:
                    return value
            elif isinstance(value, int) and not isinstance(value, bool):
                return str(value)
            elif value is not None:
                self.odd.append(name)
        return None

    def said(self, name: str) -> str | None:
        """A text that may be empty: what a post says."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            self.odd.append(name)
            return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        return value

    def whole(self, name: str) -> int | None:
        """A whole number, also when it came as text."""
        value = self._values.get(name)
        found = number(value)
        if value is not None and found is None:
            self.odd.append(name)
        return found

    def decimal(self, name: str) -> float | None:
        """A number with a fraction, also when it came as text."""
        value = self._values.get(name)
        try:
            return None if value is None or isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            self.odd.append(name)
            return None

    def flag(self, name: str) -> bool | None:
        """Yes or no."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, bool):
            self.odd.append(name)
            return None
        return value

    def object(self, *names: str) -> Fields:
        """The object inside objects that these names lead to; without members when there is none."""
        found: Any = self._values
        for name in names:
            found = found.get(name)
            if not isinstance(found, dict):
                if found not in (None, []):
                    self.odd.append(name)
                return Fields(None, self.odd)
        return Fields(found, self.odd)

    def objects(self, name: str) -> list[Fields]:
        """The objects of a list, which may stand in the member ``data`` of an object; what else is in it is odd."""
        given = self._values.get(name)
        if isinstance(given, dict):
            given = given.get("data")
        if given is None:
            return []
        if not isinstance(given, list):
            self.odd.append(name)
            return []
        found = [Fields(one, self.odd) for one in given if isinstance(one, dict)]
        self.odd.extend([name] if len(found) < len(given) else [])
        return found
