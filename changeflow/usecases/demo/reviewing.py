"""The end of every change: a review that is complete, and the gate that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from changeflow.documents.edits import set_values
from changeflow.usecases.demo.beats import Ran, Story
from changeflow.usecases.demo.stage import Stage


def reviewed(stage: Stage, change: str, answers: Mapping[str, Any]) -> Story:
    """Start a review, answer its questions in the file, check it, and close the change."""
    path = f"changes/{change}/review.yaml"
    yield stage.changeflow(f"review {change}", path)
    stage.write(path, set_values(stage.read(path), {("spec", name): value for name, value in answers.items()}))
    stage.commit(f"Review of {change}")
    shown = tuple(f"{name}: {answers[name]}" for name in ("outcome", "effects_observed", "lessons"))
    yield Ran(f"cat {path}", shown, cut=True)
    yield stage.changeflow(f"review {change}", "complete")
    yield stage.changeflow(f"gate close {change}", "OPEN")
