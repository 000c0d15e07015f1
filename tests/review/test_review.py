"""`changeflow review` on a real repository: a skeleton that is valid and asks, a check that places its findings, a record."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release.building import change, step, writer
from release.site import ID, POLICY, Site, git, run_step

from changeflow import errors
from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.schema import schema_problems
from changeflow.model.characters import hidden_in
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.model.zones import time_zone
from changeflow.release.review_skeleton import Background, skeleton
from changeflow.release.step_facts import actual
from changeflow.usecases.release.review import create
from tests.dates import today
from tests.examples import examples

FILE = f"changes/{ID}/review.yaml"
ANSWERS = {
    "# reviewer:": "reviewer: carol",
    "# outcome:": "outcome: successful",
    "# objectives_met:": "objectives_met: Settlement runs on PostgreSQL 17",
    "# effects_observed:": "effects_observed: Nobody noticed",
    "# deviations:": "deviations: none",
    "# incidents:": "incidents: []",
    "# lessons:": "lessons: none",
}


NIGHT = f"""\
apiVersion: changeflow/v1
kind: Release
metadata: {{id: night}}
spec: {{changes: [{ID}]}}
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Site:
    close = POLICY % {"gate": "close", "holds": "evidence.review.complete"}
    site = Site.at(tmp_path_factory.mktemp("released") / "repo", **{"policies/close.yaml": close})
    site.change(steps=[run_step("one")], verification=[])
    assert site.release("run").code == 0
    return site


@pytest.fixture
def site(released: Site) -> Site:
    (released.root / FILE).unlink(missing_ok=True)
    if git(released.root, "status", "--porcelain"):
        released.commit("No review")
    return released


def answered(site: Site, **replaced: str) -> None:
    text = (site.root / FILE).read_text(encoding="utf-8")
    day = today().isoformat()
    for question, answer in (ANSWERS | {"# reviewed:": f"reviewed: {day}"} | replaced).items():
        assert question in text, question
        text = text.replace(question, answer)
    (site.root / FILE).write_text(text, encoding="utf-8")


def test_a_review_goes_from_a_skeleton_to_a_closed_change(site):
    written = site.cli("review", ID)
    assert (written.code, "written" in written.out) == (0, True)
    assert site.cli("check").code == 0, "a fresh skeleton is a valid document"
    missing = site.cli("review", ID)
    assert (missing.code, missing.out.count("error:")) == (1, 8)
    assert site.cli("gate", "close", ID).code == 1
    answered(site)
    done = site.cli("review", ID, "--as", "carol")
    assert (done.code, done.out) == (0, f"{FILE}: complete and independent, and on record\n")
    assert site.cli("review", ID, "--as", "carol").code == 0
    ledger = json.loads(site.cli("ledger", "log", "--format", "json").out)
    assert [entry["kind"] for entry in ledger["entries"]].count("review") == 1
    assert site.cli("gate", "close", ID).code == 1, "it is not committed"
    site.commit("The review")
    assert site.cli("gate", "close", ID).code == 0
    own = (site.root / FILE).read_text(encoding="utf-8")
    (site.root / FILE).write_text(own.replace("reviewer: carol", "reviewer: bob").replace('reviewer: "carol"', "reviewer: bob"), encoding="utf-8")
    said = site.cli("gate", "close", ID).out
    assert ("`bob` implemented this change" in said, "--as bob" in said) == (True, False), "bob cannot put it on record"
    (site.root / FILE).write_text(own.replace("lessons: none", "lessons: nothing"), encoding="utf-8")
    site.commit("Another text")
    assert site.cli("gate", "close", ID).code == 1, "carol has not put this text on record"


def test_the_status_of_a_release_goes_on_to_the_end_of_the_change(site):
    folder = site.root / "releases/night"
    folder.mkdir(parents=True)
    (folder / "release.yaml").write_text(NIGHT, encoding="utf-8")

    def states() -> tuple[str, str, str]:
        alone, together = (site.release("status", change=name).answer for name in (ID, "night"))
        return alone["state"], together["state"], together["changes"][0]["state"]

    try:
        assert states() == ("implemented",) * 3
        site.cli("review", ID)
        assert states() == ("in_review", "implemented", "in_review")
        answered(site, **{"# lessons:": "lessons: Look at the clock"})
        site.commit("The review")
        assert states() == ("in_review", "implemented", "in_review"), "the reviewer has said nothing yet"
        assert site.cli("review", ID, "--as", "carol").code == 0
        assert states() == ("closed",) * 3
        assert site.release("status").answer["message"] == "the release ended implemented"
        assert site.release("run").code == 0, "what is closed was implemented"
        assert site.release("run", change="night").code == 0
    finally:
        (folder / "release.yaml").unlink()
        folder.rmdir()


def test_a_skeleton_is_not_written_over_anything(site):
    site.cli("review", ID)
    answered(site)
    before = (site.root / FILE).read_bytes()
    assert site.cli("review", ID).code == 0
    assert (site.root / FILE).read_bytes() == before


def test_what_is_missing_is_found_where_it_is_asked_for(site):
    site.cli("review", ID)
    lines = (site.root / FILE).read_text(encoding="utf-8").splitlines()
    findings = json.loads(site.cli("review", ID, "--format", "json").out)["findings"]
    assert {lines[item["line"] - 1].strip() for item in findings} == {*ANSWERS, "# reviewed:"}


