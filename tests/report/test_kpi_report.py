"""`report kpi`: the paper in its formats and languages, and what stops it."""

import csv
import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from changeflow import errors
from changeflow.cli.main import run
from changeflow.history.tables import write
from changeflow.insight.period import Period
from changeflow.model.answers.report import KpiAnswer
from changeflow.model.languages import LanguageName
from changeflow.model.watched_time import BEGINNING, END, Holding, Watch
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import measured_target, measured_value
from changeflow.render.report_kpi import difference
from changeflow.usecases.report.kpi import kpi_report
from tests.register.office import AFTER, BEFORE, CHANGE, Office
from tests.report.depot import Depot

START = datetime(2026, 10, 1, tzinfo=UTC)
QUARTER = ("--from", "2026-10-01T00:00:00Z", "--to", "2027-01-01T00:00:00Z")


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two changes in the quarter, one before."""
    folder = tmp_path / "history"
    day = timedelta(days=1)
    rows = [
        {"source": "shop", "change": "CHG-1", "type": "emergency", "planned_start": START},
        {"source": "shop", "change": "=cmd|x", "type": "normal", "planned_start": START + day},
        {"source": "shop", "change": "CHG-0", "type": "normal", "planned_start": START - day},
    ]
    write(folder, {"changes": rows})
    monkeypatch.chdir(tmp_path)
    return folder


def answered(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = errors.OK) -> str:
    assert run(arguments) == code
    return capsys.readouterr().out


def test_a_share_carries_numerator_denominator_and_the_period_before(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(
        answered(capsys, "report", "kpi", "--history", str(history), *QUARTER, "--format", "json")
    )
    assert told["schema"] == "changeflow/report/v1"
    assert told["kind"] == "kpi"
    assert told["period"] == {
        "from": "2026-10-01T00:00:00Z",
        "to": "2027-01-01T00:00:00Z",
        "zone": "UTC",
    }
    kpis = {one["id"]: one for one in told["kpis"]}
    share = kpis["emergency_share"]
    assert (share["value"], share["unit"]) == (50.0, "%")
    assert (share["numerator"], share["denominator"], share["previous"]) == (1, 2, 0.0)
    assert share["records"] == ["CHG-1"]
    assert kpis["unauthorised"]["value"] is None
    assert kpis["unauthorised"]["missing"] == ["deployments"]
    assert [one["path"] for one in told["inputs"]] == [str(history / "changes.parquet")]


def test_a_target_is_compared_with_what_is_known_and_with_what_is_not(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    late = {"recorded_at": START + timedelta(days=2), "actual_start": START}
    rows = [{"source": "shop", "change": f"CHG-{n}", "planned_start": START} for n in range(10)]
    rows[0] |= late
    write(history, {"changes": rows})
    assert run(("init", "shop")) == errors.OK
    monkeypatch.chdir(tmp_path / "shop")

    def met(target: str) -> bool | None:
        text = (
            "apiVersion: changeflow/v1\nkind: Objectives\nmetadata: {id: objectives}\nspec:\n"
            f"  objectives: [{{kpi: recorded_after_start, target: {target!r}, owner: cab}}]\n"
        )
        Path("policies/objectives.yaml").write_text(text, encoding="utf-8")
        subprocess.run(["git", "add", "--all"], check=True)
        identity = ("-c", "user.name=Alice", "-c", "user.email=alice@example.com")
        subprocess.run(["git", *identity, "commit", "--quiet", "-m", target], check=True)
        asked = ("report", "kpi", "--history", str(history), *QUARTER, "-f", "json")
        capsys.readouterr()
        told = json.loads(answered(capsys, *asked))
        one = {one["id"]: one for one in told["kpis"]}["recorded_after_start"]
        assert one["target"] == target
        answer: bool | None = one["met"]
        return answer

    # one of eleven is known to be late, and of ten it is not known
    assert met("<= 5 %") is False
    assert met("<= 50 %") is None
    assert met("<= 100 %") is True


def test_the_whole_history_is_measured_where_no_period_is_asked_for(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(answered(capsys, "report", "kpi", "--history", str(history), "-f", "json"))
    assert told["period"]["from"] == "2026-09-30T00:00:00Z"
    assert told["period"]["to"] == "2026-10-03T00:00:00Z"
    assert told["kpis"][0]["value"] == 3


def test_the_paper_is_in_the_language_of_its_reader(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("report", "kpi", "--history", str(history), *QUARTER)
    assert "Emergency share" in answered(capsys, *asked)
    chinese = answered(capsys, "--lang", "zh", *asked)
    assert "紧急变更占比" in chinese
    assert "Emergency share" not in chinese
    page = answered(capsys, "--lang", "zh", *asked, "--format", "html")
    assert 'lang="zh-CN"' in page
    assert "<script" not in page


def test_a_spreadsheet_takes_no_cell_for_a_formula(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answered(capsys, "report", "kpi", "--history", str(history), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert {row["id"]: row["value"] for row in rows}["changes"] == "3"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


def test_a_chinese_spreadsheet_has_names_and_definitions_in_chinese(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answered(capsys, "--lang", "zh", "report", "kpi", "--history", str(history), "--format", "csv")
    rows = {row["指标编号"]: row for row in csv.DictReader(io.StringIO(told))}
    assert rows["emergency_share"]["指标"] == "紧急变更占比"
    assert rows["emergency_share"]["定义（分子 / 分母）"] == "紧急变更 / 变更"
    assert rows["changes"]["本期"] == "3"


@pytest.mark.parametrize("format_", ["html", "markdown", "text"])
def test_the_name_of_a_measure_comes_before_its_value(
    history: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    told = answered(capsys, "report", "kpi", "--history", str(history), "--format", format_)
    heading = told.index("Measure", told.index("Version"))
    assert heading < told.index("This period", heading)
    assert told.index("Before", heading) > told.index("This period", heading)


def test_a_byte_order_mark_stands_before_csv_and_lines_end_as_programs_write_them(
    history: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    asked = ("report", "kpi", "--history", str(history), "--format", "csv")
    assert run((*asked, "--bom")) == errors.OK
    marked = capfdbinary.readouterr().out
    assert run(asked) == errors.OK
    assert marked == b"\xef\xbb\xbf" + capfdbinary.readouterr().out
    assert marked.startswith(b"\xef\xbb\xbfid,value,unit,")
    assert marked.count(b"\r\n") == marked.count(b"\n") > 2


def test_what_stops_the_paper_is_said(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(capsys, "report", "kpi", "--history", str(tmp_path / "none"), code=errors.NOTHING)
    (history / "changes.parquet").write_bytes(b"no table")
    answered(capsys, "report", "kpi", "--history", str(history), code=errors.UNREADABLE)
    answered(capsys, "report", "kpi", code=errors.NOTHING)


def test_a_repository_measures_its_own_changes_and_those_of_its_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(tmp_path / "shop")
    office.ask(CHANGE)
    office.approved()
    office.done("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    assert office.released().code == errors.OK
    rows = [{"source": "desk", "change": "C-1", "type": "emergency", "planned_start": START}]
    write(office.root / "history", {"changes": rows})
    asked = ("--repo", str(office.root), "report", "kpi", "--now", AFTER, "-f", "json")
    capsys.readouterr()
    told = json.loads(answered(capsys, *asked))
    kpis = {one["id"]: one for one in told["kpis"]}
    assert kpis["changes"]["records"] == ["C-1", CHANGE]
    assert kpis["change_success_rate"]["records"] == [CHANGE]
    assert kpis["deployment_frequency"]["numerator"] == 1
    assert kpis["cab_load"]["records"] == [CHANGE]
    assert told["cutoff"]["main"] == office.git("rev-parse", "main")
    own = [one["path"] for one in told["inputs"] if "/" not in one["path"]]
    assert {"changes.parquet", "reviews.parquet"} <= set(own), "tables of the repository itself"
    capsys.readouterr()
    assert json.loads(answered(capsys, *asked))["digest"] == told["digest"]
    named = ("--history", str(office.root / "history"))
    told = json.loads(answered(capsys, *asked, *named))
    assert told["kpis"][0]["records"] == ["C-1"]
    assert told["cutoff"] == {"main": None, "ledger": None}


def test_own_records_become_tables_that_can_be_measured_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(tmp_path / "shop")
    office.ask(CHANGE)
    folder = tmp_path / "all"
    exported = ("--repo", str(office.root), "history", "export", "--into", str(folder))
    capsys.readouterr()
    told = json.loads(answered(capsys, *exported, "-f", "json"))
    assert {one["table"]: one["added"] for one in told["tables"]}["changes"] == 1
    again = json.loads(answered(capsys, *exported, "-f", "json"))
    assert {one["table"]: one["unchanged"] for one in again["tables"]}["changes"] == 1
    measured = json.loads(answered(capsys, "report", "kpi", "--history", str(folder), "-f", "json"))
    assert measured["kpis"][0]["records"] == [CHANGE]


def test_a_repository_without_changes_has_nothing_to_measure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(("init", "shop")) == errors.OK
    monkeypatch.chdir(tmp_path / "shop")
    capsys.readouterr()
    assert run(("report", "kpi")) == errors.NOTHING
    assert "changeflow history import" in capsys.readouterr().err


def test_what_is_delivered_without_any_change_or_after_the_last_one_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    depot = Depot(tmp_path / "shop")
    asked = ("--repo", str(depot.root), "report", "kpi", "--now", "2027-03-01T00:00:00Z", "-f", "json")

    def unauthorised() -> list[str]:
        told = json.loads(answered(capsys, *asked))
        return next(one["records"] for one in told["kpis"] if one["id"] == "unauthorised")

    first = depot.made("web/index", "Quick fix", who="bob", at="2026-11-26T03:00:00Z")
    capsys.readouterr()
    assert unauthorised() == [f"commit {first}"]
    depot.agreed(CHANGE)
    depot.git("switch", "-q", "main")
    last = depot.made("web/index", "Another", who="bob", at="2027-02-20T03:00:00Z")
    assert sorted(unauthorised()) == sorted((f"commit {first}", f"commit {last}"))


def test_a_target_is_not_met_by_a_request_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(tmp_path / "shop")
    office.ask(CHANGE)
    targets = {"emergency_share": "<= 10 %", "changes": "<= 1", "changes.normal": ">= 1"}
    objectives = {
        "apiVersion": "changeflow/v1",
        "kind": "Objectives",
        "metadata": {"id": "targets"},
        "spec": {
            "objectives": [
                {"kpi": name, "target": target, "owner": "cab", "period": "quarter"}
                for name, target in targets.items()
            ]
        },
    }
    office.write("policies/objectives.yaml", objectives)
    office.commit("Targets")

    def met() -> dict[str, bool | None]:
        asked = ("--repo", str(office.root), "report", "kpi", "--now", AFTER, "-f", "json")
        told = json.loads(answered(capsys, *asked))
        return {one["id"]: one["met"] for one in told["kpis"] if one["target"]}

    capsys.readouterr()
    known = {"emergency_share": True, "changes": True, "changes.normal": True}
    assert met() == known
    office.write("changes/CHG-20261121-broken/rfc.yaml", "kind: ChangeRequest\nspec: [")
    office.commit("A request that nobody can read")
    assert met() == known | {"emergency_share": None, "changes": None}


def test_a_measure_stands_with_its_difference_from_the_period_before_and_its_tables() -> None:
    facts = {"id": "emergency_share", "definition": "", "unit": "%", "numerator": 1, "denominator": 4, "unknown": 0, "missing": (), "better": "down", "target": None, "met": None, "records": (), "records_total": 1}
    told = KpiAnswer.model_validate({**facts, "value": 25.0, "previous": 12.5})
    assert difference(told) == 12.5
    assert difference(told.model_copy(update={"previous": None})) is None
    assert difference(told.model_copy(update={"value": 0.3, "previous": 0.1})) == 0.2


@pytest.mark.parametrize(("language", "value", "target"), [("en", "25.00 %", "<= 10.00 %: missed"), ("zh", "25.00%", "<= 10.00%：未达成")])
def test_a_percentage_and_its_target_are_written_alike(language: LanguageName, value: str, target: str) -> None:
    facts = {"id": "emergency_share", "definition": "", "unit": "%", "numerator": 1, "denominator": 4, "unknown": 0, "missing": (), "better": "down", "target": "<= 10 %", "met": False, "records": (), "records_total": 1}
    told = KpiAnswer.model_validate({**facts, "value": 25.0, "previous": None})
    to = Presentation(language)
    assert (measured_value(told.value, "%", to), measured_target(told, to)) == (value, target)
    assert measured_value(2.0, "count", to) == "2"


@pytest.mark.parametrize(
    ("days", "since", "until"), [(5, None, 9), (9, None, 9), (10, 9, 20), (21, 20, None)]
)
def test_measures_hold_until_something_else_is_due(
    history: Path, days: int, since: int | None, until: int | None
) -> None:
    day, second = timedelta(days=1), timedelta(seconds=1)
    rows: list[dict[str, object]] = []
    for number in (9, 20):
        rows.append({"source": "shop", "change": f"CHG-{number}", "due_at": START + number * day})
    write(history, {"reviews": rows})
    watch = Watch(START + days * day)
    kpi_report([history], Period(None, None, ZoneInfo("UTC")), now=watch.now)
    assert watch.holding == Holding(
        BEGINNING if since is None else START + since * day + second,
        END if until is None else START + until * day + second,
    )
