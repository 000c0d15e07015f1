"""What a team and its items owe, as rules read it: equal to a count over the register, and never known where something is hidden."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.gate_cases import debt_facts, other_changes_states
from changeflow.gate_cases.gather import gather
from changeflow.model.answers.assessment import NOT_ASKED, Debt
from changeflow.model.history_facts import COUNTED, DEBT_PERIOD, OPEN
from changeflow.model.times import parse_instant
from changeflow.reading.view import locate
from changeflow.resources import folder
from tests.examples import seeds
from tests.reading.test_own_records import incident
from tests.register.office import AFTER, BEFORE, CHANGE, Office

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
OWNERS = {"db": "team-db", "web": "team-db", "lone": "erin", "shop": "team-shop", "other": "team-other"}
FAILS = {"steps": [{"name": "Promote", "run": ["false"], "verify": ["true"]}]}
URGENT = {"incident": "INC-1", "justification": "It is down"}


def told(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@dataclass
class Lived:
    """A change of the past, as the test made it."""

    name: str
    items: list[str]
    emergency: bool
    started: datetime
    failed: bool
    blamed_at: datetime | None = None


@dataclass
class Past:
    """An office with changes of the past."""

    office: Office
    changes: list[Lived] = field(default_factory=list)

    def lived(self, name: str, start: datetime, *, items: list[str], emergency: bool = False, fails: bool = False, fixes: tuple[str, ...] = ()) -> Lived:
        """Ask for a change, approve it and release it; the window begins as it does."""
        office, before = self.office, start - (timedelta(hours=1) if emergency else timedelta(days=4))
        spec: dict[str, Any] = {
            "items": [{"ci": item, "action": "modify", "outage": "PT0S"} for item in items],
            "window": {"start": told(start), "end": told(start + timedelta(hours=2))},
            "fixes": list(fixes),
        }
        if fails:
            spec["implementation"] = FAILS
        if emergency:
            spec |= {"type": "emergency", "emergency": URGENT}
        office.ask(name, **spec)
        for person in ("carol", "dave") if not emergency else ("carol",):
            office.opinion("approve", person, name, now=told(before))
        said = office.released(name, now=told(start))
        assert (said.code == 0) is not fails, said.out + said.err
        found = Lived(name, items, emergency, start, fails)
        self.changes.append(found)
        return found

    def blamed(self, change: Lived, opened: datetime) -> None:
        number = f"INC-{len(self.changes)}"
        self.office.write(f"incidents/{number}.yaml", incident(number, opened=told(opened), caused_by=[change.name]))
        self.office.commit("incident")
        if change.started <= opened:
            change.blamed_at = opened


def office_at(where: Path, *, on: bool = True) -> Office:
    office = Office(where)
    for ci, owner in OWNERS.items():
        spec = {"type": "application", "criticality": "tier3", "owner": owner, "environment": "production"}
        office.write(f"cmdb/{ci}.yaml", {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": ci}, "spec": spec})
    for name in ("debt.yaml", "tests/debt.yaml"):
        (office.root / "policies" / name).parent.mkdir(exist_ok=True)
        shutil.copy(folder("policies") / name, office.root / "policies" / name)
    office.commit("World")
    if on:
        switched(office, on=True)
    return office


def switched(office: Office, *, on: bool) -> None:
    path = office.root / "policies/debt.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"\n  enabled: {str(not on).lower()}\n", f"\n  enabled: {str(on).lower()}\n"), encoding="utf-8")
    office.commit("switched")


def debt(office: Office, change: str = CHANGE, now: datetime = NOW) -> Debt:
    view = locate(office.root)
    return gather(view, change, now).assessed.assessment.debt


def improved(office: Office, name: str, source: dict[str, str], *, verifier: str, owner: str = "erin") -> str:
    """Write an improvement that carol carried out; alice commits that somebody verified it."""
    path = f"improvements/{name}.yaml"
    office.write(f"docs/{name}.md", "Warm the cache first")
    office.git("add", "-A")
    office.git("-c", "user.email=carol@example.com", "-c", "user.name=carol", "commit", "-q", "-m", "Warm it")
    done = office.git("rev-parse", "HEAD").strip()
    day = office.git("log", "-1", "--format=%cs").strip()
    spec = {
        "source": source, "finding": "The cache was cold", "action": "Warm it", "owner": owner, "done_by": {"commit": done},
        "verified": {"by": verifier, "on": day, "evidence": "It took 40 ms"},
    }  # fmt: skip
    office.write(path, {"apiVersion": "changeflow/v1", "kind": "Improvement", "metadata": {"id": name}, "spec": spec})
    office.commit("Verified")
    return path


# -- the oracle ------------------------------------------------------------------------------------


def by_brute_force(past: Past, items: list[str], fixes: tuple[str, ...], now: datetime) -> dict[str, float]:
    """Count over the rows of the register."""
    rows = {row["change"]: row for row in past.office.answer("list", now=told(now))["changes"]}
    team = team_of(items)
    related = []
    for one in past.changes:
        if one.started <= now and (set(one.items) & set(items) or (team is not None and team_of(one.items) == team)):
            related.append(one)
    recent = [one for one in related if one.started >= now - timedelta(days=90)]
    overdue = follow_ups = 0
    for one in related:
        owed = rows[one.name]["owed"]
        overdue += any(row["what"] == "review" and row["overdue"] for row in owed)
        if one.name not in fixes:
            follow_ups += sum(row["what"] == "follow-up" and row["about"] not in fixes for row in owed)
    failed = 0
    for one in recent:
        failed += rows[one.name]["state"] == "rolled_back" or (one.blamed_at is not None and one.blamed_at <= now)
    claimed = 0
    for one in past.office.answer("report", "improvements", now=told(now))["improvements"]:
        about = one["id"].split(".")
        is_related = about[0] in items or about[0] == team or about[-1] in {change.name.lower() for change in related}
        claimed += is_related and one["verified_by"] is not None and one["state"] != "verified"
    return {
        "changes": len(recent),
        "emergency_share": sum(one.emergency for one in recent) / len(recent) if recent else 0.0,
        "failures": failed,
        "overdue_reviews": overdue,
        "open_followups": follow_ups,
        "claimed_improvements": claimed,
    }


def team_of(items: list[str]) -> str | None:
    owners = [OWNERS[item] for item in items if OWNERS[item] != "erin"]
    return min(owners, key=lambda one: (-owners.count(one), one), default=None)


def lived_through(where: Path, seed: int) -> Past:
    dice = random.Random(seed)  # noqa: S311
    past = Past(office_at(where, on=False))
    start = NOW - timedelta(days=dice.randrange(100, 130))
    for number in range(9):
        start += timedelta(days=dice.randrange(6, 15), hours=dice.randrange(20))
        if start > NOW - timedelta(days=1):
            break
        items = dice.sample(sorted(OWNERS), dice.choice([1, 1, 2]))
        fixes = ()
        if past.changes and dice.random() < 0.4:
            fixed = dice.choice(past.changes).name
            fixes = (dice.choice([fixed, f"{fixed}#1"]),)
        made = past.lived(
            f"CHG-{start:%Y%m%d}-n{number}", start, items=items, emergency=dice.random() < 0.3, fails=dice.random() < 0.3, fixes=fixes
        )
        if not made.failed and dice.random() < 0.5:
            day = start + timedelta(days=1)
            many = ", ".join(f"{{action: Do {made.name} {n}, owner: bob}}" for n in range(dice.randrange(3)))
            past.office.reviewed(made.name, now=told(day), day=str(day.date()), follow_ups=f"[{many}]" if many else "")
            if dice.random() < 0.7:
                improved(past.office, f"of.{made.name}".lower(), {"review": made.name}, verifier=dice.choice(["carol", "dave"]))
        if dice.random() < 0.3:
            past.blamed(made, start + timedelta(hours=dice.choice([-30, 1, 20])))
    improved(past.office, "other.item", {"nonconformity": "The cache is cold", "ci": "other"}, verifier="dave")
    improved(past.office, "team-shop.own", {"nonconformity": "Keys were shared"}, owner="team-shop", verifier="dave")
    switched(past.office, on=True)
    return past


@pytest.mark.parametrize("seed", seeds(1, 4))
def test_facts_are_what_a_count_over_the_register_finds(tmp_path: Path, seed: int) -> None:
    past = lived_through(tmp_path / "shop", seed)
    seen: dict[str, set[float]] = {}
    for number, items in enumerate([["db"], ["shop"], ["other", "lone"], ["db", "shop"]]):
        fixes = (past.changes[number % len(past.changes)].name,) if number % 2 else ()
        name = f"CHG-20261121-asked{number}"
        past.office.ask(name, items=[{"ci": item, "action": "modify", "outage": "PT0S"} for item in items], fixes=list(fixes))
        for now in (NOW, NOW + timedelta(days=33)):
            found = debt(past.office, name, now)
            assert found.unknown == {}
            assert found.known == by_brute_force(past, items, fixes, now), (items, now)
            for fact, value in found.known.items():
                seen.setdefault(fact, set()).add(value)
    assert {fact for fact, values in seen.items() if len(values) > 1} == {*COUNTED, *OPEN}


# -- what is not known -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two changes of the database's team, long ago: one of them failed, the other was never reviewed; the rules are on."""
    past = Past(office_at(tmp_path_factory.mktemp("debts") / "shop"))
    switched(past.office, on=False)
    past.lived("CHG-20260902-web", NOW - timedelta(days=80), items=["web"])
    past.lived("CHG-20261101-db", NOW - timedelta(days=20), items=["db"], fails=True)
    past.office.ask(CHANGE)
    past.office.ask("CHG-20261121-elsewhere", items=[{"ci": "other", "action": "modify", "outage": "PT0S"}])
    switched(past.office, on=True)
    return past.office.root


