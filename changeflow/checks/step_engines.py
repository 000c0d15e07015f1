"""Rules about steps that an engine carries out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from changeflow.checks.any_shape import mapping, mappings
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.release.workflow_runs import KEY_INPUT

_PLACES: Final[tuple[Route, ...]] = (("implementation", "steps"), ("rollback", "steps"))


def _workflows(document: Document) -> Iterator[tuple[Route, dict[str, Any]]]:
    """Yield the workflows of a request, those of undos included, with their places."""
    for first, second in _PLACES:
        route: Route = ("spec", first, second)
        steps = mapping(document.spec.get(str(first))).get(str(second))
        for place, step in mappings(steps, route):
            for way, found in ((place, step), ((*place, "undo"), mapping(step.get("undo")))):
                if isinstance(found.get("workflow"), dict):
                    yield (*way, "workflow"), found["workflow"]


def _flaws(document: Document) -> Iterator[Finding]:
    """Yield inputs of the name that is changeflow's own, and workflows that may be others by then."""
    for route, workflow in _workflows(document):
        for place, inputs in (
            (route, workflow.get("inputs")),
            ((*route, "rehearsal"), mapping(workflow.get("rehearsal")).get("inputs")),
        ):
            if KEY_INPUT in mapping(inputs):
                yield document.found("rfc-workflow-input", (*place, "inputs", KEY_INPUT))
        if isinstance(workflow.get("ref"), str) and workflow.get("commit") is None:
            yield document.found("rfc-workflow-moves", (*route, "ref"), ref=workflow["ref"])


_rule = partial(FindingRule, kind="ChangeRequest")
RULES: Final = (
    _rule(
        "rfc-workflow-input",
        "error",
        "A workflow is given the input `changeflow`, by which its run is found again.",
        find=_flaws,
        in_draft="warning",
    ),
    _rule(
        "rfc-workflow-moves",
        "warning",
        "A workflow names no `commit`, so that another one may run than was approved.",
        find=_flaws,
        in_draft="off",
    ),
)
