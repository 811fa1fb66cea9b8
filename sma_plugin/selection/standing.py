"""Standing policies: what a role decided once and for all, checked before anything is decided by them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sma_plugin.selection.subjects import ACTS, is_past, nearest, subjects
from sma_plugin.settings import Policy, Settings, SettingsError, load


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
    if policy.choose is not None and kind.choices and policy.choose not in kind.choices:
        raise SettingsError("policy_choice", **told | {"value": policy.choose}, **nearest(policy.choose, kind.choices))


def _is_day(told: str) -> bool:
    try:
        return date.fromisoformat(told).isoformat() == told
    except ValueError:
        return False
