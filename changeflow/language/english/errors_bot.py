"""What keeps the bot from judging or answering."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "bot.no_rule": "on this host no deployment waits for the gate",
    "bot.unreadable": (
        "{change}: something that judges cannot be read",
        "`changeflow gate deploy` says what",
    ),
    "bot.no_branch": (
        "`{remote}` has no branch `{branch}`",
        "is this a clone of the change repository?",
    ),
    "bot.no_queue": ("this host has no merge queue", "merge pull requests one after the other"),
    "bot.no_answer": "git says nothing about a merge",
    "bot.bug": ("a bug in changeflow: {kind}", "see the log of this run"),
}
