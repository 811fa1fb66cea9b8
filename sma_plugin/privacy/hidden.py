"""What a medium says of itself beside what it shows: who made it, where, with what. It stays out of copies for access.

JPEG, PNG, GIF and WebP are written anew without it; ISO media (MP4, MOV, HEIC, AVIF) are blanked where it stands.
What is shown or heard stays to the byte; so do the colour profile and which side is up. Nothing is decoded. A file of
another kind, or one whose parts contradict each other, stays as it is, and that is told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sma_plugin.privacy.hidden_films import blank, is_film
from sma_plugin.privacy.hidden_pictures import BrokenError, cleaner
from sma_plugin.privacy.hidden_stills import blank_still, is_still
from sma_plugin.secrets.written import is_text

Hidden = Literal["none", "taken out", "not looked for"]
_HEAD = 1024
_LARGEST = 256 << 20
"""A picture is taken apart in memory."""


def take_out(path: Path) -> Hidden:
    """Take out of a file what it says of itself, and tell what came of it."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    clean = cleaner(head)
    try:
        if clean and path.stat().st_size <= _LARGEST:
            data = path.read_bytes()
            left = clean(data)
            if left != data:
                path.write_bytes(left)
            return "none" if left == data else "taken out"
        if blanking := blank_still if is_still(head) else blank if is_film(head) else None:
            with path.open("r+b") as medium:
                return "taken out" if blanking(medium) else "none"
    except BrokenError:
        return "not looked for"
    return "none" if is_text(head) and not head.startswith(b"%PDF") else "not looked for"
