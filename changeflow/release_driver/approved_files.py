"""Files that were approved, compared with the work tree.

They are compared when a release is started or resumed, and before each program starts.

An approval covers every file of the repository that a step names: the program, the script that an
interpreter reads, data. Files outside of the repository are not content, and neither are files that
a program opens although no step names them. Between the comparison and the start of the program are
a few milliseconds, in which the work tree must not be written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
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
    """Return the digests of the files that the start of a release records.

    Where the files are many, it is one digest for all.
    """
    if len(content.files) > _MOST_LISTED:
        return {FILES: digest([list(one) for one in content.files])}
    found = {}
    for name, mode, value in content.files:
        prefix = PROGRAM if mode == _EXECUTABLE else FILE
        found[prefix + name] = value
    return found


@dataclass(frozen=True)
class Approved:
    """The files as they were approved, by path."""

    files: Mapping[str, Kind]

    @staticmethod
    def of(content: ChangeState) -> Approved:
        """Return the files of a change as it is now."""
        return Approved({name: (mode, value) for name, mode, value in content.files})

    @staticmethod
    def started(
        wanted: str, baseline: Mapping[str, str], contents: Iterable[ChangeState]
    ) -> Approved:
        """Return the files as a release was started with.

        They are those of the content with that digest, otherwise as the journal lists them.

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
            raise errors.Refused.of("run.no_files")
        files: dict[str, Kind] = {}
        for prefix, mode in ((PROGRAM, _EXECUTABLE), (FILE, "100644")):
            for name, value in baseline.items():
                if name.startswith(prefix):
                    files[name.removeprefix(prefix)] = (mode, value)
        return Approved(files)

    def differing(self, source: Source, step: PlannedStep, words: Sequence[str]) -> str:
        """Return which files that a program is given are not as approved; empty if all are.

        Args:
            source: the work tree, read afresh.
            step: says what may change.
            words: program and arguments.
        """
        return self.differing_words(source, words, step.mutable)

    def differing_words(
        self, source: Source, words: Sequence[str], mutable: Sequence[str] = ()
    ) -> str:
        """Return which files that words name are not as approved; empty if all are.

        Args:
            source: the work tree, read afresh.
            words: program and arguments.
            mutable: files and folders that may change, but for the program.
        """
        entries = {name: Entry(name, mode, None) for name, (mode, _) in sorted(self.files.items())}
        try:
            found = (*described(source, words), *ignored(source, words))
            here = {name: (mode, value) for name, mode, value in found}
            there = {name: self.files[name] for name in named_files(entries, words)}
        except (errors.Unreadable, errors.HostFailed) as error:
            return error.message
        changed = [name for name in sorted({*here, *there}) if here.get(name) != there.get(name)]
        program = _files_run(entries, words)
        left = [name for name in changed if name in program or not _may_change(name, mutable)]
        return _sentence_about(left, here, there)


def _files_run(entries: Mapping[str, Entry], words: Sequence[str]) -> set[str]:
    """Return the files that are run: the program, and the script of an interpreter.

    The script is the first word that leads to files.

    An option or a variable (`--rcfile=x`, `CONF=x`) is taken for the script only where no other
    word leads to files.
    """
    found = named_files(entries, words[:1])
    if not INTERPRETER.fullmatch(words[0].rpartition("/")[2]):
        return found
    beside = sorted(words[1:], key=lambda word: _BESIDE.match(word) is not None)
    for word in beside:
        script = named_files(entries, [word])
        if script:
            return found | script
    return found


def _may_change(name: str, mutable: Sequence[str]) -> bool:
    return any(name == path or name.startswith(path.rstrip("/") + "/") for path in mutable)


def _sentence_about(
    names: Sequence[str], here: Mapping[str, Kind], there: Mapping[str, Kind]
) -> str:
    if not names:
        return ""
    told = [f"`{name}` {_difference_in_words(name, here, there)}" for name in names]
    return f"not what was approved: {shortened(told, _MOST_NAMED)}"


def _difference_in_words(name: str, here: Mapping[str, Kind], there: Mapping[str, Kind]) -> str:
    if name not in there:
        return "was added"
    if name not in here:
        return "is gone"
    return "was changed" if here[name][1] != there[name][1] else "has another mode"
