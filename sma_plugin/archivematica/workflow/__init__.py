"""The workflow of an Archivematica with our chains and links in it, made beside the stock one and never over it.

What others use:

``merged(stock, decisions) -> bytes``
    the workflow file with ours; of one that has ours already the same as of its stock file.
``stock_workflow(merged) -> bytes``
    the stock file back, byte for byte.
``merged_by(workflow) -> Merged | None``
    which version of ours is in a workflow, what of it is ours, and of which stock file it was made.
``altered(workflow) -> bool``
    whether somebody changed what is Archivematica's own in a merged workflow.
``decisions(settings) -> dict``
    what the operator may choose, from the configured reasons.
``checked(merged, client_modules, schema) -> list of findings``
    everything that is wrong with a merged workflow: schema, references, loops, commands nobody carries out.

Client modules are the same in small: :mod:`sma_plugin.archivematica.client_modules`; the processing configuration is
made by :mod:`sma_plugin.archivematica.processing`.
"""

from sma_plugin.archivematica.workflow.checking import checked
from sma_plugin.archivematica.workflow.fragment import decisions
from sma_plugin.archivematica.workflow.merging import Merged, altered, merged, merged_by, stock_workflow

__all__ = ["Merged", "altered", "checked", "decisions", "merged", "merged_by", "stock_workflow"]
