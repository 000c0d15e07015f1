"""While many records are made nobody looks for garbage, and afterwards it is as it was before."""

from __future__ import annotations

import gc
import weakref

import pytest

from changeflow.garbage_collection import nothing_to_collect


def test_nobody_looks_for_garbage_until_the_outermost_block_ends() -> None:
    assert gc.isenabled()
    with nothing_to_collect():
        with nothing_to_collect():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with nothing_to_collect():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_error_turns_it_on_again() -> None:
    with pytest.raises(ValueError, match="so"), nothing_to_collect():
        raise ValueError("so")
    assert gc.isenabled()


def test_what_was_made_meanwhile_is_not_looked_at_again_and_goes_when_nothing_refers_to_it() -> None:
    class Kept:
        pass

    with nothing_to_collect():
        one = Kept()
    assert all(found is not one for found in gc.get_objects())
    seen = weakref.ref(one)
    del one
    assert seen() is None
