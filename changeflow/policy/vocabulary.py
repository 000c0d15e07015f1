"""The names that conditions know, as shapes; without pydantic, because `check` asks for them.

The builders in `policy.condition_facts` and `gate.case` fill these shapes, and a test holds the two
together. What a request may say is not repeated here: it comes from the JSON Schema that ships with
the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass


@dataclass(frozen=True)
class Plain:
    """Text, a number, a truth value: it has no fields."""


@dataclass(frozen=True)
class Open:
    """A value whose names are not known beforehand, such as a mapping by id.

    Names below it are not checked.
    """


@dataclass(frozen=True)
class Items:
    """A list of things of one shape; `None` while nothing is known to be in it."""

    of: Shape | None


@dataclass(frozen=True)
class Fields:
    """A mapping whose names are known."""

    names: Mapping[str, Shape]


Shape = Plain | Open | Items | Fields

PLAIN: Final = Plain()
OPEN: Final = Open()
NAMES: Final = Items(PLAIN)


def _plain_fields(names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), PLAIN)


_DEPLOYER: Final = Fields(
    _plain_fields(
        "source known proven id kind account is_requester is_approver is_implementer is_contributor"
    ),
)
_SUMMARY: Final = Fields(
    _plain_fields(
        "format unreadable tests failures errors skipped rules error warning note none suppressed "
        "components"
    )
)
_BUDGET: Final = Fields(
    _plain_fields("ci target period start end budget used planned outage left over")
    | {"unknown": NAMES, "changes": NAMES}
)
# The names of `change` that are no fields of the request's `spec`.
_IDENTITY: Final[dict[str, Shape]] = _plain_fields(
    "id title requester declared_type type class draft reversible return_time rehearsed "
    "rehearsed_at"
) | {
    "labels": OPEN,
    "scope": Fields(
        _plain_fields("compared unmapped")
        | dict.fromkeys(("touched", "undeclared", "elsewhere", "untouched", "unread"), NAMES)
    ),
}
_LISTS: Final = (
    "direct",
    "failing",
    "tier1",
    "tier1_owners",
    "owners",
    "changed_owners",
    "unowned",
    "environments",
)
ROOTS: Final[dict[str, Shape]] = {
    "impact": Fields(
        dict.fromkeys(_LISTS, NAMES)
        | {
            "count": PLAIN,
            "changed": Items(
                Fields(_plain_fields("ci known type status criticality owner environment"))
            ),
            "affected": Items(Fields(_plain_fields("ci score hops criticality owner"))),
            "sla": Items(_BUDGET),
            "sla_degraded": NAMES,
        }
    ),
    "risk": Fields(_plain_fields("score level likelihood impact") | {"factors": NAMES}),
    "calendar": Fields(
        _plain_fields(
            "in_window window_past has_window lead_hours window_hours in_maintenance "
            "outside_windows"
        )
        | dict.fromkeys(("freezes", "exempted", "business_hours", "holiday"), NAMES)
    ),
    "conflicts": Items(Fields(_plain_fields("change kind hard first approved") | {"items": NAMES})),
    "evidence": Fields(
        {
            "checks": OPEN,
            "records": Items(
                Fields(
                    _plain_fields("kind name path digest size check commit at_head at by doubt")
                    | {"roles": NAMES, "summary": _SUMMARY}
                )
            ),
            "tested": PLAIN,
            "contributors": NAMES,
            "unknown_contributors": NAMES,
            "approvals": Items(Fields(_plain_fields("by role at"))),
            "approved_at": PLAIN,
            "acceptance": Fields(_plain_fields("asked complete") | {"releases": NAMES}),
            "deployer": _DEPLOYER,
            "merged": PLAIN,
            "release": Fields(
                _plain_fields("state started ended by outcome class overran rolled_back")
            ),
            "review": Fields(
                _plain_fields("present complete reviewer at due") | {"unnamed_incidents": NAMES}
            ),
            "incidents": NAMES,
            "cmdb": Fields({"behind": NAMES, "needed": NAMES}),
            "told": Fields({"since": PLAIN, "missing": NAMES}),
            "dependencies": OPEN,
        }
    ),
    # `model.history_facts` says what they count
    "history": Fields(
        _plain_fields(
            "changes emergency_share failures overdue_reviews open_followups claimed_improvements"
        )
    ),
    "now": PLAIN,
}

# Gates that are told a name of `evidence`. The others see it empty; every gate is told the rest.
EVIDENCE_AT: Final[dict[str, tuple[str, ...]]] = {
    "approved_at": ("approve", "deploy", "close"),
    "acceptance": ("deploy",),
    "deployer": ("deploy",),
    "merged": ("deploy", "close"),
    "release": ("deploy", "close"),
    "told": ("deploy",),
    "review": ("close",),
    "incidents": ("close",),
    "cmdb": ("close",),
}


def vocabulary(request: Mapping[str, Any]) -> dict[str, Shape]:
    """Return every name that conditions know, from the root.

    Args:
        request: the JSON Schema of `ChangeRequest`.
    """
    spec = _of_schema(request["properties"]["spec"], request)
    names = dict(spec.names) if isinstance(spec, Fields) else {}
    return ROOTS | {"change": Fields(names | _IDENTITY)}


def _of_schema(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Shape:
    if "$ref" in schema:
        return _of_schema(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    match schema.get("type"):
        case "object" if "properties" in schema:
            return Fields(
                {name: _of_schema(inner, whole) for name, inner in schema["properties"].items()}
            )
        case "array":
            return Items(_of_schema(schema.get("items", {}), whole))
        case "string" | "number" | "integer" | "boolean":
            return PLAIN
        case _:
            return OPEN
