"""policy backtest: each change of the past is judged as the ordinary gate would have judged it then, under other rules."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.cmdb.audit_estimate import simple
from changeflow.model.answers.policy_backtest import PolicyBacktest
from changeflow.reading.other_rules import Rules, rules_in
from changeflow.reading.view import locate
from changeflow.replaying.judged_gates import came_out
from changeflow.replaying.policy_backtest import Effort, backtest, judged_changes
from changeflow.usecases.gate.decide import decide_gate
from tests.answers import misfits
from tests.hosts.office import Said, call
from tests.policy.lived_past import LEDGER, MODEL, POLICIES, LivedPast, document, folder_of_policies

pytestmark = pytest.mark.once

WAVES, EACH = 10, 12
CANNOT = "What this cannot know"

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> LivedPast:
    """More than a hundred changes that were decided about."""
    return LivedPast(tmp_path_factory.mktemp("past") / "repo", WAVES, EACH)


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Databases ask security, caches are forbidden at the end, risk is scored otherwise, and the model is gone."""
    rules = copy.deepcopy(POLICIES)
    rules["approve"] += [
        {"id": "databases", "when": 'impact.changed.exists(i, i.type == "database")', "require": [{"role": "security"}], "message": "Security agrees"},
        {"id": "late-caches", "when": 'now > timestamp("2026-01-20T00:00:00Z") && impact.changed.exists(i, i.type == "cache")', "assert": "false", "message": "No"},
        {"id": "unknowable", "when": 'change.assessment.complexity == "high"', "assert": "change.labels.ticket != ''", "message": "A ticket", "level": "warn"},
    ]  # fmt: skip
    risk = document("RiskModel", "risk", {"likelihood_bands": [3, 6, 9, 12], "impact_bands": [3, 6, 9, 12]})
    return folder_of_policies(tmp_path_factory.mktemp("proposal"), rules, **{"risk.yaml": risk})


@pytest.fixture(scope="module")
def compared(past: LivedPast, proposal: Path) -> PolicyBacktest:
    return backtest(locate(past.path), rules_in(proposal))


def test_the_rules_of_then_come_to_what_is_on_record(past: LivedPast, compared: PolicyBacktest) -> None:
    today = compared.outcomes[0]
    assert compared.changes.judged == compared.changes.found == WAVES * EACH
    assert today.open == sum(past.opened.values())
    assert (today.failures.ended, today.failures.failed) == (sum(past.opened.values()), len(past.failed))
    assert today.failures.open == len(past.failed)


def test_each_change_comes_out_as_the_ordinary_gate_says_at_that_moment(past: LivedPast, proposal: Path, tmp_path: Path) -> None:
    """The oracle: the repository as it was, the base with the proposed files committed, and the gate asked for one change."""
    sampled = [(wave, name) for wave in (0, 3, 6, 9) for name in past.names[wave][::2]]
    wanted: dict[str, tuple[str, dict[str, int]]] = {}
    for wave, name in sampled:
        wanted[name] = _alone(past, proposal, wave, name, tmp_path)
    found = judged_changes(locate(past.path), [rules_in(proposal)])
    rows = {change.change: judged for change, (judged,) in zip(found.changes, found.outcomes, strict=True)}
    assert {name: (rows[name].outcome, dict(rows[name].lacking)) for name in wanted} == wanted
    assert {outcome for outcome, _ in wanted.values()} == {"open", "waiting", "shut", "unknown"}


def _alone(past: LivedPast, proposal: Path, wave: int, name: str, where: Path) -> tuple[str, dict[str, int]]:
    folder = where / f"wave-{wave}"
    if not folder.is_dir():
        shutil.copytree(past.path, folder, symlinks=True)
        # what this clone remembers of a later ledger
        shutil.rmtree(folder / ".git" / "changeflow", ignore_errors=True)
        _git(folder, "update-ref", LEDGER, past.ledgers[wave])
        _git(folder, "checkout", "-q", "-B", "judging", past.commits[wave])
        for old in (folder / "policies").rglob("*.yaml"):
            if old.name != "roster.yaml":
                old.unlink()
        shutil.copytree(proposal, folder / "policies", dirs_exist_ok=True)
        _git(folder, "add", "-A")
        _git(folder, "-c", "user.name=Olga", "-c", "user.email=olga@example.com", "commit", "-q", "-m", "Proposed")
    from changeflow.model.clock import Clock

    now = past.decided_at(wave)
    view = locate(folder, "judging", past.commits[wave])
    decision = decide_gate(view, "approve", name, Clock(now, now))
    return came_out(decision), {one.role: one.needed - one.have for one in decision.missing}


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def test_each_rule_is_counted(compared: PolicyBacktest) -> None:
    today, proposed = compared.outcomes
    for one in proposed.rules:
        assert one.asked + one.unknown + one.skipped == compared.changes.judged
        assert one.held + one.waiting + one.shut + one.warned == one.asked
    found = {one.rule: one for one in proposed.rules}
    assert found["late-caches"].shut == found["late-caches"].asked > 0
    assert found["databases"].waiting > 0
    # a label that no request has is not known, and never passes
    assert found["unknowable"].held == 0
    assert found["unknowable"].unknown > 0
    assert "never-applies" in proposed.never_asked
    assert "reason-given" in today.never_no
    assert "late-caches" not in proposed.never_no
    # dave, of the CAB, rejected the first change of every wave
    assert found["cab-agrees"].objected == WAVES


