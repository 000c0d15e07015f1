"""What has to be told now: what is to be told, without what was told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.notify_settings import Channel, Fact
from changeflow.notices.standing import Standing
from changeflow.notices.told import EVERYBODY, Heard, MessageKey, Told, Trial

_PLANS = ("announced", "moved")


class Due(NamedTuple):
    """A message that has to be sent.

    Attributes:
        channel: on which.
        change: of which.
        fact: what is told.
        occasion: see `Standing`.
        recipients: who is told.
        before: the occasion that the first of them was told before; empty for none.
    """

    channel: Channel
    change: str
    fact: Fact
    occasion: str
    recipients: tuple[str, ...]
    before: str = ""


@dataclass(frozen=True)
class Situation:
    """What it depends on whether something has to be told.

    Attributes:
        standings: how each change stands.
        told: what people were told.
        now: the time.
        news: how long ago a release may have ended that is told of to who heard nothing before.
    """

    standings: Mapping[str, Standing]
    told: Told
    now: datetime
    news: timedelta


class Outstanding(NamedTuple):
    """What has to be told: now, and later because it failed or may be on its way."""

    due: tuple[Due, ...]
    later: tuple[tuple[Due, Trial], ...]


def outstanding(
    channel: Channel, change: str, audience: Sequence[str], at: Situation
) -> Outstanding:
    """Return what has to be told of a change on a channel.

    Who was told of it before hears how it goes on, also when it concerns them no longer.

    Args:
        channel: of mail, each recipient is told once; of another kind, the channel is.
        change: its id.
        audience: whom it concerns.
        at: how things stand.
    """
    now: dict[tuple[Fact, str], list[str]] = {}
    later: list[tuple[Due, Trial]] = []
    for recipient in _asked(channel, change, audience, at.told):
        heard = at.told.heard.get((channel.id, change, recipient))
        fact = fact_for(channel, at.standings[change], heard, at)
        if fact is None or fact not in channel.events:
            continue
        occasion = at.standings[change].occasion
        before = heard.occasion if heard is not None else ""
        trial = at.told.trials.get(MessageKey(channel.id, change, fact, occasion, recipient))
        if trial is not None and _waits(trial, at.now):
            later.append((Due(channel, change, fact, occasion, (recipient,), before), trial))
        else:
            now.setdefault((fact, before if fact == "moved" else ""), []).append(recipient)
    return Outstanding(tuple(_grouped(channel, change, audience, now, at)), tuple(later))


def _grouped(
    channel: Channel,
    change: str,
    audience: Sequence[str],
    found: Mapping[tuple[Fact, str], list[str]],
    at: Situation,
) -> Iterator[Due]:
    for (fact, before), recipients in found.items():
        named = recipients
        if channel.kind != "mail":
            # who reads there was told with it
            named = [*recipients, *audience]
        occasion = at.standings[change].occasion
        yield Due(channel, change, fact, occasion, tuple(dict.fromkeys(named)), before)


def _asked(channel: Channel, change: str, audience: Sequence[str], told: Told) -> Collection[str]:
    if channel.kind != "mail":
        return (EVERYBODY,)
    return dict.fromkeys((*audience, *sorted(told.recipients(channel.id, change))))


def _waits(trial: Trial, now: datetime) -> bool:
    if trial.is_claimed(now):
        return True
    return trial.next is not None and now < trial.next


def fact_for(
    channel: Channel, stands: Standing, heard: Heard | None, at: Situation
) -> Fact | None:
    """Return what a recipient has to be told of a change; None for nothing.

    What was overtaken is not told any more: who did not hear that a release began, and it is over,
    hears how it ended.

    Args:
        channel: says how long before its window a change is announced.
        stands: how the change stands.
        heard: what they were told last; None for nothing.
        at: the time, and how long something is news.
    """
    match stands.phase:
        case "planned":
            return _of_plan(channel, stands, heard, at.now)
        case "cancelled":
            return "cancelled" if heard is not None and heard.fact in _PLANS else None
        case "running":
            return _of_start(stands, heard, at)
        case "ended":
            return _of_end(stands, heard, at)


def _of_plan(channel: Channel, stands: Standing, heard: Heard | None, now: datetime) -> Fact | None:
    if stands.end is not None and stands.end <= now:
        return None
    if heard is not None and heard.fact in _PLANS:
        return None if heard.occasion == stands.occasion else "moved"
    early = channel.before is not None and stands.start is not None
    if early and now < _earliest(stands.start, channel.before):
        return None
    return "announced"


def _earliest(start: datetime | None, before: timedelta | None) -> datetime:
    assert start is not None  # noqa: S101 - asked only where there are both
    assert before is not None  # noqa: S101
    return start - before


def _of_start(stands: Standing, heard: Heard | None, at: Situation) -> Fact | None:
    if heard is None:
        return "starts" if _is_news(stands, at) else None
    # also of a release that had ended and is rolled back
    is_told = heard.fact not in (*_PLANS, "cancelled") and _run(heard) == stands.run
    return None if is_told else "starts"


def _of_end(stands: Standing, heard: Heard | None, at: Situation) -> Fact | None:
    if heard is None:
        return stands.fact if _is_news(stands, at) else None
    return None if (heard.fact, heard.occasion) == (stands.fact, stands.occasion) else stands.fact


def _run(heard: Heard) -> str:
    return heard.occasion.partition(" ")[0]


def _is_news(stands: Standing, at: Situation) -> bool:
    return stands.since is not None and at.now - at.news <= stands.since
