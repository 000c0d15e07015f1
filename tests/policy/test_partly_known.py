"""Conditions on facts of which only some are known: what is not known never counts as absent, nor as true."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.policy.cel import compile_condition
from changeflow.policy.partly_known import KnownFacts, PartlyKnown

FACTS: dict[str, Any] = {
    "change": {"type": "normal", "category": None},
    "risk": {"score": 61},
    "impact": {"changed": [{"ci": "db", "type": "database"}, {"ci": "web", "type": "service"}]},
}
KNOWN = KnownFacts(FACTS, frozenset({"ci", "type"}))


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ('change.type == "normal"', True),
        ('change.type != "normal"', False),
        ("risk.score > 60 && change.type == 'normal'", True),
        ("change.draft", None),
        ("!change.draft", None),
        # a field that a record does not tell is not known to be absent
        ("has(change.rollback)", None),
        ("!has(change.rollback)", None),
        ("change.category == 'patch'", None),
        ("has(change.category)", None),
        # what is known decides where that is enough, on either side
        ("change.type == 'normal' || change.draft", True),
        ("change.draft || change.type == 'normal'", True),
        ("change.draft && change.type == 'standard'", False),
        ("change.draft && change.type == 'normal'", None),
        ("change.draft || change.type == 'standard'", None),
        # elements of lists, by the fields that all of them tell
        ("impact.changed.exists(i, i.type == 'database')", True),
        ("impact.changed.all(i, i.type == 'database')", False),
        ("impact.changed.exists(i, i.owner == 'ops')", None),
        ("impact.changed.exists(i, has(i.owner))", None),
        ("size(conflicts) == 0", None),
        ("size(evidence.approvals) > 0", None),
        ("change.type + 1 == 'x'", None),
    ],
)
def test_what_is_not_known_is_neither_true_nor_false(source: str, answer: bool | None) -> None:
    assert PartlyKnown().truth(source, KNOWN) is answer


def test_names_are_known_where_all_that_they_read_is() -> None:
    judge = PartlyKnown()
    assert judge.names("impact.changed.map(i, i.type)", KNOWN) == ("database", "service")
    assert judge.names("impact.owners", KNOWN) is None


LEAVES = ("change.type == 'normal'", "change.type == 'standard'", "risk.score > 60", "change.draft", "change.a == 1")


def conditions() -> st.SearchStrategy[str]:
    pairs = lambda inner: st.tuples(inner, st.sampled_from(("&&", "||")), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")  # noqa: E731
    return st.recursive(st.sampled_from(LEAVES), lambda inner: pairs(inner) | inner.map(lambda one: f"!({one})"), max_leaves=6)


@given(conditions(), st.booleans(), st.integers(0, 2))
def test_an_answer_holds_whatever_the_unknown_facts_are(source: str, draft: bool, number: int) -> None:
    """The oracle: with all facts filled in, the ordinary condition says the same."""
    answer = PartlyKnown().truth(source, KNOWN)
    whole = {**FACTS, "change": FACTS["change"] | {"draft": draft, "a": number}}
    if answer is not None:
        empty = {"calendar": {}, "conflicts": [], "evidence": {}, "now": None}
        assert compile_condition(source).truth({**empty, **whole}) is answer
