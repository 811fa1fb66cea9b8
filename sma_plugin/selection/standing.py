"""Standing policies: what a role decided once and for all, checked before anything is decided by them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from sma_plugin.misconfigured import SettingsError
from sma_plugin.selection.subjects import ACTS, choices, is_past, nearest, subjects
from sma_plugin.settings import Policy, Settings, load

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def load_checked(path: Path | None) -> Settings:
    """A configuration whose roles and standing policies can be used. Raises :class:`SettingsError`."""
    settings = load(path)
    for role, may in settings.roles.items():
        for subject in may.decides:
            near = nearest(subject, (*subjects(), *ACTS))
            if subject not in (*subjects(), *ACTS) and near["near_en"]:
                raise SettingsError("role_subject", path=path, role=role, subject=subject, **near)
    if settings.defaults.mentions == "keep" and "mentions" not in settings.policies:
        raise SettingsError("mentions_by_policy", path=path)
    _check_reasons(settings, path)
    for subject, policy in settings.policies.items():
        _check(subject, policy, settings, path)
    return settings


def _check(subject: str, policy: Policy, settings: Settings, path: Path | None) -> None:
    """Raises :class:`SettingsError` for a policy that nobody could have set so."""
    told: dict[str, object] = {"path": path, "subject": subject, "role": policy.role, "value": policy.date}
    kind = subjects().get(subject)
    if kind is None:
        raise SettingsError("policy_subject", **told, **nearest(subject, subjects()))
    if policy.role not in settings.roles:
        raise SettingsError("policy_role", **told, **nearest(policy.role, settings.roles))
    if subject not in settings.roles[policy.role].decides:
        may = [name for name, role in settings.roles.items() if subject in role.decides]
        raise SettingsError("policy_may_not", **told, known=", ".join(may) or "-")
    if not _is_day(policy.date):
        raise SettingsError("policy_date", **told)
    if not is_past(policy.date):
        raise SettingsError("policy_future", **told)
    if not policy.ground.strip():
        raise SettingsError("policy_ground", **told)
    known = choices(subject, settings)
    if policy.choose is not None and known and policy.choose not in known:
        raise SettingsError("policy_choice", **told | {"value": policy.choose}, **nearest(policy.choose, known))


def _check_reasons(settings: Settings, path: Path | None) -> None:
    """Raises :class:`SettingsError` for reasons of a subject that asks for none, or with names that are none."""
    asking = {name for name, kind in subjects().items() if kind.because}
    for subject, reasons in settings.reasons.items():
        if subject not in asking:
            raise SettingsError("reasons_subject", path=path, subject=subject, **nearest(subject, asking))
        for name in reasons:
            if not _NAME.fullmatch(name):
                raise SettingsError("reasons_name", path=path, subject=subject, value=name)


def _is_day(told: str) -> bool:
    try:
        return date.fromisoformat(told).isoformat() == told
    except ValueError:
        return False
