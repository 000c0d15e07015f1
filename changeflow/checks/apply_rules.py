"""Apply the rules to one document, and to several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from changeflow.checks import (
    audits,
    business_hours,
    calendars,
    freeze_exceptions,
    governing,
    history_mappings,
    improvements,
    incidents,
    items,
    notify_channels,
    objectives,
    people,
    period_reviews,
    releases_and_reviews,
    requests,
    required_evidence,
    several_documents,
    standards,
    step_engines,
    suspicious_calendars,
)
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule, RuleSet, at_levels, of_kinds
from changeflow.model.findings import Finding

RULES: Final = (
    *requests.RULES,
    *step_engines.RULES,
    *items.RULES,
    *people.RULES,
    *governing.RULES,
    *required_evidence.RULES,
    *notify_channels.RULES,
    *calendars.RULES,
    *business_hours.RULES,
    *suspicious_calendars.RULES,
    *freeze_exceptions.RULES,
    *releases_and_reviews.RULES,
    *incidents.RULES,
    *audits.RULES,
    *improvements.RULES,
    *period_reviews.RULES,
    *history_mappings.RULES,
    *objectives.RULES,
    *standards.RULES,
)
_OF_KIND: Final = of_kinds(RULES)
_ACROSS: Final = RuleSet(several_documents.RULES)


def findings(
    document: Document, facts: RepositoryFacts | None, *, released: bool | None = None
) -> list[Finding]:
    """Return the findings of the rules of its kind about one document.

    Args:
        document: of any shape.
        facts: the rest of the repository; without it only the document itself is judged.
        released: whether the change of a request was released; None: the ledger was not asked.

    Missing parts of a draft are no findings, and unfinished ones are warnings. A request may be
    history: an item or a person that it names and that has gone since is a warning.
    """
    rules = _OF_KIND.get(document.kind)
    if rules is None:
        return []
    found = rules.look(document, facts)
    if found and facts is not None and document.kind == "ConfigurationItem":
        return at_levels(found, facts.levels)
    if found and document.kind == "ChangeRequest" and document.spec.get("draft") is True:
        return [*_of_a_draft(found, rules.by_id)]
    if found and facts is not None and _may_be_history(document, facts, released):
        return [_of_history(finding, rules.by_id[finding.rule]) for finding in found]
    return found


def _may_be_history(document: Document, facts: RepositoryFacts, released: bool | None) -> bool:
    """Return whether the change of a request may be over.

    Files alone show that of a change with a review. A standard change may have closed without one.
    """
    if released is not None:
        return released
    return document.id in facts.reviewed or document.spec.get("type") == "standard"


def findings_about_several(documents: Sequence[Document], facts: RepositoryFacts) -> list[Finding]:
    """Return the findings of the rules about several documents."""
    return _ACROSS.look(documents, facts)


def _of_a_draft(found: Iterable[Finding], rules: Mapping[str, FindingRule]) -> Iterator[Finding]:
    for finding in found:
        match rules[finding.rule].in_draft:
            case "same":
                yield finding
            case "warning":
                yield replace(finding, level="warning")
            case "off":
                pass


def _of_history(finding: Finding, rule: FindingRule) -> Finding:
    if not rule.ages:
        return finding
    return replace(finding, level="warning")
