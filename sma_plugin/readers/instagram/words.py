"""What Instagram and Threads leave in a text: hashtags and who is mentioned."""

from __future__ import annotations

import re

from sma_plugin.model import AccountRef

_HASHTAG = re.compile(r"(?<![\w&])[#\uff03](\w*[^\W\d]\w*)")
_MENTION = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)")


def hashtags(text: str | None) -> tuple[str, ...] | None:
    """The hashtags of a text, each once.

    >>> hashtags("Op de markt #Voorbeeldstad #markt #Voorbeeldstad")
    ('Voorbeeldstad', 'markt')
    """
    return None if text is None else tuple(dict.fromkeys(_HASHTAG.findall(text)))


def mentions(text: str | None) -> tuple[AccountRef, ...] | None:
    """The accounts that a text names with ``@``; a name is all that it gives.

    >>> [one.handle for one in mentions("Dank @voorbeeld.stad. Mail naar info@voorbeeldstad.example") or ()]
    ['voorbeeld.stad']
    """
    return None if text is None else tuple(AccountRef(None, name) for name in dict.fromkeys(_MENTION.findall(text)))
