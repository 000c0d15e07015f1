"""Tell people what they have to be told: claim each message on the ledger, send it, record it.

Every message is sent at least once. Who claimed one and died is believed to be sending it for a
quarter of an hour; then it is sent again, with the same id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from changeflow import errors
from changeflow.gate_cases.outstanding_notices import Found, find
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.answers.notifications import NotificationRow, NotificationsAnswer
from changeflow.model.clock import Clock
from changeflow.model.evidence import NO_CHANGE, LedgerEntry, NotificationBody
from changeflow.model.notify_settings import Channel
from changeflow.model.subjects import Subject
from changeflow.notices.due import Due
from changeflow.notices.notice import Message, Notice
from changeflow.notices.told import EVERYBODY, Trial, told_by
from changeflow.notifiers.delivery import Delivered, Secrets
from changeflow.notifiers.table import Parcel
from changeflow.reading.ledger_reader import counting, open_ledger
from changeflow.reading.signers import default_signer
from changeflow.reading.view import View
from changeflow.repo.ledger_branch import Chain, LedgerBranch, Signer

Compose = Callable[[Notice, Channel], Message]
Deliver = Callable[[Parcel, Secrets], Delivered]
# messages that are claimed together
_TOGETHER: Final = 20


@dataclass(frozen=True)
class Ways:
    """How messages are made and sent.

    Attributes:
        compose: makes a message in the language of a channel.
        deliver: sends it.
        secrets: the variables of the environment.
    """

    compose: Compose
    deliver: Deliver
    secrets: Secrets


class _Ready(NamedTuple):
    """A message that may be sent."""

    due: Due
    message: Message
    people: Mapping[str, tuple[str, str]]
    ids: tuple[str, str]


def preview(view: View, clock: Clock, ways: Ways) -> NotificationsAnswer:
    """Return what people have to be told. Nothing is sent and nothing is recorded.

    Raises:
        errors.ChangeflowError: see `notify`.
    """
    return _Run(view, clock, ways).answer(sends=False)


def notify(view: View, clock: Clock, ways: Ways) -> NotificationsAnswer:
    """Tell people what they have to be told, and record it.

    Raises:
        errors.Refused: the clock is fixed, and the configuration does not allow that.
        errors.Unreadable: base or ledger cannot be read: nothing is sent.
        errors.HostFailed: git failed. A message that was sent before may be sent again.
        errors.UsageError: a channel needs an extra that is not installed.
    """
    if clock.simulated and not view.base.config.allow_simulated_clock:
        raise errors.Refused.of("append.simulated_release")
    return _Run(view, clock, ways).answer(sends=True)


class _Run:
    """One run: what is found at its beginning, and what comes of it."""

    def __init__(self, view: View, clock: Clock, ways: Ways) -> None:
        self._clock, self._ways = clock, ways
        self._found: Found = find(view, clock)
        self._base = self._found.view.base.rulebook
        self._rows: list[NotificationRow] = []
        self._unreachable: dict[str, None] = {}
        self._unset: dict[str, tuple[str, ...]] = {}

    def answer(self, *, sends: bool) -> NotificationsAnswer:
        """Send what is ready, or say what it is."""
        ready = self.ready()
        if sends:
            self._send(ready)
        else:
            self._rows += [self._row(one.due, "due") for one in ready]
        self._rows.sort(key=lambda row: (row.change, row.channel, row.fact, row.recipients))
        return NotificationsAnswer(
            dry_run=not sends,
            channels=len(self._base.config.notify.channels),
            messages=tuple(self._rows),
            unreachable=tuple(self._unreachable),
            unset=self._unset,
        )

    def ready(self) -> list[_Ready]:
        """Return the messages that may be sent now, and note the others."""
        found: list[_Ready] = []
        for one in self._found.outstanding().values():
            for due, trial in one.later:
                self._rows.append(self._waiting(due, trial))
            for due in one.due:
                found += self._prepared(due)
        return found

    def _prepared(self, due: Due) -> Iterator[_Ready]:
        channel = due.channel
        unset = self._ways.secrets.unset(channel)
        if unset:
            self._unset[channel.id] = unset
            self._rows.append(self._row(due, "unset"))
            return
        people: dict[str, tuple[str, str]] = {}
        if channel.kind == "mail":
            people = self._addresses(due)
            due = due._replace(recipients=tuple(people))
            if not people:
                return
        notice = self._found.notice(due)
        message = self._ways.compose(notice, channel)
        yield _Ready(due, message, people, (notice.message, notice.thread))

    def _addresses(self, due: Due) -> dict[str, tuple[str, str]]:
        """Return recipient to name and address; people without one are noted."""
        others = self._found.concerned(due.channel, due.change).addresses
        people, found = self._base.roster.spec.people, dict[str, tuple[str, str]]()
        for name in due.recipients:
            if name in others:
                found[name] = ("", others[name])
            elif name in people and people[name].emails:
                found[name] = (people[name].name or "", people[name].emails[0])
            elif name in people:
                self._unreachable[name] = None
        return found

    # -- sending -----------------------------------------------------------------------------

    def _send(self, ready: Sequence[_Ready]) -> None:
        if not ready:
            return
        base, git = self._base, self._found.view.git
        ring = key_ring(base.roster.spec.people)
        ledger = open_ledger(git, base.config, ring, base.commit)
        signer = default_signer(git, ring)
        for start in range(0, len(ready), _TOGETHER):
            part = ready[start : start + _TOGETHER]
            claimed = self._claim(ledger, signer, part)
            for one in part:
                if one not in claimed:
                    self._rows.append(self._row(one.due, "elsewhere"))
            for one in claimed:
                self._tell(ledger, signer, one)

    def _claim(
        self, ledger: LedgerBranch, signer: Signer | None, ready: Sequence[_Ready]
    ) -> list[_Ready]:
        """Claim messages on the ledger, as far as no other notifier was faster."""
        claimed: list[_Ready] = []

        def decide(chain: Chain) -> Sequence[Draft]:
            claimed[:] = self._still_due(chain.entries, ready)
            return [self._draft(one, "claimed", one.due.recipients) for one in claimed]

        ledger.append_deciding(decide, signer=signer, only=NO_CHANGE)
        return claimed

    def _still_due(
        self, entries: Sequence[LedgerEntry], ready: Sequence[_Ready]
    ) -> list[_Ready]:
        """Return what is due by the ledger as it stands now, for those who are not told yet."""
        told = told_by(_of_no_change(counting(entries, self._base.config)))
        wanted: dict[tuple[str, str, str], set[str]] = {}
        for (channel, change), outstanding in self._found.outstanding(told).items():
            for due in outstanding.due:
                place = (channel, change, due.fact)
                wanted.setdefault(place, set()).update(due.recipients)
        found: list[_Ready] = []
        for one in ready:
            theirs = wanted.get((one.due.channel.id, one.due.change, one.due.fact), set())
            left = tuple(name for name in one.due.recipients if name in theirs)
            if left:
                people = {name: one.people[name] for name in left if name in one.people}
                found.append(one._replace(due=one.due._replace(recipients=left), people=people))
        return found

    def _tell(self, ledger: LedgerBranch, signer: Signer | None, one: _Ready) -> None:
        due = one.due
        recipients = tuple(name for name in due.recipients if name != EVERYBODY)
        parcel = Parcel(
            due.channel,
            one.message,
            due.recipients if due.channel.kind == "mail" else (EVERYBODY, *recipients),
            one.people,
            one.ids,
            self._clock.now,
        )
        came = self._ways.deliver(parcel, self._ways.secrets)
        failed = tuple(name for name in due.recipients if name not in came.accepted)
        drafts: list[Draft] = []
        if came.accepted:
            drafts.append(self._draft(one, "told", came.accepted))
        if failed:
            drafts.append(self._draft(one, "failed", failed, came.why))
        ledger.append_deciding(lambda _: drafts, signer=signer, only=NO_CHANGE)
        self._rows.append(self._outcome(due, came, failed))

    def _draft(
        self,
        one: _Ready,
        event: Literal["claimed", "told", "failed"],
        recipients: Sequence[str],
        why: str = "",
    ) -> Draft:
        due = one.due
        text = f"sha256:{hashlib.sha256(one.message.text.encode()).hexdigest()}"
        body = NotificationBody(
            event=event,
            about=due.change,
            fact=due.fact,
            occasion=due.occasion,
            channel=due.channel.id,
            form=due.channel.kind,
            recipients=tuple(recipients),
            message=one.ids[0],
            text=text,
            why=why,
        )
        subject = Subject(name=f"{due.change} {due.fact}", sha256=text.removeprefix("sha256:"))
        at = self._clock
        return Draft(
            change=NO_CHANGE, body=body, at=at.now, recorded_at=at.real, subject=(subject,)
        )

    # -- rows --------------------------------------------------------------------------------

    def _outcome(self, due: Due, came: Delivered, failed: Sequence[str]) -> NotificationRow:
        if not failed:
            return self._row(due, "told")
        row = self._row(due, "partly" if came.accepted else "failed")
        shown = came.accepted or due.recipients
        return row.model_copy(
            update={"recipients": tuple(shown), "failed": tuple(failed), "why": came.why}
        )

    def _waiting(self, due: Due, trial: Trial) -> NotificationRow:
        if trial.is_claimed(self._clock.now):
            return self._row(due, "claimed")
        row = self._row(due, "waiting")
        return row.model_copy(update={"why": trial.why, "next": trial.next})

    def _row(
        self,
        due: Due,
        outcome: Literal["due", "told", "partly", "failed", "waiting", "claimed", "elsewhere", "unset"],
    ) -> NotificationRow:
        known = self._found.rows.get(due.change)
        return NotificationRow(
            change=due.change,
            title=known.title if known is not None else due.change,
            fact=due.fact,
            occasion=due.occasion,
            channel=due.channel.id,
            kind=due.channel.kind,
            recipients=due.recipients,
            failed=(),
            outcome=outcome,
            why="",
            next=None,
        )


def _of_no_change(entries: Sequence[LedgerEntry]) -> Iterator[LedgerEntry]:
    for entry in entries:
        if entry.change == NO_CHANGE:
            yield entry
