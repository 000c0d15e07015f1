"""Default names of the branches: the main one, and the ledger's."""

from __future__ import annotations

from typing import Final

MAIN_BRANCH: Final = "main"
LEDGER_BRANCH: Final = "changeflow/ledger"
