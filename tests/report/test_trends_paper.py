"""`report trends`: a year of weeks whose numbers are known, and a repository."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from changeflow import errors
from changeflow.cli.main import run
from changeflow.history.tables import write
from changeflow.render.table import cells
from tests.register.office import Office
from tests.report.papers import DUTIES, busy_office

UTC_ZONE = ZoneInfo("UTC")
# a Monday
FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC_ZONE)
HOUR = timedelta(hours=1)
QUARTER = ("--from", "2026-07-01T00:00:00Z", "--to", "2026-10-01T00:00:00Z", "--now", "2026-10-02T00:00:00Z")
WEEKS = 40


def rows() -> dict[str, list[dict[str, Any]]]:
    """Ten changes a week: one or two emergencies, from the 35th week on seven of ten; one in ten fails, on the database."""
    changes, items = [], []
    for week in range(WEEKS):
        urgent = 7 if week >= 34 else 1 + week % 2
        for number in range(10):
            at = FIRST + timedelta(weeks=week, hours=number)
            key: dict[str, Any] = {"source": "shop", "change": f"CHG-{week:02}-{number}"}
            failed = number == 9 and week % 2 == 0
            said = {
                "type": "emergency" if number < urgent else "normal",
                "team": "dba",
                "category": "database" if failed else "capacity",
                "planned_start": at,
                "recorded_at": at - 5 * HOUR * (1 + week % 3),
                "actual_start": at,
                "actual_end": at + HOUR,
                "outcome": "rolled_back" if failed else "implemented",
            }
            changes.append(key | said)
            items.append(key | {"item": "db" if failed else f"node-{number}", "item_type": "database" if failed else "server"})
    return {"changes": changes, "change_items": items}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("trends") / "history"
    write(where, rows())
    return where


def said(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = errors.OK) -> str:
    capsys.readouterr()
    assert run((*arguments[:-1], "report", "trends", "--history", str(folder), *QUARTER, "--format", arguments[-1])) == code
    return capsys.readouterr().out


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(said(folder, capsys, "json"))


def test_a_period_stands_beside_the_one_before_and_a_year_earlier(told: Any) -> None:
    measures = {one["id"]: one for one in told["measures"]}
    # Weeks begin on Mondays: 13 in the quarter that ends on a Wednesday, 13 before.
    assert (measures["changes"]["value"], measures["changes"]["previous"]) == (130, 130)
    assert (measures["emergency_share"]["numerator"], measures["emergency_share"]["denominator"]) == (7 * 5 + 12, 130)
    assert measures["emergency_share"]["value"] == round(100 * 47 / 130, 2)
    assert measures["emergency_share"]["year_before"] is None
    assert told["year_before"] is None
    assert told["previous"]["from"] == "2026-04-01T00:00:00Z"


def test_a_rise_of_emergencies_is_a_signal_with_its_points(told: Any) -> None:
    charts = {one["id"]: one for one in told["charts"]}
    assert list(charts) == ["emergency_share", "change_failure_rate", "changes", "lead_time.median", "recorded_after_start"]
    share = charts["emergency_share"]
    assert (share["by"], share["chart"], len(share["points"])) == ("week", "p", 24)
    # 24 whole weeks, of which the last four have seven emergencies of ten
    counted = sum(one["numerator"] for one in share["points"])
    assert share["centre"] == round(100 * counted / 240, 4)
    above = [one for one in share["points"] if "beyond_3_sigma" in one["rules"]]
    assert [one["name"] for one in above] == ["2026-W36", "2026-W37", "2026-W38", "2026-W39"]
    assert all(one["value"] == 70.0 > one["upper"] for one in above)
    assert {one["rule"] for one in share["signals"]} >= {"beyond_3_sigma", "two_of_three_beyond_2_sigma"}


def test_no_limits_are_drawn_where_nothing_varies(told: Any) -> None:
    charts = {one["id"]: one for one in told["charts"]}
    assert (charts["changes"]["why"], charts["changes"]["centre"]) == ("steady", 10.0)
    assert charts["recorded_after_start"]["signals"] == []
    assert charts["lead_time.median"]["chart"] == "XmR"


def test_failures_concentrate_on_an_item(told: Any) -> None:
    assert told["failed"] == 7
    (item,) = told["failing"]
    assert (item["item"], item["failed"], item["rolled_back"], len(item["records"])) == ("db", 7, 7, 7)


def test_recurring_changes_are_the_candidates_of_a_back_test(
    folder: Path, told: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = told["recurring"]
    assert (found["kinds"], found["category"], found["changes"]) == (["server"], "capacity", 130 - 47 - 7)
    monkeypatch.chdir(tmp_path)
    assert run(("init", "shop")) == errors.OK
    monkeypatch.chdir(tmp_path / "shop")
    capsys.readouterr()
    asked = ("policy", "backtest", "--history", str(folder), *QUARTER[:4], "--format", "json")
    assert run(asked) == errors.OK
    (candidate,) = json.loads(capsys.readouterr().out)["candidates"]
    assert candidate == found


def test_the_same_records_give_the_same_digest_and_others_another(
    folder: Path, told: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(said(folder, capsys, "--lang", "zh", "json"))["numbers"] == told["numbers"]
    other = rows()
    other["changes"][-30]["outcome"] = "failed"
    write(tmp_path / "other", other)
    assert json.loads(said(tmp_path / "other", capsys, "json"))["numbers"] != told["numbers"]


def test_a_signal_is_told_without_colour(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(folder, capsys, "text")
    assert "SIGNAL: above the upper limit (Nelson 1), 2026-W3" in text
    assert max(map(len, text.splitlines())) <= 80
    page = said(folder, capsys, "html")
    assert page.count("<svg") == 5
    assert ">N1+5<" in page
    assert page.count("N1+5") == 4 * 3
    assert "<script" not in page
    chinese = said(folder, capsys, "--lang", "zh", "html")
    assert "超出上控制限（尼尔森准则 1）" in chinese
    assert ">准则 1+5<" in chinese


@pytest.mark.parametrize(("language", "named"), [("en", ("Measure", "Type")), ("zh", ("指标", "类型"))])
def test_what_a_row_is_about_stands_first(folder: Path, capsys: pytest.CaptureFixture[str], language: str, named: tuple[str, ...]) -> None:
    told = said(folder, capsys, "--lang", language, "text").splitlines()
    begun = {line.split()[0] for line in told if line.startswith("  ")}
    assert begun.issuperset(named)
    assert all(cells(line) <= 80 for line in told)


def test_all_numbers_stand_in_one_list_for_spreadsheets(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows_ = list(csv.DictReader(io.StringIO(said(folder, capsys, "csv"))))
    assert {row["Section"] for row in rows_} >= {"This period beside earlier ones", "By type", "Where changes fail", "Emergency share"}
    points = [row for row in rows_ if row["Section"] == "Emergency share"]
    assert (points[-1]["This period"], points[-1]["Signals"]) == ("70.0", "N1+5")
    counts = [row["This period"] for row in rows_ if row["Section"] == "Changes"]
    assert set(counts) == {"10"}, "a count has no decimals"


def test_what_is_no_record_makes_no_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(tmp_path / "none", capsys, "json", code=errors.NOTHING)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("trends-office") / "shop")


def test_a_repository_counts_its_own_changes_and_knows_their_services(office: Office) -> None:
    told = office.answer("report", "trends", "--from", "2026-11-01T00:00:00Z", "--to", "2026-12-01T00:00:00Z", now=DUTIES)
    by = {one["by"]: {row["value"]: row["changes"] for row in one["rows"]} for one in told["breakdowns"]}
    assert by["type"] == {"emergency": 1, "normal": 3}
    assert by["origin"] == {None: 3, "incident": 1}
    assert told["cutoff"]["ledger"] == office.git("rev-parse", "changeflow/ledger")
    assert told["ledger_holds"] is True
    assert {one["why"] for one in told["charts"]} == {"few"}
    assert told["failing"] == []
    assert by["service"] == {}
