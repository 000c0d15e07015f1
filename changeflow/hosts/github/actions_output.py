"""Output for the runner: the job summary, outputs for later steps, and a safe log.

Foreign text in the log gives the runner no orders.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.hosts.github import truncate

CUT: Final = "*Shortened to fit the job summary.*"

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", re.ASCII)


def write_summary(path: Path, markdown: str) -> None:
    """Append to the job summary (`GITHUB_STEP_SUMMARY`), at most a mebibyte per step.

    Raises:
        errors.HostFailed: when the file cannot be written.
    """
    _append(
        "GITHUB_STEP_SUMMARY",
        path,
        truncate.markdown(markdown, truncate.JOB_SUMMARY - 4_096, CUT) + "\n",
    )


def write_outputs(
    path: Path, values: Mapping[str, str], token: Callable[[], str] = lambda: secrets.token_hex(16)
) -> None:
    """Append outputs (`GITHUB_OUTPUT`), each between delimiters that cannot be guessed.

    Raises:
        errors.UsageError: for a name that is none.
        errors.HostFailed: when the file cannot be written.
    """
    told = "".join(_output(name, value, token) for name, value in values.items())
    _append("GITHUB_OUTPUT", path, told)


def _output(name: str, value: str, token: Callable[[], str]) -> str:
    if _NAME.fullmatch(name) is None:
        raise errors.UsageError.of("hub.output_name", name=name)
    delimiter = f"changeflow_{token()}"
    if delimiter in value:
        raise errors.HostFailed.of("hub.output_delimiter", name=name)
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def safe_log(text: str, token: Callable[[], str] = lambda: secrets.token_hex(16)) -> str:
    """Return foreign text for a workflow's log, in which the runner obeys nothing.

    Commands are switched off around it, `::` at the beginning of a line and the old `##[` anywhere
    are broken up.
    """
    stop = token()
    lines = re.split(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text)
    return "\n".join([f"::stop-commands::{stop}", *map(_defused, lines), f"::{stop}::"])


def defused(text: str) -> str:
    """Return text in which no line gives the runner an order, where `safe_log` cannot be used."""
    return "\n".join(map(_defused, text.split("\n")))


def _defused(line: str) -> str:
    line = line.replace("##[", "#\u2060#[")
    return re.sub(r"^(\s*):(?=:)", "\\1:\u2060", line)


def _append(variable: str, path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise errors.HostFailed.of(
            "hub.unwritten", path=str(path), why=errors.refusal(error), variable=variable
        ) from error
