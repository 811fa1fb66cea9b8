"""Short codes in addresses of Instagram and Threads: the number of a post, written with 64 characters."""

from __future__ import annotations

import re

_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LONGEST = 11
"""What follows after so many characters of a longer code is a key to a post of a private account."""
_ADDRESS = re.compile(
    r"https?://(?:[\w-]+\.)*(?:instagram\.com|threads\.(?:net|com))/(?:[^/?#]+/)?(?:p|reels?|tv|post|t)/([\w-]{5,64})"
)
_HANDLE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:instagram\.com/stories/|threads\.(?:net|com)/@)([A-Za-z0-9_.]{1,30})/(?!$)"
)
_STORY = re.compile(r"https?://(?:[\w-]+\.)*instagram\.com/stories/[^/]+/(\d{5,25})")


def number_of(code: str | None) -> str | None:
    """The number that a short code stands for.

    >>> number_of("CRyZpmrjYC4")
    '2626274342904627384'
    """
    if not code or not set(code) <= set(_CHARACTERS):
        return None
    number = 0
    for character in code[:_LONGEST]:
        number = number * 64 + _CHARACTERS.index(character)
    return str(number)


def code_of(number: str | None) -> str | None:
    """The short code of a number.

    >>> code_of("2626274342904627384")
    'CRyZpmrjYC4'
    """
    if not number or not number.isdecimal() or len(number) > 20:
        return None
    left, found = int(number), ""
    while left:
        left, place = divmod(left, 64)
        found = _CHARACTERS[place] + found
    return found or None


def code_in(url: str | None) -> str | None:
    """The short code in the address of a post.

    >>> code_in("https://www.threads.net/@voorbeeldstad/post/CRyZpmrjYC4?xmt=1")
    'CRyZpmrjYC4'
    """
    found = _ADDRESS.match(url or "")
    return found.group(1) if found else None


def story_in(url: str | None) -> str | None:
    """The number of a story in its address."""
    found = _STORY.match(url or "")
    return found.group(1) if found else None


def handle_in(url: str | None) -> str | None:
    """Whose a story or a post on Threads is, by its address.

    >>> handle_in("https://instagram.com/stories/voorbeeldstad/2643655939345226184")
    'voorbeeldstad'
    """
    found = _HANDLE.match(url or "")
    return found.group(1) if found and found.group(1) != "highlights" else None
