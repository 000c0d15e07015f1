"""A hold on the ledger shuts the check of an open pull request at the next sweep, and its end opens it again."""

from __future__ import annotations

from datetime import timedelta

from attacks.stage import Stage

from bot.runner import Done, Job, verdict
from tests.dates import now

SCHEDULE = {"schedule": "*/10 * * * *"}


def word(job: Job, *words: str) -> None:
    """What carol says of a hold in a clone of the repository; the ledger is pushed."""
    files = job.folder / f"word{job.runs}-{words[0]}"
    files.mkdir()
    carol = {f"GIT_{role}_{key}": word for role in ("AUTHOR", "COMMITTER") for key, word in (("NAME", "carol"), ("EMAIL", "carol@example.com"))}
    code = job.start(["hold", *words, "--as", "carol"], {**job._bare_environment(), **carol}, files)
    assert code == 0, (files / "err").read_text("utf-8")


def swept(stage: Stage, job: Job) -> Done:
    stage.world.now += timedelta(minutes=10)
    job.refresh()
    done = job.run("schedule", SCHEDULE)
    assert done.code in (0, 1), done.log
    return done


def test_a_hold_shuts_the_check_and_its_end_opens_it(stage: Stage, job: Job) -> None:
    # a hold is dated by the clock of the machine, and jobs by that of the double
    stage.world.now = now()
    start = now() + timedelta(days=3)
    window = {"spec.window.start": start.isoformat(), "spec.window.end": (start + timedelta(hours=1)).isoformat()}
    stage.play([{"open": {"rfc": window}}, {"review": {"by": "carol"}}])
    assert swept(stage, job).outputs["states"] == "1=open"
    head = stage.pull.head_oid
    assert verdict(stage.world, head) == "success"
    word(job, "type:normal", "--reason", "Payments fail")
    held = swept(stage, job)
    assert held.outputs["states"] == "1=shut", held.log
    assert verdict(stage.world, head) == "failure"
    assert "Payments fail" in held.summary
    assert swept(stage, job).writes == [], "it was said"
    word(job, "lift", "hold-1", "--reason", "Mended")
    assert swept(stage, job).outputs["states"] == "1=open"
    assert verdict(stage.world, head) == "success"
