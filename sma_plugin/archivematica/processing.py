"""The processing configuration that packages need: which questions of a workflow are answered beforehand, and how.

Source of the form: ``…ProcessingMCP.xml`` as Archivematica's dashboard writes it. Facts: ``processing.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from lxml import etree

from sma_plugin.archivematica.workflow.document import Document
from sma_plugin.archivematica.workflow.merging import stock_workflow
from sma_plugin.archivematica.workflow.model import ANSWER, CHOICE, LISTED, Link, Workflow
from sma_plugin.archivematica.workflow.places import command
from sma_plugin.facts import facts
from sma_plugin.texts import UserError

_HYPHENS = re.compile("-{2,}")
"""What no comment in XML may hold."""
_NONE: Mapping[str, str | None] = {}


class Location(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A default storage location: the list that a link takes it from, and its purpose in the Storage Service."""

    list: str
    purpose: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question, and the answer to it, both by what they are about and do (see the head of ``processing.toml``)."""

    because: dict[str, str]
    """Why it is answered so, in both languages."""
    asks: str | None = None
    group: str | None = None
    sets: dict[str, str] | None = None
    leads_to: str | None = None
    other_than: str | None = None
    decides_not: str | None = None
    answer: str | None = None
    location: Location | None = None
    each: bool = False
    required: bool = False


class Preset(NamedTuple):
    """A question of a workflow that is answered beforehand."""

    name: str
    """What it is called in ``processing.toml``."""
    link: str
    """The link that asks (``appliesTo``)."""
    answer: str
    """The chain, replacement or location that is chosen (``goToChain``)."""
    asked: str
    """The question in English, as the dashboard shows it."""
    answered: str
    """The answer in English."""
    because: dict[str, str]


class _Answer(NamedTuple):
    """One of the answers to a question: what is chosen, its English words, what it sets, and the link that follows."""

    choice: str
    words: str
    sets: dict[str, str]
    then: Link | None


def presets(workflow: bytes, path: Path | None = None, own: Mapping[str, str | None] = _NONE) -> list[Preset]:
    """What is answered beforehand in this workflow, stock or merged.

    ``own`` are answers of the archive's own by the names of ``processing.toml`` (``aip-location`` and the resource of a
    location, say); a question whose answer is ``None`` is left to the operator. A question that another version does
    not ask is left out, unless processing without its answer would do harm: then
    :class:`~sma_plugin.texts.UserError` names it.
    """
    document = Document(stock_workflow(workflow, path), path)
    found = []
    for name, question in facts(__package__, "processing.toml", dict[str, Question]).items():
        asked = [one for link in document.workflow.links for one in _preset(document.workflow, link, name, question)]
        if (question.required and not asked) or (len(asked) > 1 and not question.each):
            told = {f"because_{language}": words for language, words in question.because.items()}
            raise UserError("am_question", path=document.path, name=name, count=len(asked), **told)
        chosen = own.get(name, "")
        if chosen is not None:
            found += [one._replace(answer=chosen, answered=chosen) if chosen else one for one in asked]
    return found


def processing_xml(workflow: bytes, path: Path | None = None, own: Mapping[str, str | None] = _NONE) -> bytes:
    """The processing configuration for this workflow, as Archivematica reads it; raises as :func:`presets` does."""
    root = etree.Element("processingMCP")
    chosen = etree.SubElement(root, "preconfiguredChoices")
    for one in presets(workflow, path, own):
        chosen.append(etree.Comment(_HYPHENS.sub("-", f" {one.asked} {one.answered} ")))
        row = etree.SubElement(chosen, "preconfiguredChoice")
        etree.SubElement(row, "appliesTo").text = one.link
        etree.SubElement(row, "goToChain").text = one.answer
    return etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)


def _preset(workflow: Workflow, name: str, key: str, question: Question) -> Iterator[Preset]:
    """The answer to a question at a link, if that is what the link asks and it has exactly one such answer."""
    link = workflow.links[name]
    asked, group = link.description.get("en", ""), link.group.get("en", "")
    if question.asks not in (None, asked) or question.group not in (None, group):
        return
    offered = list(_offered(workflow, link))
    fitting = [one for one in offered if _fits(one, question)]
    if question.other_than or question.decides_not:
        fitting = [one for one in offered if one not in fitting] if len(offered) == 2 and fitting else []
    if question.location and link.manager == LISTED and link.execute == question.location.list:
        where = f"/api/v2/location/default/{question.location.purpose}/"
        fitting = [_Answer(where, where, {}, None)]
    if len(fitting) == 1:
        yield Preset(key, name, fitting[0].choice, asked, fitting[0].words, question.because)


def _offered(workflow: Workflow, link: Link) -> Iterator[_Answer]:
    if link.manager == CHOICE:
        for chain in link.config["chain_choices"]:
            begin = workflow.chains[chain]
            yield _Answer(chain, begin.description.get("en", ""), {}, workflow.links.get(begin.link_id))
    elif link.manager == ANSWER:
        for one in link.config["replacements"]:
            yield _Answer(one["id"], one["description"].get("en", ""), one["items"], None)


def _fits(answer: _Answer, question: Question) -> bool:
    """Whether an answer is the one that a question names, be it to choose it or to choose the other one."""
    if question.sets is not None:
        return answer.sets == question.sets
    if question.answer is not None:
        return answer.words == question.answer
    follows = question.leads_to or question.other_than
    if follows is not None:
        return answer.then is not None and command(answer.then.execute) == command(follows)
    if question.decides_not is not None and answer.then is not None:
        return any(question.decides_not in one["items"] for one in answer.then.config.get("replacements", ()))
    return False