@pytest.fixture
def office(kept: Path, tmp_path: Path) -> Office:
    found = Office.__new__(Office)
    found.root = tmp_path / "shop"
    shutil.copytree(kept, found.root, symlinks=True)
    return found


def decision(office: Office, change: str = CHANGE, now: str = BEFORE) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(office.say("gate", "approve", change, "--now", now, "--format", "json").out)
    return found


def reason(office: Office, rule: str, change: str = CHANGE, now: str = BEFORE) -> dict[str, Any]:
    (found,) = [one for one in decision(office, change, now)["reasons"] if one["rule"] == rule]
    return found


def test_an_overdue_review_shuts_the_gate_of_the_team_and_of_no_other(office: Office) -> None:
    assert reason(office, "no-overdue-reviews")["outcome"] == "fail"
    assert reason(office, "no-overdue-reviews", "CHG-20261121-elsewhere")["outcome"] == "pass"


def test_assess_and_the_gate_see_one_value(office: Office) -> None:
    rules = {one["rule"]: one["outcome"] for one in office.answer("assess", CHANGE)["policy"]["rules"]}
    assert rules["no-overdue-reviews"] == "fail"
    assert rules["few-open-followups"] == "pass"


def test_an_emergency_is_not_held_up_by_what_its_team_owes(office: Office) -> None:
    office.ask("CHG-20261121-fire", type="emergency", emergency=URGENT)
    assert reason(office, "no-overdue-reviews", "CHG-20261121-fire")["outcome"] == "skipped"


