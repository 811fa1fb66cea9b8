"""Our links and chains into a stock workflow, and out of it again, with every other byte as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin import __version__
from sma_plugin.archivematica.workflow.document import Document, Member, changed, members, mentions
from sma_plugin.archivematica.workflow.fragment import Insert, answers, fragment
from sma_plugin.archivematica.workflow.model import Words
from sma_plugin.archivematica.workflow.places import Places
from sma_plugin.texts import UserError

SECTIONS = ("links", "chains", "watched_directories")


class Merged(msgspec.Struct, frozen=True):
    """What we tell in a merged workflow about what of it is ours."""

    version: str
    """The version of this software that merged it."""
    stock: str
    """SHA-256 of the stock file."""
    added: list[str]
    """The ids of links and chains that are ours."""
    inserted: dict[str, str]
    """Which of our links stands before which stock link: what led there leads to ours now."""


def merged(stock: bytes, choosable: Mapping[str, Words], path: Path | None = None) -> bytes:
    """The workflow with ours in it; of one that has ours already (of any version) the same as of its stock file.

    ``choosable`` is what the operator may choose (``decisions(settings)``), ``path`` where the file was read from, for
    messages. Raises :class:`UserError` for what is no workflow, and for one without a place that we need.
    """
    own = stock_workflow(stock, path)
    return _Merging(Document(own, path), choosable).text().encode()


def merged_by(workflow: bytes, path: Path | None = None) -> Merged | None:
    """What a workflow tells about ours in it; nothing for a stock file. Raises :class:`UserError` for neither."""
    document = Document(workflow, path)
    if document.mark is None:
        return None
    try:
        return msgspec.json.decode(document.mark, type=Merged)
    except msgspec.DecodeError as error:
        raise UserError("am_workflow_mark", path=document.path, reason=error) from error


def stock_workflow(workflow: bytes, path: Path | None = None) -> bytes:
    """The stock file that a merged workflow was made of, byte for byte; a stock file as it is."""
    mark = merged_by(workflow, path)
    if mark is None:
        return workflow
    document = Document(workflow, path)
    spans = [_whole(document.text, one) for one in _ours(document, set(mark.added))]
    back = [
        (start, end, json.dumps(target))
        for name, target in mark.inserted.items()
        for start, end in mentions(document.text, name, 0, len(document.text))
        if not any(begin <= start < stop for begin, stop in spans)
    ]
    stock = changed(document.text, [*back, *((start, end, "") for start, end in spans)])
    return Document(stock.encode(), path).text.encode()


def altered(workflow: bytes, path: Path | None = None) -> bool:
    """Whether what is Archivematica's own in a merged workflow was changed since it was merged."""
    mark = merged_by(workflow, path)
    return mark is not None and hashlib.sha256(stock_workflow(workflow, path)).hexdigest() != mark.stock


def _ours(document: Document, added: set[str]) -> Iterator[Member]:
    """What of a merged workflow is ours: our links and chains, and the directories that begin our chains."""
    for section in SECTIONS:
        for one in document.inside(section):
            if (one.key or json.loads(document.text[one.value : one.end])["chain_id"]) in added:
                yield one


def _whole(text: str, member: Member) -> tuple[int, int]:
    """A member with what was put in together with it: the line feed and blanks before, the comma after."""
    start, end = member.start, member.end
    while text[start - 1] in " \n":
        start -= 1
    return start, end + (text[end] == ",")


