"""The improvement plan: points come of what is missing, go on from package to package, and close by captures only."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from lxml import html

from finding_cases import Bench
from finding_cases_plan import HERE, LACK, LACKING, MET, NAME, point, with_table
from making import zipped
from sma_plugin.characteristics.records import Assessment, Measured, Pointer
from sma_plugin.describe.plan_page import render_plans
from sma_plugin.findings import Language, text
from sma_plugin.improvement.advancing import advanced
from sma_plugin.improvement.edits import edited, load_edits
from sma_plugin.improvement.held import held, held_by_conversions
from sma_plugin.improvement.measures import measure_of
from sma_plugin.improvement.taking import take_in, write_plans
from sma_plugin.model import Evidence
from sma_plugin.package.files import write_json
from sma_plugin.package.improvement import Kept, Lack, Plan, Point, joined
from sma_plugin.selection.tables import read_table
from sma_plugin.settings import Paths
from sma_plugin.texts import UserError

replace = msgspec.structs.replace


def after(before: Point, *, here: object = HERE, held_now: object = MET) -> Point:
    """A point with one package more."""
    (found,) = advanced([before], [held_now], {}, here).points  # type: ignore[list-item, arg-type]
    return found


def test_what_a_package_lacks_becomes_a_point_with_a_proposal() -> None:
    (found,) = advanced([], [LACKING], {}, HERE._replace(owner="webredacteur")).points
    assert (found.id, found.level, found.status, found.owner) == (NAME, "below minimum", "open", "webredacteur")
    assert found.lacks == (Lack("pakket-2", "vbstad-2025-02", "below minimum", "2025-01-01", "2025-02-28", 2, 5),)
    assert found.supplied_by == ("platform-export", "screen-capture", "web-harvest")  # the guideline's own "+"
    assert found.proposal == measure_of(NAME).text


def test_what_is_met_is_no_point() -> None:
    assert advanced([], [MET], {}, HERE).points == ()


def test_a_package_that_holds_the_whole_period_closes_a_point() -> None:
    found = after(point())
    assert (found.status, found.closed, found.level) == ("closed", "2025-03-01", None)
    assert found.lacks[0].made_good == "pakket-2"


@pytest.mark.parametrize(
    "here", [HERE._replace(since="2025-02-01"), HERE._replace(absent=1), HERE._replace(since=None)]
)
def test_images_of_other_posts_do_not_close_it(here: object) -> None:
    found = after(point(), here=here)
    assert (found.status, found.closed, found.level) == ("partly", None, "below minimum")


def test_posts_that_are_known_by_name_have_to_be_there_again() -> None:
    named = point(lacks=(replace(LACK, posts=("101", "102")),))
    assert after(named, here=HERE._replace(seen=frozenset({"101"}))).status == "partly"
    later = HERE._replace(seen=frozenset({"101", "102"}), since="2025-02-01", absent=9)
    assert after(named, here=later).status == "closed"


def test_a_closed_point_opens_again_when_it_lacks_again() -> None:
    again = after(after(point()), here=HERE._replace(package="pakket-3"), held_now=LACKING)
    assert (again.status, again.closed, again.level) == ("open", None, "below minimum")
    assert [lack.made_good for lack in again.lacks] == ["pakket-2", None]


def test_the_same_package_twice_gives_the_same() -> None:
    once = advanced([point()], [LACKING], {}, HERE).points
    assert advanced(once, [LACKING], {}, HERE).points == once


def test_a_lack_that_was_accepted_stays_so_until_it_is_supplied() -> None:
    accepted = point(status="accepted")
    assert after(accepted, held_now=LACKING).status == "accepted"
    assert after(accepted).status == "closed"


def test_a_package_in_which_nothing_could_be_counted_changes_nothing() -> None:
    assert after(point(), held_now=LACKING._replace(level=None)) == point()


@pytest.mark.parametrize(
    ("status", "late"), [("open", True), ("in progress", True), ("done", False), ("accepted", False)]
)
def test_a_point_is_late_on_the_page_when_the_findings_say_so(status: str, late: bool) -> None:  # noqa: FBT001
    due = point(status=status, due="2025-01-31")
    page = render_plans([Plan("x", "7", "@vbstad", "pakket-1", (due,))], HERE.made, "nl").decode()
    found = advanced([due], [], {}, HERE).findings
    assert ("<strong>te laat</strong>" in page, [one.code for one in found]) == (late, ["SMA-K030"] * late)


def test_a_point_that_was_called_done_and_is_not_is_told_of_once() -> None:
    due = point(status="done", due="2025-01-31")
    told = advanced([due], [LACKING], {}, HERE)
    assert [one.code for one in told.findings] == ["SMA-K032"]
    assert told.points[0].late(HERE.made)
    later = advanced(told.points, [LACKING], {}, HERE._replace(package="pakket-3"))
    assert [one.code for one in later.findings] == ["SMA-K030"]


def test_plans_of_packages_join_into_one() -> None:
    first = Plan("x", "7", "@vbstad", "pakket-1", (after(point()),))
    second = Plan(
        "x", "7", "@vbstad", "pakket-3", (point(lacks=(replace(LACK, package="pakket-3"),), found="2025-04-01"),)
    )
    (found,) = joined([first, second])
    assert [(lack.package, lack.made_good) for lack in found.lacks] == [("pakket-1", "pakket-2"), ("pakket-3", None)]
    assert (found.status, found.found) == ("open", "2025-02-01")


def test_what_was_measured_says_how_bad_and_which_posts() -> None:
    pointer = Pointer(Evidence("c", "a.json", "bytes", 0, 1), "101")
    measured = Measured("inhoud", "afbeeldingen", "-", count=4, expected=5, feature="beschikbaar", missing=(pointer,))
    rows = [replace(measured, standing=one) for one in ("below minimum", "not established", "met")]
    rows.append(replace(measured, score="?", missing=()))
    found = [(one.level, one.met, one.posts) for one in held(Assessment((), {}, (), characteristics=tuple(rows)))]
    assert found[0] == ("below minimum", False, ("101",))
    assert found[1:] == [("not established", False, ("101",)), (None, True, ("101",)), (None, False, ())]


def test_not_every_post_is_named_when_more_are_short_than_are_told_of() -> None:
    pointer = Pointer(Evidence("c", "a.json", "bytes", 0, 1), "101")
    measured = Measured("inhoud", "afbeeldingen", "-", count=1, expected=5, missing=(pointer,), standing="below target")
    (found,) = held(Assessment((), {}, (), characteristics=(measured,)))
    assert found.posts == ()


def test_what_a_conversion_lost_is_a_point_that_a_later_package_closes() -> None:
    lost, same = (
        Kept("image-png", "colour profile", "interpreteerbaar", 4, 3),
        Kept("image-png", "width", "leesbaar", 4, 4),
    )
    first = advanced([], list(held_by_conversions([lost, same])), {}, HERE._replace(package="pakket-1"))
    (found,) = first.points
    assert (found.id, found.level, found.duto) == (
        "omzetten:image-png colour profile",
        "lost in conversion",
        ("interpreteerbaar",),
    )
    assert found.label == {
        "nl": "kleurprofiel na omzetten (image-png)",
        "en": "colour profile after conversion (image-png)",
    }
    assert found.proposal == measure_of(found.id).text != measure_of("a:b").text
    assert (found.lacks[0].count, found.lacks[0].of) == (3, 4)
    mended = list(held_by_conversions([Kept("image-png", "colour profile", "interpreteerbaar", 4, 4)]))
    (closed,) = advanced(first.points, mended, {}, HERE).points
    assert closed.status == "closed"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch, tmp_path / "none")


def test_a_role_that_may_accepts_a_lack(bench: Bench) -> None:
    settings = with_table(bench, status="Aanvaard", role="archivaris", date="1-3-2025", ground="niet meer online")
    edits = load_edits(settings)
    (found,) = advanced([point()], [LACKING], edits.of("x", "7"), HERE).points
    assert (found.status, found.role, found.date, found.ground) == (
        "accepted",
        "archivaris",
        "2025-03-01",
        "niet meer online",
    )
    assert edits.findings == ()


def test_nobody_closes_a_point_by_saying_so(bench: Bench) -> None:
    edits = load_edits(with_table(bench, status="gesloten", owner="webredacteur", due="31-3-2025"))
    (found,) = advanced([point()], [LACKING], edits.of("x", "7"), HERE).points
    assert (found.status, found.owner, found.due) == ("open", "webredacteur", "2025-03-31")


def test_what_was_said_to_be_done_before_a_capture_disproved_it_does_not_count_again(bench: Bench) -> None:
    before = load_edits(with_table(bench, status="uitgevoerd")).of("x", "7")
    open_again, told = advanced([point()], [LACKING], before, HERE)
    assert [one.code for one in told] == ["SMA-K032"]
    assert [edited(one, before[NAME]).status for one in open_again] == ["open"]
    assert advanced(open_again, [LACKING], before, HERE).findings == ()
    later = replace(before[NAME], place="plan-2.csv:2")
    assert [edited(one, later).status for one in open_again] == ["done"]


def stored(bench: Bench) -> Path:
    """A package of which only the records stand that the plan is in."""
    sma = bench.home / "pakket" / "metadata" / "sma"
    sma.mkdir(parents=True)
    (sma / "captures.toml").write_text(
        'schema = 1\ncapture = []\n[package]\nid = "pakket-1"\nname = "vbstad"\nentity_id = "e"\nplatform = "x"\n'
        'account = { native_id = "7" }\n',
        encoding="utf-8",
    )
    write_json(sma / "plan.json", Plan("x", "7", "@vbstad", "pakket-1", (point(),)))
    return bench.home / "pakket"


@pytest.mark.parametrize(("language", "told"), [("nl", "niets"), ("en", "nothing")])
def test_what_cannot_be_counted_against_a_number_is_nothing_in_the_table_too(
    bench: Bench, language: Language, told: str
) -> None:
    table = bench.home / "plan.csv"
    none = point(lacks=(replace(LACK, count=0, of=None, since=None, until=None),), duto=("leesbaar",))
    write_plans(table, [Plan("x", "7", "@vbstad", "pakket-1", (none,))], language)
    ((_, row),) = read_table(table, "plan", [])
    assert (row["lacks"], row["duto"]) == (told, {"nl": "leesbaar", "en": "readable"}[language])


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_table_goes_out_and_comes_back(bench: Bench, ending: str, language: str) -> None:
    package, table = stored(bench), bench.home / f"plan.{ending}"
    settings = replace(bench.settings(), paths=Paths(plans=("plannen",)))
    write_plans(table, [Plan("x", "7", "@vbstad", "pakket-1", (point(owner="=webredacteur"),))], language)  # type: ignore[arg-type]
    ((_, row),) = read_table(table, "plan", [])
    where = {"nl": "2 van 5, 1 januari 2025 – 31 januari 2025", "en": "2 of 5, 1 January 2025 – 31 January 2025"}
    assert (row["point"], row["owner"], row["lacks"]) == (f"x/7/{NAME}", "=webredacteur", where[language])
    taken = take_in(table, [package], settings)
    assert taken.path is not None
    assert taken.path.parent == bench.home / "plannen"
    assert (taken.changed, taken.findings) == (1, ())
    assert load_edits(settings).of("x", "7")[NAME].owner == "=webredacteur"


def test_a_table_with_an_unknown_point_is_not_taken_in(bench: Bench) -> None:
    package, settings = stored(bench), with_table(bench, point="x/7/inhoud:geuren")
    settings = replace(settings, paths=Paths(plans=("plannen",)))
    taken = take_in(bench.home / "plan.csv", [package], settings)
    assert (taken.path, [one.code for one in taken.findings]) == (None, ["SMA-K033"])
    assert not (bench.home / "plannen").exists()


def test_a_spreadsheet_of_another_kind_is_not_said_to_be_damaged(bench: Bench) -> None:
    table = zipped(bench.home / "plan.ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    taken = take_in(table, [stored(bench)], replace(bench.settings(), paths=Paths(plans=("plannen",))))
    assert taken.path is None
    assert "save a spreadsheet (ODS) as XLSX or CSV" in text(taken.findings[0], "en")


def test_without_a_folder_a_table_has_no_place(bench: Bench) -> None:
    settings = replace(with_table(bench), paths=Paths())
    with pytest.raises(UserError, match="no folder for the improvement plan"):
        take_in(bench.home / "plan.csv", [stored(bench)], settings)


def test_the_page_says_all_of_it_in_both_languages() -> None:
    plan = Plan(
        "x", "7", "@vbstad<b>", "pakket-1", (point(owner="webredacteur", due="2025-01-31"), after(point(id="a:b")))
    )
    page = render_plans([plan], "2025-02-01", "nl").decode()
    for told in ("onder het minimum", "below the minimum", "2 van 5", "webredacteur", "te laat", "@vbstad&lt;b&gt;"):
        assert told in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("at", [0, 1])
def test_on_a_narrow_screen_each_value_has_its_heading_beside_it(at: int) -> None:
    page = html.fromstring(render_plans([Plan("x", "7", "@vbstad", "pakket-1", (point(),))], "2025-02-01", "nl"))
    table = page.xpath("//*[contains(@class, 'rows')]/table")[at]
    _, *headings = (one.text for one in table.findall("./thead/tr/th"))
    assert [one.get("data-name") for one in table.findall("./tbody/tr/td")] == headings
