"""Counting characteristics within a scope: how many of how many, where they stand, and what the profile says of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from sma_plugin.characteristics.catalogue import Kenmerk, Measure, Want, Wanted, measures, shipped
from sma_plugin.characteristics.emoji import library
from sma_plugin.characteristics.records import Measured, Pointer, Score, Standing
from sma_plugin.history.platforms import platform_at
from sma_plugin.history.stored import EVIDENCE
from sma_plugin.model import Evidence, Technique

NOT_ESTABLISHED: Score = "niet vastgesteld"
_BEST: tuple[Score, ...] = ("+", "?", "-", NOT_ESTABLISHED)
_AT = f"""
SELECT {EVIDENCE} FROM evidence JOIN path ON path.id = evidence.path JOIN capture ON capture.id = path.capture
WHERE evidence.subject = ? AND evidence.subject_id = ?
ORDER BY capture.id NOT IN (SELECT id FROM temp.told), evidence.number LIMIT 1"""
"""Where something was seen: within the scope, if it was seen there."""
_OWN = "SELECT native_id FROM post WHERE class = 'own' AND NOT derived AND id = ?"
_POST_OF_VERSION = "SELECT post FROM post_version WHERE id = ?"
_SEEN_OF_POST = (
    ("version", "SELECT id FROM post_version WHERE post = ? ORDER BY id LIMIT 1"),
    ("observation", "SELECT id FROM observation WHERE post = ? ORDER BY id LIMIT 1"),
)
_MEDIUM = """
SELECT coalesce(path.kept, media.path), capture.name FROM media LEFT JOIN path ON path.path = media.path
LEFT JOIN capture ON capture.id = path.capture WHERE media.id = ? AND media.path IS NOT NULL LIMIT 1"""
_RECORD_OF_MEDIUM = "SELECT resource FROM media_record WHERE media = ? LIMIT 1"
_LINK = "SELECT version, post, url, address FROM temp.link WHERE id = ?"
_LED_TO = "SELECT resource, post FROM temp.reached WHERE address = ?"
_USE_OF_MEDIUM = "SELECT version FROM media_use WHERE media = ? ORDER BY version LIMIT 1"


class Counting:
    """Measures every characteristic within the scope that is set up (:mod:`sma_plugin.characteristics.scope`)."""

    def __init__(self, db: sqlite3.Connection, wanted: Wanted) -> None:
        self.db, self._wanted = db, wanted

    def measured(self, techniques: Mapping[int, Technique]) -> tuple[Measured, ...]:
        """Each characteristic, with the judgement of the techniques that took part (by capture)."""
        names = sorted(set(techniques.values()))
        return tuple(self._measured(kenmerk, names) for kenmerk in self._wanted.kenmerken)

    def _measured(self, kenmerk: Kenmerk, techniques: Iterable[Technique]) -> Measured:
        declared: dict[str, Score] = {one: kenmerk.declared.get(one, NOT_ESTABLISHED) for one in techniques}
        want = self._wanted.profile.want.get(kenmerk.name, Want())
        best = min(declared.values(), key=_BEST.index, default=NOT_ESTABLISHED)
        told = Measured(
            kenmerk.category,
            kenmerk.name,
            NOT_ESTABLISHED,
            best,
            declared_by=declared if len(declared) > 1 else {},
            target=want.target,
            minimum=want.minimum,
            feature=kenmerk.feature,
            label={} if kenmerk in shipped().kenmerk else kenmerk.label,
        )
        measure = measures()[kenmerk.measure] if kenmerk.measure else None
        if measure is None or (kenmerk.measure == "emoji" and library() is None):
            return told
        has, lacking, expected = self._counted(measure)
        count = len(has)
        return msgspec.structs.replace(
            told,
            score=score(count, expected),
            count=count,
            note=f"{count}/{expected}" if expected != count else None,
            expected=expected,
            decoded=len({*self._numbers(measure.decoded)} & {*has}) if measure.decoded else None,
            standing=standing(count, expected, want),
            evidence=tuple(self._pointers(measure.subject, has[: measure.places])),
            missing=tuple(
                self._pointers("post" if measure.lacks else measure.subject, lacking[: measure.places], found=False)
            ),
        )

    def _counted(self, measure: Measure) -> tuple[list[int], list[int], int]:
        """Which have it, which lack it (in order), and how many should have it."""
        has = self._numbers(measure.has)
        if measure.of is not None:
            held, of = set(has), self._numbers(measure.of)
            return [one for one in of if one in held], [one for one in of if one not in held], len(of)
        (expected,) = self.db.execute(measure.expected).fetchone() or (0,) if measure.expected else (len(has),)
        return has, self._numbers(measure.lacks) if measure.lacks else [], expected

    def _numbers(self, query: str) -> list[int]:
        return sorted({number for (number,) in self.db.execute(query)})

    # --- evidence ----------------------------------------------------------------------------------------------------

    def _pointers(self, subject: str, numbers: list[int], *, found: bool = True) -> Iterator[Pointer]:
        """Where these stand; a medium or page that is not here is looked for where a post refers to it."""
        for number in numbers:
            if subject == "media":
                pointer = self._medium(number, found=found)
            else:
                pointer = self._link(number, found=found) if subject == "link" else self._seen(subject, number)
            if pointer is not None:
                yield pointer

    def _link(self, number: int, *, found: bool) -> Pointer | None:
        """What a link leads to, or the post that has it."""
        version, post, url, address = self.db.execute(_LINK, (number,)).fetchone()
        resource, other = self.db.execute(_LED_TO, (address,)).fetchone() if found else (None, None)
        if resource is not None:
            pointer = self._seen("resource", resource)
        else:
            pointer = self._post(other) if other is not None else self._seen("version", version)
        if pointer is None:
            return None
        told = None if platform_at(address.partition("/")[0]) else url
        return Pointer(pointer.evidence, self._own(post), told)

    def _medium(self, number: int, *, found: bool) -> Pointer | None:
        if found and (row := self.db.execute(_MEDIUM, (number,)).fetchone()):
            return Pointer(Evidence(row[0], capture=row[1]))
        if found and (row := self.db.execute(_RECORD_OF_MEDIUM, (number,)).fetchone()):
            return self._seen("resource", row[0])
        row = self.db.execute(_USE_OF_MEDIUM, (number,)).fetchone()
        return self._seen("version", row[0]) if row else None

    def _seen(self, subject: str, number: int) -> Pointer | None:
        if subject == "post":
            return self._post(number)
        row = self.db.execute(_AT, (subject, number)).fetchone()
        post = self.db.execute(_POST_OF_VERSION, (number,)).fetchone() if subject == "version" else None
        return Pointer(Evidence(*row), self._own(post[0]) if post else None) if row else None

    def _post(self, number: int) -> Pointer | None:
        for subject, query in _SEEN_OF_POST:
            row = self.db.execute(query, (number,)).fetchone()
            pointer = self._seen(subject, row[0]) if row else None
            if pointer is not None:
                return Pointer(pointer.evidence, self._own(number))
        return None

    def _own(self, post: int) -> str | None:
        """The id of a post that is the account's own; those of others are not named."""
        row = self.db.execute(_OWN, (post,)).fetchone()
        return row[0] if row else None


def score(count: int, expected: int) -> Score:
    """``+`` when there is some and nothing that was expected is missing, ``-`` when something is, ``?`` when none.

    None at all proves nothing: the account may have had none.
    """
    return "-" if count < expected else "+" if count else "?"


def standing(count: int, expected: int, want: Want) -> Standing:
    """Where a share is with regard to target and minimum. Where nothing was to be expected, nothing is established."""
    if not expected or (want.target is None and want.minimum is None):
        return "not established"
    share = 100 * count / expected
    if want.minimum is not None and share < want.minimum:
        return "below minimum"
    return "below target" if want.target is not None and share < want.target else "met"
