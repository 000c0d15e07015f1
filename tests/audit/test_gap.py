"""The gap analysis of a real repository: scores rest on what was found, and cannot be gamed; OSCAL is valid."""

from __future__ import annotations

import html
import json
import os
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from changeflow.gate_cases.probes_of_changes import says_effects
from changeflow.gate_cases.probes_of_documents import doubt_about_review
from changeflow.insight.clause_score import Looked, lacking_for_more, needs_met, score_of
from changeflow.insight.period import Period
from changeflow.language.reader import Reader
from changeflow.model.answers.gap import ClauseGap, GapAnalysis
from changeflow.model.change import Effects
from changeflow.model.clock import Clock
from changeflow.reading.standards import standard_of
from changeflow.reading.view import locate
from changeflow.render.audit_gap import FORMATS
from changeflow.render.json_text import as_json
from changeflow.render.oscal import assessment_results
from changeflow.render.presentation import Presentation
from changeflow.usecases.audit.gap import gap_analysis
from tests.register.office import CHANGE, Office
from tests.report.papers import RELEASED, URGENT, busy_office
from tests.report.test_papers_in_both_languages import STAYS, WORDS

NOW = datetime(2026, 12, 5, 10, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
# NIST publishes the schema (usnistgov/OSCAL, `oscal_assessment-results_schema.json`); it is no part of this project
SCHEMA = "CHANGEFLOW_OSCAL_SCHEMA"
SAID = "The replica was cold, so the fail-over took longer than was promised to customers"


def analysed(root: Path, now: datetime = NOW, start: datetime | None = None) -> GapAnalysis:
    return gap_analysis(locate(root), Period(start, None, ZONE), Clock(now, now))


def clause(paper: GapAnalysis, name: str) -> ClauseGap:
    return next(one for one in paper.clauses if one.clause == name)


def evidence(paper: GapAnalysis, name: str, probe: str) -> Any:
    return next(one for one in clause(paper, name).evidence if one.probe == probe)


def scores(paper: GapAnalysis) -> dict[str, int]:
    return {one.clause: one.score for one in paper.clauses}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("gap") / "shop")


@pytest.fixture(scope="module")
def paper(office: Office) -> GapAnalysis:
    return analysed(office.root)


# -- the rule by which a score is given --------------------------------------------------------------


def test_each_score_needs_what_its_step_of_the_scale_says(paper: GapAnalysis) -> None:
    document = Looked("document", 1, occasion=True, whole=True, practice=False)
    few = Looked("records", 1, occasion=True, whole=True, practice=False)
    some = Looked("records", 3, occasion=True, whole=False, practice=True)
    every = Looked("records", 3, occasion=True, whole=True, practice=True)
    late = Looked("timely", 1, occasion=True, whole=False, practice=False)
    target = Looked("measured", 1, occasion=True, whole=True, practice=False)
    better = Looked("improved", 1, occasion=True, whole=True, practice=True)
    for looked, score in (
        ([], 0),
        ([few], 1),
        ([every], 1),
        ([document], 2),
        ([document, few], 2),
        ([document, some], 3),
        ([document, every, late], 3),
        ([document, every], 4),
        ([document, every, target], 4),
        ([document, every, better], 4),
        ([document, every, target, better], 5),
        ([document, some, target, better], 3),
    ):
        assert score_of(paper.scale, needs_met(looked)) == score, looked


def test_what_the_next_score_lacks_is_named_in_order(paper: GapAnalysis) -> None:
    assert lacking_for_more(paper.scale, ["any"], 1) == (
        "document",
        "practice",
        "complete",
        "timely",
        "measured",
        "improved",
    )
    assert lacking_for_more(paper.scale, ["any", "document"], 5) == ()


# -- what is found -----------------------------------------------------------------------------------


