"""That no file of a package is converted a second time, by Archivematica, after the step normalise did it.

Both go by the same policy. Standard library only: Archivematica runs what asks this for every file.
"""

from __future__ import annotations

from pathlib import Path

_CAPTURES, _DERIVED = ("objects", "captures"), ("objects", "derived")


def converted_already(source: Path, target: Path) -> Path | None:
    """What came of a file of a package when it was converted before; a derived file is itself what came of one.

    ``None`` for a file of no package, for one that was kept as it is, and where the target is not in the package's
    objects, as a copy for access and a thumbnail are not.
    """
    for top in source.parents:
        captures, derived = top.joinpath(*_CAPTURES), top.joinpath(*_DERIVED)
        if captures.is_dir() and derived.is_dir() and top / "objects" in target.parents:
            if derived in source.parents:
                return source
            if captures in source.parents:
                return _made_of(derived / "normalised" / source.relative_to(captures))
    return None


def _made_of(place: Path) -> Path | None:
    """The file or folder that is called as the original, with one more ending (``place_of`` in ``preferred``)."""
    if not place.parent.is_dir():
        return None
    return next((one for one in sorted(place.parent.iterdir()) if one.stem == place.name), None)
