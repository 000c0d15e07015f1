"""The ledger for people and programs: a table, one entry, problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.model.answers.findings import AnswerFinding
from changeflow.model.answers.ledger import LedgerAnswer, LedgerEntryAnswer
from changeflow.model.phrases import counted
from changeflow.model.times import format_instant
from changeflow.render.json_text import answer_json, as_json
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.render.table import columns

if TYPE_CHECKING:
    from changeflow.model.evidence import LedgerEntry
    from changeflow.usecases.ledger.log import ShownEntry

_COLUMNS: Final = ("number", "when", "change", "kind", "who", "signed", "what")


def text(ledger: LedgerAnswer, to: Presentation) -> str:
    """Render a table with a line for each entry, and the problems below it."""
    header = [to.says(f"log.{name}") for name in _COLUMNS]
    rows = [_row(entry, to) for entry in ledger.entries]
    return "\n".join([*columns([header, *rows]), *_problems(ledger)]) + "\n"


def _row(entry: LedgerEntryAnswer, to: Presentation) -> tuple[str, ...]:
    what = entry.summary
    if entry.simulated:
        what = to.says("log.simulated", what=what)
    return (
        str(entry.seq),
        to.time(entry.at.replace(microsecond=0)),
        entry.change,
        entry.kind,
        entry.by or "-",
        entry.signed_by or to.says("log.unsigned"),
        what.replace("\n", " "),
    )


def _problems(ledger: LedgerAnswer) -> list[str]:
    lines = []
    for problem in ledger.problems:
        lines.append(f"problem  {_placed(problem)}  [{problem.rule}]")
        if problem.hint:
            lines.append(f"         hint: {problem.hint}")
    return ["", *lines] if lines else []


def _placed(problem: AnswerFinding) -> str:
    if problem.path:
        return f"{problem.path}: {problem.message}"
    return problem.message


def verified(ledger: LedgerAnswer) -> str:
    """Render the verdict of `verify`: one sentence when all is well, every problem otherwise."""
    entries = counted(len(ledger.entries), "entry", "entries")
    if ledger.ok:
        signed = sum(bool(entry.signed_by) for entry in ledger.entries)
        return f"ok: {entries} in an unbroken chain, {signed} signed\n"
    problems = counted(len(ledger.problems), "problem")
    return "\n".join([f"NOT OK: {problems} in {entries}", *_problems(ledger)]) + "\n"


def github(ledger: LedgerAnswer) -> str:
    """Render workflow commands, one error for each problem."""
    if ledger.ok:
        return f"::notice title=ledger::{command_data(verified(ledger).strip())}\n"
    commands = ""
    for problem in ledger.problems:
        title, message = command_property(problem.rule), command_data(_placed(problem))
        commands += f"::error title={title}::{message}\n"
    return commands


def command_data(value: str) -> str:
    """Escape the message of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(value: str) -> str:
    """Escape a property of a workflow command."""
    return command_data(value).replace(":", "%3A").replace(",", "%2C")


def entry_text(shown: ShownEntry) -> str:
    """Render one entry with all its content."""
    lines = [shown.path]
    if shown.entry is not None:
        lines += columns(_facts(shown.entry, shown.keyids), indent=2)
    if shown.statement is not None:
        lines += ["", json.dumps(shown.statement, indent=2, ensure_ascii=False)]
    if shown.problems:
        lines.append("")
    for problem in shown.problems:
        lines.append(f"problem  {problem.message}  [{problem.rule}]")
    return "\n".join(lines) + "\n"


def _facts(entry: LedgerEntry, keyids: Sequence[str]) -> list[tuple[str, str]]:
    clock = "  (simulated clock)" if entry.simulated else ""
    return [
        ("digest", entry.digest),
        ("follows", entry.previous or "nothing: it is the first"),
        ("at", format_instant(entry.at)),
        ("recorded", format_instant(entry.recorded_at) + clock),
        ("signed", _signature(entry.signer, keyids)),
    ]


def _signature(signer: str | None, keyids: Sequence[str]) -> str:
    keys = ", ".join(keyids)
    if signer:
        return f"by {signer}, {keys}"
    return f"with {keys}, which proves nothing here" if keys else "no"


def entry_json(shown: ShownEntry) -> str:
    """Render the in-toto Statement itself."""
    return as_json(shown.statement)


def entry_raw(shown: ShownEntry) -> str:
    """Return the DSSE envelope as it is written."""
    return shown.raw.decode("utf-8", "backslashreplace")


LOG_FORMATS: Final[dict[str, Callable[[LedgerAnswer, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
}
VERIFY_FORMATS: Final[dict[str, Callable[[LedgerAnswer], str]]] = {
    "text": verified,
    "json": answer_json,
    "github": github,
}
SHOW_FORMATS: Final[dict[str, Callable[[ShownEntry], str]]] = {
    "text": entry_text,
    "json": entry_json,
    "raw": entry_raw,
}
