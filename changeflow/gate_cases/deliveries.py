"""Every delivery of a period: commits of the main branch, tags and releases, each with its standing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from changeflow import errors
from changeflow.documents.request_draft import slug_proposal
from changeflow.gate_cases.deliveries_memory import ledger_deliveries
from changeflow.gate_cases.delivery_exceptions import exception_of
from changeflow.gate_cases.matched_commits import Match, MatchedCommits
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.pushed_commits import lost_commits, push_times
from changeflow.gate_cases.recorded_deliveries import RecordedDeliveries, RecordedRelease, ToldAt
from changeflow.hosts.delivered import HostActor, HostDelivered, HostDelivery
from changeflow.hosts.table import host_named
from changeflow.insight.believed_times import Believed, believed_times
from changeflow.insight.period import Period
from changeflow.model.answers.cmdb_diff import NamedChange
from changeflow.model.answers.completeness import (
    CompletenessGap,
    Delivery,
    DeliveryException,
    DeliveryKind,
    HowMatched,
    NotAsked,
    TimeSource,
)
from changeflow.model.change import ChangeRequest
from changeflow.model.config import OutsideDelivery
from changeflow.model.document_paths import rfc_path
from changeflow.model.paths import paths_of, shown
from changeflow.reading.main_history import FileTouches, MainCommit, main_history
from changeflow.reading.other_changes import Standings
from changeflow.reading.tags import Tag, tags_of
from changeflow.reading.view import View

# paths that a delivery names, and characters of a commit that a command has
MOST_PATHS: Final = 100
_SHORT: Final = 12
# nothing was asked of a code host
NOT_TOLD: Final = HostDelivered()
_COMMAND: Final = "changeflow new {slug} --retrospective {what}"


class Delivered(NamedTuple):
    """What was delivered in a period.

    Attributes:
        deliveries: by time.
        gaps: by time.
        not_asked: what was not looked at, or not whole.
    """

    deliveries: tuple[Delivery, ...]
    gaps: tuple[CompletenessGap, ...]
    not_asked: tuple[NotAsked, ...]


def delivered(
    view: View,
    period: Period,
    now: datetime,
    standings: Standings | None = None,
    host: HostDelivered = NOT_TOLD,
) -> Delivered:
    """Return what was delivered in a period, by git, the ledger and the code host.

    Args:
        view: the main branch as its own head; the ledger is read whole.
        period: what is asked about.
        now: the time.
        standings: how the changes on the main branch stand; None: they are looked at.
        host: what the code host tells.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    finder = _Finder(view, now, standings or standings_of_head(view, now), host)
    found = [one for one in finder.deliveries() if period.has(one.at)]
    gaps = [one for one in finder.gaps() if period.has(one.at)]
    return Delivered(
        tuple(sorted(found, key=lambda one: one.at)),
        tuple(sorted(gaps, key=lambda one: one.at)),
        finder.not_asked,
    )


