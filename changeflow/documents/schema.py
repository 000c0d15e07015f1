"""Whether a document has the shape its kind asks for, and if not, why.

`jsonschema-rs` says yes in microseconds. Only a document it refuses is loaded into the slower tools that explain a no
(`documents.explain`). A last look holds what a JSON Schema cannot say and the records demand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from changeflow.documents.document import Document
from changeflow.model import times
from changeflow.model.findings import Finding, Route

KINDS: Final = (
    "Calendar", "ChangeModel", "ChangeRequest", "Config", "ConfigurationItem", "Policy", "PolicyTest", "PostImplementationReview",
    "Release", "RiskModel", "Roster",
)  # fmt: skip
API_VERSION: Final = "changeflow/v1"


def _is(parse: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return check


# Formats are asserted, and by the same functions that build the records: a day that is not in the calendar is no date.
FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": _is(times.parse_date),
    "date-time": _is(times.parse_instant),
    "duration": _is(times.parse_duration),
}


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind, as it ships."""
    import json

    from changeflow.resources import folder

    loaded: dict[str, Any] = json.loads((folder("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def _valid(kind: str) -> Callable[[Any], bool]:
    """The compiled yes or no of a kind. Nothing is fetched: our schemas refer only to themselves."""
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(schema(kind), formats=FORMATS, validate_formats=True, offline=True)
    check: Callable[[Any], bool] = validator.is_valid
    return check


def problems(document: Document) -> list[Finding]:
    """What is wrong with a document by itself. Empty: `records.record` builds it."""
    kind = document.kind
    if kind not in KINDS or document.data.get("apiVersion") != API_VERSION:
        from changeflow.documents.explain import envelope_problems

        return envelope_problems(document)
    if not _valid(kind)(document.data):
        from changeflow.documents.explain import explain

        return explain(document, schema(kind), FORMATS)
    further = _FURTHER.get(kind)
    return further(document) if further is not None else []


# -- what a JSON Schema cannot say -----------------------------------------------------------------------------------------


def _freezes_end_after_they_start(document: Document) -> list[Finding]:
    found = []
    for index, freeze in enumerate(document.spec.get("freezes", ())):
        if times.parse_instant(freeze["end"]) <= times.parse_instant(freeze["start"]):
            route: Route = ("spec", "freezes", index, "end")
            message = f"the freeze `{freeze['id']}` ends before it starts"
            found.append(document.finding("calendar-freeze-order", route, message, "`end` must be later than `start`"))
    return found


def _groups_can_keep_their_minimum(document: Document) -> list[Finding]:
    found = []
    for index, dependency in enumerate(document.spec.get("depends_on", ())):
        members = len(set(dependency.get("any_of", ())))
        if members and dependency.get("min", 1) > members:
            route: Route = ("spec", "depends_on", index, "min")
            message = f"`min` is {dependency['min']}, but the group has {members} different members"
            found.append(document.finding("cmdb-group-min", route, message, "lower `min`, or list all members"))
    return found


def _bands_rise(document: Document) -> list[Finding]:
    found = []
    for name in ("likelihood_bands", "impact_bands"):
        bands = document.spec.get(name)
        if bands is not None and list(bands) != sorted(set(bands)):
            hint = "each number must be larger than the one before, e.g. [6, 14, 24, 36]"
            found.append(document.finding("risk-bands-order", ("spec", name), f"`{name}` must rise", hint))
    return found


_FURTHER: Final[dict[str, Callable[[Document], list[Finding]]]] = {
    "Calendar": _freezes_end_after_they_start,
    "ConfigurationItem": _groups_can_keep_their_minimum,
    "RiskModel": _bands_rise,
}
