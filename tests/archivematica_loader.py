"""Run by Archivematica's own Python: read workflows with its own loader, and tell what is in them as JSON.

It runs for Python 3.8, with nothing but Archivematica and the standard library.
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from server.workflow import SchemaValidationError, load  # noqa: E402 -- Django has to be set up first

found = []
for path in sys.argv[1:]:
    with Path(path).open(encoding="utf-8") as stream:
        try:
            workflow = load(stream)
        except SchemaValidationError as error:
            found.append({"refused": type(error).__name__})
            continue
    links = workflow.get_links()
    found.append(
        {
            "links": {name: str(link.get_label("description", "nl")) for name, link in links.items()},
            "chains": {name: chain.link.id for name, chain in workflow.get_chains().items()},
            "watched": {one.path: one.chain.id for one in workflow.get_wdirs()},
            "next": {
                name: {
                    code: link.get_next_link(code).id
                    for code in link._src["exit_codes"]
                    if link._src["exit_codes"][code].get("link_id")
                }
                for name, link in links.items()
            },
        }
    )
json.dump(found, sys.stdout)
