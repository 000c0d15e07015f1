"""Blocks of changes that depend on each other: those on one item in one week.

One incident may be the trouble of all of them, so intervals are drawn from blocks and not
from single changes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from changeflow.insight.event_counts import NO_CODE, Codes
from changeflow.insight.instants import DAY
from changeflow.insight.past import Past

_WEEK: Final = 7 * DAY


def blocks_of(past: Past, rows: Codes) -> Codes:
    """Return the block of each of these changes.

    A change on several items belongs to the one that most of these changes have. One without items
    is a block by itself.
    """
    judged = np.zeros(past.changes, np.bool_)
    judged[rows] = True
    mine = judged[past.item_change]
    change, item = past.item_change[mine], past.item[mine]
    busy = np.bincount(item)[item] if len(item) else item
    busiest = np.full(past.changes, NO_CODE)
    # What is written last stays: the item with the most changes.
    order = np.argsort(busy, kind="stable")
    busiest[change[order]] = item[order]
    weeks = past.start[rows] // _WEEK
    found: Codes = busiest[rows] * (weeks.max(initial=0) + 1) + weeks
    alone = np.flatnonzero(busiest[rows] == NO_CODE)
    found[alone] = -1 - alone
    return found
