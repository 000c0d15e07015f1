"""Whatever somebody writes on the ledger or in a commit, no command ends as by a bug of its own: it could not be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from changeflow.model.evidence import AssessmentBody, DecisionBody
from tests.release.site import ID, Site, git
from tests.release.test_force import append

DIGEST = f"sha256:{'0' * 64}"
BUG = 70
# of each shape that is read somewhere: numbers, lists and objects where others stand
DECISIONS: list[dict[str, Any]] = [
    {},
    {"approvals": 5, "ignored": 5, "missing": 5, "reasons": 5, "inputs": 5},
    {"approvals": ["x", {}, {"by": 5}, {"by": "carol", "at": "x", "role": []}], "ignored": [None], "reasons": ["x"], "inputs": [1]},
    {"approvals": [{"by": "carol", "at": "2026-11-27T10:00:00", "digest": {}}], "inputs": {"merged": [], "remote": {}, "digest": 5}},
]
FACTS: list[Any] = [None, {"pull": 5}, {"pull": {"said": {"reviews": [1, {"author": 5, "state": [], "submitted_at": 5, "words": {}}]}}}]
ASSESSMENTS: list[dict[str, Any]] = [
    {},
    {"digest": [], "type": {}, "risk": {}, "impact": 5, "inputs": 5},
    {"digest": {"a": 1}, "type": {"class": 5}, "risk": {"score": "x", "level": []}, "impact": {"sla": [{"ci": 1}]}, "approvals": [5]},
]
COMMANDS = [
    ("list",),
    ("show", ID),
    ("gate", "close", ID),
    ("notify", "--dry-run"),
    ("ledger", "log"),
    ("report", "change", ID),
    ("report", "management"),
]


class Unbound(AssessmentBody):
    """An assessment that an odd program writes: it need not say what it is about."""

    @property
    def content(self) -> str:
        return DIGEST


def test_decisions_and_assessments_of_any_shape_stop_no_command(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "repo")
    site.change()
    assert site.release("run").code == 0
    for number, decision in enumerate(DECISIONS):
        facts = FACTS[number % len(FACTS)]
        append(site, DecisionBody(gate="deploy", open=True, digest=DIGEST, decision=decision, facts=facts))
    for said in ASSESSMENTS:
        append(site, Unbound(assessment=said))
    assert {" ".join(one): done.err for one in COMMANDS if (done := site.cli(*one)).code == BUG} == {}


def test_a_commit_of_a_time_that_no_calendar_has_and_without_words_stops_no_paper(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "repo")
    site.change()
    far = "@99999999999999 +0000"
    site.write("policies/deploy.yaml", (site.root / "policies/deploy.yaml").read_text(encoding="utf-8") + "# more\n")
    site.write(f"changes/{ID}/notes.txt", "more\n")
    git(site.root, "add", "-A")
    git(site.root, "commit", "-q", "--allow-empty-message", "-m", "", GIT_COMMITTER_DATE=far, GIT_AUTHOR_DATE=far)
    assert site.cli("report", "management").code == 0
    assert site.process("schedule", "--format", "ics").code == 0
