"""The line on stderr that tells who waits what is being done (`repo.work`).

It appears after a second, where stderr is a terminal, and is erased before anything else is
written. A pipe, a file and the log of a job never get one.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from changeflow.model.languages import LanguageName
from changeflow.repo.work import Work, work_in_hand

# seconds before the line appears, and between two of its pictures
_PATIENCE: Final = 1.0
_TICK: Final = 0.2
CLEAR: Final = "\r\x1b[2K"


class ProgressLine:
    """The last line of the terminal, while a command runs.

    Args:
        language: returns the language of the reader; it is asked when the line appears.
    """

    def __init__(self, language: Callable[[], LanguageName]) -> None:
        self._language = language
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._shown: Work | None = None
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()

    def clear(self) -> None:
        """Erase the line; it appears again while the work goes on."""
        with self._lock:
            if self._shown is not None:
                _write(CLEAR)
                self._shown = None

    def close(self) -> None:
        """Erase the line, and show no other."""
        self._over.set()
        self.clear()

    def _tick(self) -> None:
        if self._over.wait(_PATIENCE):
            return
        said = Saying(self._language())
        while not self._over.wait(_TICK):
            with self._lock:
                self._show(work_in_hand(), said)

    def _show(self, work: Work | None, said: Saying) -> None:
        if self._over.is_set() or (work is None and self._shown is None):
            return
        if work is None:
            _write(CLEAR)
        # a question of another program stands there, which must not be erased
        elif not work.may_ask or work is not self._shown:
            _write(("" if work.may_ask else CLEAR) + said(work))
        self._shown = work


class Saying:
    """Says in one language what is being done, in no more cells than a line has."""

    def __init__(self, language: LanguageName) -> None:
        from changeflow.language.reader import Reader

        self._reader = Reader(language)

    def __call__(self, work: Work) -> str:
        """Return the line about some work: its share, or for how long it has been going on."""
        from changeflow.language.sentences import say
        from changeflow.render.table import shortened

        what = say(work.code, {}, self._reader).text
        if work.total:
            # a process that works on a part counts that part
            share = {"what": what, "percent": min(99, 100 * work.done // work.total)}
            text = say("progress.share", share, self._reader).text
        else:
            seconds = int(time.monotonic() - work.since)
            text = say("progress.time", {"what": what, "seconds": seconds}, self._reader).text
        try:
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        # the last cell stays free, or some terminals begin another line
        return "  " + shortened(text, (columns or 80) - 3)


def _write(text: str) -> None:
    """Write to the terminal at once; one that is gone is no failure of the command."""
    with suppress(OSError, ValueError):
        encoding = sys.stderr.encoding or "utf-8"
        os.write(sys.stderr.fileno(), text.encode(encoding, "backslashreplace"))
