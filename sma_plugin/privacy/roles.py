"""Who may do what with keys, pseudonyms and requests: the roles of the configuration."""

from __future__ import annotations

from typing import Literal

from sma_plugin.privacy.keys import By
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

Act = Literal["keys", "reveal", "requests"]
"""What stands under ``decides`` of a role that may do it."""


def acting(settings: Settings, role: str, act: Act, reason: str) -> By:
    """Who acts, once the configuration lets the role do so. Raises :class:`UserError`."""
    may = ", ".join(name for name, one in settings.roles.items() if act in one.decides) or "-"
    if role not in settings.roles:
        raise UserError("role_unknown", role=role, act=act, known=", ".join(settings.roles) or "-")
    if act not in settings.roles[role].decides:
        raise UserError("role_may_not", role=role, act=act, known=may)
    if not reason.strip():
        raise UserError("reason_missing")
    return By(settings.stamps, role, reason.strip())
