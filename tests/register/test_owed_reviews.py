"""Which reviews that are owed have to do with a change: of the same items, or by its people; merged ones alone."""

from __future__ import annotations

from datetime import datetime

import pytest

from changeflow.model.answers.lessons import OwedReviews
from changeflow.model.clock import Clock
from changeflow.model.evidence import NO_CHANGE
from changeflow.reading.view import locate
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.usecases.gate.assess import reviews_owed
from tests.register.office import AFTER, CHANGE, Office

NEW = "CHG-20261210-next"
LATE = "2026-12-30T10:00:00Z"
ITEM = {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("owed") / "office")
    spec = {"type": "application", "criticality": "tier3", "owner": "team-db", "environment": "production"}
    office.write("cmdb/lone.yaml", {**ITEM, "metadata": {"id": "lone"}, "spec": spec})
    office.commit("item")
    office.ask()
    office.approved()
    assert office.released().code == 0
    return office


def owed(office: Office, item: str = "db", *, now: str = AFTER, implementer: str = "bob") -> OwedReviews:
    office.ask(NEW, branch="next", items=[{"ci": item, "action": "modify"}], implementer=implementer)
    view = locate(office.root, head="next")
    clock = datetime.fromisoformat(now)
    return reviews_owed(view, [view.head.change(NEW)], Clock(clock, clock))


def test_of_another_item_it_is_shown_to_who_may_give_it_alone(office: Office) -> None:
    everybody = owed(office).shown[0].by
    assert owed(office, "lone") == OwedReviews()
    (mine,) = owed(office, "lone", implementer=everybody[0]).shown
    assert (mine.by, mine.items) == ((everybody[0],), ())


def test_no_more_of_the_ledger_is_read_than_concerns_it_and_the_answer_is_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    read = owed(office)
    assert read.shown
    monkeypatch.delenv("CHANGEFLOW_INDEX")
    office.done("list", "--now", AFTER)
    view = locate(office.root)
    having = {kind: view.ledger.evidence(view.base, NO_CHANGE).changes_with(kind) for kind in ("release", "review")}
    assert having == {"release": {CHANGE}, "review": set()}

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(LedgerBranch, "read", never)
    assert owed(office) == read


def test_of_the_same_item_it_is_shown_until_it_is_on_record(office: Office) -> None:
    (one,) = owed(office).shown
    assert (one.change, one.path, one.items, one.overdue) == (CHANGE, f"changes/{CHANGE}/rfc.yaml", ("db",), False)
    (late,) = owed(office, now=LATE).shown
    assert late.overdue is True
    office.reviewed()
    assert owed(office, now=LATE) == OwedReviews()
    office.done("list", "--now", LATE)
    assert owed(office, now=LATE) == OwedReviews()
