"""Ids from the names of other systems: legal, stable, and different for different names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb_sources import collect
from changeflow.cmdb_sources.identifiers import (
    LONGEST,
    id_of,
    joined,
    label_key,
    name_of,
    told_apart,
    written_name,
)
from changeflow.model.document_parts import CI_ID_PATTERN, ID_PATTERN, Prose, Text
from tests.examples import examples

# what ids are made of, so that a name that imitates an id is found
TRICKY = st.text(alphabet="idu_.2bf+支 -/:A", min_size=1, max_size=12)


@settings(max_examples=examples(500))
@given(TRICKY | st.text(min_size=1, max_size=20))
def test_an_id_is_legal_and_can_be_read_back_so_that_different_names_have_different_ids(name: str) -> None:
    ci = id_of(name)
    assert re.match(CI_ID_PATTERN, ci)
    assert name_of(ci) == name


@pytest.mark.parametrize("name", ["payments-db", "apps/v1:web.default", "my_user", "0ad", "web_uat", "shop_ue.1", "id.web"])
def test_a_name_that_is_an_id_stays_as_it_is(name: str) -> None:
    assert id_of(name) == name


@pytest.mark.parametrize(
    ("name", "ci"),
    [("g++", "g_u2b.2b_"), ("支付", "id._u652f.4ed8_"), ("a_ub_", "a_u5f_ub_"), ("a_ub+", "a_u5f_ub_u2b_"), ("id..x", "id_u2e_.x"), (".x", "id..x"), ("a b", "a_u20_b")],
)
def test_other_characters_are_written_as_their_code_points(name: str, ci: str) -> None:
    assert id_of(name) == ci


@settings(max_examples=examples(500))
@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,12}", fullmatch=True) | st.text(alphabet="idu_.2bf-a", min_size=1, max_size=12))
def test_the_name_that_is_written_for_an_id_is_read_as_that_id_if_there_is_one(ci: str) -> None:
    name = written_name(ci)
    if re.match(CI_ID_PATTERN, ci) and name != ci:
        assert id_of(name) == ci
    if "_u" not in ci and re.match(CI_ID_PATTERN, ci) and not ci.startswith("id."):
        assert name == ci


@pytest.mark.parametrize("ci", ["x_u110000_", "x_ud800_", "x_u0062_", "x_u62_"])
def test_an_id_that_only_looks_like_written_code_points_has_no_name(ci: str) -> None:
    assert written_name(ci) == ci


def test_a_name_of_a_million_characters_is_cut_and_keeps_apart_from_those_that_begin_alike() -> None:
    long = "x" * 1_000_000
    ci = id_of(long)
    assert len(ci) == LONGEST
    assert ci != id_of(long + "y")
    assert re.match(CI_ID_PATTERN, ci)
    # the same text as a name is not taken for it
    assert id_of(ci) != ci


def test_the_limits_are_those_of_the_documents() -> None:
    assert f"{{0,{LONGEST - 1}}}" in CI_ID_PATTERN
    assert collect._ID.pattern in ID_PATTERN
    assert [limit.max_length for limit in Text.__metadata__[0].metadata if hasattr(limit, "max_length")] == [collect.TEXT]
    assert [limit.max_length for limit in Prose.__metadata__[0].metadata if hasattr(limit, "max_length")] == [collect.PROSE]


def test_what_several_names_tell_apart_is_joined_so_that_no_two_become_one() -> None:
    assert joined("Kind", "default", "web") == "Kind/default/web"
    assert joined("a/b", "c") != joined("a", "b/c")


def test_a_name_that_several_have_is_followed_by_the_key_of_each() -> None:
    assert told_apart([("1", "web"), ("2", "db"), ("3", "web"), ("4", "")]) == {"1": "web:1", "2": "db", "3": "web:3", "4": "4"}


def test_a_column_becomes_the_key_of_a_label() -> None:
    assert label_key("cost center (€)") == "cost-center"
    assert label_key("§§") is None
