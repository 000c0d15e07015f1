"""An entry of the ledger is forged, and everyone with a clone can find that."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from changeflow.demo.beats import CommandRun, Para, Story, Title
from changeflow.demo.normal import SHIPPING
from changeflow.demo.stage import DemoFailed, Stage
from changeflow.ledger.envelope import DsseEnvelope, decode, encode
from changeflow.model.branches import LEDGER_BRANCH
from changeflow.model.phrases import told

BETTER: Final = (b"rolled_back", b"implemented")


def tampering(stage: Stage) -> Story:
    """Edit the entry that says the release was rolled back, commit that, and verify."""
    yield Title(told("story.title_tampering"))
    yield stage.at("2026-12-01T09:00:00Z")
    yield Para(told("story.ledger_whole"))
    yield stage.changeflow("ledger verify", "ok: ", "unbroken chain")
    before = stage.git("rev-parse", LEDGER_BRANCH)
    yield Para(told("story.ledger_edited"))
    path = _edit(stage)
    commit = stage.git("log", "-1", "--format=%s", LEDGER_BRANCH)
    yield CommandRun(
        f"git log -1 --format=%s --name-only {LEDGER_BRANCH}", (commit, path), cut=False
    )
    yield stage.changeflow("ledger verify", f"{path.rpartition('/')[2]}", code=1)
    yield Para(told("story.ledger_found"))
    stage.git("update-ref", f"refs/heads/{LEDGER_BRANCH}", before)
    yield stage.changeflow("ledger verify", "ok: ", "unbroken chain")


def _edit(stage: Stage) -> str:
    """Commit an edited entry on top of the ledger branch, and return the entry's path."""
    path, envelope = _entry(stage)
    ledger = stage.folder / "elsewhere"
    stage.git("worktree", "add", "--quiet", "--detach", str(ledger), LEDGER_BRANCH)
    (ledger / path).write_bytes(
        encode(replace(envelope, payload=envelope.payload.replace(*BETTER)))
    )
    stage.git("-C", str(ledger), "commit", "--quiet", "--all", "--message=Housekeeping")
    stage.git(
        "update-ref",
        f"refs/heads/{LEDGER_BRANCH}",
        stage.git("-C", str(ledger), "rev-parse", "HEAD"),
    )
    stage.git("worktree", "remove", "--force", str(ledger))
    return path


def _entry(stage: Stage) -> tuple[str, DsseEnvelope]:
    """Return the last entry about the failed release."""
    for path in reversed(
        stage.git("ls-tree", "-r", "--name-only", LEDGER_BRANCH, f"{SHIPPING}/").splitlines()
    ):
        envelope = decode(stage.git("show", f"{LEDGER_BRANCH}:{path}").encode() + b"\n")
        if BETTER[0] in envelope.payload:
            return path, envelope
    raise DemoFailed.of("demo.not_rolled_back")