def test_a_wrong_answer_is_found_where_it_stands(site):
    site.cli("review", ID)
    answered(site, **{"# outcome:": "outcome: failed"})
    finding = json.loads(site.cli("review", ID, "--format", "json").out)["findings"][0]
    line = (site.root / FILE).read_text(encoding="utf-8").splitlines()[finding["line"] - 1]
    assert (finding["rule"], line.strip()) == ("pir-outcome-disagrees", "outcome: failed")


def test_a_reviewer_may_be_named_from_the_start(site):
    site.cli("review", ID, "--as", "carol")
    assert '\n  reviewer: "carol"\n' in (site.root / FILE).read_text(encoding="utf-8")


def test_only_its_reviewer_puts_a_review_on_record(site):
    site.cli("review", ID)
    answered(site, **{"# reviewer:": "reviewer: carol"})
    refused = site.cli("review", ID, "--as", "alice")
    assert (refused.code, "carol's, not alice's" in refused.err) == (1, True)


def test_a_review_of_a_day_that_lies_ahead_is_not_put_on_record(site):
    site.cli("review", ID)
    answered(site, **{"# reviewed:": "reviewed: 9999-12-31"})
    refused = site.cli("review", ID, "--as", "carol")
    assert (refused.code, "made on 9999-12-31, which lies ahead" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("CHG-20261121-nothing",), errors.NOTHING, "no such change"),
        ((ID, "--as", "mallory"), errors.NO, "not in the roster"),
        ((ID, "--as", "renovate"), errors.NO, "automation"),
        ((ID, "--head", "HEAD"), errors.USAGE, "work tree"),
    ],
)
def test_what_cannot_be_reviewed_is_refused_with_a_reason(site, arguments, code, says):
    done = site.cli("review", *arguments)
    assert (done.code, says in done.err) == (code, True)
    assert not (site.root / FILE).exists()


def test_a_change_that_was_not_released_has_nothing_to_review(tmp_path):
    site = Site.at(tmp_path / "repo")
    site.change()
    done = site.cli("review", ID)
    assert (done.code, "not over" in done.err) == (1, True)
    assert not (site.root / FILE).exists()


@pytest.mark.parametrize("text", ["", "kind: [", "- a list\n", "\x00"])
def test_a_file_that_is_no_review_is_left_alone_and_reported(site, text):
    (site.root / FILE).write_text(text, encoding="utf-8")
    done = site.cli("review", ID)
    assert done.code in (errors.NO, errors.UNREADABLE)
    assert (site.root / FILE).read_text(encoding="utf-8") == text


def test_a_folder_or_link_in_its_place_is_reported(site, tmp_path):
    (site.root / FILE).symlink_to(tmp_path / "elsewhere")
    assert site.cli("review", ID).code == errors.UNREADABLE
    assert not (tmp_path / "elsewhere").exists()


# -- the pieces ----------------------------------------------------------------------------------------------------------


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path):
    create(tmp_path / "a" / "file", b"one")
    with pytest.raises(errors.Refused, match="exists already"):
        create(tmp_path / "a" / "file", b"two")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["file"]
    assert (tmp_path / "a" / "file").read_bytes() == b"one"
    assert (tmp_path / "a" / "file").stat().st_mode & 0o777 == 0o644


def test_a_place_that_cannot_be_written_is_an_error_with_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(errors.UsageError, match="cannot be written"):
        create(tmp_path / "file" / "review.yaml", b"")


# What the loader lets through; that it refuses the rest is its own business.
TEXT = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=200).filter(
    lambda text: text.strip() and next(hidden_in(text), None) is None
)


def test_the_day_a_release_ended_is_a_day_in_the_teams_zone():
    request = change(implementation=[step("Go", run=["./x"])])
    journal = writer(request)("started").did("implementation/0", "done")("finished", state="implemented")
    facts = actual(request, journal.entries)
    assert facts is not None
    late = facts.model_copy(update={"ended": datetime(2026, 12, 31, 20, tzinfo=UTC)})
    assert "ended on 2026-12-31" in skeleton(request, late, Background(), today=date(2027, 1, 1))
    assert "ended on 2027-01-01" in skeleton(request, late, Background(), today=date(2027, 1, 1), zone=time_zone("Asia/Shanghai"))


@settings(max_examples=examples(60))
@given(TEXT, TEXT, st.sampled_from(["implemented", "rolled_back"]))
def test_whatever_a_request_says_the_skeleton_is_valid_and_tells_the_facts(name, reason, state):
    request = change(implementation=[step(name, run=["./x"])], reason=reason, benefit=reason)
    journal = writer(request)("started").did("implementation/0", "done" if state == "implemented" else "failed")
    if state == "rolled_back":
        journal("rolling_back").did("rollback/0")
    journal("finished", state=state)
    facts = actual(request, journal.entries)
    assert facts is not None
    loaded = load(skeleton(request, facts, Background(), today=facts.ended.date()).encode("utf-8", "surrogatepass"), FILE)
    assert loaded.findings == ()
    assert schema_problems(loaded.documents[0]) == []
    built = record(loaded.documents[0])
    assert isinstance(built, PostImplementationReview)
    assert built.spec.actual.model_dump(mode="json") == facts.model_dump(mode="json")