def delivery_rows(view: View, now: datetime, standings: Standings) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table of deliveries by time: those that need a request.

    Args:
        view: the main branch as its own head.
        now: the time.
        standings: how the changes on the main branch stand.
    """
    finder = _Finder(view, now, standings, NOT_TOLD, tells_states=False)
    for one in sorted(finder.deliveries(), key=lambda one: one.at):
        if one.needs_request:
            yield {
                "delivery": f"{one.what} {one.name}",
                "kind": one.what,
                "commit": one.commit,
                "change": one.changes[0] if one.changes else None,
                "delivered_at": one.at,
                "found_at": one.found,
                "standing": one.standing,
            }


def find_delivery(
    view: View, name: str, now: datetime, host: HostDelivered = NOT_TOLD
) -> Delivery | None:
    """Return the delivery of a name: a tag, a commit or what brought it, or a deployment; else None.

    Args:
        view: the main branch as its own head; the ledger is read whole.
        name: as a person types it.
        now: the time.
        host: what the code host tells.
    """
    return _Finder(view, now, standings_of_head(view, now), host).named(name)


def _command(name: str) -> str:
    """Return what to type to write a request afterwards for what has a name."""
    slug = slug_proposal(f"after-{name}")
    # an option must not be made of a name
    what = f"refs/tags/{name}" if name.startswith("-") else name
    return _COMMAND.format(slug=slug, what=shlex.quote(what))


class _Finder:
    """Finds what was delivered, and what it was matched with.

    `tells_states` says whether the states of changes are told that a delivery names in vain: each
    takes as long as a gate.
    """

    def __init__(
        self,
        view: View,
        now: datetime,
        standings: Standings,
        host: HostDelivered,
        *,
        tells_states: bool = True,
    ) -> None:
        self._view, self._now, self._host = view, now, host
        self._tells_states = tells_states
        self._evidence = view.ledger.evidence(view.base, "")
        self._base = view.base.require_readable()
        self._recorded: RecordedDeliveries = ledger_deliveries(view, self._evidence)
        self._history: Sequence[MainCommit] = ()
        if view.base.commit is not None:
            self._history = main_history(view.git, view.base.commit)
        self._numbers = {one.commit: number for number, one in enumerate(self._history)}
        self._pushed = push_times(host.pushes or (), self._numbers)
        self._times = self._believed()
        self._matched = MatchedCommits(
            view,
            self._history,
            [one.at for one in self._times],
            self._recorded,
            standings,
            now,
            frozenset(self._pushed),
        )

    @property
    def not_asked(self) -> tuple[NotAsked, ...]:
        """Return what was not looked at."""
        found: list[NotAsked] = []
        if self._view.git.facts.shallow:
            found.append("history")
        if self._evidence.problems:
            found.append("ledger")
        elif self._evidence.head is None:
            found.append("no_ledger")
        return tuple(found)

    def _believed(self) -> list[Believed]:
        stated: list[datetime] = []
        latest: list[datetime | None] = []
        for number, one in enumerate(self._history):
            pushed = self._pushed.get(number)
            stated.append(one.stated if pushed is None else pushed)
            latest.append(self._recorded.known.get(one.commit) if pushed is None else pushed)
        return believed_times(stated, latest, self._now)

    def named(self, name: str) -> Delivery | None:
        """Return the delivery that a person means by a name."""
        for tag in self._tags:
            if tag.name == name:
                return self._tag(tag)
        for deployment in self._host.deployments or ():
            if deployment.name == name:
                return self._host_delivery(deployment, "deployment")
        commit = self._view.git.resolve(name)
        number = self._matched.place_of.get(commit or "")
        return None if number is None else self._commit(number)

    def deliveries(self) -> Iterator[Delivery]:
        """Yield all deliveries."""
        for number in range(len(self._history)):
            yield self._commit(number)
        for tag in self._tags:
            yield self._tag(tag)
        for release in self._recorded.releases:
            yield self._release(release)
        for deployment in self._host.deployments or ():
            yield self._host_delivery(deployment, "deployment")
        for published in self._host.releases or ():
            yield self._host_delivery(published, "release")

    # -- commits ---------------------------------------------------------------------------------

    def _commit(self, number: int) -> Delivery:
        one, match = self._history[number], self._matched.match(number)
        needing = paths_of(self._matched.needing(number))
        asks = match.standing in ("open", "retrospective")
        settled = self._taken_back(number) if match.standing == "open" else None
        restores = self._restores.get(number)
        standing = match.standing
        if settled is not None or (standing == "open" and restores is not None):
            standing = "reverted"
        recorded = self._matched.recorded_unauthorised.get(number)
        return self._delivery(
            what="merge" if one.is_merge else "commit",
            name=one.commit,
            commit=one.commit,
            **self._time_of(number),
            who=self._who(one.people),
            title=one.title,
            paths=tuple(map(shown, needing[:MOST_PATHS])),
            paths_total=len(needing),
            items=self._matched.items(number) if asks else (),
            match=match._replace(standing=standing),
            settled_by=self._history[settled].commit if settled is not None else None,
            found=recorded.entry.moment if recorded is not None else None,
            asks_for=one.commit[:_SHORT],
        )

    def _time_of(self, number: int) -> dict[str, Any]:
        one = self._times[number]
        by: TimeSource = "commit"
        if number in self._pushed:
            said = self._history[number].stated
            return {"at": one.at, "at_by": "host", "stated": said if said > one.at else None}
        if not one.is_stated:
            by = "ledger" if one.is_bound else "order"
        stated = None if one.is_stated else self._history[number].stated
        return {"at": one.at, "at_by": by, "stated": stated}

    def _taken_back(self, number: int) -> int | None:
        """Return the number of the commit that took back one that is open."""
        return self._touches.restored_by(number, self._paths(number))

    @cached_property
    def _touches(self) -> FileTouches:
        return FileTouches(self._history)

    def _paths(self, number: int) -> frozenset[str]:
        return frozenset(paths_of(self._matched.needing(number)))

    @cached_property
    def _restores(self) -> dict[int, int]:
        """Return open commits that did nothing but take back an open one, to that one."""
        found: dict[int, int] = {}
        for number in range(len(self._history)):
            if number in found or self._matched.match(number).standing != "open":
                continue
            later = self._taken_back(number)
            if later is None or self._matched.match(later).standing != "open":
                continue
            if self._paths(later) <= self._paths(number):
                found[later] = number
        return found

    def _who(self, addresses: frozenset[str]) -> tuple[str, ...]:
        """Return the people of addresses, and the addresses of which the roster knows no person."""
        found: set[str] = set()
        for address in addresses:
            owners = self._matched.owners(address)
            found |= owners or {address}
        return tuple(sorted(found))

    # -- tags ------------------------------------------------------------------------------------

    @cached_property
    def _tags(self) -> tuple[Tag, ...]:
        return tags_of(self._view.git)

    def _tag(self, tag: Tag) -> Delivery:
        number = self._matched.place_of.get(tag.commit)
        at: dict[str, Any] = {"at": min(tag.stated, self._now), "at_by": "commit", "stated": None}
        if number is not None and tag.stated < self._times[number].at:
            # it cannot have been there before its commit
            at = {"at": self._times[number].at, "at_by": "order", "stated": tag.stated}
        return self._delivery(
            what="tag",
            name=tag.name,
            commit=tag.commit,
            **at,
            who=self._who(frozenset({tag.tagger} if tag.tagger else ())),
            title=tag.title,
            paths=(),
            paths_total=0,
            items=(),
            match=self._match_of_tag(tag, number),
            settled_by=None,
            found=None,
            asks_for=tag.name,
        )

    def _match_of_tag(self, tag: Tag, number: int | None) -> Match:
        """Return what a tag is matched with."""
        return self._match_through(f"tag {tag.name} {tag.commit}", number)

    def _match_through(self, key: str, number: int | None) -> Match:
        """Return what a delivery of a commit is matched with: that which its commit is.

        Args:
            key: what a request that was written afterwards calls the delivery.
            number: of the commit on the main branch; None: it is not there.
        """
        if number is None:
            return self._matched.afterwards(key, Match("open", why="not_on_main"))
        found = self._match_at(number)
        if found.standing == "open":
            missing = Match("open", why="commit_unmatched", named=found.named)
            return self._matched.afterwards(key, missing)
        how: HowMatched | None = "commit" if found.changes else None
        return Match(found.standing, found.changes, how, found.why)

    def _match_at(self, number: int) -> Match:
        """Return what the newest commit that needs a request was matched with, as of a commit."""
        for earlier in range(number, -1, -1):
            found = self._matched.match(earlier)
            if found.standing not in ("exempt", "records"):
                return found
        return self._matched.match(number)

    # -- the code host ---------------------------------------------------------------------------

    def _host_delivery(self, one: HostDelivery, what: DeliveryKind) -> Delivery:
        commit = one.commit
        asks_for = one.name
        if what == "release":
            for tag in self._tags:
                if tag.name == one.name:
                    commit = tag.commit
        match = self._match_of_host(one, what, commit)
        return self._delivery(
            what=what,
            name=one.name,
            commit=commit or None,
            at=min(one.at, self._now),
            at_by="host",
            stated=None,
            who=self._account(one.by),
            title=one.title,
            paths=(),
            paths_total=0,
            items=(),
            match=match,
            settled_by=None,
            found=None,
            asks_for=asks_for,
        )

    def _match_of_host(self, one: HostDelivery, what: DeliveryKind, commit: str) -> Match:
        number = self._matched.place_of.get(commit)
        key = f"tag {one.name} {commit}" if what == "release" else f"deployment {one.name}"
        return self._match_through(key, number)

    def _account(self, by: HostActor | None) -> tuple[str, ...]:
        if by is None:
            return ()
        return (self._matched.owner_of_account(by.account) or by.login,)

    # -- releases --------------------------------------------------------------------------------

    def _release(self, release: RecordedRelease) -> Delivery:
        entry = release.entry
        is_here = self._view.base.exists(rfc_path(entry.change))
        match = Match("request", (entry.change,), "release")
        if not is_here:
            match = Match("open", why="no_request", named=(entry.change,))
        elif not release.authorised:
            match = Match("open", why="gate_not_open", named=(entry.change,))
        return self._delivery(
            what="release",
            name=entry.change,
            commit=release.commit,
            at=entry.moment,
            at_by="ledger",
            stated=None,
            who=(entry.speaker,) if entry.speaker else (),
            title="",
            paths=(),
            paths_total=0,
            items=(),
            match=match,
            settled_by=None,
            found=None,
            asks_for=None,
        )

    # -- all -------------------------------------------------------------------------------------

    def _delivery(
        self, *, match: Match, settled_by: str | None, asks_for: str | None, **facts: Any
    ) -> Delivery:
        said: DeliveryException | None = None
        if match.standing == "open":
            about = facts["what"], facts["name"], facts["commit"]
            said = exception_of(self._base, *about, facts["who"], self._now, self._is_agreed)
        if said is not None and said.holds:
            match = match._replace(standing="excepted")
        command = None
        is_asked = any(map(self._matched.is_afterwards, match.named))
        if match.standing == "open" and asks_for is not None and not is_asked:
            command = _command(asks_for)
        return Delivery(
            **facts,
            standing=match.standing,
            changes=match.changes,
            how=match.how,
            why=match.why,
            named=tuple(map(self._named_change, match.named)),
            exception=said,
            settled_by=settled_by,
            command=command,
        )

    def _named_change(self, name: str) -> NamedChange:
        state = self._matched.state(name) if self._tells_states else None
        return NamedChange(change=name, state=state)

    def _is_agreed(self, one: OutsideDelivery) -> bool:
        """Return whether an exception came with authority, or by the hand of who states it.

        A folder or a trailer is a claim, whose configuration was not looked at: what a
        request says of its items is agreed to, and not what came along. Where people review on the
        host, their hands decide nothing.
        """
        number = self._came_with(one)
        if number is None:
            return False
        match = self._matched.match(number)
        if match.standing != "open" and match.how in (None, "decision"):
            return True
        if host_named(self._base.config.host).takes_reviews:
            return False
        owners: set[str] = set()
        for address in self._history[number].hands:
            owners |= self._matched.owners(address)
        return owners == {one.by}

    def _came_with(self, one: OutsideDelivery) -> int | None:
        """Return the number of the commit since which the configuration has an exception."""
        found: int | None = None
        for number in reversed(self._matched.configured):
            try:
                said = self._view.store.at(self._history[number].commit).config.exceptions
            except errors.Unreadable:
                break
            if one not in said:
                break
            found = number
        return found

    # -- gaps ------------------------------------------------------------------------------------

    def gaps(self) -> Iterator[CompletenessGap]:
        """Yield what one of the four sides has, and another one lacks."""
        yield from self._without_entry()
        pushes = self._host.pushes or ()
        yield from lost_commits(pushes, self._numbers, self._matched.place_of)
        yield from self._not_on_main()
        yield from self._without_release()

    def _without_entry(self) -> Iterator[CompletenessGap]:
        for number, one in enumerate(self._history):
            match = self._matched.match(number)
            if match.standing != "request":
                continue
            for name in match.changes:
                if name not in self._recorded.about:
                    yield CompletenessGap(
                        kind="merge_without_entry",
                        change=name,
                        commit=one.commit,
                        at=self._times[number].at,
                        place=one.commit,
                    )

    def _not_on_main(self) -> Iterator[CompletenessGap]:
        told: list[tuple[ToldAt, str]] = []
        for merge in self._recorded.merges:
            told.append((merge.entry, merge.commit))
        for release in self._recorded.releases:
            if release.commit is not None:
                told.append((release.entry, release.commit))
            if not self._view.base.exists(rfc_path(release.entry.change)):
                yield CompletenessGap(
                    kind="release_without_request",
                    change=release.entry.change,
                    commit=release.commit,
                    at=release.entry.moment,
                    place=release.entry.path,
                )
        for tag in self._tags:
            before = self._written_down.get(tag.name, tag.commit)
            if before != tag.commit:
                yield CompletenessGap(
                    kind="tag_moved",
                    change=None,
                    commit=before,
                    at=min(tag.stated, self._now),
                    place=tag.name,
                )
        for entry, commit in told:
            if commit not in self._matched.place_of:
                yield CompletenessGap(
                    kind="entry_not_on_main",
                    change=entry.change,
                    commit=commit,
                    at=entry.moment,
                    place=entry.path,
                )

    @cached_property
    def _written_down(self) -> Mapping[str, str]:
        """Return tags that requests or the configuration name, to the commits they were at."""
        found = dict(self._matched.tags_afterwards)
        for one in self._base.config.exceptions:
            if one.tag is not None and one.commit is not None:
                found[one.tag] = one.commit
        return found

    def _without_release(self) -> Iterator[CompletenessGap]:
        """Yield changes that landed, whose window is over, and that were never released."""
        released = {one.entry.change for one in self._recorded.releases}
        landed: dict[str, int] = {}
        for number in range(len(self._history)):
            match = self._matched.match(number)
            if match.standing == "request":
                for name in match.changes:
                    if name not in released and not self._matched.is_afterwards(name):
                        landed[name] = number
        for name, number in landed.items():
            request = self._view.base.document(rfc_path(name), ChangeRequest)
            window = request.spec.window
            ended = window.end if window is not None else self._times[number].at
            if ended <= self._now:
                yield CompletenessGap(
                    kind="request_without_release",
                    change=name,
                    commit=self._history[number].commit,
                    at=ended.astimezone(UTC),
                    place=rfc_path(name),
                )
