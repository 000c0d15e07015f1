"""Every rule of `check`, as the reference page groups them. Ids never change."""

from __future__ import annotations

from typing import Final

from changeflow.checks import apply_rules as run
from changeflow.checks import (
    baseline_differences,
    branches,
    closed_by_releases,
    cmdb_health,
    files,
    history_exports,
    kept_plans,
    outdated_items,
    several_documents,
)
from changeflow.cmdb_sources import source_rules
from changeflow.documents import cross_field, schema, yaml_messages
from changeflow.lazy_dataclass import dataclass
from changeflow.model.finding_rules import FindingRule

RULES: Final[tuple[FindingRule, ...]] = (
    *files.RULES,
    *yaml_messages.RULES,
    *schema.RULES,
    *run.RULES,
    *cross_field.RULES,
    *several_documents.RULES,
    *outdated_items.RULES,
    *baseline_differences.RULES,
    *cmdb_health.RULES,
    *source_rules.RULES,
    *history_exports.RULES,
    *branches.RULES,
    *kept_plans.RULES,
    *closed_by_releases.RULES,
)
BY_ID: Final = {rule.id: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules whose ids begin with the same words."""

    title: str
    about: str
    prefixes: tuple[str, ...]

    @property
    def rules(self) -> tuple[FindingRule, ...]:
        """Return the rules of the group, as they stand in the tables."""
        return tuple(rule for rule in RULES if rule.id.partition("-")[0] in self.prefixes)


GROUPS: Final = (
    RuleGroup(
        "Files",
        "Whether there is a file that can be read. A file from which no document can be read makes "
        "the exit code 4.",
        ("file", "layout"),
    ),
    RuleGroup(
        "YAML",
        "Documents are YAML 1.2, without what can be read in two ways or hides something.",
        ("yaml",),
    ),
    RuleGroup(
        "Schema", "Whether a document has the shape of its kind, see `schemas/`.", ("schema",)
    ),
    RuleGroup(
        "Requests for change",
        "In a draft, what is not there yet is not missed. A change that has a review, and a standard "
        "one, may be over: that items, people or models it names have gone since is a warning.",
        ("rfc",),
    ),
    RuleGroup("Configuration items", "The CMDB is only as good as its references.", ("cmdb",)),
    RuleGroup(
        "Sources of the CMDB",
        "Files of other systems, as `cmdb/sources/*.yaml` names them and `cmdb import` reads them. A "
        "finding points at the row.",
        ("source",),
    ),
    RuleGroup(
        "Branches",
        "What a branch touches (`spec.maps` of items), beside what its requests declare. Asked where "
        "the repository is in git and an item says what belongs to it.",
        ("scope",),
    ),
    RuleGroup("Roster", "One person fills one seat: identities must be unambiguous.", ("roster",)),
    RuleGroup(
        "What governs",
        "Policies, their tests, models, calendars, freeze exceptions, the risk model, the configuration, targets and "
        "standards.",
        (
            "policy",
            "model",
            "calendar",
            "exception",
            "config",
            "notify",
            "risk",
            "objective",
            "standard",
            "duplicate",
        ),
    ),
    RuleGroup(
        "Releases, reviews and incidents",
        "What belongs to changes that exist.",
        ("release", "review", "incident"),
    ),
    RuleGroup(
        "Audits of the CMDB, and improvements",
        "Who audits owns nothing of what is audited, and who verifies did not act.",
        ("audit", "improvement"),
    ),
    RuleGroup(
        "Reviews of periods",
        "What people conclude from a report: by whom, of which numbers, and in words that say something.",
        ("period",),
    ),
    RuleGroup(
        "Mappings and exports of history",
        "What a mapping says, and what `changeflow history import` finds in the exports.",
        ("mapping", "history"),
    ),
)


def groups() -> tuple[RuleGroup, ...]:
    """Return the groups, and one more if rules about further documents fall into none."""
    others = {rule.id.partition("-")[0] for rule in RULES}
    for group in GROUPS:
        others.difference_update(group.prefixes)
    if not others:
        return GROUPS
    return (*GROUPS, RuleGroup("Others", "Further documents.", tuple(sorted(others))))
