"""UTF-8 on every machine, whatever the process's locale says.

Names, arguments, files and pipes are read and written as UTF-8.

Python decides when it starts how it decodes arguments, names of files and the environment. Where
that is not UTF-8, the program starts once again in Python's UTF-8 mode: the same process, the same
arguments, the same environment (so that what it starts later sees no difference).
docs/decisions/utf8.md says why.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, NoReturn, TextIO

from changeflow import errors

_UTF8: Final = "utf-8"


def use_utf8() -> None:
    """Make this process read and write UTF-8, by starting it again where that is the only way.

    Where it cannot be started again it ends: going on would give other digests than elsewhere.
    """
    if sys.getfilesystemencoding().lower() != _UTF8:
        _start_again()
    for stream in (sys.stdout, sys.stderr):
        write_as_utf8(stream)


def _start_again() -> None:
    # the documented place of -X options
    if "utf8" in sys._xoptions or not sys.executable:  # noqa: SLF001
        _end("this Python was told not to use UTF-8, and changeflow works in nothing else")
    program = os.fsencode(sys.executable)
    try:
        # this very program
        os.execv(program, [program, b"-X", b"utf8", *_arguments()[1:]])  # noqa: S606
    except OSError as error:
        _end(f"changeflow cannot start again in UTF-8: {error.strerror}")


def _end(message: str) -> NoReturn:
    hint = "set LC_ALL=C.UTF-8, or start it with `python -X utf8 -m changeflow`"
    sys.stderr.write(f"error: {message}\nhint: {hint}\n")
    sys.exit(errors.HOST_FAILED)


def _arguments() -> list[bytes]:
    """Return the command line byte for byte.

    Not every encoding gives back what it was given.
    """
    try:
        exact = Path("/proc/self/cmdline").read_bytes().split(b"\0")[:-1]
    except OSError:
        exact = []
    if len(exact) == len(sys.orig_argv):
        return exact
    return list(map(os.fsencode, sys.orig_argv))


def write_as_utf8(stream: TextIO | None) -> None:
    """Let a standard stream write UTF-8.

    A terminal gets its own encoding, with escapes for what that lacks.
    """
    if stream is None or not hasattr(stream, "reconfigure"):
        return
    encoding = _of_terminal(stream) if stream.isatty() else _UTF8
    try:
        stream.reconfigure(encoding=encoding, errors="backslashreplace")
    except OSError:
        # What was written before finds no room: the next writing fails in the same way, and is told.
        return


def _of_terminal(stream: TextIO) -> str:
    """Return the encoding of a terminal: what PYTHONIOENCODING or the locale says.

    The locale C says nothing: UTF-8.
    """
    if stream.encoding.lower() != _UTF8 or not sys.flags.utf8_mode:
        return stream.encoding
    import codecs
    import locale

    try:
        name = codecs.lookup(locale.getencoding()).name
    except LookupError:
        return _UTF8
    return _UTF8 if name == "ascii" else name
