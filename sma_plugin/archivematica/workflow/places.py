"""Finding the places of a stock workflow by what happens there."""

from __future__ import annotations

from pathlib import Path

from sma_plugin.archivematica.workflow.fragment import Place, fragment
from sma_plugin.archivematica.workflow.model import Link, Workflow
from sma_plugin.texts import UserError


class Places:
    """The places of a workflow, looked up when they are asked for."""

    def __init__(self, workflow: Workflow, path: Path) -> None:
        self._workflow, self._path = workflow, path

    def every(self, name: str) -> list[str]:
        """The ids of all links of a place; none where it is optional and not there.

        Raises :class:`UserError` when there is none, or when there are several and should be one.
        """
        place = fragment().places[name]
        found = self._links(place)
        if not (found or place.optional) or (len(found) > 1 and not place.each):
            raise UserError(
                "am_place_several" if found else "am_place_none",
                path=self._path,
                found=", ".join(found),
                told=_told(place),
                **{f"place_{language}": words for language, words in place.words.items()},
            )
        return found

    def only(self, name: str) -> str:
        """The id of a place of which there is one."""
        return self.every(name)[0]

    def _links(self, place: Place) -> list[str]:
        """Those that do it; where several do, and a group is told, those of that group alone."""
        found = [name for name, link in self._workflow.links.items() if self._does(link, place)]
        grouped = [name for name in found if self._workflow.links[name].group.get("en") == place.group]
        return grouped if len(found) > 1 and grouped else found

    def _does(self, link: Link, place: Place) -> bool:
        went_well = link.exit_codes.get("0")
        following = self._workflow.links.get((went_well and went_well.link_id) or "")
        return (
            command(link.execute) == command(place.execute)
            and (place.arguments or "") in str(link.config.get("arguments", ""))
            and (place.next is None or (following is not None and command(following.execute) == command(place.next)))
        )


def command(execute: str) -> str:
    """A client module without the version of its protocol; letters are not told apart, as in Archivematica."""
    return execute.lower().partition("_v")[0]


def _told(place: Place) -> str:
    return " -> ".join(one for one in (place.execute, place.next) if one)