def test_what_was_found_is_counted_with_its_ids(paper: GapAnalysis) -> None:
    found = evidence(paper, "8.5.1.3", "records: reviewed")
    assert (found.have, found.expected, found.found, found.missing) == (1, 2, (CHANGE,), (URGENT,))
    owed = evidence(paper, "8.5.1.1", "records: retrospectively-approved")
    assert (owed.have, owed.missing) == (0, (URGENT,))
    cited = evidence(paper, "8.5.1.3", "rules: 8.5.1.3")
    assert cited.have == 0 or "/" in cited.found[0]


def test_priorities_of_requests_are_looked_for(paper: GapAnalysis) -> None:
    found = evidence(paper, "8.2.2", "records: prioritised")
    assert (found.have, found.expected) == (0, 1)


def test_clauses_outside_are_listed_apart_with_their_reason(paper: GapAnalysis) -> None:
    outside = {one.clause for one in paper.outside}
    assert {"4.1", "8.5.2", "8.6.1"} <= outside
    assert not outside & {one.clause for one in paper.clauses}
    assert all(one.reason.en for one in paper.outside)


def test_the_control_matrix_takes_the_lowest_score_of_its_clauses(paper: GapAnalysis) -> None:
    found = scores(paper)
    (row,) = [one for one in paper.controls if one.control == "CC8.1"]
    assert row.score == min(found[one.clause] for one in row.clauses)
    assert row.evidence


def test_a_score_never_passes_what_a_change_repository_can_show(paper: GapAnalysis) -> None:
    assert all(one.score <= one.most for one in paper.clauses)
    assert paper.gaps == sum(one.score < min(paper.wanted, one.most) for one in paper.clauses)


def test_the_same_repository_and_time_give_the_same_analysis(
    office: Office, paper: GapAnalysis
) -> None:
    assert analysed(office.root) == paper


def test_a_bare_clone_gives_the_same_scores(
    office: Office, paper: GapAnalysis, tmp_path: Path
) -> None:
    subprocess.run(
        ["git", "clone", "-q", "--bare", str(office.root), str(tmp_path / "bare.git")], check=True
    )
    assert scores(analysed(tmp_path / "bare.git")) == scores(paper)


# -- attempts to look better ---------------------------------------------------------------------------


def improvement(name: str, **spec: Any) -> dict[str, Any]:
    told = {
        "source": {"review": CHANGE},
        "finding": SAID,
        "action": "Warm the cache of the replica first",
        "owner": "cab",
        "due": "2026-12-20",
    }
    return {
        "apiVersion": "changeflow/v1",
        "kind": "Improvement",
        "metadata": {"id": name},
        "spec": told | spec,
    }


def tricks(office: Office) -> dict[str, Any]:
    """Files that say nothing, or what cannot be true."""
    ahead = {"done_by": {"change": CHANGE}, "verified": {"by": "erin", "on": "2027-12-20"}}
    own = {
        "owner": "erin",
        "done_by": {"change": CHANGE},
        "verified": {"by": "erin", "on": "2026-12-01"},
    }
    review = (office.root / "changes" / CHANGE / "review.yaml").read_text(encoding="utf-8")
    hollow = "\n".join(
        line if not line.startswith("  lessons:") else "  lessons: n/a"
        for line in review.splitlines()
    )
    return {
        "improvements/hollow.yaml": improvement("hollow", finding="TBD", action="n/a"),
        "improvements/ahead.yaml": improvement("ahead", **ahead),
        "improvements/own.yaml": improvement("own", **own),
        "improvements/empty.yaml": "",
        "cmdb/audits/2026-12-01.yaml": "",
        "docs/internal-audit.md": "",
        "docs/continuity.md": "TODO write this\n",
        f"changes/{URGENT}/review.yaml": hollow.replace(CHANGE, URGENT),
    }


