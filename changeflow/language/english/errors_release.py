"""A release that may not start, or a person may not intervene in."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "run.no_steps": ("{change} has no implementation steps", "a draft cannot be released"),
    "run.edited": (
        "{change} was edited while its gate was being decided",
        "nothing was touched; run it again",
    ),
    "run.held": (
        "the release of {change} holds the environment `{environment}`",
        "`changeflow release status {change}` shows it",
    ),
    "run.shut": (
        "the deploy gate of {change} is shut: {reasons}",
        "`changeflow gate deploy {change}` shows the whole tree",
    ),
    "run.under_way": (
        "the release of {change} is under way: {who}",
        "if that process is gone: `changeflow release resume {change} --run {run}`",
    ),
    "run.not_released": (
        "{change} has not been released",
        "`changeflow release run {change}` starts it",
    ),
    "run.running_here": (
        "the release of {change} is running on this machine (run {run})",
        "`changeflow release status {change}` follows it",
    ),
    "run.not_over": (
        "the release of {change} is not over, so there is nothing to review",
        "`changeflow release status {change}` shows how it stands",
    ),
    "run.other_reviewer": (
        "the review is {reviewer}'s, not {person}'s",
        "its reviewer puts it on record",
    ),
}
