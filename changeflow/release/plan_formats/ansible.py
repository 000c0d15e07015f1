"""What `ansible-playbook --check --diff` prints, by the callback `default`.

Task by task, with what each host would change. Hosts answer in any order, so they are sorted; the
items of a loop stay as they are. In check mode `command`, `shell` and the like are skipped, and what
they would do is not known: a skipped task is kept as not known, never as no change.
"""

from __future__ import annotations

import re
from typing import Final

from changeflow.model.phrases import told
from changeflow.release.plan_formats.manifest_secrets import in_manifests
from changeflow.release.plan_formats.noise import without_noise, without_places
from changeflow.release.plan_formats.plan_text import Machine, NoPlanError, finished, plain_text

_HEAD: Final = re.compile(r"((?:PLAY|TASK|RUNNING HANDLER|NO MORE HOSTS LEFT)\b.*?)\s*\*{3,}$")
_RECAP: Final = re.compile(r"PLAY RECAP \*+$")
_COUNTS: Final = re.compile(r"(\S+)\s*:\s*((?:[a-z]+=\d+\s*)+)$")
_BAD: Final = re.compile(r"(?:unreachable|failed)=0*[1-9]")
_RESULT: Final = re.compile(
    r"(ok|changed|skipping|included|fatal|failed|rescued|unreachable): \[([^\]]*)\](.*)$"
)
# of a file that was made on this machine, to be copied
_COPIED: Final = re.compile(r"(\.ansible/tmp/)ansible-[\w.-]+(?:/tmp[\w.-]+)?")
_HUNK: Final = re.compile(r"@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@.*$")
# the callbacks `timer` and `profile_tasks`
_CLOCK: Final = re.compile(
    r"\w+ \d+ \w+ \d{4} +\d+:\d+:\d+[\d:.() +]*\*{3,}$|=+$|(?![+\- ]).* -{3,} \d+\.\d+s$"
    r"|Playbook run took [\w ,]+$"
)
NOT_KNOWN: Final = "not known: skipped when only checking"
NOT_SAID: Final = "not known: what it changes is not printed"


def normalised(output: bytes, machine: Machine) -> str:
    """Return what each task would change, without noise.

    Raises:
        NoPlanError: when it is cut off, is something else, or a task failed.
    """
    lines, secrets = in_manifests(plain_text(output).split("\n"), signed=True)
    recap = [number for number, line in enumerate(lines) if _RECAP.match(line)]
    if not recap:
        raise NoPlanError(told("no_plan.no_recap"))
    kept: list[str] = []
    for task in _tasks(lines[: recap[-1]]):
        kept += _task(task, machine)
    kept += _recap(lines[recap[-1] + 1 :], machine)
    return finished(kept, (*machine.secrets, *secrets))


def _tasks(lines: list[str]) -> list[list[str]]:
    """Return the lines of each task, behind its head; first what is said before any of them."""
    found: list[list[str]] = [[]]
    for line in lines:
        if _CLOCK.match(line):
            continue
        head = _HEAD.match(line)
        if head is not None:
            found.append([head[1]])
        else:
            found[-1].append(line)
    return found


def _task(lines: list[str], machine: Machine) -> list[str]:
    """Return a task with what its hosts say, sorted by host."""
    head = lines[:1] if lines and _HEAD.match(f"{lines[0]} ***") else []
    said: list[tuple[str, list[str]]] = []
    block: list[str] = []
    is_open = False
    for line in lines[len(head) :]:
        result = None if is_open else _RESULT.match(line)
        if is_open or (line == "...ignoring" and said):
            said[-1][1].append(_prose(line, machine))
            is_open = is_open and line != "}"
        elif result is not None:
            block.append(_result(result, block, machine))
            said.append((result[2], block))
            block, is_open = [], line.endswith("=> {")
        elif line.strip():
            block.append(_before(line, machine))
    kept = [_prose(line, machine) for line in head]
    for _, one in sorted(said, key=lambda pair: pair[0]):
        kept += one
    return kept + block


def _result(result: re.Match[str], before: list[str], machine: Machine) -> str:
    line = _prose(result[0], machine)
    if result[1] == "skipping":
        return f"{line} ({NOT_KNOWN})"
    if result[1] == "changed" and not any(one[:1] in "+-" for one in before):
        return f"{line} ({NOT_SAID})"
    return line


def _before(line: str, machine: Machine) -> str:
    """Return a line in front of a result: of a difference, or prose."""
    if line.startswith(("--- ", "+++ ")):
        return without_places(_COPIED.sub(r"\1<temporary>", line), machine)
    if _HUNK.match(line):
        return "@@"
    if line[0] in "+- ":
        return line
    return _prose(line, machine)


def _prose(line: str, machine: Machine) -> str:
    return without_noise(_COPIED.sub(r"\1<temporary>", line), machine)


def _recap(lines: list[str], machine: Machine) -> list[str]:
    """Return what hosts sum up, sorted, and then what else is said.

    Raises:
        NoPlanError: when a task failed, or a host did not answer.
    """
    hosts: list[str] = []
    others: list[str] = []
    for line in lines:
        counts = _COUNTS.match(line)
        if counts is None:
            if line.strip() and not _CLOCK.match(line):
                others.append(_prose(line, machine))
            continue
        if _BAD.search(counts[2]):
            raise NoPlanError(told("no_plan.tasks_failed", host=counts[1]))
        hosts.append(f"{counts[1]}: {' '.join(counts[2].split())}")
    if not hosts:
        raise NoPlanError(told("no_plan.no_recap"))
    return ["PLAY RECAP", *sorted(hosts), *others]
