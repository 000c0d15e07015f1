"""When commits came to the main branch, by the pushes that the code host tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from changeflow.hosts.delivered import HostPush
from changeflow.model.answers.completeness import CompletenessGap


def push_times(pushes: Sequence[HostPush], numbers: Mapping[str, int]) -> Mapping[int, datetime]:
    """Return the commits of the branch, by number, to when they were pushed first.

    Args:
        pushes: oldest first.
        numbers: commits of the branch, to their numbers.
    """
    found: dict[int, datetime] = {}
    for push in pushes:
        last = numbers.get(push.after)
        if last is None:
            continue
        first = last
        if push.before in numbers:
            first = numbers[push.before] + 1
        elif not push.before:
            # the branch was made
            first = 0
        for number in range(min(first, last), last + 1):
            found.setdefault(number, push.at)
    return found


def lost_commits(
    pushes: Sequence[HostPush], numbers: Mapping[str, int], brought: Mapping[str, int]
) -> Iterator[CompletenessGap]:
    """Yield what pushes brought to the branch, and forced ones took from it again.

    Args:
        pushes: to the branch.
        numbers: commits of the branch, to their numbers.
        brought: all commits that the branch contains.
    """
    told_of = {push.before for push in pushes if push.forced}
    for push in pushes:
        if push.forced and push.before and push.before not in brought:
            yield CompletenessGap(
                kind="push_forced", change=None, commit=push.before, at=push.at, place=push.after
            )
        # what a forced push brought may go with the branch, which is made anew without it
        is_told = push.forced and push.after in told_of
        if push.after and push.after not in numbers and not is_told:
            yield CompletenessGap(
                kind="push_not_on_main",
                change=None,
                commit=push.after,
                at=push.at,
                place=push.after,
            )