def test_failures_are_those_of_changes_that_ended(past: LivedPast, compared: PolicyBacktest) -> None:
    failures = compared.outcomes[1].failures
    assert failures.failed == len(past.failed)
    assert failures.shut + failures.waiting + failures.open + failures.unknown == failures.failed
    assert failures.shut > 0


def test_hours_are_the_median_of_each_role(compared: PolicyBacktest) -> None:
    cab = {one.role: one for one in compared.role_times}["cab"]
    # carol answers after five hours, and where she does not, dave after twenty
    assert cab.hours == 5.0
    proposed = compared.outcomes[1].waiting_time
    # security never filled a seat, so how long it takes is not known
    asks_security = {one.role: one.changes for one in compared.outcomes[1].roles}["security"]
    assert proposed.unknown >= asks_security
    assert proposed.changes + proposed.unknown == compared.changes.judged


def test_a_kind_of_change_that_always_went_well_is_a_candidate(past: LivedPast) -> None:
    view = locate(past.path)
    base = view.base.rulebook
    config = base.config.model_copy(update={"standing": base.config.standing.model_copy(update={"candidate_changes": 3})})
    object.__setattr__(base, "config", config)
    found = backtest(view)
    assert found.candidates
    for one in found.candidates:
        assert one.changes >= 3
        share = simple(one.changes, one.changes)
        assert share is not None
        assert one.at_least == share.low < 1
        assert not set(one.examples) & past.failed
        assert one.first <= one.last
    assert {one.kinds for one in found.candidates} <= {("database",), ("service",), ("cache",), ("queue",)}


def test_a_model_loses_its_standing_by_its_own_limit(past: LivedPast, compared: PolicyBacktest) -> None:
    (flush,) = compared.models
    under = [name for name in past.opened if _request(past, name)["spec"].get("model") == "flush" and past.opened[name]]
    assert (flush.changes, flush.failures) == (len(under), len(past.failed.intersection(under)))
    limit = MODEL["spec"]["max_failures"]
    assert (flush.standing == "suspended") == (flush.failures > limit)


def _request(past: LivedPast, name: str) -> Any:
    return json.loads((past.path / f"changes/{name}/rfc.yaml").read_text(encoding="utf-8"))


def test_a_period_holds_the_changes_that_began_in_it(past: LivedPast) -> None:
    from changeflow.insight.policy_answer import BeganIn

    middle = past.decided_at(5) - timedelta(hours=30)
    early, late = BeganIn(None, middle), BeganIn(middle, None)
    view = locate(past.path)
    assert backtest(view, period=early).changes.found + backtest(view, period=late).changes.found == WAVES * EACH


def test_the_latest_are_judged_where_not_all_may_be(past: LivedPast) -> None:
    found = backtest(locate(past.path), effort=Effort(changes=30))
    assert (found.changes.judged, found.changes.found, found.changes.limited) == (30, WAVES * EACH, True)
    none = backtest(locate(past.path), effort=Effort(seconds=0.0))
    assert (none.changes.judged, none.changes.limited) == (0, True)
    assert none.outcomes[0].open == 0


def test_a_commit_that_is_gone_leaves_its_changes_out(past: LivedPast, tmp_path: Path) -> None:
    """A base that main does not contain chooses no judge: its decisions are left out, and said to be."""
    folder = tmp_path / "copy"
    shutil.copytree(past.path, folder, symlinks=True)
    _git(folder, "checkout", "-q", "--orphan", "other")
    _git(folder, "-c", "user.name=Olga", "-c", "user.email=olga@example.com", "commit", "-q", "-m", "Anew")
    _git(folder, "branch", "-q", "-f", "main", "other")
    found = backtest(locate(folder))
    assert found.changes.judged == 0
    assert sum(one.count for one in found.changes.left_out) == WAVES * EACH
    assert found.outcomes[0].open == 0


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> LivedPast:
    return LivedPast(tmp_path_factory.mktemp("short") / "repo", 2, 8)


