"""The end of every change: a review that is complete, and the gate that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from changeflow.demo.beats import CommandRun, Story
from changeflow.demo.stage import Stage
from changeflow.documents.edits import set_values
from changeflow.model.document_paths import review_path


def reviewed(stage: Stage, change: str, answers: Mapping[str, Any]) -> Story:
    """Start a review, answer its questions in the file, put it on record, and close the change."""
    path, reviewer = review_path(change), answers["reviewer"]
    yield stage.changeflow(f"review {change}", path)
    values: dict[tuple[str | int, ...], Any]
    values = {("spec", name): value for name, value in answers.items()}
    stage.write(path, set_values(stage.read(path), values))
    fields = ("outcome", "effects_observed", "lessons")
    shown = tuple(f"  {name}: {answers[name]}" for name in fields)
    yield CommandRun(f"$EDITOR {path}", shown, cut=True)
    yield stage.changeflow(
        f"review {change} --as {reviewer}", "complete", key=f"../keys/{reviewer}"
    )
    stage.commit(f"Review of {change}")
    yield stage.changeflow(f"gate close {change}", "OPEN")
