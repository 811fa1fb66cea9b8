"""Ways through a workflow: what can follow on what, what can be reached, and what goes round without asking anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sma_plugin.archivematica.workflow.model import PULL, SET, Link, Workflow

Ways = Mapping[str, tuple[str, ...]]
"""For every link those that can follow on it."""
_WATCHED = ("%sharedPath%watchedDirectories/", "%watchDirectoryPath%")
"""What Archivematica's own links call the folder of watched directories."""


def ways(workflow: Workflow) -> dict[str, tuple[str, ...]]:
    """What can follow on every link: by exit code, fallback, choice, variable, or a move to a watched directory.

    A variable may have been set by any link that sets it: rather a way too many than one overlooked.
    """
    told = _variables(workflow)
    found = {}
    for name, link in workflow.links.items():
        after = [*_by_exit(link), *_by_choice(workflow, link), *_by_variable(link, told), *moved_to(workflow, link)]
        found[name] = tuple(dict.fromkeys(one for one in after if one in workflow.links))
    return found


def starts(workflow: Workflow) -> set[str]:
    """The links that watched directories begin with."""
    chains = (workflow.chains.get(one.chain_id) for one in workflow.watched_directories)
    return {one.link_id for one in chains if one}


def reached(after: Ways, begin: Iterable[str], without: Iterable[str] = ()) -> set[str]:
    """The links on any way from ``begin`` that touches none of ``without``."""
    seen = set(without)
    to_do = [one for one in begin if one not in seen]
    found: set[str] = set()
    while to_do:
        name = to_do.pop()
        if name in seen:
            continue
        seen.add(name)
        found.add(name)
        to_do.extend(after.get(name, ()))
    return found


def rounds(workflow: Workflow, after: Ways) -> set[str]:
    """The links from which a way leads back to them on which nobody is asked anything: it would never end."""
    asking = [name for name, link in workflow.links.items() if link.asks]
    return {
        name for name, link in workflow.links.items() if not link.asks and name in reached(after, after[name], asking)
    }


def _by_exit(link: Link) -> Iterator[str]:
    yield from (one.link_id for one in link.exit_codes.values() if one.link_id)
    if link.fallback_link_id:
        yield link.fallback_link_id


def _by_choice(workflow: Workflow, link: Link) -> Iterator[str]:
    for chain in link.config.get("chain_choices", ()):
        if chain in workflow.chains:
            yield workflow.chains[chain].link_id


def _by_variable(link: Link, told: Mapping[str, list[str]]) -> Iterator[str]:
    if link.manager == PULL:
        yield from told.get(str(link.config.get("variable")), ())
        yield str(link.config.get("chain_id", ""))


def moved_to(workflow: Workflow, link: Link) -> Iterator[str]:
    """The link that begins where a package is moved to: a move ends its chain, and the directory begins another."""
    arguments = str(link.config.get("arguments", ""))
    for one in workflow.watched_directories:
        within = one.path.strip("/")
        if one.chain_id in workflow.chains and any(f"{root}{within}/" in arguments for root in _WATCHED):
            yield workflow.chains[one.chain_id].link_id


def _variables(workflow: Workflow) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for link in workflow.links.values():
        if link.manager == SET:
            values = (link.config.get("chain_id"), link.config.get("variable_value"))
            told.setdefault(str(link.config.get("variable")), []).extend(str(one) for one in values if one)
    return told
