"""How often something in a calendar was updated, and when it last was."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class EventVersion(NamedTuple):
    """`number` rises with each update; `at` is when the last one was made."""

    number: int
    at: datetime
