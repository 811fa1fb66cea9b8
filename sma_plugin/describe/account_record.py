"""The account record in XML: the account with its appraisal, what was decided, its captures."""

from __future__ import annotations

from lxml import etree

from sma_plugin.describe.characteristics_record import counts_of
from sma_plugin.describe.context import Subject
from sma_plugin.describe.media_rights import restrictions
from sma_plugin.describe.xml import element, optional
from sma_plugin.model import AccountHistory, Capture, Handle
from sma_plugin.namespaces import ACCOUNT
from sma_plugin.readers.values import iso_text
from sma_plugin.selection.records import Reference

ACCOUNT_PREFIX = "sma"

_DECISION = ("subject", "proposal", "reason", "decided", "role", "at", "ground")
_TERM = ("duration", "trigger", "starts", "ends")
_CAPTURE = {
    "platform": "platform",
    "captured": "captured",
    "captured_until": "capturedUntil",
    "period_from": "periodFrom",
    "period_until": "periodUntil",
    "agent": "agent",
    "on_behalf_of": "onBehalfOf",
    "authorised_by": "authorisedBy",
    "ground": "ground",
    "access_level": "accessLevel",
    "tool": "tool",
    "tool_version": "toolVersion",
    "locale": "locale",
    "time_zone": "timeZone",
    "viewport": "viewport",
    "storage_location": "storageLocation",
    "delivered_by": "deliveredBy",
}
"""Element by field of a capture, in order. A tool's settings may hold secrets and stay in ``captures.toml``."""


def account_record(subject: Subject, history: AccountHistory | None) -> etree._Element:
    """The account record (``OTHERMDTYPE="SMA-ACCOUNT"``). ``history`` gives the handles that the account bore."""
    known = subject.decisions.account
    root = etree.Element(etree.QName(ACCOUNT, "account"), nsmap={ACCOUNT_PREFIX: ACCOUNT})
    element(root, "platform", known.platform)
    element(root, "nativeIdentifier", known.native_id)
    optional(root, "handle", known.handle)
    for handle in history.handles if history else ():
        _earlier(root, handle, known.handle)
    optional(root, "name", known.name)
    optional(root, "url", known.url)
    element(root, "kind", known.kind)
    optional(root, "scenario", known.scenario)
    optional(root, "belongsTo", known.belongs_to)
    optional(root, "unit", known.unit)
    element(root, "status", known.status)
    optional(root, "statusSince", known.status_since)
    optional(root, "opened", known.opened)
    _body(root, "creator", subject.creator)
    _body(root, "custodian", known.custodian or subject.context.custodian)
    optional(root, "officeHolder", known.office_holder)
    for function in known.administrator.split("; ") if known.administrator else ():
        element(root, "administrator", function)
    optional(root, "process", known.process)
    element(root, "registered", str(known.registered).lower())
    element(root, "directMessagesExcluded", "true")
    first, last = subject.period
    element(root, "period", **{"from": first, "until": last})
    _appraisal(root, subject)
    for capture in subject.record.capture:
        _capture(root, capture)
    counts_of(root, subject.assessment.counts)
    _excluded(root, subject)
    return root


def _earlier(root: etree._Element, handle: Handle, current: str | None) -> None:
    if handle.value != current:
        seen = {"firstSeen": iso_text(handle.first_seen), "lastSeen": iso_text(handle.last_seen)}
        element(root, "earlierHandle", handle.value, **seen)


def _body(parent: etree._Element, name: str, body: Reference) -> None:
    node = element(parent, name)
    element(node, "name", body.name)
    optional(node, "identifier", body.identifier)
    optional(node, "identifierSource", body.source)


def _appraisal(root: etree._Element, subject: Subject) -> None:
    decided = subject.decisions
    node = element(root, "appraisal")
    element(node, "value", decided.value)
    _body(node, "series", decided.series)
    if decided.category:
        category = element(node, "category")
        element(category, "list", decided.category.list_name)
        element(category, "version", decided.category.list_version)
        element(category, "code", decided.category.code)
        element(category, "label", decided.category.label)
    if decided.value == "V" and decided.term:
        term = element(node, "term")
        for name in _TERM:
            optional(term, name, getattr(decided.term, name))
    for restriction in restrictions(subject):
        limited = element(node, "restriction", basis=restriction.basis)
        element(limited, "label", restriction.label)
        element(limited, "list", restriction.list_name)
        for name in ("code", "note", "citation", "until"):
            optional(limited, name, getattr(restriction, name))
    for decision in decided.decisions:
        made = element(node, "decision")
        for name in _DECISION:
            optional(made, name, getattr(decision, name))


def _capture(root: etree._Element, capture: Capture) -> None:
    node = element(root, "capture", id=capture.id, technique=capture.technique)
    for field, name in _CAPTURE.items():
        optional(node, name, getattr(capture, field))


def _excluded(root: etree._Element, subject: Subject) -> None:
    node = element(root, "excluded", listSha256=subject.excluded.list_sha256)
    for one in subject.excluded.classes:
        element(node, "class", kind=one.kind, count=str(one.count), bytes=str(one.bytes))
