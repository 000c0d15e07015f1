"""Unified diffs: of git, `kubectl diff`, `helm diff`, `kustomize build | diff`.

Which lines come and go, file by file in the order of their names. Numbers of lines and the function
behind them, times and temporary folders in the headers, and the digests of git of files in text are
noise. That a file is binary leaves the digest as the only sign of what changes, so there it stays.
"""

from __future__ import annotations

import re
from typing import Final

from changeflow.model.phrases import told
from changeflow.release.plan_formats.manifest_secrets import in_manifests
from changeflow.release.plan_formats.noise import without_noise, without_places
from changeflow.release.plan_formats.plan_text import Machine, NoPlanError, finished, plain_text

# what is kept where a program that compares found nothing
NOTHING_DIFFERS: Final = "(nothing differs)"
_HUNK: Final = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_HEADER: Final = re.compile(r"(---|\+\+\+) (.*)")
_STAMPED: Final = re.compile(r"\t.*$|\s\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}.*$")
_COMPARED: Final = re.compile(r"(/(?:LIVE|MERGED)-)\d+(?=/)")
_INDEX: Final = re.compile(r"index [0-9a-f]{4,64}\.\.[0-9a-f]{4,64}(?: [0-7]{6})?$")
# the digests of a file that is there before and after, and what follows them
_INDEX_OF_BOTH: Final = re.compile(r"index [0-9a-f]{4,64}\.\.[0-9a-f]{4,64} [0-7]{6}$")
_OF_BOTH: Final = ("--- ", "Binary files ", "GIT binary patch")
_NEW_FILE: Final = ("+++ ",)
_BINARY: Final = re.compile(r"Binary files |GIT binary patch")
# what the server counts up with every write, below `metadata`; elsewhere these are words like others
_COUNTED: Final = re.compile(
    r"[+-]  (?:generation: \d+|resourceVersion: \"\d+\""
    r"|uid: (?:\"\"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|creationTimestamp: (?:null|\"[0-9T:Z-]+\"))$"
)
_TOP: Final = re.compile(r"[+ -](\w[\w.-]*):")
# what shows that lines or files differ: without one of these the output is no diff
_DIFFERS: Final = re.compile(
    r"[+-]|@@|Binary files |GIT binary patch|Only in |(?:old|new|deleted file) mode |rename from "
    r"|copy from |File .* is a .* while file |index [0-9a-f]{4,64}\.\."
)


def normalised(output: bytes, machine: Machine) -> str:
    """Return the differences, without noise.

    Raises:
        NoPlanError: when there is nothing to read, no difference, or a diff that was cut off.
    """
    printed = plain_text(output).split("\n")
    _refuse_cut(printed)
    lines, secrets = in_manifests(printed, signed=True)
    sections = [_section(one, machine) for one in _sections(lines)]
    kept: list[str] = []
    for section in (sections[0], *sorted(sections[1:])):
        kept += section
    return finished(kept, (*machine.secrets, *secrets))


def _refuse_cut(lines: list[str]) -> None:
    """Refuse what is no diff, or not a whole one: what it does not say may happen all the same.

    Raises:
        NoPlanError: it names the line from which on something is missing.
    """
    if not any(map(_DIFFERS.match, lines)):
        raise NoPlanError(told("no_plan.no_diff"))
    if lines[-1]:
        # the last line has no end, so that it may be half of one
        raise NoPlanError(told("no_plan.cut_diff", line=len(lines)))
    left, awaited = (0, 0), tuple[str, ...]()
    for number, line in enumerate(lines[:-1], start=1):
        if left != (0, 0):
            if line[:1] not in ("+", "-", " ", "", "\\"):
                raise NoPlanError(told("no_plan.cut_diff", line=number))
            left = _counted_down(left, line)
            continue
        left = _counts(line)
        if awaited and not line.startswith(awaited):
            raise NoPlanError(told("no_plan.cut_diff", line=number))
        awaited = _awaited(lines, number - 1, awaited)
    if left != (0, 0) or awaited:
        raise NoPlanError(told("no_plan.cut_diff", line=len(lines)))


def _awaited(lines: list[str], at: int, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return how the next line may begin; nothing where none has to follow.

    Args:
        lines: of the diff.
        at: the position of the line, which is in no hunk.
        before: how this line had to begin.
    """
    line, following = lines[at], "".join(lines[at + 1 : at + 2])
    if before == _NEW_FILE:
        return ("@@",)
    if _INDEX_OF_BOTH.match(line):
        return _OF_BOTH
    if line.startswith("diff "):
        return ("",)
    # a line of `helm diff` may begin like this, too
    if line.startswith("--- ") and (not following or following.startswith("+++ ")):
        return _NEW_FILE
    return ()


def _sections(lines: list[str]) -> list[list[str]]:
    """Return what is said before the first file, then the lines of each file."""
    found: list[list[str]] = [[]]
    left = (0, 0)
    for at, line in enumerate(lines):
        if left != (0, 0) and line[:1] in ("+", "-", " ", "", "\\"):
            left = _counted_down(left, line)
        else:
            left = _counts(line)
            if line.startswith("diff ") or _begins_file(lines, at, found[-1]):
                found.append([])
        found[-1].append(line)
    return found


def _begins_file(lines: list[str], at: int, section: list[str]) -> bool:
    if not lines[at].startswith("--- ") or not "".join(lines[at + 1 : at + 2]).startswith("+++ "):
        return False
    is_new = not section or any(line.startswith("--- ") for line in section)
    return is_new or not section[0].startswith("diff ")


def _counts(line: str) -> tuple[int, int]:
    """Return how many lines of both sides follow the head of a hunk."""
    hunk = _HUNK.match(line)
    return (int(hunk[1] or 1), int(hunk[2] or 1)) if hunk is not None else (0, 0)


def _counted_down(left: tuple[int, int], line: str) -> tuple[int, int]:
    old, new = left
    if line.startswith("\\"):
        return left
    if not line.startswith("+"):
        old -= 1
    if not line.startswith("-"):
        new -= 1
    return (max(old, 0), max(new, 0))


def _section(lines: list[str], machine: Machine) -> list[str]:
    is_binary = any(_BINARY.match(line) for line in lines)
    of_kubectl = any(_COMPARED.search(line) for line in lines[:3])
    kept: list[str] = []
    left, below = (0, 0), "metadata"
    for line in lines:
        if left != (0, 0) and line[:1] in ("+", "-", " ", "", "\\"):
            left = _counted_down(left, line)
            top = _TOP.match(line)
            below = below if top is None else top[1]
            if not (of_kubectl and below == "metadata" and _COUNTED.match(line)):
                kept.append(line)
            continue
        left, below = _counts(line), "metadata"
        if left != (0, 0):
            kept.append("@@")
        elif line.strip() and (is_binary or not _INDEX.match(line)):
            kept.append(_head(line, machine))
    return kept


def _head(line: str, machine: Machine) -> str:
    header = _HEADER.match(line)
    if header is not None:
        line = f"{header[1]} {_STAMPED.sub('', header[2]).rstrip()}"
    elif line[:1] in ("+", "-", " "):
        # `helm diff` has no heads of hunks
        return line
    elif not line.startswith("diff "):
        return without_noise(line, machine)
    return without_places(_COMPARED.sub(r"\1<temporary>", line), machine)
