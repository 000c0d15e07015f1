"""Answers of a review that say nothing, question by question."""

from __future__ import annotations

from typing import Final

from changeflow.model.placeholders import is_hollow, is_nothing, is_praise

PROSE: Final = ("objectives_met", "effects_observed", "deviations", "lessons")
# Answers to these must say more than that all is well.
_WANTS_SUBSTANCE: Final = ("objectives_met", "lessons")


def says_nothing(question: str, text: str) -> bool:
    """Return whether an answer is a placeholder for this question of every review."""
    if is_nothing(text):
        return question == "objectives_met"
    return is_hollow(text) or (question in _WANTS_SUBSTANCE and is_praise(text))


def is_empty_answer(text: str, *, none: bool) -> bool:
    """Return whether an answer to a question of the policy says nothing.

    Args:
        text: the answer.
        none: whether `none` is an answer.
    """
    if is_nothing(text):
        return not none
    return is_hollow(text) or is_praise(text)
