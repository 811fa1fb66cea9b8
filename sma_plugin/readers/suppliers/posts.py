"""Posts and accounts out of the records of a supplier, by the mapping that says what its values mean."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Link,
    Media,
    Moment,
    Observation,
    Post,
    PostKind,
    PostState,
    Problem,
    Relation,
    RelationKind,
)
from sma_plugin.readers.permalinks import Permalink, permalink
from sma_plugin.readers.suppliers.mapping import Field, Mapping
from sma_plugin.readers.suppliers.record import Record
from sma_plugin.readers.values import MOST, epoch_moment, html_text, media_kind, microseconds, told_moment

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_RELATIONS: dict[str, RelationKind] = {"reply_to": "reply", "repost_of": "repost", "quote_of": "quote"}
_DEFAULT = Field()


class Reading:
    """The reading of records by one mapping. ``files`` are the delivered files by name; ``unknown`` counts values that
    a list of words does not have.
    """

    def __init__(self, mapping: Mapping, files: dict[str, str], platforms: frozenset[str]) -> None:
        self._mapping, self._files, self._platforms = mapping, files, platforms
        self.unknown: dict[str, int] = {}

    def items(self, record: Record) -> Iterator[Post | Observation | Problem]:
        """The post of one record, and word that it was deleted."""
        said = _Said(self, record)
        link = permalink(said.text("url") or "") if said.text("url") else None
        platform = said.text("platform") or (link.platform if link else None)
        place = (record.evidence.path, record.evidence.offset, record.evidence.length)
        if platform not in self._platforms:
            yield Problem("SMA-R231", *place, {"value": (platform or "?")[:60]})
            return
        post = said.post(platform, link)
        if post.native_id is None and post.state.text is None and not post.aliases:
            yield Problem("SMA-R001", *place, {"reason": "a post without id and text"})
            return
        yield post
        gone = said.moment("deleted")
        if gone is not None and post.native_id is not None:
            yield Observation(
                platform,
                post.native_id,
                post.author,
                gone,
                status="deleted",
                detail=self._mapping.supplier,
                evidence=(record.evidence,),
                created=post.created,
            )

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


class _Said:
    """What one record says."""

    def __init__(self, reading: Reading, record: Record) -> None:
        self._reading, self._record = reading, record

    def raw(self, name: str) -> list[Any]:
        """The values of a field, as they stand."""
        field = self._reading.field(name)
        if field.template:
            parts = {path: self._record.values(path) for path in _TEMPLATE.findall(field.template)}
            if all(parts.values()):
                return [_TEMPLATE.sub(lambda found: str(parts[found.group(1)][0]), field.template)]
        for path in field.source:
            found = [value for value in self._record.values(path) if value not in ("", None)]
            if found:
                return found
        return []

    def texts(self, name: str) -> list[str]:
        """The values of a field as texts, in the words that the mapping gives them."""
        field = self._reading.field(name)
        found: list[str] = []
        for value in self.raw(name):
            listed = value if isinstance(value, list) else [value]
            plain = (str(one) for one in listed if isinstance(one, str | int | float) and not isinstance(one, bool))
            for one in plain:
                parts = one.split(field.separator) if field.separator else [one]
                found += [taken for part in parts if (taken := self._taken(field, part.strip()))]
        instead = field.fixed or (self._reading.platform if name == "platform" else None)
        return found or ([instead] if instead else [])

    def _taken(self, field: Field, text: str) -> str | None:
        if field.pattern:
            found = re.search(field.pattern, text)
            text = (found.group(1) if found.groups() else found.group()) if found else ""
        return self._reading.meant(field, text) if text else None

    def text(self, name: str) -> str | None:
        """The first value of a field."""
        return next(iter(self.texts(name)), None)

    def moment(self, name: str) -> Moment | None:
        """A field as a moment."""
        field, raw = self._reading.field(name), self.text(name)
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

    def post(self, platform: str, link: Permalink | None) -> Post:
        """The post."""
        counts = self._reading.counts(self._record)
        created = self.moment("created") or (link.created if link else Moment())
        edited = self.moment("edited")
        return Post(
            platform,
            self._author(link),
            self.text("id") or (link.native_id if link else None),
            created,
            self._state(),
            kind=cast("PostKind", self.text("kind") or "note"),
            url=self.text("url"),
            aliases=(link.aliases if link else ()) or self._address(),
            relations=tuple(self._relations()),
            counts=Counts(counts) if counts else None,
            audience=cast("Audience | None", self.text("audience")),
            edited=edited if edited and edited.us != created.us else None,
            placed_on=AccountRef(whose) if (whose := self.text("placed_on")) else None,
            evidence=(self._record.evidence,),
        )

    def _address(self) -> tuple[Alias, ...]:
        url = self.text("url")
        return (Alias("url", url),) if url else ()

    def _author(self, link: Permalink | None) -> AccountRef:
        handle = (self.text("author_handle") or "").lstrip("@") or None
        own = AccountRef(self.text("author_id"), handle, self.text("author_name"))
        if link is None or own.native_id or own.handle:
            return own
        return AccountRef(link.author.native_id, link.author.handle, own.name, link.author.url, link.author.aliases)

    def _state(self) -> PostState:
        markup, text = self.text("html"), self.text("text")
        if text is None and markup is not None:
            text = html_text(markup)
        resolved = None if text is None else self._reading.resolved(self._record, text)
        media = tuple(self._media())
        return PostState(
            text=resolved,
            html=markup,
            title=self.text("title"),
            language=self.text("language"),
            hashtags=tuple(self.texts("hashtags")) or None,
            links=tuple(Link(one) for one in re.findall(r"https?://[^\s<>\"]+", resolved or "")) or None,
            media=media or None,
            tool=self.text("tool"),
            raw={"text": text} if resolved != text else None,
        )

    def _media(self) -> Iterator[Media]:
        alts = self.texts("alt")
        for number, value in enumerate(self.texts("media")):
            address = self._reading.resolved(self._record, value)
            web = address.lower().startswith(("http://", "https://"))
            path = self._reading.file(value) or (self._reading.file(address.partition("?")[0]) if web else None)
            alt = alts[number] if number < len(alts) else None
            kind = _kind_of(path or address.partition("?")[0])
            yield Media(kind, path=path, source=address if web else None, alt=alt)

    def _relations(self) -> Iterator[Relation]:
        for name, kind in _RELATIONS.items():
            for value in self.texts(name):
                link = permalink(value)
                if link is None:
                    yield Relation(kind, value)
                else:
                    yield Relation(kind, link.native_id, link.url, link.author)


def _kind_of(name: str) -> Any:
    mime = mimetypes.guess_type(name)[0]
    return media_kind(mime) if mime else "unknown"


def _whole(value: Any) -> int | None:
    try:
        number = int(re.sub(r"[.,]0{1,2}$|[.,]", "", value)) if isinstance(value, str) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < MOST else None
