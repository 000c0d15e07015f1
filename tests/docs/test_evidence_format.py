"""The page about evidence, byte for byte, says what the program does."""

from __future__ import annotations

import hashlib
import re

from changeflow.ledger import envelope
from changeflow.ledger.chain import SIGNATURE_LIMIT
from changeflow.model.canonical import canonical_json
from changeflow.model.evidence import KINDS
from changeflow.model.strictjson import SIZE_LIMIT
from tests.docs.typed import PROJECT

PAGE = (PROJECT / "docs/reference/evidence-format.md").read_text(encoding="utf-8")
VALUES = ({"b": 1, "a": [True, False, None]}, {"e\u0301": "e\u0301"}, {"\U0001f600": 2, "\uff5e": 1}, '\x00\t"\\/\x7f\u2028', 2**64, {})


def test_the_vectors_of_canonical_json_are_ours() -> None:
    rows = re.findall(r"\| `([0-9a-f]+)` \| `([0-9a-f]{64})` \|$", PAGE, re.MULTILINE)
    assert rows == [(canonical_json(value).hex(), hashlib.sha256(canonical_json(value)).hexdigest()) for value in VALUES]


def test_limits_types_and_kinds_are_ours() -> None:
    assert f"{envelope.ENTRY_LIMIT:,} bytes, a statement up to {SIZE_LIMIT:,}" in PAGE
    assert SIGNATURE_LIMIT == 8
    assert "up to eight objects" in PAGE
    assert f"`{envelope.PAYLOAD_TYPE}`" in PAGE
    assert f'"{len(envelope.PAYLOAD_TYPE)}"' in PAGE
    says = PAGE.partition("## What entries say")[2].partition("##")[0]
    assert set(re.findall(r"^\| `([a-z]+)` \| ", says, re.MULTILINE)) == set(KINDS)
    assert all(f"`{kind}`" in PAGE.partition("## Canonical JSON")[0] for kind in KINDS)
