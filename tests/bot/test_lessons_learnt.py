"""The comment of a pull request shows what earlier reviews learnt: as text alone, three at most, and after the verdict."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from attacks.stage import Stage

from bot.runner import Job
from changeflow.bot import pulls
from changeflow.hosts.github import truncate
from changeflow.model.answers.lessons import EarlierReview, EarlierReviews, OwedReview, OwedReviews
from changeflow.render.lessons import lesson_lines, owed_lines
from changeflow.render.presentation import Presentation
from tests.bot.test_hostile import TEXTS, check_markdown
from tests.git_isolation import fresh_git

__all__ = ["fresh_git"]

Told = Callable[..., dict[str, Any]]
NAMES = tuple(f"CHG-2026110{number}-cache" for number in range(1, 6))


def review(name: str, **words: Any) -> dict[str, Any]:
    actual = {"state": "implemented", "started": "2026-11-10T20:00:00Z", "ended": "2026-11-10T20:10:00Z", "release": "sha256:" + "0" * 64}
    answers = {"outcome": "successful-with-issues", "reviewed": "2026-11-12", "lessons": "Warm it first, @acme/everybody"}
    spec = {"change": name, "reviewer": "dave", "actual": actual, **answers, **words}
    return {"apiVersion": "changeflow/v1", "kind": "PostImplementationReview", "metadata": {"id": name}, "spec": spec}


def on_main(stage: Stage, **words: Any) -> None:
    files: dict[str, Any] = {}
    for name in NAMES:
        files[f"changes/{name}/rfc.yaml"] = {"request": {"metadata.id": name}}
        files[f"changes/{name}/review.yaml"] = {"doc": review(name, **words)}
    stage.play([{"main": {"by": "dave", "files": files}}])


def earlier(text: str) -> EarlierReview:
    return EarlierReview("CHG-20261101-cache", text, "item", ("cache",), "rolled-back", date(2026, 11, 12), text, text, (text,) * 9)


def section(stage: Stage, heading: str) -> str:
    found = stage.pull.comments[0].body.partition(f"### {heading}")[2].partition("<sub>")[0]
    return html.unescape(found)


def test_the_three_most_relevant_stand_in_the_comment_and_the_rest_is_counted(stage: Stage, job: Job, told: Told) -> None:
    on_main(stage, answers={"root-cause": "The cache was cold"}, follow_ups=[{"action": "Warm the cache", "owner": "bob"}])
    stage.play([{"open": {}}])
    job.refresh()
    done = job.run("pull_request_target", told("pull_request_target", "opened"))
    assert done.code == 1, "lessons decide nothing"
    said = section(stage, "Earlier reviews")
    assert [name for name in NAMES if name in said] == [*NAMES[2:]]
    assert "same item: " in said
    assert "root cause: The cache was cold" in said
    assert "still open: Warm the cache" in said
    assert "and 2 more" in said
    check_markdown(stage.pull.comments[0].body)


def test_a_team_that_reads_chinese_gets_them_in_chinese(stage: Stage, job: Job, told: Told) -> None:
    stage.play([{"main": {"by": "dave", "files": {"changeflow.yaml": {"edit": {"spec.language": "zh"}}}}}])
    on_main(stage)
    stage.play([{"open": {}}])
    job.refresh()
    job.run("pull_request_target", told("pull_request_target", "opened"))
    said = section(stage, "以往的评审")
    assert "经验教训：Warm it first" in said
    assert "另有 2 次" in said


def test_what_the_pull_request_brings_is_no_lesson(stage: Stage, job: Job, told: Told) -> None:
    name = NAMES[0]
    files = {f"changes/{name}/review.yaml": {"doc": review(name)}, f"changes/{name}/rfc.yaml": {"request": {"metadata.id": name}}}
    stage.play([{"open": {"rfc": {}, "files": files}}])
    job.refresh()
    job.run("pull_request_target", told("pull_request_target", "opened"))
    assert "Earlier reviews" not in stage.pull.comments[0].body


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_text_of_a_review_is_more_than_text_and_a_long_one_is_shortened(language: Any) -> None:
    for text in [*TEXTS, "@acme/everybody " * 5_000, "<" * 70_000]:
        body = "\n".join(lesson_lines(EarlierReviews((earlier(text),) * 3, 4), Presentation(language)))
        check_markdown(body)
        assert truncate.units(body) < truncate.COMMENT


OWED = ("CHG-20261101-one", "CHG-20261102-two", "CHG-20261103-three", "CHG-20261104-four")


@pytest.mark.parametrize(
    ("language", "heading", "overdue", "more"),
    [("en", "Reviews that are owed", "overdue since ", "and 1 more"), ("zh", "待完成的评审", "已逾期", "另有 1 次")],
)
def test_reviews_that_are_owed_stand_there_on_a_line_each(
    stage: Stage, job: Job, told: Told, language: str, heading: str, overdue: str, more: str
) -> None:
    stage.play([{"main": {"by": "dave", "files": {"changeflow.yaml": {"edit": {"spec.language": language}}}}}])
    files = {f"changes/{name}/rfc.yaml": {"request": {"metadata.id": name}} for name in OWED}
    stage.play([{"main": {"by": "dave", "files": files}}])
    stage.play([{"ledger": {"change": name, "release": ["started", "finished"]}} for name in OWED])
    stage.play([{"wait": "P30D"}, {"open": {}}])
    job.refresh()
    job.run("pull_request_target", told("pull_request_target", "opened"))
    said = section(stage, heading)
    assert [name for name in OWED if f"changes/{name}/rfc.yaml" in said] == [*OWED[:3]]
    assert said.count(overdue) == 3
    assert more in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_name_in_an_owed_review_is_more_than_text(language: Any) -> None:
    for text in TEXTS:
        one = OwedReview("CHG-20261101-cache", text, (text,), (text,), datetime(2026, 11, 12, tzinfo=UTC), overdue=True)
        check_markdown("\n".join(owed_lines(OwedReviews((one,) * 3, 4), Presentation(language))))


def test_a_bug_in_it_keeps_no_verdict_from_being_published() -> None:
    class Run:
        bugs: list[Exception] = []

    class Broken:
        report = Run()

    class Judged:
        assessed = (None,)

    found = pulls._learnt(Broken(), Judged())  # type: ignore[arg-type]
    assert found.shown == ()
    assert len(Run.bugs) == 1
