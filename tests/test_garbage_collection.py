"""While many records are made nobody looks for garbage, and afterwards it is as it was before."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest

from changeflow import garbage_collection
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


def test_what_was_made_meanwhile_is_not_looked_at_again_where_the_process_ends_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kept:
        pass

    monkeypatch.setattr(garbage_collection._Process, "ends_with_command", True)
    try:
        with nothing_to_collect():
            one = Kept()
        assert all(found is not one for found in gc.get_objects())
        seen = weakref.ref(one)
        del one
        assert seen() is None
    finally:
        gc.unfreeze()


def test_a_process_that_lives_on_frees_circles_that_were_made_meanwhile() -> None:
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


def test_the_program_says_that_it_ends_with_its_command() -> None:
    program = "import sys; sys.argv = ['changeflow', 'no-such-command']\nfrom changeflow import __main__, garbage_collection\n__main__.main()\nprint(garbage_collection._Process.ends_with_command)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
