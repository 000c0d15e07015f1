"""What a standard may look for as evidence: the names of probes, by kind."""

from __future__ import annotations

from typing import Final

# kind -> names; the kinds `files`, `rules` and `kpi` name a pattern, a clause and a measure
PROBES: Final[dict[str, tuple[str, ...]]] = {
    "documents": (
        "calendars",
        "categories",
        "configuration-items",
        "configuration-sources",
        "improvements",
        "major-changes",
        "management-reviews",
        "models",
        "named-roles",
        "objectives",
        "organisation",
        "policies",
        "process-reviews",
        "release-reviews",
        "roster",
        "service-levels",
        "trend-reviews",
    ),
    "records": (
        "assessed",
        "authorised",
        "baselined",
        "effects-considered",
        "followed-up",
        "improvements-verified",
        "independently-approved",
        "investigated",
        "planned",
        "prioritised",
        "recorded-before",
        "release-accepted",
        "release-typed",
        "remedy-planned",
        "retrospectively-approved",
        "reviewed",
        "service-outages-stated",
        "tested",
        "verified-after",
    ),
    "ledger": ("baselines", "decisions", "entries", "signed"),
    "cmdb": ("audits", "described", "live", "owned"),
}
# kinds of probes whose value is no name of a table
OTHERS: Final = ("files", "rules", "kpi")
KINDS_OF_PROBES: Final = (*PROBES, *OTHERS)
