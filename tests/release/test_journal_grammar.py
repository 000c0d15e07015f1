"""What `ledger verify` says about journals of releases: their order, and what allowed them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from changeflow.model.evidence import DecisionBody, LedgerEntry, ReleaseBody
from changeflow.release import journal_grammar
from changeflow.usecases.release import run as release

from .building import CONTENT, ID, T0, entry
from .fakes import Faults, Stage
from .plans import lost, manual, typical
from .site import ID as SITE_ID
from .site import Site, checked_step
from .test_force import append

I0, I1, V0, R0 = "implementation/0", "implementation/1", "verification/0", "rollback/0"
OTHER = "CHG-20261122-other"


def decision(*, is_open: bool = True, gate: str = "deploy", digest: str = CONTENT) -> DecisionBody:
    return DecisionBody.model_validate({"gate": gate, "open": is_open, "digest": digest, "decision": {}})


def line(event: str, key: str = "", **words: Any) -> ReleaseBody:
    phase, _, index = key.partition("/")
    place = {"key": key, "phase": phase, "index": int(index)} if key else {}
    return ReleaseBody.model_validate({"event": event, "run": "r1", "digest": CONTENT, **place, **words})


def journal(*bodies: Any, change: str = ID, at: datetime = T0) -> list[LedgerEntry]:
    return [entry(number, body, at=at, change=change) for number, body in enumerate(bodies, 1)]


def story(*lines: ReleaseBody) -> list[LedgerEntry]:
    """A journal that begins as it should."""
    return journal(decision(), line("started"), *lines)


def told(entries: list[LedgerEntry]) -> list[str]:
    return [finding.message for finding in journal_grammar.problems(entries)]


def did(key: str, outcome: str = "done") -> tuple[ReleaseBody, ReleaseBody]:
    return line("intent", key), line("outcome", key, outcome=outcome)


IMPLEMENTED = line("finished", state="implemented")
TURNED = line("rolling_back", by="bob")


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (*did(I0), IMPLEMENTED),
        (line("intent", I0), line("confirmed", I0, by="carol", outcome="done"), IMPLEMENTED),
        (line("intent", I0), line("confirmed", I0, by="carol", outcome="done"), line("outcome", I0, outcome="failed")),
        (line("intent", I0), line("outcome", I0, outcome="unknown"), line("confirmed", I0, by="carol", outcome="done")),
        (*did(I0, "skipped"), *did(I0), IMPLEMENTED),
        (line("intent", I0), line("confirmed", I0, by="carol", outcome="skipped"), *did(I0)),
        (*did(I0), TURNED, *did(R0), line("finished", state="rolled_back")),
        (*did(I0, "failed"), line("rolling_back"), *did(R0, "failed"), line("finished", state="rollback_failed"), line("resolved", by="carol")),
        (*did(I0), IMPLEMENTED, TURNED, *did(R0), line("finished", state="rolled_back")),
        (line("intent", I0), TURNED, line("outcome", I0, outcome="done"), *did(R0)),
        (line("resumed", run="r2"), line("intent", I0, run="r2"), line("interrupted", run="r2"), line("resumed", run="r3")),
        (line("intent", I0), line("resolved", by="carol")),
    ],
)
def test_what_a_release_writes_is_no_finding(lines):
    assert told(story(*lines)) == []


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((line("started"),), "started before"),
        ((line("outcome", I0, outcome="done"),), "never begun"),
        ((line("confirmed", I0, by="carol", outcome="done"),), "never begun"),
        ((line("intent", I0), line("intent", I0)), "begins twice"),
        ((*did(I0), line("intent", I0)), "begins twice"),
        ((*did(I0), line("outcome", I0, outcome="failed")), "which had ended"),
        ((*did(I0), line("confirmed", I0, by="carol", outcome="failed")), "which had ended"),
        ((line("intent", R0),), "against the direction"),
        ((TURNED, line("intent", I0)), "against the direction"),
        ((TURNED, TURNED), "rollback begins twice"),
        ((*did(I0), IMPLEMENTED, line("intent", I1)), "after the release ended"),
        ((*did(I0), IMPLEMENTED, IMPLEMENTED), "after the release ended"),
        ((*did(I0), IMPLEMENTED, line("resolved", by="carol")), "after the release ended"),
        ((line("resolved", by="carol"), line("resolved", by="carol")), "after the release ended"),
        ((line("resolved"),), "names no person"),
        ((line("intent", I0), IMPLEMENTED), "under way"),
        ((*did(I0, "failed"), IMPLEMENTED), "was not done"),
        ((TURNED, IMPLEMENTED), "its rollback had begun"),
        ((line("finished", state="rolled_back"),), "its rollback never began"),
        ((line("finished"),), "ends as nothing"),
        ((line("intent", I0, run="r9"),), "while run r1 was in charge"),
        ((line("resumed", run="r2"), line("intent", I0)), "while run r2 was in charge"),
        ((line("resumed", run="r2"), line("resumed", run="r1")), "in charge before"),
        ((line("intent", I0, digest="sha256:" + "0" * 64),), "other content"),
    ],
)
def test_an_entry_that_cannot_stand_where_it_stands_is_named(lines, says):
    entries = story(*lines)
    found = [finding for finding in journal_grammar.problems(entries) if finding.rule == "ledger-journal"]
    assert ([finding.path for finding in found], says in found[0].message) == ([entries[-1].path], True), found


def test_an_entry_before_any_start_is_named():
    assert told(journal(line("intent", I0))) == ["`intent` of a release that was never started"]


START = line("started")


@pytest.mark.parametrize(
    ("entries", "allowed"),
    [
        (journal(decision(), START), True),
        (journal(START, decision()), True),
        (journal(START), False),
        (journal(decision(is_open=False), START), False),
        (journal(decision(digest="sha256:" + "0" * 64), START), False),
        (journal(decision(gate="approve"), START), False),
        (journal(START, line("intent", I0), decision()), False),
        (journal(decision(), decision(is_open=False), START), False),
    ],
)
def test_a_start_without_an_open_decision_for_its_content_is_named(entries, allowed):
    assert ("ledger-undecided" in {finding.rule for finding in journal_grammar.problems(entries)}) != allowed


def test_the_decision_of_another_day_or_another_change_allows_no_start():
    old = entry(1, decision(), at=T0)
    assert told([old, entry(2, START, at=T0 + timedelta(days=1))])
    assert told([old.model_copy(update={"change": OTHER}), entry(2, START, at=T0)])


@pytest.mark.parametrize("fails", ["", I0, I1, V0, R0])
@pytest.mark.parametrize("plan", [typical, manual])
def test_journals_of_releases_killed_anywhere_keep_the_grammar(plan, fails):
    probe = Faults()
    stage = Stage(plan(), fault=probe)
    stage.world.fails = frozenset({fails})
    release.run(stage.prepared())
    for at in range(1, len(probe.names) + 1):
        stage = Stage(plan(), fault=Faults(at=at))
        stage.world.fails = frozenset({fails})
        stage.kill(release.run)
        stage.fault = lambda _: None
        if stage.journal.entries:
            release.resume(stage.prepared())
            if probe.names[-1] and "finished" not in stage.journal.events()[-1]:
                release.rollback(stage.prepared("carol"))
        assert told(stage.journal.entries) == []


def test_journals_of_a_release_that_was_taken_over_keep_the_grammar():
    stage = lost(typical(), "before effect implementation/1")
    other = stage.elsewhere()
    other.gone = stage.in_charge
    release.resume(other.prepared("carol"))
    assert told(stage.journal.entries) == []


# -- with git ------------------------------------------------------------------------------------------------------------


def test_a_release_that_was_written_by_hand_is_named_by_verify_and_by_replay(tmp_path):
    site = Site.at(tmp_path / "site")
    site.change(steps=[checked_step("one")], verification=[])
    assert site.release("run").code == 0
    assert (site.cli("ledger", "verify").code, site.cli("ledger", "replay").code) == (0, 0)
    append(site, line("started", environments=("office",)), change=OTHER)
    verified, replayed = site.cli("ledger", "verify"), site.cli("ledger", "replay", "--format", "json")
    assert (verified.code, "ledger-undecided" in verified.out) == (1, True)
    assert (replayed.code, [one["rule"] for one in replayed.answer["problems"]]) == (1, ["ledger-undecided"])
    assert "NOT OK" in site.cli("ledger", "replay", OTHER).out
    assert site.cli("ledger", "replay", SITE_ID).code == 0
