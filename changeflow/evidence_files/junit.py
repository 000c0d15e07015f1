"""JUnit XML as Surefire, pytest, Gradle, Jest and others write it.

A suite may hold suites. A test says by an element what came of it, or by an attribute. Tests are
counted one by one; where a suite says that it has more failures or errors than its tests show, its
own number counts, because a suite may fail outside of a test.
"""

from __future__ import annotations

from dataclasses import field
from typing import Final, NoReturn
from xml.parsers import expat

from changeflow.evidence_files.unreadable import UnreadableFileError
from changeflow.lazy_dataclass import dataclass
from changeflow.model.report_summary import ReportSummary

_DEPTH: Final = 64
_ROOTS: Final = ("testsuites", "testsuite")
# elements of a test, to the count that they belong to
_OUTCOMES: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}
_COUNTED: Final = ("failures", "errors")
# what attributes of a test say, as GoogleTest and CTest write them, to the count that it belongs to
_SAID: Final = ("status", "result")
_WORDS: Final = {
    **dict.fromkeys(("fail", "failed", "failure", "error", "timeout", "timedout"), "failures"),
    **dict.fromkeys(("notrun", "disabled", "skipped", "suppressed", "ignored"), "skipped"),
}


@dataclass
class _Suite:
    """A suite that is being read: what it says of itself, and what was counted in it."""

    said: dict[str, int]
    counted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTED, 0))

    def worst(self, name: str) -> int:
        return max(self.said.get(name, 0), self.counted[name])


@dataclass
class _Reading:
    """A JUnit file as far as it was read."""

    path: list[str] = field(default_factory=list)
    suites: list[_Suite] = field(default_factory=list)
    outcomes: set[str] = field(default_factory=set)
    tests: int = 0
    skipped: int = 0
    total: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTED, 0))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self.path[-1] if self.path else None
        if parent is None and name not in _ROOTS:
            raise UnreadableFileError(f"its outermost element is `{name}`, which is not JUnit's")
        if len(self.path) >= _DEPTH:
            raise UnreadableFileError(f"it is nested more than {_DEPTH} deep")
        self.path.append(name)
        if name in _ROOTS:
            self.suites.append(_Suite(_counts(attributes)))
        elif name == "testcase":
            self._require_in_suite(parent)
            self.outcomes = set()
            for one in _SAID:
                word = attributes.get(one, "").strip().casefold()
                if word in _WORDS:
                    self.outcomes.add(_WORDS[word])
        elif name in _OUTCOMES and parent == "testcase":
            self.outcomes.add(_OUTCOMES[name])
        elif name in _OUTCOMES and parent in _ROOTS and name != "skipped":
            self.suites[-1].counted[_OUTCOMES[name]] += 1

    def _require_in_suite(self, parent: str | None) -> None:
        if parent not in _ROOTS:
            raise UnreadableFileError("a `testcase` stands outside of a suite")

    def end(self, name: str) -> None:
        self.path.pop()
        if name == "testcase":
            self._count_test()
        elif name in _ROOTS:
            self._leave(self.suites.pop())

    def _count_test(self) -> None:
        self.tests += 1
        for one in _COUNTED:
            if one in self.outcomes:
                self.suites[-1].counted[one] += 1
        # What failed was not skipped, whatever else is said of it.
        if self.outcomes == {"skipped"}:
            self.skipped += 1

    def _leave(self, suite: _Suite) -> None:
        for name in _COUNTED:
            into = self.suites[-1].counted if self.suites else self.total
            into[name] += suite.worst(name)


def _counts(attributes: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in _COUNTED:
        text = attributes.get(name, "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= len("999999999")):
            raise UnreadableFileError(f"`{name}` of a suite is no number")
        found[name] = int(text)
    return found


def _refuse_declarations(*_: object) -> NoReturn:
    raise UnreadableFileError("it declares a document type or entities, which no report needs")


def read(data: bytes) -> ReportSummary:
    """Return what a JUnit file says.

    Raises:
        UnreadableFileError: when it cannot be judged.
    """
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    parser.ExternalEntityRefHandler = _refuse_declarations
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, UnicodeError, ValueError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(f"it is no XML that can be read: {error}") from error
    return ReportSummary(
        format="junit",
        tests=reading.tests,
        failures=reading.total["failures"],
        errors=reading.total["errors"],
        skipped=reading.skipped,
    )
