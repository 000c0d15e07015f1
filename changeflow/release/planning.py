"""Programs that say what will happen, what is kept of their output, and how two of these differ."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest_bytes
from changeflow.model.change import ChangeRequest, PlanProgram
from changeflow.model.config import ReleaseConfig
from changeflow.model.document_paths import plan_path
from changeflow.model.playbook_words import READABLE
from changeflow.release.plan_formats.plan_text import Machine
from changeflow.release.plan_formats.table import FORMATS
from changeflow.release.plan_formats.unified_diff import NOTHING_DIFFERS
from changeflow.release.plan_heads import plan_head

# lines that are shown of what differs
MOST_SHOWN: Final = 200
# lines of two plans that are compared closely; of longer ones only what differs first is shown
_CLOSELY: Final = 4_000
# exit codes that are an answer: `diff`, `kubectl diff` and `git diff --exit-code` find differences
_ANSWERS: Final = {"diff": (0, 1)}


@dataclass(frozen=True, slots=True)
class Planning:
    """A program that says what will happen.

    Attributes:
        change: the change that it is about.
        number: 0 for all steps together, or the position of a step, from 1.
        name: of the step; empty for all of them.
        run: the program with its arguments.
        format: what it prints.
        timeout: how long it may take.
    """

    change: str
    number: int
    name: str
    run: tuple[str, ...]
    format: str
    timeout: timedelta

    @property
    def path(self) -> str:
        """Return where its plan is kept, from the top of the change repository."""
        return plan_path(self.change, self.number, self.format)

    @property
    def file(self) -> str:
        """Return the name of the file in which its plan is kept."""
        return self.path.rpartition("/")[2]

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that its program is given."""
        step = f"implementation/{self.number - 1}" if self.number else "implementation"
        said = {"CHANGEFLOW_CHANGE": self.change, "CHANGEFLOW_STEP_KEY": step}
        if self.format == "ansible":
            said |= READABLE
        return said

    def is_answer(self, exit_code: int | None) -> bool:
        """Return whether a program that ended like this has said what will happen."""
        return exit_code in _ANSWERS.get(self.format, (0,))

    def kept(self, output: bytes, machine: Machine, exit_code: int | None = 0) -> str:
        """Return what is kept of the output, as text: a head, and the plan without noise.

        Args:
            output: what the program printed.
            machine: what is noise here, and what must not be kept.
            exit_code: with which it ended, see `is_answer`.

        Raises:
            NoPlanError: when the output is no plan.
        """
        head = plan_head(self.format, self.run)
        if self.format == "diff" and exit_code == 0 and not output.strip():
            # programs that compare print nothing where nothing differs
            return f"{head}{NOTHING_DIFFERS}\n"
        return head + FORMATS[self.format](output, machine)


def plannings(change: ChangeRequest, config: ReleaseConfig | None = None) -> tuple[Planning, ...]:
    """Return the programs of a change that say what will happen, in the order of their numbers."""
    config = config or ReleaseConfig()
    found: list[Planning] = []
    for number, program in change.spec.plans:
        steps = change.spec.implementation.steps if change.spec.implementation else ()
        name = steps[number - 1].name if number else ""
        found.append(_planning(change.id, number, name, program, config))
    return tuple(found)


def _planning(
    change: str, number: int, name: str, program: PlanProgram, config: ReleaseConfig
) -> Planning:
    timeout = program.timeout or config.step_timeout
    return Planning(change, number, name, program.run, program.format, timeout)


def digest_of_plan(text: str) -> str:
    """Return the digest of a plan as it is kept."""
    return digest_bytes(text.encode())


def differences(kept: str, made: str) -> Iterator[str]:
    """Yield the lines in which a plan differs from the one that is kept, at most `MOST_SHOWN`.

    A line begins with `-` where only the kept one has it, and with `+` where only the other has it.
    """
    for count, line in enumerate(_lines(kept.split("\n"), made.split("\n"))):
        if count == MOST_SHOWN:
            yield "..."
            return
        yield line


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    first = _equal_lines(old, new)
    old, new = old[first:], new[first:]
    last = _equal_lines(old[::-1], new[::-1])
    old, new = old[: len(old) - last], new[: len(new) - last]
    if len(old) + len(new) > _CLOSELY:
        yield from (f"-{line}" for line in old[: MOST_SHOWN // 2])
        yield from (f"+{line}" for line in new[: MOST_SHOWN // 2])
        yield "..."
        return
    for tag, begin, end, start, stop in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            yield from (f"-{line}" for line in old[begin:end])
            yield from (f"+{line}" for line in new[start:stop])


def _equal_lines(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines are equal from the beginning."""
    count = 0
    for mine, theirs in zip(old, new, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
