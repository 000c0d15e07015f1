"""Probes of a gap analysis that look at the documents of releases that were carried out.

A change that several releases name counts for one of them, so more documents make no practice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from changeflow.gate_cases.gap_facts import NO_OCCASION, GapFacts, Seen, is_said
from changeflow.model.answers.gap import EvidenceNote
from changeflow.model.post_implementation import ReleaseSpec
from changeflow.reading.releases import releases_of

Has = Callable[[GapFacts, ReleaseSpec, datetime], bool]


def _share(facts: GapFacts, has: Has) -> Seen:
    """Return which releases of the period have what is looked for, of those that were started."""
    starts: dict[str, datetime] = {}
    for one in facts.started:
        starts[one.listed.row.change] = one.record["actual_start"]
    releases = releases_of(facts.state)
    found, counted = list[str](), set[str]()
    missing = list(releases.unreadable)
    for path, release in releases.found.items():
        begun = [starts[change] for change in release.spec.changes if change in starts]
        if not begun:
            continue
        if not has(facts, release.spec, min(begun)):
            missing.append(path)
        elif counted.isdisjoint(release.spec.changes):
            counted.update(release.spec.changes)
            found.append(path)
    if not found and not missing:
        return NO_OCCASION
    note: EvidenceNote = "unreadable" if releases.unreadable else ""
    return Seen(tuple(found), tuple(missing), len(found) + len(missing), note)


def _is_typed(_: GapFacts, spec: ReleaseSpec, __: datetime) -> bool:
    """Return whether a release says its type, and what that rests on."""
    return spec.type is not None and is_said(spec.basis)


def _is_accepted(facts: GapFacts, spec: ReleaseSpec, start: datetime) -> bool:
    """Return whether a holder of the role accepted it before it began, each criterion being met."""
    told = spec.acceptance
    if told is None or told.accepted_by is None or told.accepted_on is None:
        return False
    for one in told.criteria:
        if one.result != "met" or not is_said(one.criterion):
            return False
    holders = facts.rulebook.roster.spec.roles.get(told.role, ())
    in_time = told.accepted_on <= start.astimezone(facts.period.zone).date()
    return in_time and told.accepted_by in holders


def typed_releases(facts: GapFacts) -> Seen:
    """Return the releases that say their type, and what that rests on."""
    return _share(facts, _is_typed)


def accepted_releases(facts: GapFacts) -> Seen:
    """Return the releases that were accepted before they began."""
    return _share(facts, _is_accepted)


RELEASES: Final[dict[str, Callable[[GapFacts], Seen]]] = {
    "release-accepted": accepted_releases,
    "release-typed": typed_releases,
}
