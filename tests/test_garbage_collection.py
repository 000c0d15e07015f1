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


def test_circles_that_were_made_meanwhile_are_freed_afterwards() -> None:
    """Open files may lie in them: a process that frees none comes to the most that it may have."""

    class Circle:
        pass

    with nothing_to_collect():
        one = Circle()
        one.itself = one  # type: ignore[attr-defined]
    seen = weakref.ref(one)
    del one
    gc.collect()
    assert seen() is None
