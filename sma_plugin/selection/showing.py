"""Whether the name of an account that is not corporate may stay in copies for access (PRODUCT.md, 5.6)."""

from __future__ import annotations

from sma_plugin import notation
from sma_plugin.selection.asking import Question, question, question_id
from sma_plugin.selection.records import AccountRecord

OFFICE_HOLDER = "office-holder"


def label_of(account: AccountRecord) -> str:
    """What an account is called in questions."""
    return f"{notation.platform(account.platform)} @{account.handle or account.name or account.native_id}"


def is_corporate(account: AccountRecord) -> bool:
    """Whether an account's name stays without anybody being asked."""
    return account.registered and account.kind == "corporate"


def office_question(account: AccountRecord) -> Question:
    """Whether the name may stay, and in posts of which period."""
    named = question_id(OFFICE_HOLDER, account.platform, account.native_id or account.handle or "")
    return question(OFFICE_HOLDER, named, label_of(account), "hide", "kind")
