"""Which records of the past a back-test or a fit is asked about."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from changeflow.lazy_dataclass import dataclass

DEFAULT_LABEL: Final = "incident-within:P7D"


@dataclass(frozen=True)
class RecordsAsked:
    """Records, a label, and the time at which they are divided.

    Attributes:
        folder: with the tables of the past.
        label: what counts as trouble.
        since: changes that started earlier are left out.
        until: changes that started then or later are left out.
        train_until: what is fitted is fitted to changes that started before, and judged by the
            others; None: the last third judges.
    """

    folder: Path
    label: str = DEFAULT_LABEL
    since: datetime | None = None
    until: datetime | None = None
    train_until: datetime | None = None