def test_nothing_is_looked_for_where_no_rule_reads_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    switched(office, on=False)

    def never(*_: Any) -> Debt:
        raise AssertionError

    monkeypatch.setattr(debt_facts, "debt_facts", never)
    assert debt(office) == NOT_ASKED
    assert "records" not in office.answer("assess", CHANGE)["inputs"]
    assert "no-overdue-reviews" not in json.dumps(decision(office))


def test_without_a_ledger_nothing_is_known(tmp_path: Path) -> None:
    office = office_at(tmp_path / "shop")
    office.ask()
    assert set(debt(office).unknown) == {*COUNTED, *OPEN}
    found = reason(office, "no-overdue-reviews")
    assert found["outcome"] == "error"
    assert "nothing is on the ledger yet" in found["message"]
    said = office.say("gate", "approve", CHANGE, "--now", BEFORE, "--lang", "zh").out
    assert "账本上还没有任何记录" in said


def hide_incident(office: Office) -> str:
    office.write("incidents/INC-9.yaml", "kind: [")
    return "incidents/INC-9.yaml"


def hide_request(office: Office) -> str:
    (office.root / "changes/CHG-20260902-web/rfc.yaml").unlink()
    return "changes/CHG-20260902-web/rfc.yaml"


def break_request(office: Office) -> str:
    office.write("changes/CHG-20260902-web/rfc.yaml", "kind: [")
    return "changes/CHG-20260902-web/rfc.yaml"


