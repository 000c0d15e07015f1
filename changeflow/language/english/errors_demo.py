"""What ends the demonstration."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "demo.wrong": (
        "the story went wrong: `{command}`: {problem}",
        "this is a bug; please report it",
    ),
    "demo.not_rolled_back": "the story went wrong: no entry says that the release was rolled back",
    "demo.no_keygen": ("ssh-keygen cannot be run: {why:system}", "it comes with OpenSSH"),
    "demo.keygen_failed": "ssh-keygen failed: {said}",
    "demo.place_taken": (
        "`{folder}` holds something already",
        "--keep takes a new or an empty folder",
    ),
    "demo.no_place": ("`{folder}` cannot be made: {why:system}", "choose another place"),
}