def test_no_score_rises_by_files_that_say_nothing_or_cannot_be_true(
    office: Office, paper: GapAnalysis, tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    subprocess.run(["git", "clone", "-q", str(office.root), str(shop)], check=True)
    git = ["git", "-C", str(shop), "-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
    subprocess.run([*git, "fetch", "-q", "origin", "+refs/heads/*:refs/heads/kept/*"], check=True)
    subprocess.run(
        [*git, "branch", "-q", "-m", "kept/changeflow/ledger", "changeflow/ledger"], check=True
    )
    subprocess.run([*git, "remote", "remove", "origin"], check=True)
    for name, text in tricks(office).items():
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_text(
            text if isinstance(text, str) else json.dumps(text), encoding="utf-8"
        )
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Look better"], check=True)
    tricked = analysed(shop)
    before, after = scores(paper), scores(tricked)
    assert tricked.cutoff.main != paper.cutoff.main
    assert tricked.cutoff.ledger == paper.cutoff.ledger
    assert {name: score for name, score in after.items() if score > before[name]} == {}
    assert evidence(tricked, "9.2", "files: docs/internal-audit*").note == "empty"
    assert evidence(tricked, "10.1", "documents: improvements").have == 0


def reviewed_period(**over: Any) -> Any:
    """What a review of a period says, as far as it is looked at."""
    told = {
        "period": SimpleNamespace(to=datetime(2026, 12, 1, tzinfo=UTC)),
        "looked_at": [SimpleNamespace(made=datetime(2026, 12, 2, tzinfo=UTC))],
        "analysed_by": "erin",
        "reviewed": date(2026, 12, 3),
        "reviewers": [SimpleNamespace(person="carol")],
        "trends": [SimpleNamespace(signals=("x",), conclusion=SAID)],
        "conclusion": SAID,
    }
    return SimpleNamespace(**told | over)


@pytest.mark.parametrize(
    ("over", "doubt"),
    [
        ({}, None),
        ({"period": SimpleNamespace(to=datetime(2027, 1, 1, tzinfo=UTC))}, "future"),
        ({"reviewed": date(2026, 12, 30)}, "future"),
        ({"looked_at": [SimpleNamespace(made=datetime(2026, 12, 30, tzinfo=UTC))]}, "future"),
        ({"reviewed": None}, "empty"),
        ({"reviewers": []}, "empty"),
        ({"reviewers": [SimpleNamespace(person="erin")]}, "empty"),
        ({"conclusion": "All good"}, "empty"),
        ({"conclusion": "TBD"}, "empty"),
        ({"conclusion": None}, "empty"),
        ({"trends": [SimpleNamespace(signals=("x",), conclusion="n/a")]}, "empty"),
    ],
)
def test_a_review_of_a_period_counts_where_it_concludes_something_with_others(
    over: dict[str, Any], doubt: str | None
) -> None:
    facts: Any = SimpleNamespace(now=NOW, today=NOW.date())
    assert doubt_about_review(facts, reviewed_period(**over)) == doubt


def trend_review(day: str, person: str = "carol", conclusion: str = SAID) -> dict[str, Any]:
    spec = {
        "purpose": "trend",
        "period": {"from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z", "zone": "UTC"},
        "looked_at": [{"report": "trends", "numbers": f"sha256:{'0' * 64}", "main": "0" * 40, "made": "2026-12-02T00:00:00Z"}],
        "analysed_by": "erin",
        "reviewed": day,
        "reviewers": [{"person": person, "role": "cab"}],
        "conclusion": conclusion,
    }
    return {"apiVersion": "changeflow/v1", "kind": "PeriodReview", "metadata": {"id": "it"}, "spec": spec}


def test_reviews_of_a_period_are_evidence_where_they_say_something(tmp_path: Path) -> None:
    shop = Office(tmp_path / "shop")
    for name, review in {
        "good": trend_review("2026-12-03"),
        "again": trend_review("2026-12-04"),
        "ahead": trend_review("2026-12-30"),
        "alone": trend_review("2026-12-03", person="erin"),
        "hollow": trend_review("2026-12-03", conclusion="n/a"),
    }.items():
        shop.write(f"reviews/{name}/review.yaml", review)
    shop.commit("Reviews")
    found = evidence(analysed(shop.root, start=datetime(2026, 11, 1, tzinfo=UTC)), "8.5.1.3", "documents: trend-reviews")
    # two reviews of one period are one
    assert (found.have, found.expected) == (1, 1)
    assert set(found.missing) == {f"reviews/{name}/review.yaml" for name in ("ahead", "alone", "hollow")}


def release(name: str, **acceptance: Any) -> dict[str, Any]:
    told = RELEASED["acceptance"] | acceptance
    return {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": name}, "spec": RELEASED | {"acceptance": told}}


def test_releases_count_once_with_a_type_and_accepted_by_their_role_before_they_begin(office: Office, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    subprocess.run(["git", "clone", "-q", str(office.root), str(shop)], check=True)
    git = ["git", "-C", str(shop), "-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
    subprocess.run([*git, "branch", "-q", "changeflow/ledger", "origin/changeflow/ledger"], check=True)
    subprocess.run([*git, "remote", "remove", "origin"], check=True)
    untyped = release("untyped", accepted_on="2026-12-02")
    del untyped["spec"]["type"]
    wanted = {
        "good": release("good"),
        "again": release("again"),
        "late": release("late", accepted_on="2026-12-02"),
        "other": release("other", accepted_by="alice"),
        "open": release("open", criteria=[{"criterion": "All tests pass", "result": "not-met"}]),
        "hollow": release("hollow", criteria=[{"criterion": "TBD", "result": "met"}]),
        "untyped": untyped,
        "empty": "",
    }
    for name, document in wanted.items():
        path = shop / "releases" / name / "release.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(document) if document else "", encoding="utf-8")
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Releases"], check=True)
    paper = analysed(shop)
    accepted = evidence(paper, "8.5.3", "records: release-accepted")
    assert (accepted.have, accepted.found) == (1, ("releases/again/release.yaml",))
    assert {name.split("/")[1] for name in accepted.missing} == {"empty", "hollow", "late", "open", "other", "untyped"}
    assert accepted.note == "unreadable"
    typed = evidence(paper, "8.5.3", "records: release-typed")
    assert (typed.have, {name.split("/")[1] for name in typed.missing}) == (1, {"empty", "untyped"})


def test_no_release_without_a_document_is_asked_for_its_type(paper: GapAnalysis) -> None:
    assert evidence(paper, "8.5.3", "records: release-typed").note == "no_occasion"


def test_what_is_measured_has_a_measure(paper: GapAnalysis) -> None:
    other = [one.probe for found in paper.clauses for one in found.evidence if one.part == "measured" and not one.probe.startswith("kpi: ")]
    assert other == []


def test_one_emergency_alone_is_no_practice(office: Office) -> None:
    # only the emergency lies in the period
    paper = analysed(office.root, start=datetime(2026, 11, 26, 9, tzinfo=UTC))
    started = evidence(paper, "8.5.1.1", "records: authorised")
    assert started.expected == 1
    assert clause(paper, "8.5.1.1").score <= 2
    assert clause(paper, "8.5.1.3").score <= 2


def test_a_period_without_changes_scores_documents_alone_and_says_so(office: Office) -> None:
    paper = analysed(
        office.root, now=datetime(2027, 3, 1, tzinfo=UTC), start=datetime(2027, 2, 1, tzinfo=UTC)
    )
    found = clause(paper, "8.5.1.3")
    assert found.score <= 2
    assert found.evidence_missing
    assert evidence(paper, "8.5.1.3", "records: reviewed").note == "no_occasion"


def test_a_ledger_that_does_not_hold_is_evidence_that_is_missing(
    office: Office, tmp_path: Path
) -> None:
    subprocess.run(
        ["git", "clone", "-q", "--bare", str(office.root), str(tmp_path / "bare.git")], check=True
    )
    git = ["git", "-C", str(tmp_path / "bare.git")]
    ledger = "refs/heads/changeflow/ledger"
    # the newest entry but one is gone
    tip = subprocess.run(
        [*git, "log", "--format=%H", ledger], check=True, capture_output=True, text=True
    ).stdout.split()
    tree = subprocess.run(
        [*git, "ls-tree", "-r", "--full-tree", tip[0]], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    index = {"GIT_INDEX_FILE": str(tmp_path / "index"), "PATH": "/usr/bin:/bin:/usr/local/bin"}
    subprocess.run(
        [*git, "update-index", "--index-info"],
        check=True,
        input="\n".join(tree[1:]) + "\n",
        text=True,
        env=index,
    )
    made = subprocess.run(
        [*git, "write-tree"], check=True, capture_output=True, text=True, env=index
    ).stdout.strip()
    author = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    commit = subprocess.run(
        [
            "git",
            *author,
            "-C",
            str(tmp_path / "bare.git"),
            "commit-tree",
            made,
            "-p",
            tip[0],
            "-m",
            "x",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    subprocess.run([*git, "update-ref", ledger, commit], check=True)
    paper = analysed(tmp_path / "bare.git")
    assert paper.ledger_holds is False
    assert evidence(paper, "8.5.1.3", "records: authorised").note == "ledger"
    assert clause(paper, "8.5.1.3").score <= 2


def test_a_file_of_the_repository_replaces_the_one_that_ships(tmp_path: Path) -> None:
    shop = Office(tmp_path / "own")
    text = json.loads(
        json.dumps(
            standard_of(locate(shop.root).base).standard.model_dump(mode="json", exclude_none=True)
        )
    )
    text["spec"]["clauses"] = text["spec"]["clauses"][:1]
    text["spec"]["frameworks"] = []
    shop.write("policies/standards/iso.yaml", text)
    shop.commit("Our clauses")
    paper = analysed(shop.root)
    assert [one.clause for one in paper.clauses] == ["5.3"]
    assert paper.standard_path == "policies/standards/iso.yaml"


# -- what is shown ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_it_is_shown_in_each_language_and_format(
    paper: GapAnalysis, format_: str, language: Any
) -> None:
    said = html.unescape(FORMATS[format_](paper, Presentation(language)))
    assert "8.5.1.3" in said.replace("\\.", ".")
    if format_ != "json":
        assert ("范围外" if language == "zh" else "outside") in said.casefold()


def test_json_is_the_same_for_every_reader(paper: GapAnalysis) -> None:
    assert FORMATS["json"](paper, Presentation("zh")) == FORMATS["json"](paper, Presentation())
    assert isinstance(Presentation("zh"), Reader)


# -- OSCAL -----------------------------------------------------------------------------------------------


def nist_schema() -> Any:
    """NIST's schema of OSCAL 1.1.3, its two Unicode classes spelt as Python knows them."""
    if SCHEMA not in os.environ:
        pytest.skip(f"NIST's schema is not here: set {SCHEMA} to its file")
    text = Path(os.environ[SCHEMA]).read_text(encoding="utf-8")
    return json.loads(text.replace(r"\\p{L}", r"[^\\W\\d_]").replace(r"\\p{N}", r"\\d"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_assessment_results_are_valid_by_the_schema_of_nist(
    paper: GapAnalysis, language: Any
) -> None:
    made = json.loads(as_json(assessment_results(paper, language)))
    assert [error.message for error in Draft7Validator(nist_schema()).iter_errors(made)] == []
    results = made["assessment-results"]["results"][0]
    assert len(results["findings"]) == len(paper.clauses)
    assert len(results["risks"]) == paper.gaps


def test_the_schema_of_nist_refuses_what_is_wrong(paper: GapAnalysis) -> None:
    made = assessment_results(paper)
    made["assessment-results"]["uuid"] = "not-a-uuid"
    assert list(Draft7Validator(nist_schema()).iter_errors(made))


def test_assessment_results_are_the_same_bytes_again_and_every_reference_leads_somewhere(
    paper: GapAnalysis,
) -> None:
    made = assessment_results(paper)
    assert made == assessment_results(paper)
    result = made["assessment-results"]["results"][0]
    observed = {one["uuid"] for one in result["observations"]}
    risks = {one["uuid"] for one in result["risks"]}
    assert len(observed) == len(result["observations"])
    for finding in result["findings"]:
        assert {one["observation-uuid"] for one in finding["related-observations"]} <= observed
        assert {one["risk-uuid"] for one in finding.get("related-risks", [])} <= risks
    assert result["end"] == "2026-12-05T10:00:00Z"


# -- the command -----------------------------------------------------------------------------------------

AT = ("--now", "2026-12-05T10:00:00Z")
# frameworks, their controls, codes and what the team of the office wrote
KEPT = {
    "changeflow",
    "main",
    "Example",
    "Bank",
    "Trust",
    "Services",
    "Criteria",
    "Delegated",
    "Regulation",
    "Rev",
    "Art",
    "Asia",
    "Shanghai",
}


def test_the_command_ends_with_1_where_there_are_gaps_and_its_json_is_as_its_schema_says(
    office: Office, paper: GapAnalysis
) -> None:
    said = office.say("audit", "--gap", "--format", "json", *AT)
    assert said.code == 1, said.err
    told = json.loads(said.out)
    schema = json.loads(
        (Path(__file__).parents[2] / "schemas/answers/report.schema.json").read_text(
            encoding="utf-8"
        )
    )
    Draft202012Validator(schema).validate(told)
    assert (told["kind"], told["gaps"]) == ("gap", paper.gaps)


def test_assessment_results_are_printed_or_written_to_a_file(
    office: Office, tmp_path: Path
) -> None:
    printed = office.say("audit", "--oscal", "-", *AT)
    office.say("audit", "--gap", "--oscal", str(tmp_path / "results.json"), *AT)
    assert printed.code == 1
    assert json.loads(printed.out) == json.loads(
        (tmp_path / "results.json").read_text(encoding="utf-8")
    )
    refused = office.say("audit", "--oscal", str(tmp_path / "no/such/folder/results.json"), *AT)
    assert refused.code == 5
    assert "Traceback" not in refused.err


def test_the_folder_of_an_audit_has_the_analysis_beside_the_sample(
    office: Office, tmp_path: Path
) -> None:
    said = office.say("audit", "--gap", "--out", str(tmp_path / "audit"), *AT)
    assert said.code == 1, said.err
    written = {path.name for path in (tmp_path / "audit").iterdir()}
    assert {
        "index.html",
        "gap.html",
        "gap.json",
        "gap.csv",
        "oscal-assessment-results.json",
    } <= written


def test_a_chinese_analysis_has_no_english_words(office: Office, paper: GapAnalysis) -> None:
    names = " ".join(
        one
        for found in paper.clauses
        for part in found.evidence
        for one in (*part.found, *part.missing)
    )
    own = KEPT | set(WORDS.findall(names))
    for format_ in ("text", "markdown", "html"):
        said = office.say("--lang", "zh", "audit", "--gap", "--format", format_, *AT).out
        left = set(WORDS.findall(STAYS.sub(" ", html.unescape(said)))) - own
        assert not left, (format_, left)


@pytest.mark.parametrize(
    ("security", "said"),
    [("none", True), ("无", True), ("The firewall stays as it is", True), (None, False), ("TODO", False), ("as discussed", False)],
)
def test_that_there_is_no_effect_is_an_answer_and_an_empty_word_is_none(security: str | None, said: bool) -> None:
    effects = Effects(customers="No orders for two minutes", availability="Two of 21 minutes", security=security)
    assert says_effects(effects) is said
