"""Edits keep what the author wrote: comments, order, quotes, layout."""

from __future__ import annotations

import pytest
import valid_repository as valid
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.documents.edits import set_values
from changeflow.documents.loader import load
from changeflow.errors import Unreadable
from tests.examples import examples


def test_one_value_changes_and_nothing_else() -> None:
    edited = set_values(valid.RFC, {("spec", "rollback", "limit"): "PT45M", ("metadata", "title"): "Upgrade it"})
    assert edited == valid.RFC.replace("limit: PT30M", "limit: PT45M").replace(
        "Upgrade payments-db to PostgreSQL 17", "Upgrade it"
    )


@pytest.mark.parametrize(
    "text", [valid.RFC, valid.ITEMS, valid.ROSTER, valid.POLICY, valid.MODEL], ids=["rfc", "ci", "roster", "policy", "model"]
)
def test_an_edit_that_changes_nothing_returns_the_text_as_it_was(text: str) -> None:
    kept = set_values(text, {("kind",): load(text.encode(), "x").documents[0].data["kind"]})
    assert load(kept.encode(), "x").documents[0].data == load(text.encode(), "x").documents[0].data
    assert [line for line in kept.splitlines() if "#" in line] == [line for line in text.splitlines() if "#" in line]


def test_missing_mappings_are_made_elements_appended_and_keys_removed() -> None:
    edited = set_values(
        valid.RFC, {("metadata", "labels", "team"): "payments", ("spec", "fixes", 1): "PRB-7", ("spec", "benefit"): None}
    )
    data = load(edited.encode(), "x").documents[0].data
    assert data["metadata"]["labels"] == {"team": "payments"}
    assert data["spec"]["fixes"] == ["PRB-1042", "PRB-7"]
    assert "benefit" not in data["spec"]
    assert "# incidents or problems this change resolves" in edited


@pytest.mark.parametrize(
    ("text", "route"), [("- a\n", ("a",)), ("a: [1\n", ("a",)), ("a: 1\n", ("a", "b")), ("a: []\n", ("a", 5)), ("a: 1\n", ())]
)
def test_an_edit_that_does_not_fit_is_refused(text: str, route: tuple[str | int, ...]) -> None:
    with pytest.raises(Unreadable):
        set_values(text, {route: "x"})


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn"]), max_size=30))
@settings(max_examples=examples(60))
def test_any_text_that_is_set_is_read_back(text: str) -> None:
    edited = set_values(valid.RFC, {("spec", "reason"): text})
    assert load(edited.encode(), "x").documents[0].data["spec"]["reason"] == text
