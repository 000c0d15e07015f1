"""The review of a period: started from its trends, filled in by people, and held against the report made again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.register.office import Office
from tests.report.papers import DUTIES, busy_office

MONTH = ("--from", "2026-11-01T00:00:00+08:00", "--to", "2026-12-01T00:00:00+08:00")
PATH = "reviews/2026-11/review.yaml"
SIGNAL = "      signals: [{rule: beyond_3_sigma, side: above, first: 2026-W47, last: 2026-W47}]\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    where = tmp_path_factory.mktemp("reviews") / "shop"
    office = busy_office(where)
    office.write("improvements/warm-cache.yaml", IMPROVEMENT)
    office.commit("An improvement")
    said = office.say("report", "trends", *MONTH, "--now", DUTIES, "--start-review")
    assert said.code == 0, said.err
    assert PATH in said.err
    return office


IMPROVEMENT = {
    "apiVersion": "changeflow/v1",
    "kind": "Improvement",
    "metadata": {"id": "warm-cache"},
    "spec": {"source": {"review": "CHG-20261121-db"}, "finding": "The cache was cold", "action": "Warm it before the switch"},
}


def test_numbers_are_written_as_in_the_paper(office: Office) -> None:
    text = (office.root / PATH).read_text(encoding="utf-8")
    shares = re.findall(r"[0-9][0-9.,]* %", text)
    assert "25.00 %" in shares
    assert [one for one in shares if not re.fullmatch(r"[0-9]+\.[0-9]{2} %", one)] == []
    paper = office.done("report", "trends", *MONTH, "--now", DUTIES)
    assert "25.00 %" in paper, paper


def filled(text: str) -> str:
    answers = {
        "analysed_by": "alice",
        "reviewed": "2026-12-04",
        "reviewers": "[{person: carol, role: cab}]",
        "conclusion": "One emergency in four changes, all of them on the database",
        "decisions": "[{decision: Rehearse the failover each quarter, owner: bob, due: 2027-01-31}]",
        "improvements": "[warm-cache]",
    }
    lines = text.splitlines()
    for number, line in enumerate(lines):
        name = line.strip().removeprefix("# ").partition(":")[0]
        if line.startswith(f"  # {name}:") and name in answers:
            lines[number] = f"  {name}: {answers[name]}"
    return "\n".join(lines) + "\n"


def found(office: Office, text: str) -> dict[str, str]:
    """What `check` finds in the review, rule -> level."""
    path = office.root / PATH
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    told = json.loads(office.say("check", PATH, "--format", "json").out)
    path.write_text(before, encoding="utf-8")
    return {one["rule"]: one["level"] for one in told["findings"]}


def test_a_new_review_knows_its_numbers_and_asks_people_for_the_rest(office: Office) -> None:
    text = (office.root / PATH).read_text(encoding="utf-8")
    assert "purpose: trend" in text
    assert f'main: "{office.git("rev-parse", "main")}"' in text or f"main: '{office.git('rev-parse', 'main')}'" in text
    assert "# Emergency share: 25.00 % in this period, - before, - a year earlier" in text
    assert found(office, text) == {"period-review-unanswered": "warning"}
    assert found(office, filled(text)) == {}


def test_a_second_review_of_the_period_is_refused(office: Office) -> None:
    said = office.say("report", "trends", *MONTH, "--now", DUTIES, "--start-review")
    assert said.code == 1
    assert PATH in said.err
    other = office.say("report", "trends", *MONTH, "--now", DUTIES, "--start-review", "--purpose", "process", "--format", "json")
    assert other.code == 0
    assert (office.root / "reviews/2026-11-process/review.yaml").is_file()


def test_a_period_that_is_not_over_is_not_reviewed(office: Office) -> None:
    early = office.say("report", "trends", *MONTH, "--now", "2026-11-30T00:00:00Z", "--start-review")
    assert early.code == 1
    assert "not over" in early.err
    assert office.say("report", "trends", "--now", DUTIES, "--start-review").code == 2


@pytest.mark.once
@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("period-review-id-folder", 'id: "2026-11"', 'id: "2026-12"'),
        ("period-review-not-over", "made: 2026-12-05T10:00:00Z", "made: 2026-11-30T10:00:00Z"),
        ("period-review-not-over", "to: 2026-11-30T16:00:00Z", "to: 2026-10-30T16:00:00Z"),
        ("period-review-unknown-person", "analysed_by: alice", "analysed_by: alicia"),
        ("period-review-unknown-person", "role: cab", "role: team-app"),
        ("period-review-unknown-person", "owner: bob", "owner: bobby"),
        ("period-review-own-analysis", "analysed_by: alice", "analysed_by: carol"),
        ("period-review-unknown-improvement", "[warm-cache]", "[warm-caches]"),
        ("period-review-measure", "measure: changes\n", "measure: change\n"),
        ("period-review-measure", "measure: changes\n", "measure: emergency_share\n"),
        ("period-review-unconcluded", "    - measure: changes\n", "    - measure: changes\n" + SIGNAL),
        ("period-review-other-numbers", "    - measure: changes\n", "    - measure: changes\n" + SIGNAL),
        ("period-review-empty-words", "One emergency in four changes, all of them on the database", "All good"),
        ("period-review-empty-words", "Rehearse the failover each quarter", "none"),
        ("period-review-other-numbers", "numbers: sha256:", "numbers: sha256:0"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_review_is_found(office: Office, rule: str, old: str, new: str) -> None:
    text = filled((office.root / PATH).read_text(encoding="utf-8"))
    assert old in text, text
    changed = text.replace(old, new, 1)
    if new == "numbers: sha256:0":
        place = changed.index("sha256:0") + len("sha256:")
        changed = changed[: place + 64] + changed[place + 65 :]
    assert rule in found(office, changed)


def test_the_report_is_made_again_from_its_commits_whatever_was_recorded_since(office: Office) -> None:
    office.write("notes.md", {"since": "then"})
    office.commit("Later work")
    office.opinion("approve", "dave", "CHG-20261122-failover", now=DUTIES, words="In retrospect")
    text = filled((office.root / PATH).read_text(encoding="utf-8"))
    assert found(office, text) == {}


def test_the_paper_tells_what_people_concluded_once_it_is_on_the_main_branch(office: Office) -> None:
    path = office.root / PATH
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
    office.commit("Review of November")
    told = office.answer("report", "trends", *MONTH, now=DUTIES)["review"]
    assert (told["path"], told["analysed_by"], told["reviewers"], told["agrees"]) == (PATH, "alice", ["carol"], True)
    for language, words in (("en", "Analysed by"), ("zh", "分析人")):
        said = office.done("--lang", language, "report", "trends", *MONTH, "--now", DUTIES)
        assert words in said
        assert "One emergency in four changes" in said
        assert "Rehearse the failover each quarter" in said


def test_a_bare_repository_and_foreign_records_have_no_review(office: Office, tmp_path: Path) -> None:
    said = office.say("report", "trends", "--history", str(tmp_path), *MONTH, "--start-review")
    assert said.code == 2
