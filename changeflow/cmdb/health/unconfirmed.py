"""Items that were not confirmed for longer than the policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.cmdb.health.estate import TIERS, Confirmations, Estate, Found, Problem


def unconfirmed(estate: Estate) -> Found:
    """Return a problem for each live item that was not confirmed for too long, or never was.

    An item without a tier is asked what is asked of the tier with the shortest time. A day that is
    still to come confirms nothing.
    """
    asked = estate.confirmations
    if asked is None or not asked.within:
        return Found(())
    problems = list(_problems(estate, asked))
    return estate.first_of(problems, len(problems))


def _problems(estate: Estate, asked: Confirmations) -> Iterator[Problem]:
    shortest = min(asked.within.values())
    within = [shortest, *(asked.within.get(tier) for tier in TIERS)]
    for node, live in enumerate(estate.is_live):
        allowed = within[estate.ranks[node]]
        if not live or allowed is None:
            continue
        ci = estate.graph.ids[node]
        last = asked.last.get(ci)
        data = {"ci": ci, "days": allowed.days}
        if last is None:
            yield Problem(ci, "confirmed", None, {"case": "never", **data})
        elif last > asked.today:
            yield Problem(ci, "confirmed", None, {"case": "ahead", "last": str(last), **data})
        elif asked.today - last > allowed:
            yield Problem(ci, "confirmed", None, {"case": "since", "last": str(last), **data})
