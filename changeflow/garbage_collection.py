"""Records are trees: nothing is ever freed by looking for circles among them, and looking takes long."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


class _Process:
    """Whether this process ends with the command that it runs."""

    ends_with_command = False


def end_with_command() -> None:
    """Say that this process runs one command and ends with it: what it made need not be looked at again.

    A process that lives on must look: open files and processes may lie in circles.
    """
    _Process.ends_with_command = True


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """Make many records without looking for circles among them, until the end of the block.

    In a process that ends with its command, what is there at the end is never looked at again: the
    first look after it would take as long as all that were spared. It goes when nothing refers to
    it any more, as everything does.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if _Process.ends_with_command:
                gc.freeze()
            gc.enable()