class _Merging:
    """One merge: which stock links lead to ours, and what ours lead to."""

    def __init__(self, document: Document, choosable: Mapping[str, Words]) -> None:
        self.document, self.own = document, fragment()
        self.places = Places(document.workflow, document.path)
        self.answers, self.usual = answers(choosable), _usual(document.text)
        self.inserted: dict[str, str] = {}
        self.links = {self.own.ids[name]: self.resolved(link) for name, link in self._fixed()}
        self.edits: dict[tuple[int, int], str] = {}
        for insert in self.own.insert:
            self._insert(insert)

    def text(self) -> str:
        """The merged workflow. Raises :class:`UserError` when an id of ours is taken."""
        added = sorted([*self.links, *(self.own.ids[name] for name in self.own.chains)])
        self._refuse_taken(added)
        stock = hashlib.sha256(self.document.text.encode()).hexdigest()
        mark = msgspec.json.encode(Merged(__version__, stock, added, self.inserted)).decode()
        chains = {self.own.ids[name]: self.resolved(one, mark=mark) for name, one in self.own.chains.items()}
        sections: dict[str, list[str]] = {
            "links": [_member(name, self._like_theirs(link)) for name, link in self.links.items()],
            "chains": [_member(name, chain) for name, chain in chains.items()],
            "watched_directories": [_value(self.resolved(one)) for one in self.own.watched_directories],
        }
        top = self.document.top
        edits = [(start, end, json.dumps(name)) for (start, end), name in self.edits.items()]
        edits += [(top[name].value + 1, top[name].value + 1, _first(new)) for name, new in sections.items()]
        return changed(self.document.text, edits)

    def _like_theirs(self, link: dict[str, Any]) -> dict[str, Any]:
        """A link with the empty keys that all of its kind have in this workflow: up to 1.15 the schema wants them."""
        inside, config = self.usual.get(link["config"]["@manager"], (set(), set()))
        full = link["config"] | dict.fromkeys(sorted(config - set(link["config"])))
        return link | dict.fromkeys(sorted(inside - set(link))) | {"config": full}

    def resolved(self, value: Any, **known: Any) -> Any:
        """Data of ours with ids in the place of names."""
        if isinstance(value, dict):
            return {name: self.resolved(one, **known) for name, one in value.items()}
        if isinstance(value, list):
            return [self.resolved(one, **known) for one in value]
        if value in known:
            return known[value]
        if value == "decisions":
            return self.answers
        kind, found, name = str(value).partition(":")
        if not isinstance(value, str) or not found or kind not in ("link", "chain"):
            return value
        return self.own.ids[name] if name in self.own.ids else self.places.only(name)

    def _fixed(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The links that are made once, not for every link that they go before or after."""
        yield from ((name, link) for name, link in self.own.links.items() if name in self.own.ids)

    def _insert(self, insert: Insert) -> None:
        """Make a link of ours for every link of a place, and have what led there lead to ours."""
        for place in self.places.every(insert.before or insert.after or ""):
            if insert.before:
                self._redirect(insert.link, place, place, self._everywhere())
            else:
                went_well = self.document.workflow.links[place].exit_codes.get("0")
                if went_well and went_well.link_id:
                    self._redirect(insert.link, went_well.link_id, place, [self._went_well(place)])

    def _redirect(self, name: str, target: str, place: str, within: list[Member]) -> None:
        """A link of ours before ``target``, for the references in some parts of the file."""
        identity = self.own.identity(f"{name}:{target}")
        group = dict(self.document.workflow.links[place].group)
        self.inserted[identity] = target
        self.links[identity] = self.resolved(self.own.links[name], **{"onward": target, "group:place": group})
        for one in within:
            for span in mentions(self.document.text, target, one.value, one.end):
                self.edits.setdefault(span, identity)

    def _everywhere(self) -> list[Member]:
        return [self.document.top[section] for section in SECTIONS]

    def _went_well(self, link: str) -> Member:
        """Where a link tells what follows on exit code 0."""
        found = next(one for one in self.document.inside("links") if one.key == link)
        for key in ("exit_codes", "0"):
            found = next(one for one in members(self.document.text, found.value) if one.key == key)
        return found

    def _refuse_taken(self, added: list[str]) -> None:
        workflow = self.document.workflow
        paths = {one.path.strip("/") for one in workflow.watched_directories}
        taken = [one for one in added if one in workflow.links or one in workflow.chains]
        taken += [one["path"] for one in self.own.watched_directories if one["path"].strip("/") in paths]
        if taken:
            raise UserError("am_workflow_taken", path=self.document.path, name=taken[0])


def _usual(text: str) -> dict[str, tuple[set[str], set[str]]]:
    """By manager the keys that every link of a stock workflow has and that may be empty, of the link and its config."""
    every: dict[str, tuple[set[str], set[str]]] = {}
    empty: tuple[set[str], set[str]] = (set(), set())
    for link in json.loads(text)["links"].values():
        for part, known in zip((link, link["config"]), empty, strict=True):
            known.update(name for name, value in part.items() if value is None)
        keys, config = set(link), set(link["config"])
        before, within = every.get(link["config"].get("@manager", ""), (keys, config))
        every[link["config"].get("@manager", "")] = (before & keys, within & config)
    return {name: (keys & empty[0], config & empty[1]) for name, (keys, config) in every.items()}


def _first(new: list[str]) -> str:
    """Members as the first ones of a section."""
    margin = "\n    "
    return "".join(margin + one.replace("\n", margin) + "," for one in new)


def _member(name: str, value: Any) -> str:
    return f"{json.dumps(name)}: {_value(value)}"


def _value(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
