"""Who started a job of GitHub Actions, by the number of the account.

Actions tells the number of the account that started the first attempt (`GITHUB_ACTOR_ID`), and only
the login of the one that started this attempt (`GITHUB_TRIGGERING_ACTOR`): where the two differ, no
number is known, and a login proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from changeflow.model.deployer import Deployer

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


def actor_of(variables: Mapping[str, str]) -> Deployer | None:
    """Return the account behind a job; None outside of one."""
    if variables.get("GITHUB_ACTIONS") != "true":
        return None
    first, this = variables.get("GITHUB_ACTOR", ""), variables.get("GITHUB_TRIGGERING_ACTOR", "")
    number = variables.get("GITHUB_ACTOR_ID", "")
    account = None
    if _NUMBER.fullmatch(number) and _is_first(first, this, variables):
        account = int(number)
    return Deployer(source="github", account=account, login=this or first)


def _is_first(first: str, this: str, variables: Mapping[str, str]) -> bool:
    """Tell whether this attempt was started by the account that started the first one."""
    if this:
        return this.casefold() == first.casefold()
    # Servers before 3.7 do not tell who started this attempt; who started the run started the
    # first.
    return variables.get("GITHUB_RUN_ATTEMPT") == "1"
