"""What is wrong with a ledger is said in the reader's language, and recorded in English as ever."""

from __future__ import annotations

import json
import string
from datetime import UTC

import pytest

from changeflow.language.catalogue import sentences
from changeflow.language.findings import for_reader, found
from changeflow.language.reader import Reader
from changeflow.ledger import chain_rules

CHINESE = Reader("zh", UTC)
DATA = {
    "at": "2026-11-20T00:00:00Z", "span": 7_200.0, "signers": ["carol", "dave"], "ended": "rolled_back", "state": "rolled_back", "seq": 7, "count": 2,
}  # fmt: skip


def test_every_rule_of_the_ledger_has_sentences_in_both_languages() -> None:
    for language in ("en", "zh"):
        said = {key.partition(":")[0] for key in sentences(language, "ledger_findings")}
        assert said == {rule.id for rule in chain_rules.RULES}


@pytest.mark.parametrize("key", sorted(sentences("en", "ledger_findings")))
def test_a_finding_is_english_until_a_reader_of_chinese_asks(key: str) -> None:
    rule, _, case = key.partition(":")
    named = {}
    for part in sentences("en", "ledger_findings")[key]:
        named |= {name: DATA.get(name, name) for _, name, _, _ in string.Formatter().parse(part) if name}
    finding = found(rule, "a/000007-release.json", named | ({"case": case} if case else {}))
    assert finding.message.isascii()
    assert finding.hint.isascii()
    assert for_reader(finding, Reader("en")) == finding
    told = for_reader(finding, CHINESE)
    assert not told.message.isascii()
    assert not told.hint.isascii()
    json.dumps(finding.as_json())
