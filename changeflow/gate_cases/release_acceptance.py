"""What the releases of a change ask to be accepted by, read from the main branch."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from changeflow import errors
from changeflow.gate.release_acceptance import Acceptances, AskedAcceptance
from changeflow.model.change import ChangeRequest
from changeflow.model.document_paths import rfc_path
from changeflow.model.post_implementation import Acceptance, Release
from changeflow.model.times import END_OF_TIME
from changeflow.reading.releases import releases_of
from changeflow.reading.state import State
from changeflow.reading.view import View

# a day has begun somewhere that much before it begins in UTC
_EARLIEST: Final = timedelta(hours=14)


def acceptances(view: View, change: str, now: datetime) -> Acceptances:
    """Return what the releases of a change ask: those of the base, and those of the head alone.

    What the head says of an acceptance is no acceptance: it counts once it is merged.
    """
    base = releases_of(view.base)
    asked: list[AskedAcceptance] = []
    settled: set[str] = set()
    for path, release in base.found.items():
        wanted = _wanted(release, change)
        if wanted is not None:
            settled.add(path)
            asked.append(asked_by(release, wanted, view.base))
    for path, release in releases_of(view.head).found.items():
        wanted = _wanted(release, change)
        if wanted is not None and path not in settled:
            one = asked_by(release, wanted, view.base)
            asked.append(one.model_copy(update={"merged": False}))
    today = latest_day(now)
    return Acceptances(asked=tuple(asked), unreadable=base.unreadable, today=today)


def latest_day(now: datetime) -> date:
    """Return the latest day that has begun anywhere."""
    moment = now.astimezone(UTC)
    return (moment + min(_EARLIEST, END_OF_TIME - moment)).date()


def _wanted(release: Release, change: str) -> Acceptance | None:
    return release.spec.acceptance if change in release.spec.changes else None


def asked_by(release: Release, wanted: Acceptance, base: State) -> AskedAcceptance:
    """Return what a release asks, with the people who have a part in it."""
    parties = dict.fromkeys(filter(None, [release.spec.manager]))
    unknown: list[str] = []
    for change in release.spec.changes:
        try:
            request = base.document(rfc_path(change), ChangeRequest)
        except errors.Unreadable:
            unknown.append(change)
            continue
        people = (request.metadata.requester, request.spec.implementer)
        parties |= dict.fromkeys(filter(None, people))
    return AskedAcceptance(
        release=release.metadata.id,
        merged=True,
        wanted=wanted,
        changes=release.spec.changes,
        parties=tuple(parties),
        unknown=tuple(unknown),
    )
