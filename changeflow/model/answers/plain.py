"""An answer as plain data, for `--format json` and the ledger."""

from typing import Any

from changeflow.model.document_parts import Record


def answer(record: Record) -> dict[str, Any]:
    """Return the JSON answer as plain data, keys as in the contract."""
    return record.model_dump(mode="json", by_alias=True)
