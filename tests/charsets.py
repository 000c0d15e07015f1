"""Which names this Python can spell under the locale in which the tests run."""

from __future__ import annotations

import sys

import pytest


def spell(*names: str) -> None:
    """Skip a test that calls the program in this process, where Python cannot spell its names as UTF-8.

    changeflow itself starts again in UTF-8 mode there; `tests/test_encodings.py` starts it as people do.
    """
    if sys.getfilesystemencoding() != "utf-8" and not all(name.isascii() for name in names):
        pytest.skip(f"Python names files in {sys.getfilesystemencoding()} here, and changeflow would not")
