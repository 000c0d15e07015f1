"""The branches that hold what people want and what happened, where the configuration names no others."""

from __future__ import annotations

from typing import Final

MAIN_BRANCH: Final = "main"
LEDGER_BRANCH: Final = "changeflow/ledger"
