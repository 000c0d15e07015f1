"""Files that were approved, compared with what lies in the work tree: when a release is taken up, and before each program starts.

An approval covers every file of the repository that a step names: the program, the script that an
interpreter reads, data. A file outside of the repository, and what a program reads without being
told, is not content. What lies between the comparison and the start of the program is a few
milliseconds in which the work tree must not be written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from changeflow import errors
from changeflow.model.canonical import digest
from changeflow.model.phrases import shortened
from changeflow.reading.change import ChangeState, described, ignored
from changeflow.reading.step_files import INTERPRETER, named_files
from changeflow.release.plan import PlannedStep
from changeflow.repo.source import Entry, Source

# in a journal's baseline: an executable, by its path
PROGRAM: Final = "program/"
# another file that a step names
FILE: Final = "file/"
# more of them than are listed one by one
FILES: Final = "files"
_BESIDE: Final = re.compile(r"-|\w+=", re.ASCII)
_MOST_LISTED: Final = 500
# in a sentence
_MOST_NAMED: Final = 8
_EXECUTABLE: Final = "100755"

# (mode, digest) of a file
Kind = tuple[str, str]


def recorded(content: ChangeState) -> dict[str, str]:
    """What the start of a release records of the files: each with its digest, or one digest for all where they are many."""
    found = {
        (PROGRAM if mode == _EXECUTABLE else FILE) + name: value
        for name, mode, value in content.files
    }
    return (
        found
        if len(found) <= _MOST_LISTED
        else {FILES: digest([list(one) for one in content.files])}
    )


@dataclass(frozen=True)
class Approved:
    """The files as they were approved, by path."""

    files: Mapping[str, Kind]

    @staticmethod
    def of(content: ChangeState) -> Approved:
        """The files of a change as it is read now."""
        return Approved({name: (mode, value) for name, mode, value in content.files})

    @staticmethod
    def started(
        wanted: str, baseline: Mapping[str, str], contents: Iterable[ChangeState]
    ) -> Approved:
        """The files as a release was started with: those of the content with that digest, else as its journal lists them.

        Args:
            wanted: digest of the content that the release was started with.
            baseline: what the start recorded.
            contents: where the change may be found as it was.

        Raises:
            errors.Refused: when that content is gone, and had too many files to be listed.
        """
        for content in contents:
            if content.digest == wanted:
                return Approved.of(content)
        if FILES in baseline:
            raise errors.Refused(
                "the files that were approved are not here any more",
                "`git fetch` may bring the commit that has them",
            )
        modes = (PROGRAM, _EXECUTABLE), (FILE, "100644")
        listed = (
            (prefix, mode, name, value)
            for prefix, mode in modes
            for name, value in baseline.items()
        )
        return Approved(
            {
                name.removeprefix(prefix): (mode, value)
                for prefix, mode, name, value in listed
                if name.startswith(prefix)
            }
        )

    def differing(self, source: Source, step: PlannedStep, words: Sequence[str]) -> str:
        """Which files that a program is told of are not what was approved; empty when all are.

        Args:
            source: the work tree, read afresh.
            step: says what may change.
            words: program and arguments.
        """
        entries = {name: Entry(name, mode, None) for name, (mode, _) in sorted(self.files.items())}
        try:
            here = {
                name: (mode, value)
                for name, mode, value in (*described(source, words), *ignored(source, words))
            }
            there = {name: self.files[name] for name in named_files(entries, words)}
        except (errors.Unreadable, errors.HostFailed) as error:
            return error.message
        changed = [name for name in sorted({*here, *there}) if here.get(name) != there.get(name)]
        program = _program(entries, words)
        left = [name for name in changed if name in program or not _may_change(name, step.mutable)]
        return _sentence(left, here, there)


def _program(entries: Mapping[str, Entry], words: Sequence[str]) -> set[str]:
    """Which files are run: the program, and where that is an interpreter its script, the first word that leads to files.

    An option or a variable (`--rcfile=x`, `CONF=x`) is taken for the script only where no other
    word leads to files.
    """
    found = named_files(entries, words[:1])
    if not INTERPRETER.fullmatch(words[0].rpartition("/")[2]):
        return found
    beside = sorted(words[1:], key=lambda word: _BESIDE.match(word) is not None)
    script = next(filter(None, (named_files(entries, [word]) for word in beside)), set())
    return found | script


def _may_change(name: str, mutable: Sequence[str]) -> bool:
    return any(name == path or name.startswith(f"{path.rstrip('/')}/") for path in mutable)


def _sentence(names: Sequence[str], here: Mapping[str, Kind], there: Mapping[str, Kind]) -> str:
    if not names:
        return ""
    told = [f"`{name}` {_what(name, here, there)}" for name in names]
    return f"not what was approved: {shortened(told, _MOST_NAMED)}"


def _what(name: str, here: Mapping[str, Kind], there: Mapping[str, Kind]) -> str:
    if name not in there:
        return "was added"
    if name not in here:
        return "is gone"
    return "was changed" if here[name][1] != there[name][1] else "has another mode"
