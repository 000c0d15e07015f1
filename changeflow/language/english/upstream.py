"""What could have caused trouble on items."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "upstream.title": "What could have caused trouble on {items:items}",
    "upstream.incomplete": "This may be incomplete",
    "upstream.problem": "changes could not all be read, or do not count: {why}",
    "upstream.unreadable": "requests that cannot be read, and may have touched it: {changes:codes}",
    "upstream.changes": "Changes since {since:time}, the likeliest first",
    "upstream.none": "No change of these days touched it or anything that it rests on.",
    "upstream.none:unknown": "No change that can be read touched it or anything that it rests on.",
    "upstream.change:began": "{state:word} since {began:time}, by {by:person}",
    "upstream.change:ended": "{state:word}, from {began:time} to {ended:time}, by {by:person}",
    "upstream.change:untimed": "{state:word}, by {by:person}",
    "upstream.touched": "touches {items:items}, score {score}",
    "upstream.touched:own": "touches it directly: {items:items}",
    "upstream.rests_on": "What it rests on: {count:count}",
    "upstream.sum": "Those that affect it when they fail alone: {hitting:count} of {count:count}.",
    "upstream.sum:none": "Those that affect it when they fail alone: none of {count:count}.",
    "upstream.sum:nothing": "It rests on nothing that the CMDB knows.",
    "upstream.more": "{count:count} more; `--format json --all` lists them all.",
    "upstream.column:score": "Score",
    "upstream.column:steps": "Steps",
    "upstream.column:tier": "Tier",
    "upstream.column:owner": "Owner",
    "upstream.column:item": "Item",
}
