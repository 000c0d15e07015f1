"""Probes of a gap analysis that look at what is recorded of the changes of the period.

Each compares the changes for which a record was to be expected with those that have it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Final

from changeflow.gate_cases.gap_facts import GapFacts, Seen, share_of
from changeflow.gate_cases.probes_of_releases import RELEASES
from changeflow.gate_cases.told_changes import ToldChange
from changeflow.model.answers.register import CARRIED_OUT
from changeflow.model.change import ChangeType, Effects
from changeflow.model.evidence import ReleaseBody
from changeflow.model.placeholders import is_hollow, is_nothing

_EFFECTS: Final = ("customers", "availability", "security")
_FAILED: Final = ("failed", "rolled_back", "rollback_failed", "rolled-back")
Asked = Callable[[ToldChange], bool]


def _share(changes: Iterable[ToldChange], has: Asked) -> Seen:
    """Return which of some changes have a record."""
    return share_of(sorted((one.listed.row.change, has(one)) for one in changes))


def _is_assessed_type(one: ToldChange) -> bool:
    return one.request.spec.type != ChangeType.STANDARD


def _is_normal(one: ToldChange) -> bool:
    return one.request.spec.type == ChangeType.NORMAL


def _is_emergency(one: ToldChange) -> bool:
    return one.request.spec.type == ChangeType.EMERGENCY


def _owes_review(one: ToldChange) -> bool:
    return bool(one.reviewed)


def _has_failed(one: ToldChange) -> bool:
    return one.record.get("outcome") in _FAILED


def _recorded_before(facts: GapFacts) -> Seen:
    """Return changes that were recorded before they started, and what was delivered without one."""
    seen = _share(facts.started, lambda one: one.late is False)
    missing = (*seen.missing, *facts.unauthorised)
    expected = len(seen.found) + len(missing)
    return seen._replace(missing=missing, expected=expected, note=seen.note if not expected else "")


def _assessed(facts: GapFacts) -> Seen:
    return _share(facts.started, lambda one: one.assessed is not None)


def _authorised(facts: GapFacts) -> Seen:
    return _share(facts.started, lambda one: one.authorised is True)


def _independently_approved(facts: GapFacts) -> Seen:
    return _share(filter(_is_assessed_type, facts.started), _has_other_approver)


def _has_other_approver(one: ToldChange) -> bool:
    """Return whether a person approved it who neither asked for it nor carries it out."""
    own = {one.request.metadata.requester, one.request.spec.implementer}
    for row in one.opinions:
        if row["decision"] == "approve" and row["person"] not in own:
            return one.authorised is True
    return False


def _effects_considered(facts: GapFacts) -> Seen:
    return _share(
        filter(_is_assessed_type, facts.started),
        lambda one: says_effects(one.request.spec.effects),
    )


def says_effects(effects: Effects | None) -> bool:
    """Return whether a request says what it means for customers, availability and security.

    That there is none is an answer, as the rule `effects-considered` says.
    """
    if effects is None:
        return False
    for name in _EFFECTS:
        text = getattr(effects, name)
        if not text or (is_hollow(text) and not is_nothing(text)):
            return False
    return True


def _tested(facts: GapFacts) -> Seen:
    return _share(filter(_is_normal, facts.started), _says_tested)


def _says_tested(one: ToldChange) -> bool:
    assessment = one.request.spec.assessment
    return assessment is not None and assessment.tested in ("partly", "production-like")


def _planned(facts: GapFacts) -> Seen:
    return _share(
        itertools.filterfalse(_is_emergency, facts.started),
        lambda one: one.request.spec.window is not None,
    )


def _prioritised(facts: GapFacts) -> Seen:
    return _share(
        filter(_is_normal, facts.started), lambda one: one.request.spec.priority is not None
    )


def _remedy_planned(facts: GapFacts) -> Seen:
    return _share(facts.started, _has_remedy)


def _has_remedy(one: ToldChange) -> bool:
    rollback = one.request.spec.rollback
    if (
        rollback is None
        or not one.request.spec.has_way_back
        or not rollback.trigger
        or is_hollow(rollback.trigger)
    ):
        return False
    return rollback.limit is not None


def _verified_after(facts: GapFacts) -> Seen:
    return _share(facts.ended, _has_verification)


def _has_verification(one: ToldChange) -> bool:
    spec = one.request.spec
    steps = spec.implementation.steps if spec.implementation is not None else ()
    return bool(spec.verification) or bool(
        steps and all(step.verify or step.manual for step in steps)
    )


def _baselined(facts: GapFacts) -> Seen:
    return _share(facts.started, _has_baseline)


def _has_baseline(one: ToldChange) -> bool:
    for entry in one.entries:
        body = entry.body
        if isinstance(body, ReleaseBody) and body.event == "started" and body.baseline:
            return True
    return False


def _reviewed(facts: GapFacts) -> Seen:
    """Return ended changes whose review is complete, of those that owe one or have one."""
    return _share(filter(_owes_review, facts.ended), _is_reviewed)


def _is_reviewed(one: ToldChange) -> bool:
    """Return whether a complete and independent review is on record."""
    return one.reviewed.get("recorded_at") is not None and one.listed.row.state == "closed"


def _investigated(facts: GapFacts) -> Seen:
    return _share(filter(_has_failed, facts.ended), _is_investigated)


def _is_investigated(one: ToldChange) -> bool:
    review = one.review
    if review is None or not _is_reviewed(one):
        return False
    said = (review.deviations, review.lessons)
    return all(text and not is_hollow(text) for text in said)


def _retrospectively_approved(facts: GapFacts) -> Seen:
    return _share(filter(_is_emergency, facts.ended), _is_approved_afterwards)


def _is_approved_afterwards(one: ToldChange) -> bool:
    return "retrospective-approval" not in {due.what for due in one.listed.row.owed}


def _service_outages_stated(facts: GapFacts) -> Seen:
    """Return changes that state the outage of each item that they change."""
    return _share(facts.started, _states_outages)


def _states_outages(one: ToldChange) -> bool:
    return all(item.outage is not None for item in one.request.spec.items or ())


# -- what follows ----------------------------------------------------------------------------------


def _followed_up(facts: GapFacts) -> Seen:
    """Return improvements and follow-ups that are not overdue, and say what they are about."""
    rows = facts.improvements
    return share_of((row.id, not row.overdue and facts.doubt_about(row) is None) for row in rows)


def _improvements_verified(facts: GapFacts) -> Seen:
    """Return improvements of which another person saw that they work, of those that are done."""
    asked, ahead = [], False
    for row in facts.improvements:
        if row.state in CARRIED_OUT:
            doubt = facts.doubt_about(row)
            ahead = ahead or doubt == "future"
            is_done = row.change is not None or row.commit is not None
            is_verified = row.verified_by is not None and row.state != "claimed"
            asked.append((row.id, is_verified and doubt is None and is_done))
    return share_of(asked)._replace(note="future") if ahead else share_of(asked)


RECORDS: Final[dict[str, Callable[[GapFacts], Seen]]] = {
    **RELEASES,
    "assessed": _assessed,
    "authorised": _authorised,
    "baselined": _baselined,
    "effects-considered": _effects_considered,
    "followed-up": _followed_up,
    "improvements-verified": _improvements_verified,
    "independently-approved": _independently_approved,
    "investigated": _investigated,
    "planned": _planned,
    "prioritised": _prioritised,
    "recorded-before": _recorded_before,
    "remedy-planned": _remedy_planned,
    "retrospectively-approved": _retrospectively_approved,
    "reviewed": _reviewed,
    "service-outages-stated": _service_outages_stated,
    "tested": _tested,
    "verified-after": _verified_after,
}
