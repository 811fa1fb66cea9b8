"""Pages of HTML: templates of a room, with everything that was delivered escaped and made visible."""

from __future__ import annotations

from functools import cache

import jinja2


@cache
def template(room: str, name: str) -> jinja2.Template:
    """A template in the folder ``templates`` of a room."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(room, "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    return environment.get_template(name)


def _visible(value: object) -> object:
    """Delivered text with its control and direction characters shown, so that it cannot disguise itself."""
    if not isinstance(value, str) or hasattr(value, "__html__") or value.isprintable():
        return value
    return "".join(one if one.isprintable() or one in "\n\t" else f"\\u{ord(one):04x}" for one in value)
