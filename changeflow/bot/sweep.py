"""Looking at many pull requests.

Every open one on a schedule, after a push, or where an event names none; a group's members.

Each has a budget of its own, as large as when an event is about it alone, so that a large one takes
nothing from the others. The run as a whole stays below what GitHub gives a workflow's token in an
hour (1,000 requests for a repository), and leaves some of that for events. Where it is not enough
for all, each run begins somewhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from typing import Final, Protocol

from changeflow.bot.bot import Bot
from changeflow.bot.pulls import judge_one
from changeflow.model.pull_facts import PullRequestRef
from changeflow.render.pull import OPEN_LABEL

# requests of a run
TOTAL: Final = 800
# requests for one pull request, what a run has that is about that one alone
EACH: Final = 200
# requests of GitHub's hourly limits that are left to events
KEPT: Final = 200
# of a run; the job is given 15 minutes
SECONDS: Final = 700.0
EACH_SECONDS: Final = 200.0
# for each of the others
OPEN_IN_A_ROW: Final = 2

# multiples of it, modulo 1, leave no gap anywhere
_GOLDEN: Final = 0.6180339887498949


class Purse(Protocol):
    """What a run may spend: a connection to a host, as far as it matters here."""

    def affords(self, requests: int, seconds: float, kept: int) -> bool:
        """Tell whether there is room for one more."""

    def portion(self, requests: int, seconds: float) -> AbstractContextManager[None]:
        """Spend on one thing, and no more than this."""


def sweep(bot: Bot, *, publishing: bool) -> None:
    """Judge every open pull request, as far as the budget goes; say which were not reached.

    Those stay as they are. Shut stays shut. Where a verdict stands as open, it is an earlier run's:
    to take it back because the limits are used up would let anybody who can cause events shut every
    gate. Two of three turns are theirs, the run that did not reach one fails, and what is merged on
    it is judged again when it is recorded.

    Raises:
        errors.HostFailed: when the list of open pull requests cannot be read.
    """
    bot.connection.widen(TOTAL, SECONDS)
    refs = [ref for ref in bot.connection.open_pulls() if ref.state == "open"]
    bot.heads |= {ref.number: ref.head_oid for ref in refs}
    left = go_round(
        bot.connection,
        turns(refs, bot.connection.estimate()),
        lambda number: judge_one(bot, number, publishing=publishing),
    )
    if left:
        told = (
            f"not reached in this run, for lack of requests or time: {_names(left)}; they "
            "stay as they are"
        )
        bot.report.lines.append(told)
    if standing := [ref for ref in left if OPEN_LABEL in ref.labels]:
        bot.report.failed.append(
            f"verdicts that stand as open were not looked at again: {_names(standing)}"
        )


def judge_members(bot: Bot, refs: Sequence[PullRequestRef]) -> None:
    """Judge every member of a merge group, each with a budget of its own.

    Those that were not reached keep the group shut.

    Nothing of the host's hourly limits is kept from it: it is an event itself.
    """
    bot.connection.widen(TOTAL, SECONDS)
    left = go_round(
        bot.connection,
        refs,
        lambda number: judge_one(bot, number, publishing=False),
        kept=0,
    )
    if left:
        bot.report.failed.append(
            f"merge group: not reached in this run, for lack of requests or time: {_names(left)}"
        )


def go_round(
    purse: Purse, queue: Sequence[PullRequestRef], judge: Callable[[int], None], kept: int = KEPT
) -> Sequence[PullRequestRef]:
    """Judge one after the other, as long as there is a whole budget for one more.

    Return those that were not reached.
    """
    for done, ref in enumerate(queue):
        if not purse.affords(EACH, EACH_SECONDS, kept):
            return queue[done:]
        with purse.portion(EACH, EACH_SECONDS):
            judge(ref.number)
    return ()


def turns(refs: Sequence[PullRequestRef], now: datetime) -> list[PullRequestRef]:
    """Return the order of this run.

    Two that were open when they were judged last, then one that was not, and so on.

    What is open and should not be matters most, and none starves: both rows begin at a place that
    moves with the time, so that a part of the circle that one run did not reach is where some later
    one begins.
    """
    minute = int(now.timestamp()) // 60
    standing, others = [], []
    for ref in refs:
        if OPEN_LABEL in ref.labels:
            standing.append(ref)
        else:
            others.append(ref)
    return list(_interleaved(iter(_turned(standing, minute)), iter(_turned(others, minute))))


def _turned(refs: Sequence[PullRequestRef], minute: int) -> list[PullRequestRef]:
    ordered = sorted(refs, key=lambda ref: ref.number)
    start = int(minute * _GOLDEN % 1 * len(ordered))
    return ordered[start:] + ordered[:start]


def _interleaved(
    standing: Iterator[PullRequestRef], others: Iterator[PullRequestRef]
) -> Iterator[PullRequestRef]:
    while group := [*islice(standing, OPEN_IN_A_ROW), *islice(others, 1)]:
        yield from group


def _names(refs: Sequence[PullRequestRef]) -> str:
    return ", ".join(f"#{ref.number}" for ref in sorted(refs, key=lambda ref: ref.number))
