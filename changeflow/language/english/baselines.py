"""Baselines of the CMDB, and the differences between two states of it."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "baselines.none": "no baseline yet: `changeflow cmdb baseline NAME` records one",
    "baselines.column:name": "name",
    "baselines.column:at": "when",
    "baselines.column:by": "by",
    "baselines.column:commit": "commit",
    "baselines.column:items": "items",
    "baselines.column:relations": "relations",
    "baselines.column:digest": "digest",
    "baselines.column:signed": "signed",
    "baselines.unsigned": "no",
    "baselines.simulated": "{at:time} (simulated clock)",
    "baselines.recorded": "baseline {name} is recorded: entry {seq} of the ledger",
}