def hide_improvement(office: Office) -> str:
    office.write("improvements/warm-cache.yaml", "kind: [")
    return "improvements/warm-cache.yaml"


def test_a_claimed_verification_shuts_the_gate_until_the_verifier_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-20T10:00:00Z")
    path = improved(office, "warm-cache", {"nonconformity": "The cache is cold", "ci": "db"}, verifier="dave")
    assert reason(office, "improvements-proved")["outcome"] == "fail"
    assert reason(office, "improvements-proved", "CHG-20261121-elsewhere")["outcome"] == "pass"
    said = office.say("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    assert said.code == 1
    (office.root / path).write_text((office.root / path).read_text(encoding="utf-8").replace("40 ms", "30 ms"), encoding="utf-8")
    office.git("-c", "user.email=dave@example.com", "-c", "user.name=dave", "commit", "-q", "-a", "-m", "I looked")
    assert reason(office, "improvements-proved")["outcome"] == "pass"
    assert debt(office).known["claimed_improvements"] == 0
    # the recorded decision is replayed with what was proved then
    replayed = office.say("ledger", "replay", "--format", "json")
    assert replayed.code == 0, replayed.out + replayed.err


def test_an_improvement_that_cannot_be_read_hides_claims_and_nothing_else(office: Office) -> None:
    path = hide_improvement(office)
    office.commit("hidden")
    assert set(debt(office).unknown) == {"claimed_improvements"}
    said = reason(office, "improvements-proved")
    assert (said["outcome"], path in said["message"]) == ("error", True)


@pytest.mark.parametrize(
    ("hide", "names"),
    [(hide_incident, {"failures"}), (hide_request, {*COUNTED, *OPEN}), (break_request, {*COUNTED, *OPEN})],
)
def test_what_may_hide_a_debt_is_named_and_keeps_the_gate_shut(office: Office, hide: Callable[[Office], str], names: set[str]) -> None:
    path = hide(office)
    office.commit("hidden")
    found = debt(office)
    assert set(found.unknown) == names
    assert set(found.known) == {*COUNTED, *OPEN} - names
    said = reason(office, "cab-after-failures")
    assert said["outcome"] == "error"
    assert path in said["message"]
    assert not decision(office)["open"]


def test_a_request_of_another_team_that_began_long_ago_hides_nothing_that_is_counted(office: Office) -> None:
    (office.root / "changes/CHG-20260902-web/rfc.yaml").unlink()
    office.commit("hidden")
    assert set(debt(office, now=NOW + timedelta(days=11)).unknown) == set(OPEN)


def test_a_rule_may_ask_whether_a_fact_is_known(office: Office) -> None:
    rule = {"id": "known", "when": "!has(history.failures)", "assert": "false", "message": "Known", "level": "deny"}
    spec = {"gate": "approve", "rules": [rule]}
    office.write("policies/known.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "known"}, "spec": spec})
    office.commit("asks")
    assert reason(office, "known")["outcome"] == "skipped"
    hide_incident(office)
    office.commit("hidden")
    assert reason(office, "known")["outcome"] == "fail"


# -- the period, and what a change fixes itself ------------------------------------------------------


def test_a_change_counts_up_to_ninety_days_after_it_began_and_its_review_for_ever(office: Office) -> None:
    began = parse_instant("2026-09-02T10:00:00Z")
    assert began == NOW - timedelta(days=80)
    assert debt(office, now=began + DEBT_PERIOD).known["changes"] == 2
    later = debt(office, now=began + DEBT_PERIOD + timedelta(seconds=1)).known
    assert (later["changes"], later["overdue_reviews"]) == (1, 2)
    assert debt(office, now=began + timedelta(days=900)).known["overdue_reviews"] == 2


def test_a_review_is_overdue_after_its_deadline_and_not_before(office: Office) -> None:
    due = NOW - timedelta(days=66)
    assert debt(office, now=due).known["overdue_reviews"] == 0
    assert debt(office, now=due + timedelta(seconds=1)).known["overdue_reviews"] == 1


def test_a_change_is_no_part_of_its_own_history(office: Office) -> None:
    assert debt(office, "CHG-20260902-web").known["changes"] == 1


# -- other answers -----------------------------------------------------------------------------------


def test_the_register_says_of_a_change_what_its_gate_says_and_remembers_nothing_for_later(office: Office) -> None:
    office.approved()
    moments = [BEFORE, AFTER, "2026-11-24T10:00:00Z"]
    for now in moments:
        assert office.answer("list", now=now) == office.answer("list", now=now, CHANGEFLOW_INDEX="off")
        asked = ("schedule", "--from", BEFORE, "--to", AFTER)
        assert office.answer(*asked, now=now) == office.answer(*asked, now=now, CHANGEFLOW_INDEX="off")
    # its approval put an assessment on record
    assert office.row(now=BEFORE)["state"] == "assessed"
    switched(office, on=False)
    assert office.row(now=BEFORE)["state"] == "scheduled"


def test_each_earlier_change_is_looked_at_once_for_all_rows(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    alone = other_changes_states._alone

    def noted(view: Any, name: str, now: datetime, *, with_debt: bool = True) -> Any:
        if not with_debt:
            looked.append(name)
        return alone(view, name, now, with_debt=with_debt)

    monkeypatch.setattr(other_changes_states, "_alone", noted)
    office.answer("list", CHANGEFLOW_INDEX="off")
    assert sorted(looked) == ["CHG-20260902-web", "CHG-20261101-db"]


def test_a_recorded_decision_is_replayed_with_what_was_owed_then(office: Office) -> None:
    said = office.say("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    assert said.code == 1
    before = debt(office).known
    assert (before["overdue_reviews"], before["failures"], before["open_followups"]) == (2, 1, 0)
    office.reviewed("CHG-20260902-web", now="2026-11-22T10:00:00Z", day="2026-11-22", follow_ups="[{action: Look again, owner: bob}]")
    office.write("incidents/INC-9.yaml", incident("INC-9", opened="2026-10-30T10:00:00Z", caused_by=["CHG-20260902-web"]))
    office.commit("incident")
    now = debt(office, now=NOW + timedelta(days=2)).known
    assert (now["overdue_reviews"], now["failures"], now["open_followups"]) == (1, 2, 1)
    replayed = office.say("ledger", "replay", "--format", "json")
    assert replayed.code == 0, replayed.out + replayed.err


def test_a_decision_names_the_records_that_it_rested_on(office: Office) -> None:
    office.write("incidents/INC-9.yaml", incident("INC-9", opened="2026-10-30T10:00:00Z"))
    office.commit("incident")
    office.write("policies/risk.yaml", {"apiVersion": "changeflow/v1", "kind": "RiskModel", "metadata": {"id": "risk"}, "spec": {}})
    office.commit("no scorecard")
    assert "records" in decision(office)["inputs"]


def test_a_proposal_that_switches_the_rules_on_is_tried_on_the_past(office: Office) -> None:
    office.say("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    on = office.root.parent / "on"
    shutil.copytree(office.root / "policies", on / "policies")
    switched(office, on=False)
    found = office.answer("policy", "backtest", "--proposed", str(on))
    today, proposed = found["outcomes"]
    rules = {one["rule"]: one for one in proposed["rules"]}
    assert "no-overdue-reviews" not in {one["rule"] for one in today["rules"]}
    # the change of the database was decided about when the review of the other one was overdue already
    assert (rules["no-overdue-reviews"]["shut"], rules["no-overdue-reviews"]["held"]) == (2, 1)


def test_explain_says_what_the_names_count(office: Office) -> None:
    said = office.done("policy", "explain", "cab-after-emergencies", "--lang", "en")
    assert "history.changes: how many other changes of its team or its items began in the 90 days" in said
    assert "history.emergency_share: the share of emergencies" in said
    assert "其中紧急变更的占比" in office.done("policy", "explain", "cab-after-emergencies", "--lang", "zh")


def test_the_gate_deploy_asks_again(office: Office) -> None:
    switched(office, on=False)
    office.approved()
    asked = ("gate", "deploy", CHANGE, "--as", "bob", "--now", "2026-11-25T14:10:00Z")
    assert office.say(*asked).code == 0
    switched(office, on=True)
    said = office.say(*asked)
    assert said.code == 1
    assert "Reviews that are overdue come before new changes" in said.out + office.say("gate", "approve", CHANGE, "--now", "2026-11-25T14:10:00Z").out
