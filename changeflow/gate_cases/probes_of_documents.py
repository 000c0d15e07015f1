"""Probes of a gap analysis that look at documents of the main branch.

An empty document, one that cannot be read and one dated in the future are named and not counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from changeflow import errors
from changeflow.gate_cases.gap_facts import GapFacts, Seen, is_said, share_of
from changeflow.model.answers.gap import EvidenceNote
from changeflow.model.document_paths import CONFIG, IMPROVEMENTS
from changeflow.model.path_patterns import matches
from changeflow.model.period_review import PeriodReview, PeriodReviewSpec
from changeflow.model.placeholders import is_hollow
from changeflow.model.policy import Gate, RequireRole, Rule
from changeflow.model.standard import Probe

# words of a file that says something
_FEWEST_WORDS: Final = 10
_WORD: Final = re.compile(r"\w+|[\u4e00-\u9fff]")
_REVIEWS: Final = "reviews/"
# rules that say what a category of change needs name it in their condition
_CATEGORY: Final = re.compile(r"change\.(declared_)?type|release\.class|change\.class")


def rules_citing(facts: GapFacts, clause: str, cites: str) -> Seen:
    """Return the rules that cite a clause and that gates ask."""
    cited, found = f"{cites} {clause}", []
    for policy in facts.rulebook.policies:
        for rule in policy.spec.rules:
            if rule.clause == cited:
                found.append(f"{policy.metadata.id}/{rule.id}")
    for one in facts.rulebook.risk_model.classes:
        if one.clause == cited:
            found.append(f"risk/{one.id}")
    return Seen(tuple(found))


def files(facts: GapFacts, pattern: str) -> Seen:
    """Return the text files that a pattern names and that say something."""
    found, empty = list[str](), list[str]()
    for path in sorted(facts.state.paths):
        if not matches(path, pattern):
            continue
        (found if _says_something(facts, path) else empty).append(path)
    return Seen(tuple(found), tuple(empty), None, "empty" if empty else "")


def _says_something(facts: GapFacts, path: str) -> bool:
    try:
        text = facts.state.read(path).decode("utf-8")
    except (errors.ChangeflowError, UnicodeDecodeError):
        return False
    return len(_WORD.findall(text)) >= _FEWEST_WORDS and not is_hollow(text)


# -- the rulebook ----------------------------------------------------------------------------------


def _policies(facts: GapFacts, _: Probe) -> Seen:
    """Return the policies; each gate has one."""
    found = [f"policies/{policy.metadata.id}" for policy in facts.rulebook.policies]
    gates = {policy.spec.gate for policy in facts.rulebook.policies}
    missing = [f"gate {gate}" for gate in Gate if gate not in gates]
    return Seen(tuple(found), tuple(missing), len(found) + len(missing))


def _roster(facts: GapFacts, _: Probe) -> Seen:
    """Return the roles that policies ask for and whether people hold them."""
    roster = facts.rulebook.roster
    asked = {facts.rulebook.config.cab}
    for policy in facts.rulebook.policies:
        for rule in policy.spec.rules:
            asked.update(_roles(rule))
    return share_of(
        (role, any(map(roster.is_human, roster.members(role)))) for role in sorted(asked)
    )


def _roles(rule: Rule) -> Iterator[str]:
    for seat in rule.require or ():
        if isinstance(seat, RequireRole):
            yield seat.role


def _named_roles(facts: GapFacts, _: Probe) -> Seen:
    """Return the roles that have a name for people, and duties that say something."""
    spec, asked = facts.rulebook.roster.spec, []
    for role in sorted(spec.roles):
        has_duties = is_said(spec.role_duties.get(role))
        asked.append((role, role in spec.role_names and has_duties))
    return share_of(asked)


def _organisation(facts: GapFacts, _: Probe) -> Seen:
    if facts.rulebook.config.organisation:
        return Seen((CONFIG,), expected=1)
    return Seen((), ("spec.organisation",), 1)


def _categories(facts: GapFacts, _: Probe) -> Seen:
    """Return the rules that say how a category of change is managed; emergencies have one."""
    found, emergency = [], False
    for policy in facts.rulebook.policies:
        for rule in policy.spec.rules:
            condition = str(rule.when or "") + str(rule.assert_ or "")
            if _CATEGORY.search(condition):
                found.append(f"{policy.metadata.id}/{rule.id}")
                emergency = emergency or '"emergency"' in condition
    if emergency:
        return Seen(tuple(found))
    return Seen(tuple(found), ("emergency",), len(found) + 1)


def _major_changes(facts: GapFacts, _: Probe) -> Seen:
    found = [one.id for one in facts.rulebook.risk_model.classes if one.class_ == "major"]
    return Seen(tuple(found))


def _models(facts: GapFacts, _: Probe) -> Seen:
    return Seen(tuple(sorted(facts.rulebook.models)))


def _calendars(facts: GapFacts, _: Probe) -> Seen:
    return Seen(tuple(one.metadata.id for one in facts.rulebook.calendars))


def _objectives(facts: GapFacts, _: Probe) -> Seen:
    return Seen(tuple(one.kpi for one in facts.objectives))


# -- the CMDB --------------------------------------------------------------------------------------


def _items(facts: GapFacts, _: Probe) -> Seen:
    return Seen(tuple(facts.rulebook.graph.ids))


def _sources(facts: GapFacts, _: Probe) -> Seen:
    found = [path for path in facts.state.paths if path.startswith("cmdb/sources/")]
    return Seen(tuple(sorted(found)))


def _service_levels(facts: GapFacts, _: Probe) -> Seen:
    """Return the services with a service level."""
    book = facts.rulebook
    graph, asked = book.graph, []
    for number, ci in enumerate(graph.ids):
        if graph.words[graph.facts["type"][number]] in book.config.service_types:
            asked.append((ci, book.items[ci].spec.service_level is not None))
    return share_of(asked)


# -- what people conclude --------------------------------------------------------------------------


def _improvements(facts: GapFacts, _: Probe) -> Seen:
    """Return improvements that say what was found, what is done, who sees to it and until when."""
    found, missing, notes = list[str](), list[str](), list[EvidenceNote]()
    for row in facts.improvements:
        if not row.path.startswith(IMPROVEMENTS):
            continue
        note = facts.doubt_about(row)
        if note is None:
            found.append(row.id)
        else:
            missing.append(row.id)
            notes.append(note)
    return Seen(tuple(found), tuple(missing), None, next(filter(None, notes), ""))


def _period_reviews(purpose: str) -> Callable[[GapFacts, Probe], Seen]:
    """Return a probe for reviews of a purpose whose period ended in the one that is asked about.

    Several reviews of one period count as one.
    """

    def look(facts: GapFacts, probe: Probe) -> Seen:
        expected = facts.times_expected(probe) if probe.every else None
        found, missing = dict[datetime, str](), list[str]()
        notes: list[EvidenceNote] = []
        for path, document in facts.documents(_REVIEWS, PeriodReview):
            if document is None:
                notes.append("unreadable")
            elif document.spec.purpose != purpose:
                continue
            else:
                doubt = doubt_about_review(facts, document.spec)
                if doubt is None:
                    if facts.ended_in(document.spec.period.to):
                        found.setdefault(document.spec.period.to, path)
                    continue
                notes.append(doubt)
            missing.append(path)
        counted = tuple(found.values())[:expected]
        return Seen(counted, tuple(missing), expected, notes[0] if notes else "")

    return look


def doubt_about_review(facts: GapFacts, spec: PeriodReviewSpec) -> EvidenceNote | None:
    """Return why the review of a period does not count; None where it does.

    Its period is over, its day does not lie ahead, another person than the analyst took part, and
    what is concluded says something.
    """
    made = [one.made for one in spec.looked_at]
    if spec.period.to > facts.now or max(made, default=facts.now) > facts.now:
        return "future"
    if spec.reviewed is not None and spec.reviewed > facts.today:
        return "future"
    others = {one.person for one in spec.reviewers} - {spec.analysed_by}
    said = [spec.conclusion, *(one.conclusion for one in spec.trends if one.signals)]
    if spec.reviewed is None or not others or not all(map(is_said, said)):
        return "empty"
    return None


DOCUMENTS: Final[dict[str, Callable[[GapFacts, Probe], Seen]]] = {
    "calendars": _calendars,
    "categories": _categories,
    "configuration-items": _items,
    "configuration-sources": _sources,
    "improvements": _improvements,
    "major-changes": _major_changes,
    "management-reviews": _period_reviews("management"),
    "models": _models,
    "named-roles": _named_roles,
    "objectives": _objectives,
    "organisation": _organisation,
    "policies": _policies,
    "process-reviews": _period_reviews("process"),
    "release-reviews": _period_reviews("release"),
    "roster": _roster,
    "service-levels": _service_levels,
    "trend-reviews": _period_reviews("trend"),
}
