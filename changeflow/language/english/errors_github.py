"""What is wrong between this program and GitHub."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hub.traced": "{hint} (GitHub's request {number})",
    "hub.give_access": (
        "the token cannot see this repository; give the workflow or the App access to it"
    ),
}
