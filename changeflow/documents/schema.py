"""Check whether a document has the shape of its kind, and explain if not.

`jsonschema-rs` says yes in microseconds. Only a document it refuses is loaded into the slower tools
that explain a no (`documents.explain`), by the rules below. A last look (`documents.cross_field`)
is for what a JSON Schema cannot say and the records demand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from changeflow.documents import cross_field
from changeflow.documents.document import Document
from changeflow.documents.shipped_schemas import FORMATS, schema_text
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.kinds import API_VERSION, NAMES

RULES: Final = (
    FindingRule("schema-api-version", "error", "`apiVersion` is missing or not `changeflow/v1`."),
    FindingRule("schema-kind", "error", "`kind` is missing or unknown."),
    FindingRule("schema-required", "error", "A key that must be there is missing."),
    FindingRule("schema-unknown-key", "error", "A key that this place does not have."),
    FindingRule(
        "schema-key",
        "error",
        "A key of a free mapping (a person, a role, a label) is no valid name.",
    ),
    FindingRule("schema-empty", "error", "A key without a value."),
    FindingRule(
        "schema-type",
        "error",
        "A value is of another type: text, number, list, mapping, truth value.",
    ),
    FindingRule("schema-choice", "error", "A value is not one of those allowed."),
    FindingRule(
        "schema-format",
        "error",
        "A date, time or duration that does not exist or is spelt otherwise; times need an offset.",
    ),
    FindingRule("schema-pattern", "error", "An id, key or address that does not look like one."),
    FindingRule("schema-length", "error", "Too many or too few characters or entries."),
    FindingRule("schema-range", "error", "A number is too large or too small."),
    FindingRule(
        "schema-alternatives", "error", "Keys of which exactly one, or at least one, must be there."
    ),
    FindingRule(
        "schema-refused",
        "error",
        "The document does not fit its schema in a way no sentence was written for.",
    ),
    FindingRule(
        "rfc-window-offset",
        "error",
        "The window's start or end has no offset, so it is another moment in every place.",
    ),
)


@functools.cache
def _valid(kind: str) -> Callable[[Any], bool]:
    """Return the compiled yes or no of a kind.

    Nothing is fetched: our schemas refer only to themselves.
    """
    from changeflow.jsonschema_alone import jsonschema_rs

    # As text: the library reads it faster than it looks through objects.
    validator = jsonschema_rs.Draft202012Validator(
        schema_text(kind), formats=FORMATS, validate_formats=True, offline=True
    )
    check: Callable[[Any], bool] = validator.is_valid
    return check


def schema_problems(document: Document) -> list[Finding]:
    """Return the findings about a document by itself. Without any, `records.record` builds it."""
    kind = document.kind
    if kind not in NAMES or document.data.get("apiVersion") != API_VERSION:
        from changeflow.documents.explain import envelope_problems

        return envelope_problems(document)
    if not _valid(kind)(document.data):
        from changeflow.documents.explain import explain

        return explain(document)
    return cross_field.cross_field_problems(document)
