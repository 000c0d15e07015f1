"""E-mail addresses that GitHub gives its accounts.

No pydantic here: `check` reads them without paying for it.
"""

from __future__ import annotations

import re
from typing import Final

_NOREPLY: Final = re.compile(
    r"([0-9]{1,18})\+[^@]+@users\.noreply\.github\.com", re.ASCII | re.IGNORECASE
)


def account_of(address: str) -> int | None:
    """Return the account's number in an address that GitHub made for it, otherwise None.

    The form is `<id>+<login>@users.noreply.github.com`, in any case of letters.
    """
    found = _NOREPLY.fullmatch(address)
    if found is None:
        return None
    return int(found[1])
