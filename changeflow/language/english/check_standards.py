"""Findings of `check` about standards, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "standard-clause-twice": ("clause {clause:shown} stands twice", "keep one of them"),
    "standard-no-reason": (
        "clause {clause:shown} is {scope:shown}, and no reason says why",
        "write `reason` in both languages",
    ),
    "standard-outside": (
        "clause {clause:shown} is outside, and evidence is looked for",
        "take `evidence` away, or say `scope: partly`",
    ),
    "standard-no-evidence": (
        "clause {clause:shown} does not say which document and which records show it",
        "list probes under `evidence.document` and `evidence.records`, or say `scope: outside`",
    ),
    "standard-probe": ("the probe names nothing to look for", "{what_now:sentences}"),
    "standard-probe:several": ("the probe names several things at once", "{what_now:sentences}"),
    "standard-unknown-probe": (
        "there is nothing to look for under `{kind}: {name}`",
        "{what_now:sentences}",
    ),
    "standard-scale": (
        "the scale does not have these scores exactly once: {scores:list}",
        "list the scores 0 to 5, each once",
    ),
    "standard-scale-order": (
        "score {score} asks less than the one below it",
        "list under `needs` what the score below needs, and one thing more",
    ),
    "standard-unknown-clause": ("there is no clause {clause:shown}", "{what_now:sentences}"),
}
