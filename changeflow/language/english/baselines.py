"""Baselines of the CMDB, and the differences between two states of it."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "cmdb_diff.title": "Differences of the CMDB",
    "cmdb_diff.state": "{name}",
    "cmdb_diff.state:work_tree": "the work tree",
    "cmdb_diff.state:baseline": "{name} (baseline, commit {commit})",
    "cmdb_diff.state:commit": "{name} (commit {commit})",
    "cmdb_diff.fact:from": "from",
    "cmdb_diff.fact:to": "to",
    "cmdb_diff.fact:counts": "differences",
    "cmdb_diff.counts": (
        "{added} added, {changed} changed, {removed} removed; {unauthorised} without a change"
    ),
    "cmdb_diff.none": "the two say the same of every item",
    "cmdb_diff.made": "Made by changes",
    "cmdb_diff.unauthorised": "Without a change",
    "cmdb_diff.item:added": "{ci:item}: added",
    "cmdb_diff.item:changed": "{ci:item}: changed",
    "cmdb_diff.item:removed": "{ci:item}: removed",
    "cmdb_diff.item_by": "{item:sentences} by {changes:list}",
    "cmdb_diff.attribute": "{attribute}: {before} -> {after}",
    "cmdb_diff.attribute:added": "{attribute}: {after}",
    "cmdb_diff.attribute:removed": "{attribute}: {before}",
    "cmdb_diff.nothing": "none",
    "cmdb_diff.more": "{count:plural item items} more: `--format json` has all of them",
    "cmdb_diff.reasons": "{why:sentences}",
    "cmdb_diff.why:no_change": "commit {commit} of {author}, {at:time}, belongs to no change",
    "cmdb_diff.why:not_listed": (
        "commit {commit} of {author}, {at:time}, came with {named:sentences}, which does not list the item"
    ),
    "cmdb_diff.why:not_agreed": (
        "commit {commit} of {author}, {at:time}, came with {named:sentences}, which is not agreed to"
    ),
    "cmdb_diff.why:closed": (
        "commit {commit} of {author}, {at:time}, came after the review of {named:sentences}"
    ),
    "cmdb_diff.why:uncommitted": "only in the work tree: no commit has it",
    "cmdb_diff.why:no_commit": "no commit between the two made it",
    "cmdb_diff.named": "{change} ({state:word})",
    "cmdb_diff.named:not_on_main": "{change} (not on the main branch)",
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
