"""Resolving a release that cannot go on, so that its environments are free again."""

from __future__ import annotations

from dataclasses import replace

from changeflow import errors
from changeflow.language.sentences import in_english
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.phrases import told
from changeflow.reading.change import change_id_of
from changeflow.reading.view import View
from changeflow.release.claims import holders
from changeflow.release.progress import Line, lines, progress
from changeflow.release_driver import entries
from changeflow.release_driver.adapters import SystemClock
from changeflow.release_driver.claim import ATTEMPTS
from changeflow.usecases.release.interventions import require_person
from changeflow.usecases.release.prepare import ReleaseOptions, journal_of, prepare, who_acts
from changeflow.usecases.release.run import Answered, Prepared, resolve


def resolved(view: View, change: str, options: ReleaseOptions, note: str) -> Answered:
    """Record how people ended a failed rollback, or a release that nothing can follow.

    Nothing can follow a release whose request is nowhere as it was started, was never there, or
    whose journal makes no sense.

    Raises:
        errors.NothingToDo: no such change, and no release of it either.
        errors.Refused: when the release needs no such word, or this person may not speak.
    """
    options = replace(options, speaks=True)
    prepared = _followed(view, change, options)
    if prepared is None:
        return _freed(view, change_id_of(change), options, note)
    return resolve(prepared, note)


def _followed(view: View, change: str, options: ReleaseOptions) -> Prepared | None:
    """Return the release, where its request and its journal can be read."""
    try:
        prepared = prepare(view, change, options)
    except (errors.NothingToDo, errors.Unreadable) as error:
        if isinstance(error, errors.NothingToDo) and not _lines(view, change):
            raise
        return None
    except errors.Refused:
        return None
    journal = prepared.ports.journal.read().of(prepared.job.change)
    return None if progress(prepared.job.plan, journal).broken else prepared


def _lines(view: View, change: str) -> tuple[Line, ...]:
    name = change_id_of(change)
    return lines(journal_of(view, view.base.rulebook, name, None).read().of(name))


def _freed(view: View, change: str, options: ReleaseOptions, note: str) -> Answered:
    """Append a person's resolution of a release that cannot be followed."""
    from changeflow.usecases.gate.deployer import require_listed

    base = view.base.rulebook
    require_listed(base.roster, options.by)
    by = require_person(base.roster, options.by, told("run.act", case="unfollowed"))
    if not note.strip():
        raise errors.UsageError.of("option.note_missing")
    journal = journal_of(view, base, change, who_acts(view, base, options).signer)
    for _ in range(ATTEMPTS):
        reading = journal.read()
        if reading.problems:
            raise errors.Refused.of("append.broken", problem=reading.problems[0])
        written = lines(reading.of(change))
        held = holders(reading.entries)
        holds = sorted(place for place, found in held.items() if change in found)
        if not written or not holds:
            raise errors.Refused.of("run.holds_nothing", change=change)
        first = written[0].body
        body = entries.resolved(first.run, first.digest, by, note)
        try:
            journal.append(change, body, head=reading.head, clock=SystemClock(options.now).clock())
        except errors.LostRace:
            continue
        said = told("journal.freed", who=by, note=note, holds=holds)
        answer = ReleaseAnswer(
            change=change, state="rolled_back", steps=(), message=in_english(said), told=said
        )
        return Answered(answer, errors.OK)
    raise errors.LostRace.of("append.busy")
