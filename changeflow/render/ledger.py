"""The ledger for people and programs: a table, one entry, problems."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from changeflow.model.answers import LedgerAnswer, LedgerEntryAnswer, answer
from changeflow.model.times import format_instant
from changeflow.render.table import columns

if TYPE_CHECKING:
    from changeflow.usecases.ledger.log import ShownEntry

_HEADER: Final = ("#", "when", "change", "kind", "who", "signed", "what")


def text(ledger: LedgerAnswer) -> str:
    """A table, one line an entry, and what is wrong below it."""
    return (
        "\n".join(
            [*columns([_HEADER, *(_row(entry) for entry in ledger.entries)]), *_problems(ledger)]
        )
        + "\n"
    )


def _row(entry: LedgerEntryAnswer) -> tuple[str, ...]:
    mark = "simulated clock; " if entry.simulated else ""
    return (
        str(entry.seq), format_instant(entry.at.replace(microsecond=0)), entry.change, entry.kind, entry.by or "-",
        entry.signed_by or "no", (mark + entry.summary).replace("\n", " "),
    )  # fmt: skip


def _problems(ledger: LedgerAnswer) -> list[str]:
    lines = [""] if ledger.problems else []
    for problem in ledger.problems:
        lines += [
            (
                f"problem  {problem.path + ': ' if problem.path else ''}{problem.message}  "
                f"[{problem.rule}]"
            )
        ]
        lines += [f"         hint: {problem.hint}"] if problem.hint else []
    return lines


def verified(ledger: LedgerAnswer) -> str:
    """The verdict of `verify`: one sentence when all is well, every problem otherwise."""
    count, signed = len(ledger.entries), sum(1 for entry in ledger.entries if entry.signed_by)
    entries = "1 entry" if count == 1 else f"{count} entries"
    if ledger.ok:
        return f"ok: {entries} in an unbroken chain, {signed} signed\n"
    problems = "1 problem" if len(ledger.problems) == 1 else f"{len(ledger.problems)} problems"
    return "\n".join([f"NOT OK: {problems} in {entries}", *_problems(ledger)]) + "\n"


def as_json(ledger: LedgerAnswer) -> str:
    """`changeflow/ledger/v1`."""
    return json.dumps(answer(ledger), indent=2, ensure_ascii=False) + "\n"


def github(ledger: LedgerAnswer) -> str:
    """Workflow commands, one error a problem."""
    if ledger.ok:
        return f"::notice title=ledger::{command_data(verified(ledger).strip())}\n"
    said = (
        (item.rule, f"{item.path}: {item.message}" if item.path else item.message)
        for item in ledger.problems
    )
    return "".join(
        f"::error title={command_property(rule)}::{command_data(message)}\n"
        for rule, message in said
    )


def command_data(value: str) -> str:
    """The message of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(value: str) -> str:
    """A property of a workflow command."""
    return command_data(value).replace(":", "%3A").replace(",", "%2C")


def entry_text(shown: ShownEntry) -> str:
    """One entry with everything it says."""
    entry = shown.entry
    lines = [shown.path]
    if entry is not None:
        facts = [
            ("digest", entry.digest),
            ("follows", entry.previous or "nothing: it is the first"),
            ("at", format_instant(entry.at)),
            (
                "recorded",
                format_instant(entry.recorded_at)
                + ("  (simulated clock)" if entry.simulated else ""),
            ),
            (
                "signed",
                f"by {entry.signer}, {', '.join(shown.keyids)}"
                if entry.signer
                else _unsigned(shown),
            ),
        ]
        lines += columns(facts, indent=2)
    if shown.statement is not None:
        lines += ["", json.dumps(shown.statement, indent=2, ensure_ascii=False)]
    lines += (
        ["", *(f"problem  {problem.message}  [{problem.rule}]" for problem in shown.problems)]
        if shown.problems
        else []
    )
    return "\n".join(lines) + "\n"


def _unsigned(shown: ShownEntry) -> str:
    return f"with {', '.join(shown.keyids)}, which proves nothing here" if shown.keyids else "no"


def entry_json(shown: ShownEntry) -> str:
    """The in-toto Statement itself."""
    return json.dumps(shown.statement, indent=2, ensure_ascii=False) + "\n"


def entry_raw(shown: ShownEntry) -> str:
    """The DSSE envelope as it is written."""
    return shown.raw.decode("utf-8", "backslashreplace")


LOG_FORMATS: Final[dict[str, Callable[[LedgerAnswer], str]]] = {"text": text, "json": as_json}
VERIFY_FORMATS: Final[dict[str, Callable[[LedgerAnswer], str]]] = {
    "text": verified,
    "json": as_json,
    "github": github,
}
SHOW_FORMATS: Final[dict[str, Callable[[ShownEntry], str]]] = {
    "text": entry_text,
    "json": entry_json,
    "raw": entry_raw,
}
