"""What is wrong with a merged workflow, before Archivematica meets it: its loader sees but a part of this."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sma_plugin.archivematica.client_modules import names
from sma_plugin.archivematica.workflow.document import Document
from sma_plugin.archivematica.workflow.graph import Ways, reached, rounds, starts, ways
from sma_plugin.archivematica.workflow.merging import stock_workflow
from sma_plugin.archivematica.workflow.model import Workflow
from sma_plugin.archivematica.workflow.places import Places
from sma_plugin.archivematica.workflow.strict import misshapen
from sma_plugin.findings import Finding, make
from sma_plugin.texts import UserError

SCHEMA = "workflow-schema-*.json"
"""What the schema is called that stands beside a stock workflow."""
_ENOUGH = 200
"""Characters of what a schema says of a fault, which may hold the whole of what is wrong."""
_ON_THE_WAY = (("generate-mets", "sma_provenance"), ("bag", "sma_aip_mets"))
"""Places that nothing may come to but by way of a link of ours."""


def checked(
    merged: bytes, modules: bytes | None = None, schema: bytes | None = None, path: Path | None = None
) -> list[Finding]:
    """Everything that is wrong with a merged workflow.

    ``modules`` is the merged client-modules file: with it, commands that nobody carries out are told. ``schema`` is
    Archivematica's own (``workflow-schema-v1.json``); without it our own check of the shape takes its place, and that
    is told. What the stock workflow has the matter with it already is not held against ours, but told. Raises
    :class:`~sma_plugin.texts.UserError` for what is no workflow, or one without the places that we need.
    """
    document = Document(merged, path)
    stock = Document(stock_workflow(merged, path), path).workflow
    one = _Checking(document.workflow, stock, document.path)
    found = [*one.shape(merged, schema), *one.dangling(), *one.unreached(), *one.rounds(), *one.past_ours()]
    return [*found, *(one.unknown(set(names(modules))) if modules is not None else ())]


def schema_beside(stock: Path) -> Path | None:
    """The schema that stands beside a stock workflow in an installation of Archivematica; the newest, if several."""
    return max(stock.parent.glob(SCHEMA), default=None)


class _Checking:
    """A merged workflow and its stock, and the ways through both."""

    def __init__(self, workflow: Workflow, stock: Workflow, path: Path) -> None:
        self.workflow, self.stock, self.path = workflow, stock, str(path)
        self.ways, self.stock_ways = ways(workflow), ways(stock)

    def shape(self, merged: bytes, schema: bytes | None) -> Iterator[Finding]:
        """Whether Archivematica's loader takes it; by its own schema where that is at hand."""
        wrong = _by_schema(merged, schema) if schema is not None else None
        if wrong is None:
            yield make("SMA-A007", path=self.path)
            wrong = misshapen(merged) or ""
        if wrong:
            yield make("SMA-A001", path=self.path, reason=wrong)

    def dangling(self) -> Iterator[Finding]:
        """References to links and chains that are not there; those of the stock workflow are its own."""
        before = set(_dangling(self.stock))
        for name, to in _dangling(self.workflow):
            code = "SMA-A008" if (name, to) in before else "SMA-A002"
            yield make(code, path=self.path, item=name, link=self._named(name), to=to)

    def unreached(self) -> Iterator[Finding]:
        """Links and chains that nothing leads to any more, or that nothing leads to of ours."""
        before = _unreached(self.stock, self.stock_ways)
        for name in sorted(_unreached(self.workflow, self.ways) - before):
            yield make("SMA-A003", path=self.path, item=name, link=self._named(name))

    def rounds(self) -> Iterator[Finding]:
        """Ways that would never end."""
        before = rounds(self.stock, self.stock_ways)
        for name in sorted(rounds(self.workflow, self.ways) - before):
            yield make("SMA-A005", path=self.path, item=name, link=self._named(name))

    def past_ours(self) -> Iterator[Finding]:
        """Ways to the METS or into the bag that go past the link of ours that belongs before it."""
        places = Places(self.workflow, Path(self.path))
        for place, ours in _ON_THE_WAY:
            without = [name for name, link in self.workflow.links.items() if link.execute.startswith(ours)]
            past = reached(self.ways, starts(self.workflow), without)
            for name in sorted(past & set(places.every(place))):
                yield make("SMA-A006", path=self.path, item=name, link=self._named(name), ours=ours)

    def unknown(self, modules: set[str]) -> Iterator[Finding]:
        """Commands that no client module carries out; what is in per cent signs is filled in from an answer."""
        for name, link in sorted(self.workflow.links.items()):
            if link.execute and not link.execute.startswith("%") and link.execute.lower() not in modules:
                code = "SMA-A009" if name in self.stock.links else "SMA-A004"
                yield make(code, path=self.path, item=name, link=self._named(name), execute=link.execute)

    def _named(self, name: str) -> str:
        """A link or chain by its English name, as the operator sees it."""
        known = self.workflow.links.get(name) or self.workflow.chains.get(name)
        return known.description.get("en", name) if known else name


def _by_schema(merged: bytes, schema: bytes) -> str | None:
    """What is not as the schema wants it, an empty text if nothing; none where it cannot be told.

    Raises :class:`~sma_plugin.texts.UserError` for what is no schema of a workflow: to it everything would be right.
    """
    try:
        from jsonschema import Draft6Validator  # noqa: PLC0415 -- an extra: without it our own check takes its place
        from jsonschema.exceptions import SchemaError, best_match  # noqa: PLC0415
    except ImportError:
        return None
    try:
        known: Any = json.loads(schema)
        for part in (known, known["properties"]["links"]):
            Draft6Validator.check_schema(part)
    except (ValueError, LookupError, TypeError, RecursionError, SchemaError) as error:
        raise UserError("am_schema_none", reason=str(error).partition("\n")[0]) from error
    found = best_match(Draft6Validator(known).iter_errors(json.loads(merged)))
    return f"$.{'.'.join(map(str, found.absolute_path))}: {found.message[:_ENOUGH]}" if found else ""


def _dangling(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """What leads to a link or chain that is not there: its own id (or the directory) and the one it names."""
    for name, link in workflow.links.items():
        to = {one.link_id for one in link.exit_codes.values()} | {link.fallback_link_id, link.config.get("chain_id")}
        yield from ((name, one) for one in sorted(filter(None, to)) if one not in workflow.links)
        yield from ((name, one) for one in link.config.get("chain_choices", ()) if one not in workflow.chains)
    for name, chain in workflow.chains.items():
        if chain.link_id not in workflow.links:
            yield name, chain.link_id
    for watched in workflow.watched_directories:
        if watched.chain_id not in workflow.chains:
            yield watched.path, watched.chain_id


def _unreached(workflow: Workflow, after: Ways) -> set[str]:
    chosen = {one for link in workflow.links.values() for one in link.config.get("chain_choices", ())}
    chosen |= {one.chain_id for one in workflow.watched_directories}
    return (set(workflow.links) - reached(after, starts(workflow))) | (set(workflow.chains) - chosen)
