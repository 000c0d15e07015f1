"""An error in a condition is never covered up by what stands beside it (input I32)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.policy.cel import ConditionError, compile_condition

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LEAVES = {"true": True, "false": False, "change.gone": None, "change.yes": True, "change.no": False, "1 < 2": True}


def truth(source: str, **facts: Any) -> bool:
    empty: dict[str, Any] = {"change": {"yes": True, "no": False}, "impact": {}, "risk": {}, "calendar": {}, "evidence": {}}
    return compile_condition(source).truth({**empty, "conflicts": [], "now": NOW, **facts})


@pytest.mark.parametrize(
    "source",
    [
        'change.emergency.incident == "x" || true',
        "change.gone == 1 && false",
        "!(change.gone == 1 && false)",
        "(false || (change.gone == 1 || true)) && true",
        "change.yes ? (change.gone || true) : true",
        "(change.gone || true) ? true : false",
        "(change.gone || true) == true",
        "(change.gone || true) in [true]",
        "[change.gone || true][0]",
        "dyn(change.gone || true)",
        '{"k": change.gone || true}["k"]',
        "true ? (change.gone || true) == true : false",
        "size([change.gone || true]) == 1",
        "!((change.gone || true) == false)",
    ],
)
def test_an_error_on_the_left_is_an_error(source: str) -> None:
    with pytest.raises(ConditionError, match="Key not found"):
        truth(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("has(change.rollback) && size(change.rollback.steps) > 0", False),
        ("!has(change.rollback) || size(change.rollback.steps) > 0", True),
        ("has(change.rollback) ? change.rollback.steps == [] : true", True),
        ("true || change.gone", True),
        ("change.no && change.gone", False),
        ("[1, 2].all(x, x > 0 || change.gone)", True),
    ],
)
def test_what_guards_the_right_side_still_does(source: str, expected: bool) -> None:
    assert truth(source) is expected


trees = st.recursive(
    st.sampled_from(sorted(LEAVES)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(("||", "&&")), inner, inner),
        st.tuples(st.just("!"), inner),
        st.tuples(st.just("?"), inner, inner, inner),
    ),
    max_leaves=8,
)


def spelt(tree: Any) -> str:
    match tree:
        case str():
            return tree
        case "!", inner:
            return f"!({spelt(inner)})"
        case "?", condition, then, otherwise:
            return f"(({spelt(condition)}) ? ({spelt(then)}) : ({spelt(otherwise)}))"
        case operator, left, right:
            return f"(({spelt(left)}) {operator} ({spelt(right)}))"
        case _:
            raise AssertionError(tree)


def expected(tree: Any) -> bool | None:
    """Python's own left-to-right reading; None for an error."""
    match tree:
        case str():
            return LEAVES[tree]
        case "!", inner:
            value = expected(inner)
            return None if value is None else not value
        case "?", condition, then, otherwise:
            value = expected(condition)
            return None if value is None else expected(then if value else otherwise)
        case operator, left, right:
            value = expected(left)
            return value if value is None or value is (operator == "||") else expected(right)
        case _:
            raise AssertionError(tree)


@given(trees)
def test_every_condition_means_what_it_means_from_left_to_right(tree: Any) -> None:
    try:
        found: bool | None = truth(spelt(tree))
    except ConditionError:
        found = None
    assert found is expected(tree), spelt(tree)


def test_a_list_of_names_is_looked_into_as_well() -> None:
    facts: dict[str, Any] = {
        "change": {"yes": True},
        "impact": {},
        "risk": {},
        "calendar": {},
        "evidence": {},
        "conflicts": [],
        "now": NOW,
    }
    with pytest.raises(ConditionError, match="Key not found"):
        compile_condition('(change.gone || true) ? ["weak"] : ["cab"]').names(facts)
    assert compile_condition('(change.yes || change.gone) ? ["weak"] : ["cab"]').names(facts) == ("weak",)
    assert compile_condition('has(change.gone) && change.gone ? ["weak"] : ["cab"]').names(facts) == ("cab",)


def test_the_longest_condition_is_read_to_its_end() -> None:
    source = " || ".join(["change.no"] * 300) + " || "
    assert len(source) > 3_800
    assert truth(f"{source}true")
    with pytest.raises(ConditionError, match="Key not found"):
        truth(f"{source}change.gone || true")
