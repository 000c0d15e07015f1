"""Runs a Python program and writes down what it did, for benchmarks/walks.py.

    python -X utf8 benchmarks/witness.py REPORT [--walk] (SCRIPT | -m MODULE) ARGUMENTS...

REPORT gets a line of JSON for every process that the program starts, as Python itself announces
it (the audit event `subprocess.Popen`), also from processes that it forked. With `--walk` a last
line says which functions of changeflow were called and how often each document was loaded; what
runs while a module is imported is not counted.
Children of those processes are not seen: what git starts is git's own affair.
"""

from __future__ import annotations

import inspect
import json
import os
import runpy
import sys
import threading
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PACKAGE = str(Path(__file__).resolve().parent.parent / "changeflow") + os.sep
# `load` in a file of this name reads the bytes of a document
LOADER = os.sep + "loader.py"


class Walk:
    """Functions that were called, and documents that were loaded."""

    def __init__(self) -> None:
        self.functions: set[CodeType] = set()
        self.loads: Counter[str] = Counter()
        self._importing = 0

    def saw(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Take note of a call; a function for `sys.setprofile`."""
        code = frame.f_code
        if event not in ("call", "return") or not code.co_filename.startswith(PACKAGE):
            return
        if code.co_name == "<module>" and frame.f_globals["__name__"] == "__main__":
            return
        if code.co_name == "<module>":
            self._importing += 1 if event == "call" else -1
        elif event == "call" and not self._importing and _is_function(code):
            self._called(frame, code)

    def _called(self, frame: FrameType, code: CodeType) -> None:
        self.functions.add(code)
        if code.co_name == "load" and code.co_filename.endswith(LOADER):
            given = (frame.f_locals[name] for name in code.co_varnames[: code.co_argcount])
            self.loads.update(value for value in given if isinstance(value, str))

    def told(self) -> dict[str, Any]:
        """Return what goes into the report."""
        files = sorted({code.co_filename.removeprefix(PACKAGE) for code in self.functions})
        return {"files": files, "functions": len(self.functions), "loads": self.loads}


def _is_function(code: CodeType) -> bool:
    """Whether code has a name of its own: bodies of classes, lambdas and comprehensions have not."""
    return bool(code.co_flags & inspect.CO_OPTIMIZED) and not code.co_name.startswith("<")


def main() -> None:
    report, *rest = sys.argv[1:]
    # Appending in one write, so that lines of forked processes do not mix.
    out = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(line: dict[str, Any]) -> None:
        os.write(out, (json.dumps(line) + "\n").encode())

    def audited(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "subprocess.Popen":
            _program, argv, folder, _environment = arguments
            words = [os.fsdecode(word) for word in argv]
            tell({"argv": words, "folder": os.fsdecode(folder or Path.cwd())})

    sys.addaudithook(audited)
    walk = Walk() if rest[0] == "--walk" else None
    if walk is not None:
        rest = rest[1:]
        threading.setprofile(walk.saw)
        sys.setprofile(walk.saw)
    try:
        _run(rest)
    finally:
        if walk is not None:
            sys.setprofile(None)
            tell(walk.told())


def _run(words: list[str]) -> None:
    if words[0] == "-m":
        sys.path[0] = str(Path.cwd())
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = str(Path(words[0]).parent)
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
