"""JSON is written as `json.dumps` writes it with an indent of two spaces."""

from __future__ import annotations

import json
from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.render.json_text import as_json


class Word(StrEnum):
    LIVE = "live"


class Level(IntEnum):
    HIGH = 3


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([Word.LIVE, Level.HIGH])
)
KEYS = st.text() | st.integers() | st.booleans() | st.none() | st.floats() | st.just(Word.LIVE)
DATA = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner).map(OrderedDict)
        | st.dictionaries(st.text(), inner)
    ),
)


@given(DATA)
def test_data_are_written_as_by_the_library(data: Any) -> None:
    assert as_json(data) == json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        as_json({"a": [{1}]})
