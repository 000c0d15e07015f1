"""`report register`: every change of a period, whatever became of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from changeflow.model.branches import LEDGER_BRANCH
from changeflow.model.canonical import canonical_json, digest_bytes
from tests.register.office import CHANGE, Office
from tests.report.papers import LATER, PROPOSED, REJECTED, URGENT, WITHDRAWN, busy_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("register") / "shop")


def paper(office: Office, *more: str) -> Any:
    return office.answer("report", "register", *more, now=LATER)


def test_the_head_says_what_the_paper_was_made_from(office: Office) -> None:
    told = paper(office)
    assert (told["schema"], told["kind"]) == ("changeflow/report/v1", "register")
    assert told["organisation"] == "Example Bank 示例银行"
    assert told["period"] == {"from": None, "to": None, "zone": "Asia/Shanghai"}
    assert told["made"] == LATER
    assert told["cutoff"]["main"] == office.git("rev-parse", "main")
    assert told["ledger_holds"] is True
    assert f"changes/{CHANGE}/review.yaml" in [one["path"] for one in told["inputs"]]
    assert told["digest"] == digest_bytes(canonical_json(told["inputs"]))


def test_rejected_withdrawn_and_proposed_changes_and_emergencies_are_in_it(office: Office) -> None:
    told = paper(office)
    rows = {row["change"]: row for row in told["changes"]}
    assert set(rows) == {CHANGE, URGENT, REJECTED, WITHDRAWN, PROPOSED}
    assert (rows[REJECTED]["state"], rows[REJECTED]["outcome"]) == ("rejected", "rejected")
    assert (rows[WITHDRAWN]["state"], rows[WITHDRAWN]["outcome"]) == ("withdrawn", "withdrawn")
    assert (rows[URGENT]["window"], rows[URGENT]["incidents"]) == (None, ["INC-7"])
    assert (rows[PROPOSED]["at"], rows[PROPOSED]["authorised"]) == ("proposed", None)
    done = rows[CHANGE]
    assert (done["review"]["outcome"], done["fixes"]) == ("successful", ["PRB-3"])
    assert (done["authorised"], done["late"]) == (True, False)
    listed = {row["change"]: row["state"] for row in office.answer("list", now=LATER)["changes"]}
    assert {name: row["state"] for name, row in rows.items()} == listed


def test_the_totals_are_those_of_the_rows(office: Office) -> None:
    told = paper(office)
    totals = {one["type"]: one for one in told["totals"]}
    assert (totals["emergency"]["changes"], totals["normal"]["changes"], told["total"]) == (1, 4, 5)
    assert (totals["normal"]["rejected"], totals["normal"]["withdrawn"], totals["normal"]["open"]) == (1, 1, 1)


def test_a_period_is_half_open_in_the_zone_of_the_repository(office: Office) -> None:
    begin, end = "2026-12-10T22:00+08:00", "2026-12-10T22:01+08:00"
    assert [row["change"] for row in paper(office, "--from", begin, "--to", end)["changes"]] == [PROPOSED]
    assert paper(office, "--from", "2026-12-11", "--to", "2026-12-12")["changes"] == []
    assert office.say("report", "register", "--from", "2026-12-12", "--to", "2026-12-11").code == 2


def test_a_spreadsheet_gets_a_row_for_each_change_in_the_language_of_its_reader(office: Office) -> None:
    asked = ("report", "register", "--now", LATER, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(office.done("--lang", "zh", *asked, "--bom").removeprefix("\ufeff"))))
    assert [row["变更"] for row in rows] == [row["change"] for row in paper(office)["changes"]]
    urgent = next(row for row in rows if row["变更"] == URGENT)
    assert (urgent["类型"], urgent["实际开始"]) == ("紧急变更", "2026-11-26 18:30:00")


def test_a_ledger_that_does_not_hold_is_said_at_the_top(tmp_path: Path) -> None:
    office = busy_office(tmp_path / "shop")
    office.git("checkout", "-q", LEDGER_BRANCH)
    entry = next(iter(sorted(path for path in office.root.rglob("*.json") if ".git" not in path.parts)))
    body = json.loads(entry.read_text(encoding="utf-8"))
    entry.write_text(json.dumps(body, indent=3), encoding="utf-8")
    office.commit("Tamper")
    office.git("checkout", "-q", "main")
    told = paper(office)
    assert told["ledger_holds"] is False
    assert told["ledger_problem"]
    assert "DOES NOT HOLD" in office.done("report", "register", "--now", LATER)
