"""Workflows that a step dispatches, and what is said while their runs are followed."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "workflow.dispatched": "dispatched: {url}",
    "workflow.found": "dispatched before, and followed on: {url}",
    "workflow.nameless": (
        "the name of the run lacks `{key}`, so that it could not be found again: put"
        " `${{{{ inputs.{input} }}}}` into the `run-name` of the workflow"
    ),
    "workflow.status": "{url}: {status}",
    "workflow.status:waiting": "{url}: {status}, a person has to approve it on that page",
    "workflow.away": "no answer, asking again: {why}",
    "workflow.back": "answers again",
    "workflow.lost": "the answer to the dispatch is lost, its run is looked for: {why}",
    "workflow.cancelling": "cancelling {url}",
    "workflow.ended": "workflow run {url}: {conclusion}",
    "workflow.too_long": (
        "workflow run {url}: {conclusion}, cancelled because it took longer than {seconds} s"
    ),
    "workflow.other_commit": (
        "workflow run {url}: {conclusion}, cancelled because it was taken from {at} and not from"
        " {commit}"
    ),
    "workflow.going": "workflow run {url}: its end is not known after it was cancelled: {why}",
    "workflow.unread": "workflow run {url}: its end is not known: {why}",
    "workflow.unseen": "whether a workflow run has `{key}` in its name is not known: {why}",
    "workflow.missing": (
        "no workflow run has `{key}` in its name, so that it is not known whether one was"
        " dispatched"
    ),
    "workflow.refused": "no workflow was dispatched: {why}",
    "workflow.moved": "no workflow was dispatched: {ref} is at {at} and not at {commit}",
    "workflow.nowhere": (
        "no workflow was dispatched: `rehearsal` does not say which inputs it has in a rehearsal"
    ),
    "playbook.nowhere": (
        "no playbook was run: `rehearsal` does not say which inventory it has in a rehearsal"
    ),
    "workflow.said": "{said}",
    "workflow.broken": "what became of the workflow is not known: {why}",
}
