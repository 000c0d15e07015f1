"""What comes up against a release while it runs: a hold, a freeze, an approval that is taken back."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.model.document_parts import format_instant
from tests.dates import now
from tests.release.site import ID, ROSTER, Site, git, run_step

ROLES = ROSTER + "  roles: {cab: [carol]}\n"
# a step during which somebody stops the line
HOLDS = """\
#!/bin/sh
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
export GIT_COMMITTER_NAME=Carol GIT_COMMITTER_EMAIL=carol@example.com GIT_AUTHOR_NAME=Carol GIT_AUTHOR_EMAIL=carol@example.com
exec %(python)s -m changeflow hold all --reason "Payments fail" --as carol > /dev/null
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site.at(tmp_path / "repo", **{"policies/roster.yaml": ROLES})
    site.write("scripts/hold", HOLDS % {"python": sys.executable})
    site.commit("A step that holds")
    return site


def policy(site: Site, running: str) -> None:
    config = site.root / "changeflow.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("spec: {", f"spec: {{hold: {{running: {running}}}, "), encoding="utf-8")
    site.commit("Say what a hold does to a release")


def planned(site: Site) -> None:
    site.change(
        steps=[run_step("one", "hold"), run_step("two")], rollback=[run_step("back")],
    )


def test_it_ends_the_step_and_stops_until_a_person_resumes(site: Site) -> None:
    planned(site)
    done = site.release("run")
    assert done.code == 1, done.err
    assert "stopped before implementation/1 `two`: the hold `hold-" in done.out + done.err
    assert [line.split()[-1] for line in site.marks] == ["one"]
    # nobody decided anything: it stops again
    assert site.release("run").code == 1
    assert [line.split()[-1] for line in site.marks] == ["one"]
    assert site.release("resume").code == 0
    assert [line.split()[-1] for line in site.marks][:2] == ["one", "two"]
    assert site.cli("ledger", "verify").code == 0


@pytest.mark.parametrize(
    ("running", "code", "marks"),
    [("finish", 0, ["one", "two"]), ("turn_back", 1, ["one", "back"]), ("stop", 1, ["one"])],
)
def test_policy_says_what_becomes_of_it(site: Site, running: str, code: int, marks: list[str]) -> None:
    policy(site, running)
    planned(site)
    assert site.release("run").code == code
    assert [line.split()[-1] for line in site.marks][: len(marks)] == marks
    if running == "stop":
        assert site.release("resume").code == 1
        hold = next(word for word in site.cli("hold", "list").out.split() if word.startswith("`hold-"))
        assert site.cli("hold", "lift", hold.strip("`:"), "--reason", "Mended", "--as", "carol").code == 0
        assert site.release("resume").code == 0


# a step during which the main branch gets a calendar, as somebody else would merge it
MERGES = """\
#!/bin/sh
set -e
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
export GIT_COMMITTER_NAME=Carol GIT_COMMITTER_EMAIL=carol@example.com GIT_AUTHOR_NAME=Carol GIT_AUTHOR_EMAIL=carol@example.com
cp "$MARKS.calendar" policies/calendar.yaml
git add policies/calendar.yaml
git commit -qm "A calendar"
# an answer holds for three seconds
sleep 3.1
"""
CALENDAR = """\
apiVersion: changeflow/v1
kind: Calendar
metadata: {id: calendar}
spec:
  freezes: [{id: never, start: 2026-01-01T00:00:00+00:00, end: 2026-01-01T01:00:00+00:00, rrule: %s}]
"""


@pytest.mark.parametrize("text", [CALENDAR % "NEVER", "kind: [\n"])
def test_a_calendar_that_cannot_be_read_stops_it_like_a_freeze(site: Site, text: str) -> None:
    site.write("scripts/merge", MERGES)
    site.commit("A step that merges")
    Path(f"{site.marks_file}.calendar").write_text(text, encoding="utf-8")
    site.change(steps=[run_step("one", "merge"), run_step("two")], rollback=[run_step("back")])
    done = site.release("run")
    assert done.code in (1, 4), done.err
    assert [line.split()[-1] for line in site.marks] == ["one"]
    assert "two" not in "".join(site.marks)
    git(site.root, "rm", "-q", "policies/calendar.yaml")
    site.commit("Take it back")
    assert site.release("resume").code == 0, done.err


UNREADABLE = """\
#!/bin/sh
set -e
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
export GIT_COMMITTER_NAME=Carol GIT_COMMITTER_EMAIL=carol@example.com GIT_AUTHOR_NAME=Carol GIT_AUTHOR_EMAIL=carol@example.com
export GIT_INDEX_FILE="$MARKS.index"
tip=$(git rev-parse refs/heads/changeflow/ledger)
git read-tree "$tip"
last=$(git ls-tree -r --name-only "$tip" | sed 's,.*/\\([0-9]*\\)-.*,\\1,' | sort | tail -1)
next=$(printf "%%0${#last}d" $(expr "$last" + 1))
blob=$(echo '{"a hold": "of a later version"}' | git hash-object -w --stdin)
git update-index --add --cacheinfo "100644,$blob,_/$next-hold.json"
git update-ref refs/heads/changeflow/ledger $(git commit-tree -p "$tip" -m hold $(git write-tree)) "$tip"
"""


def test_a_hold_that_cannot_be_read_stops_it(site: Site) -> None:
    site.write("scripts/garble", UNREADABLE.replace("%%", "%"))
    site.commit("A step during which the ledger gets what nobody can read")
    site.change(steps=[run_step("one", "garble"), run_step("two")], rollback=[run_step("back")])
    done = site.release("run")
    assert done.code == 1, done.out + done.err
    assert "the ledger does not hold together" in done.answer["message"]
    assert [line.split()[-1] for line in site.marks] == ["one"]


FREEZE = """\
apiVersion: changeflow/v1
kind: Calendar
metadata: {id: calendar}
spec:
  freezes: [{id: closing, start: %s, end: %s}]
"""
EXCEPTION = """\
apiVersion: changeflow/v1
kind: FreezeException
metadata: {id: support-ends}
spec: {change: %s, freeze: closing, reason: Support ends, end: %s, approved_by: [carol]}
"""
RUNNING = [("ask", 1, ["one"]), ("stop", 1, ["one"]), ("finish", 0, ["one", "two"]), ("turn_back", 1, ["one", "back"])]


def freeze() -> str:
    return FREEZE % (format_instant(now() - timedelta(days=1)), format_instant(now() + timedelta(days=1)))


@pytest.mark.parametrize(("running", "code", "marks"), RUNNING)
def test_a_freeze_that_begins_while_it_runs_is_heeded_as_policy_says(site: Site, running: str, code: int, marks: list[str]) -> None:
    policy(site, running)
    site.write("scripts/merge", MERGES)
    site.commit("A step that merges")
    Path(f"{site.marks_file}.calendar").write_text(freeze(), encoding="utf-8")
    site.change(steps=[run_step("one", "merge"), run_step("two")], rollback=[run_step("back")], verification=[])
    done = site.release("run")
    assert done.code == code, done.out + done.err
    assert [line.split()[-1] for line in site.marks] == marks
    if code and running != "turn_back":
        assert "the freeze `closing` is in force" in done.out + done.err
        # a person who has seen it may go on where policy lets them
        assert site.release("resume").code == (0 if running == "ask" else 1)
        site.write("exceptions/support-ends.yaml", EXCEPTION % (ID, format_instant(now() + timedelta(days=1))))
        site.commit("Except it from the freeze")
        assert site.release("resume").code == 0 or running == "ask"
        assert [line.split()[-1] for line in site.marks] == ["one", "two"]


# a step during which the person who approved takes it back
REJECTS = HOLDS.replace("hold all --reason", f"reject {ID} -m")
ASKS = """\
apiVersion: changeflow/v1
kind: Policy
metadata: {id: approve}
spec:
  gate: approve
  rules: [{id: quorum, require: [{role: cab, count: 1}], message: One of the CAB}]
"""


@pytest.mark.parametrize(("running", "code", "marks"), RUNNING)
def test_an_approval_that_is_taken_back_while_it_runs_is_heeded_as_policy_says(
    site: Site, running: str, code: int, marks: list[str]
) -> None:
    policy(site, running)
    site.write("scripts/reject", REJECTS % {"python": sys.executable})
    site.write("policies/approve.yaml", ASKS)
    site.commit("A step that rejects")
    site.change(steps=[run_step("one", "reject"), run_step("two")], rollback=[run_step("back")], verification=[])
    assert site.cli("approve", ID, "--as", "carol").code == 0
    done = site.release("run")
    assert done.code == code, done.out + done.err
    assert [line.split()[-1] for line in site.marks] == marks
    if running == "stop":
        assert site.release("resume").code == 1
        assert site.cli("approve", ID, "--as", "carol").code == 0
        assert site.release("resume").code == 0
