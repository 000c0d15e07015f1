"""Find what people have to be told: from the main branch, the ledger and the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Final

from changeflow import errors
from changeflow.cmdb.impact import Blast
from changeflow.gate_cases.register import read_register
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import ListedChange
from changeflow.model.canonical import digest
from changeflow.model.change import ChangeRequest, Window
from changeflow.model.clock import Clock
from changeflow.model.document_paths import rfc_path
from changeflow.model.evidence import NO_CHANGE, LedgerEntry
from changeflow.model.notify_settings import Channel
from changeflow.model.times import parse_instant
from changeflow.notices.audience import ChangeParties, Concerned, Hit, concerned
from changeflow.notices.due import Due, Outstanding, Situation, outstanding
from changeflow.notices.notice import Notice, NoticeItem, NoticeReason
from changeflow.notices.standing import CANCELLED, Standing, standing
from changeflow.notices.told import Told, told_by
from changeflow.reading.places import MAIN
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View

# affected items that a message names
_LISTED: Final = 8
# characters of a digest that make the id of a message
_ID: Final = 32


@dataclass(frozen=True)
class Found:
    """What people have to be told, with everything that messages say.

    Attributes:
        view: the main branch, with the ledger.
        clock: the time.
        rows: the changes of the main branch.
        standings: how those stand that there is something to tell of.
        told: what people were told.
    """

    view: View
    clock: Clock
    rows: Mapping[str, ListedChange]
    standings: Mapping[str, Standing]
    told: Told
    _hits: dict[str, tuple[Hit, ...]] = field(default_factory=dict, repr=False)

    def outstanding(self, told: Told | None = None) -> Mapping[tuple[str, str], Outstanding]:
        """Return what is outstanding, by channel and change.

        Args:
            told: what people were told by now; None: when it was read.
        """
        settings = self.view.base.config.notify
        situation = Situation(self.standings, told or self.told, self.clock.now, settings.news)
        found: dict[tuple[str, str], Outstanding] = {}
        for channel in settings.channels:
            for change in self.standings:
                one = self._outstanding(channel, change, situation)
                if one.due or one.later:
                    found[channel.id, change] = one
        return found

    def _outstanding(self, channel: Channel, change: str, at: Situation) -> Outstanding:
        if self._is_old(change, at):
            return Outstanding((), ())
        names = self.concerned(channel, change).names(self._base.roster)
        return outstanding(channel, change, names, at)

    def _is_old(self, change: str, at: Situation) -> bool:
        """Return whether there is no one to tell of a change: most ended long ago."""
        stands = at.standings[change]
        if stands.phase == "planned" or change in self._told_changes:
            return False
        return stands.since is None or stands.since < at.now - at.news

    @cached_property
    def _told_changes(self) -> frozenset[str]:
        return self.told.changes

    @property
    def _base(self) -> Rulebook:
        return self.view.base.rulebook

    def request(self, change: str) -> ChangeRequest | None:
        """Return the request of a change on the main branch; None where it is gone."""
        if change not in self.rows or not self.view.base.exists(rfc_path(change)):
            return None
        return self.view.base.document(rfc_path(change), ChangeRequest)

    def hits(self, change: str) -> tuple[Hit, ...]:
        """Return the items that a change touches, and then those that it can hurt."""
        if change not in self._hits:
            self._hits[change] = self._hits_of(change)
        return self._hits[change]

    def _hits_of(self, change: str) -> tuple[Hit, ...]:
        request = self.request(change)
        if request is None:
            return ()
        base, found = self._base, list[Hit]()
        for ci in request.changed:
            item = base.items.get(ci)
            found.append(Hit(ci, item.spec.owner if item is not None else None, 0))
        blast = Blast(tuple(dict.fromkeys(request.changed)), base.graph, base.risk_model.weights)
        found += [Hit(one.ci, one.owner, one.hops) for one in blast.affected.listed()]
        return tuple(found)

    def concerned(self, channel: Channel, change: str) -> Concerned:
        """Return whom a change concerns on a channel."""
        request, config = self.request(change), self._base.config
        if request is None:
            return Concerned({}, {})
        parties = ChangeParties(
            request.metadata.requester, request.spec.implementer, request.spec.notify
        )
        hits = self.hits(change)
        return concerned(channel, config.notify, parties, hits, config.source_name)

    def notice(self, due: Due) -> Notice:
        """Return what a message says."""
        request, config = self.request(due.change), self._base.config
        stands, hits = self.standings[due.change], self.hits(due.change)
        affected = [NoticeItem(*hit) for hit in hits if hit.hops]
        told = {"title": due.change, "type": "", "state": "withdrawn", "requester": ""}
        told |= {"implementer": "", "reason": ""}
        window, old = None, _window_of(due.before)
        if request is not None:
            window, requester = request.spec.window, request.metadata.requester
            told |= {"title": request.metadata.title, "type": request.spec.type.value}
            told |= {"state": self.rows[due.change].state, "requester": requester}
            told |= {"implementer": request.spec.implementer or requester}
            told |= {"reason": request.spec.reason}
        if stands.phase == "cancelled":
            window = old or window
        message, thread = message_ids(due, config.source_name)
        return Notice(
            repository=config.repository or "",
            organisation=config.organisation or "",
            change=due.change,
            fact=due.fact,
            **told,
            start=window.start if window is not None else None,
            end=window.end if window is not None else None,
            old_start=old.start if old is not None else None,
            old_end=old.end if old is not None else None,
            since=stands.since,
            run=stands.run if stands.phase in ("running", "ended") else "",
            changed=tuple(hit.ci for hit in hits if not hit.hops),
            affected=tuple(affected[:_LISTED]),
            affected_total=len(affected),
            reasons=self._reasons(due),
            at=self.clock.now,
            message=message,
            thread=thread,
        )

    def _reasons(self, due: Due) -> tuple[NoticeReason, ...]:
        found: list[NoticeReason] = []
        for who, reasons in self.concerned(due.channel, due.change).why.items():
            for concern, items in reasons:
                found.append(NoticeReason(who, concern, items))
        return tuple(found)


def find(view: View, clock: Clock) -> Found:
    """Read what people have to be told.

    Args:
        view: base and ledger; requests are those of the base.
        clock: the time.

    Raises:
        errors.Unreadable: when base or ledger cannot be read. Nothing is sent then.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    register = read_register(view, clock, everywhere=False)
    if register.problems:
        raise errors.Unreadable.of("append.broken", problem=register.problems[0])
    evidence = view.ledger.evidence(view.base, "")
    told = told_by(evidence.of_change(NO_CHANGE))
    rows = {one.row.change: one.row for one in register.changes if one.row.at == MAIN}
    standings: dict[str, Standing] = {}
    for change, row in rows.items():
        found = _standing(row, evidence.of_change(change))
        if found is not None:
            standings[change] = found
    # a request that cannot be read is not taken back
    for change in told.changes - rows.keys() - set(register.unreadable):
        if not evidence.of_change(change) or change not in evidence.finished:
            standings[change] = CANCELLED
    return Found(view, clock, rows, dict(sorted(standings.items())), told)


def _standing(row: ListedChange, mine: Sequence[LedgerEntry]) -> Standing | None:
    window = None if row.window is None else Window(start=row.window.start, end=row.window.end)
    return standing(row.state, window, mine)


def message_ids(due: Due, repository: str) -> tuple[str, str]:
    """Return the ids of a message, and of the thread of all messages about the change.

    The same message has the same id, however often it is sent.
    """
    thread = {"repository": repository, "change": due.change, "channel": due.channel.id}
    message = {**thread, "fact": due.fact, "occasion": due.occasion, "before": due.before}
    return _short(message), f"{due.change}.{_short(thread)[:12]}"


def _short(value: Mapping[str, str]) -> str:
    return digest(value).removeprefix("sha256:")[:_ID]


def _window_of(occasion: str) -> Window | None:
    """Return the window that people were told of; None where the ledger names none.

    It is the word of the program that sent the message, and may be anything.
    """
    start, _, end = occasion.partition("/")
    try:
        return Window(start=parse_instant(start), end=parse_instant(end))
    except ValueError:
        return None