@pytest.fixture
def run(short: LivedPast, capfd: pytest.CaptureFixture[str]) -> Run:
    return lambda *arguments: call(capfd, "--repo", str(short.path), "policy", "backtest", *arguments)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_people_read_fits_a_terminal(run: Run, proposal: Path, language: str) -> None:
    from changeflow.render.table import cells

    said = call_in(run, language, "--proposed", str(proposal))
    assert said.code == 0, said.err
    assert max(map(cells, said.out.splitlines())) <= 80


def test_long_names_of_rules_stay_in_their_table(short: LivedPast, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rules = {**POLICIES, "approve": [POLICIES["approve"][0] | {"id": "a-rule-with-a-name-of-32-letters"}]}
    folder = folder_of_policies(tmp_path, rules)
    text = call(capfd, "--repo", str(short.path), "policy", "backtest", "--proposed", str(folder)).out
    (line,) = [one for one in text.splitlines() if one.endswith("a-rule-with-a-name-of-32-letters")]
    assert [word.isdigit() for word in line.split()] == [True] * 6 + [False]


def call_in(run: Run, language: str, *arguments: str) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHANGEFLOW_LANG", language)
        return run(*arguments)


def test_the_answer_says_what_it_cannot_know(run: Run, proposal: Path) -> None:
    text = run("--proposed", str(proposal)).out
    assert CANNOT in text
    page = run("--proposed", str(proposal), "--format", "html").out
    assert CANNOT in page
    assert "http" not in page.replace("http-equiv", "")
    assert CANNOT in run("--format", "markdown").out
    answer = run("--proposed", str(proposal), "--format", "json").json
    assert misfits("policy-backtest", answer) == []
    assert PolicyBacktest.model_validate(answer).cannot_know
    assert [one["name"] for one in answer["outcomes"]] == ["today", "proposed"]


def test_a_proposal_of_a_revision_is_that_of_its_files(short: LivedPast, run: Run) -> None:
    here = run("--proposed-rev", short.commits[-1], "--format", "json").json
    assert here["changed"] == []
    today, proposed = here["outcomes"]
    assert {**today, "name": "", "label": ""} == {**proposed, "name": "", "label": ""}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--proposed", "/nowhere/at/all"), 2, "/nowhere/at/all"),
        (("--proposed-rev", "no-such-branch"), 5, "no-such-branch"),
        (("--proposed", ".", "--proposed-rev", "main"), 2, "--proposed-rev"),
        (("--from", "2026-02-01", "--to", "nonsense"), 2, "nonsense"),
    ],
)
def test_a_wrong_option_is_told(run: Run, arguments: tuple[str, ...], code: int, told: str) -> None:
    said = run(*arguments)
    assert said.code == code
    assert told in said.err
    assert "Traceback" not in said.err


def test_one_change_is_asked_under_the_proposal(short: LivedPast, proposal: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`policy simulate --proposed` asks of an open change what the back-test asks of past ones."""
    name = next(one for one in short.names[-1] if "database" in str(_request(short, one)["spec"]["items"]))
    asked = ("--repo", str(short.path), "policy", "simulate", name, "--now", "2026-01-09T12:00:00Z", "--format", "json")
    now = call(capfd, *asked).json
    then = call(capfd, *asked, "--proposed", str(proposal)).json
    assert "databases" not in {one["rule"] for one in now["reasons"]}
    assert {one["rule"]: one["outcome"] for one in then["reasons"]}["databases"] in ("pass", "pending")


def test_a_proposal_that_cannot_be_read_is_no_proposal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "approve.yaml").write_text("apiVersion: changeflow/v1\nkind: Policy\nspec: {gate: approve\n", encoding="utf-8")
    said = run("--proposed", str(tmp_path))
    assert said.code == 4
    assert "approve.yaml" in said.err
    (tmp_path / "approve.yaml").unlink()
    assert run("--proposed", str(tmp_path)).code == 3


def test_rules_are_the_same_however_they_are_written(past: LivedPast, tmp_path: Path) -> None:
    here = Rules.of(locate(past.path).base.rulebook)
    folder = folder_of_policies(tmp_path, POLICIES, **{"models/flush.yaml": MODEL})
    assert here.same_as(rules_in(folder))
    assert not here.same_as(rules_in(folder_of_policies(tmp_path / "other", {**POLICIES, "close": POLICIES["deploy"]})))
