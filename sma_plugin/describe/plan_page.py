"""The improvement plan as a page: the plan of a package, or of several accounts. It loads nothing from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sma_plugin import __version__, notation
from sma_plugin.describe.page_words import in_order, words
from sma_plugin.describe.pages import template
from sma_plugin.findings import Language
from sma_plugin.improvement.wording import features, lacking, techniques
from sma_plugin.package.improvement import Plan, Point
from sma_plugin.texts import text


def render_plans(plans: Sequence[Plan], at: str, first: str) -> bytes:
    """The page as of a moment (ISO), ``first`` the language that it opens in."""
    parts = [plan_part(plans, at, language) for language in in_order(first)]
    return template(__package__, "plan.html").render(parts=parts, version=__version__).encode()


def plan_part(plans: Sequence[Plan], at: str, language: Language) -> dict[str, Any]:
    """Everything that the page shows in one language; a report with a plan in it shows the same."""
    points = [point for plan in plans for point in plan.points]
    return {
        **words((), language),
        "tell": lambda name, **params: text(f"plan_{name}", language, **params),
        "on": at,
        "plans": [(notation.platform(plan.platform), plan) for plan in plans],
        "counts": _counts(points, at[:10]),
        "late": lambda point: point.late(at[:10]),
        "lacking": lambda lack: lacking(lack, language),
        "features": lambda names: features(names, language),
        "techniques": lambda names: techniques(names, language),
    }


def _counts(points: Sequence[Point], day: str) -> dict[str, int]:
    still = [one for one in points if not one.ended]
    return {
        "open": len(still),
        "minimum": sum(one.level == "below minimum" for one in still),
        "target": sum(one.level == "below target" for one in still),
        "late": sum(one.late(day) for one in still),
        "accepted": sum(one.status == "accepted" for one in points),
        "closed": sum(one.status == "closed" for one in points),
    }
