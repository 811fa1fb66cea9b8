"""One XML element in memory: name with namespace, attributes, content in order, and where its bytes are."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True)
class Element:
    """One element: its name (``{namespace}local``), attributes, content in order, and its bytes in the document."""

    name: str
    attributes: dict[str, str]
    offset: int
    content: list[Element | str] = field(default_factory=list)
    length: int = 0

    @property
    def children(self) -> list[Element]:
        """The elements directly below."""
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("}")[2]

    @property
    def text(self) -> str:
        """All text of the element and of what is below it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.content)

    def all(self, *names: str) -> list[Element]:
        """The elements directly below with one of these names."""
        return [one for one in self.children if one.name in names]

    def first(self, *names: str) -> Element | None:
        """The first element directly below with one of these names, which are tried in order."""
        return next((found[0] for name in names if (found := self.all(name))), None)

    def words(self, *names: str) -> str | None:
        """The text of the first of these elements that has any, without white space around it."""
        return next((text for name in names for one in self.all(name) if (text := one.text.strip())), None)

    def markup(self) -> str:
        """What is inside as markup, for elements that hold XHTML."""
        return "".join(html.escape(one, quote=False) if isinstance(one, str) else _tagged(one) for one in self.content)


def _tagged(element: Element) -> str:
    name = element.local
    given = "".join(f' {key.rpartition("}")[2]}="{html.escape(value)}"' for key, value in element.attributes.items())
    inner = element.markup()
    return f"<{name}{given}>{inner}</{name}>" if inner or name not in ("br", "img", "hr") else f"<{name}{given}/>"


def name_of(raw: str, scope: dict[str, str], *, default: bool = False) -> str:
    """A name with its namespace by the prefixes in force; ``default`` where a name without prefix has one too."""
    prefix, found, local = raw.rpartition(":")
    if prefix == "xml":
        return f"{{{_XML}}}{local}"
    space = scope.get(prefix, "") if found or default else ""
    return f"{{{space}}}{local}" if space else local


def attributes_of(given: dict[str, str], scope: dict[str, str]) -> dict[str, str]:
    """Attributes by their names with namespaces; declarations of prefixes are none."""
    if not given:
        return {}
    return {name_of(key, scope): value for key, value in given.items() if not key.startswith("xmlns")}
