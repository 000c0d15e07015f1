"""This project's own gate: the workflows that `init --host github` writes, with what differs because the action lives here.

`python -m tests.workflows.own` writes them anew (`make example` calls it); a test compares.
"""

from __future__ import annotations

import re

from tests.workflows.places import PROJECT, USES, shipped

OWN_ACTION = (
    "./.github/actions/changeflow"
    " # zizmor: ignore[self-repository] -- it comes from the default branch or the base, never from the pull request"
)
FOLDER = ".github/changeflow"
READY = "vars.CHANGEFLOW_GATE == 'on'"  # until the maintainers' accounts are in the roster nobody could open it


def own_workflows() -> dict[str, str]:
    """File name -> text."""
    return {name: _own(text) for name, text in shipped().items()}


def _own(text: str) -> str:
    """The action of this very repository, its change repository's folder, and nothing to publish before there is an App."""
    text = text.replace(
        f"uses: {USES}\n        with:\n", f"uses: {OWN_ACTION}\n        with:\n          repository-path: {FOLDER}\n"
    )
    return re.sub(r"(?m)^    if: (?P<condition>.+)$", rf"    if: {READY} && (\g<condition>)", text)


if __name__ == "__main__":
    for name, text in own_workflows().items():
        (PROJECT / ".github" / "workflows" / name).write_text(text, encoding="utf-8")
