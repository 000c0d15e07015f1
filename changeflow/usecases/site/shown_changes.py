"""Show many changes, one after the other, each from the place that tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from changeflow import errors
from changeflow.gate_cases.register import forgotten
from changeflow.model.answers.one_change import ChangeAnswer
from changeflow.model.clock import Clock
from changeflow.reading.places import Place, places
from changeflow.reading.view import View
from changeflow.usecases.register.show import Additions, show_at


class ShownChanges:
    """The changes of a repository, wherever their requests are committed.

    Args:
        view: the main branch, for an answer about many changes.
        clock: the time.
    """

    def __init__(self, view: View, clock: Clock) -> None:
        self._clock = clock
        known = places(view, everywhere=True)
        gone, _ = forgotten(view, known, view.ledger.evidence(view.base, ""))
        self._places: dict[str, Place] = {}
        for place in (*known, *gone):
            for name in place.changes:
                self._places.setdefault(name, place)
        self._additions = Additions(view)

    def answers(self, names: Iterable[str]) -> Iterator[tuple[str, ChangeAnswer | None]]:
        """Yield the answer about each change; None for one that cannot be read."""
        for name in names:
            place = self._places.get(name)
            if place is None:
                yield name, None
                continue
            try:
                yield name, show_at(place, name, self._clock, self._additions).answer
            except (errors.NothingToDo, errors.Unreadable):
                yield name, None
