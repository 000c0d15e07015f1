"""What would lower a risk is computed: the work that is proposed leads to the score that is told, and no less work does."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from changes import change
from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st
from test_risk_properties import items, specs

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.answers.assessment import Risk
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.risk.history import History
from changeflow.risk.lower import (
    LEVELS,
    MOST_TOLD,
    Proposal,
    Work,
    done_with,
    pieces_of_work,
    what_lowers,
)
from changeflow.risk.score import score
from tests.examples import examples
from tests.register.office import CHANGE, Office

BERLIN = ZoneInfo("Europe/Berlin")
MODEL = RiskModelSpec()
WINDOW = {"start": "2026-11-21T23:00:00+01:00", "end": "2026-11-22T01:00:00+01:00"}


def risk_of(request: ChangeRequest, cmdb: list[ConfigurationItem]) -> Risk:
    graph = Graph.of(cmdb)
    return score(request, blast_radius(request.changed, graph, MODEL.weights), graph, MODEL, History())


def owned(cmdb: list[ConfigurationItem]) -> list[ConfigurationItem]:
    """The CMDB with an owner for every item that has none."""
    return [one.model_copy(update={"spec": one.spec.model_copy(update={"owner": one.spec.owner or "team"})}) for one in cmdb]


def after(request: ChangeRequest, cmdb: list[ConfigurationItem], work: tuple[Work, ...]) -> Risk:
    """The risk when the work was really done: to the request, and to the documents of the CMDB."""
    done = ChangeRequest.model_validate(done_with(request, work).model_dump(by_alias=True, mode="json"))
    return risk_of(done, owned(cmdb) if any(one.what == "fill-owner" for one in work) else cmdb)


def proposed(request: ChangeRequest, cmdb: list[ConfigurationItem]) -> tuple[Proposal, ...]:
    return what_lowers(request, risk_of(request, cmdb), MODEL, lambda one, full: risk_of(one, owned(cmdb) if full else cmdb), BERLIN)


@settings(max_examples=examples(40))
@given(spec=specs, cmdb=items, silent=st.booleans(), bare=st.sets(st.sampled_from(["verification", "rollback"])))
def test_the_work_leads_to_what_is_told_and_no_less_work_does(
    spec: dict[str, Any], cmdb: list[ConfigurationItem], silent: bool, bare: set[str]
) -> None:
    if silent:
        spec = spec | {"items": [{name: value for name, value in one.items() if name != "outage"} for one in spec["items"]]}
    request = change(**spec, **dict.fromkeys(bare), window=WINDOW)
    before, found = risk_of(request, cmdb), proposed(request, cmdb)
    wanted = LEVELS.index(before.level)
    assert len(found) <= MOST_TOLD
    for one in found:
        real = after(request, cmdb, one.work)
        assert (real.score, real.level) == (one.risk.score, one.risk.level)
        assert LEVELS.index(real.level) < wanted
        for size in range(len(one.work)):
            for less in combinations(one.work, size):
                assert LEVELS.index(after(request, cmdb, less).level) >= wanted
    assert len({len(one.work) for one in found}) <= 1
    size = len(found[0].work) if found else 2
    possible = tuple(pieces_of_work(request, before, MODEL, BERLIN))
    for fewer in range(1, size):
        for work in combinations(possible, fewer):
            kinds = [one.what for one in work if one.what != "take-out"]
            if len(set(kinds)) == len(kinds) and len(work) - len(kinds) < len(request.changed):
                assert LEVELS.index(after(request, cmdb, work).level) >= wanted


def test_nothing_lowers_the_lowest_level() -> None:
    request = change(assessment={"complexity": "low", "experience": "routine", "tested": "production-like"})
    cmdb = [item(ci, criticality="tier4", owner="team") for ci in request.changed]
    assert risk_of(request, cmdb).level == "low"
    assert proposed(request, cmdb) == ()


def test_no_declaration_is_proposed_that_may_not_be_true() -> None:
    request = change(assessment={"complexity": "high", "experience": "first-time", "tested": "none"}, items=[{"ci": "a", "outage": "PT5H"}])
    work = list(pieces_of_work(request, risk_of(request, []), MODEL, BERLIN))
    assert {one.what for one in work} <= {"verify", "plan-rollback", "test", "automate", "move-window", "split"}
    assert [one.to for one in work if one.what == "test"] == ["partly", "production-like"]
    assert [one.to for one in work if one.what == "split"] == ["medium", "low"]


@pytest.mark.parametrize(
    ("start", "moved"),
    [
        ("2026-11-21T23:00:00+01:00", "2026-11-23T07:00:00Z"),
        ("2026-11-20T19:00:00+01:00", "2026-11-23T07:00:00Z"),
        ("2026-11-19T03:00:00+01:00", "2026-11-19T07:00:00Z"),
        ("2026-11-19T09:00:00+01:00", None),
        ("2027-03-27T23:00:00+01:00", "2027-03-29T06:00:00Z"),
    ],
)
def test_a_window_is_moved_into_the_next_working_hours_of_the_team(start: str, moved: str | None) -> None:
    end = start.replace("T2", "T2").replace("T0", "T1") if "T0" in start else start[:11] + "23:59:00+01:00"
    request = change(window={"start": start, "end": end})
    work = [one.to for one in pieces_of_work(request, risk_of(request, []), MODEL, BERLIN) if one.what == "move-window"]
    assert work == ([moved] if moved else [])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sheet_says_what_would_lower_the_risk(tmp_path: Any, language: str) -> None:
    office = Office(tmp_path / "shop")
    office.ask(assessment={"complexity": "high", "experience": "routine", "tested": "none"}, items=[{"ci": "db"}])
    found = office.answer("risk", "explain", CHANGE)
    assert found["lower"]
    for one in found["lower"]:
        assert one["score"] < found["score"]
        assert all(work["message"] for work in one["work"])
    for format_ in ("text", "markdown"):
        said = office.done("risk", "explain", CHANGE, "--now", "2026-11-21T10:00:00Z", "--format", format_, CHANGEFLOW_LANG=language)
        assert {"en": "What would lower it", "zh": "可使风险降一级"}[language] in said
        assert str(found["lower"][0]["score"]) in said
