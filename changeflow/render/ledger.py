"""The ledger for people and programs: a table, one entry, problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.language.findings import said_of
from changeflow.language.sentences import Said, say_or
from changeflow.model.answers.findings import AnswerFinding
from changeflow.model.answers.ledger import (
    LedgerAnswer,
    LedgerEntryAnswer,
    SeenAnswer,
    WitnessAnswer,
)
from changeflow.model.evidence import NO_CHANGE, LedgerEntry
from changeflow.model.findings import Finding
from changeflow.model.languages import ENGLISH
from changeflow.model.times import format_instant
from changeflow.render.json_text import answer_json, as_json
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.render.table import cells, columns, grid

if TYPE_CHECKING:
    from changeflow.usecases.ledger.log import ShownEntry

_COLUMNS: Final = ("number", "when", "change", "kind", "who", "signed", "what")


def text(ledger: LedgerAnswer, to: Presentation) -> str:
    """Render a table with a line for each entry, and the problems below it."""
    header = [to.says(f"log.{name}") for name in _COLUMNS]
    rows = [_row(entry, to) for entry in ledger.entries]
    return "\n".join([*grid([header, *rows], to.width), *_problems(ledger.problems, to)]) + "\n"


def _row(entry: LedgerEntryAnswer, to: Presentation) -> tuple[str, ...]:
    what = say_or(entry.told.get("code", ""), entry.told, to, entry.summary).text
    if entry.simulated:
        what = to.says("log.simulated", what=what)
    return (
        str(entry.seq),
        to.time(entry.at.replace(microsecond=0)),
        entry.change if entry.change != NO_CHANGE else "-",
        to.shows("word", entry.kind),
        to.shows("person", entry.by) if entry.by else "-",
        to.shows("person", entry.signed_by) if entry.signed_by else to.says("log.unsigned"),
        what.replace("\n", " "),
    )


def _problems(problems: Sequence[AnswerFinding], to: Presentation) -> list[str]:
    lines = []
    label = to.says("verified.problem")
    for problem in problems:
        said = said_problem(problem, to)
        rule = f"  [{problem.rule}]" if to.shows_codes else ""
        lines.append(f"{to.painted('broken', label)}  {_placed(problem.path, said.text)}{rule}")
        if said.hint:
            lines.append(" " * (cells(label) + 2) + to.says("decision.hint", hint=said.hint))
    return ["", *lines] if lines else []


def said_problem(problem: AnswerFinding | Finding, to: Presentation) -> Said:
    """Return what a problem says, and its hint; in English as it stands in a JSON answer."""
    plain = Said(problem.message, problem.hint)
    if to.language == ENGLISH or problem.data is None:
        return plain
    try:
        return said_of(problem.rule, problem.data, to)
    except (KeyError, TypeError, ValueError):
        # a message of the roster, which has no sentence here
        return plain


def _placed(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


def verified(ledger: LedgerAnswer, to: Presentation) -> str:
    """Render the verdict of `verify`: one sentence when all is well, every problem otherwise."""
    entries = ledger.total
    if ledger.ok:
        good = to.painted("sound", to.says("verified.ok", entries=entries, signed=ledger.signed))
        return "\n".join([good, *_sights(ledger.witnesses, to)]) + "\n"
    bad = to.says("verified.bad", problems=len(ledger.problems), entries=entries)
    lines = [to.painted("broken", bad), *_problems(ledger.problems, to)]
    return "\n".join([*lines, *_sights(ledger.witnesses, to)]) + "\n"


def _sights(witnesses: Sequence[SeenAnswer], to: Presentation) -> list[str]:
    """Return a line for the newest sight of each witness that the ledger agrees with."""
    newest = {one.by: one for one in witnesses if one.agrees}
    lines: list[str] = []
    for one in newest.values():
        at = format_instant(one.at)
        lines.append(to.says("verified.seen", case=one.key, by=one.by, at=at, size=one.size))
    return lines


def witnessed(answer: WitnessAnswer, to: Presentation) -> str:
    """Render what was cosigned and where it lies, or why nothing was."""
    if not answer.ok:
        bad = to.painted("broken", to.says("witness.refused"))
        return "\n".join([bad, *_problems(answer.problems, to)]) + "\n"
    case = None if answer.new else "known"
    told = {"by": answer.by, "size": answer.size, "place": answer.place}
    lines = [to.painted("sound", to.says("witness.done", case=case, **told))]
    lines.append(to.says("witness.verifier_key", verifier=answer.key))
    return "\n".join(lines) + "\n"


def github(ledger: LedgerAnswer, to: Presentation) -> str:
    """Render workflow commands, one error for each problem."""
    if ledger.ok:
        return f"::notice title=ledger::{command_data(verified(ledger, to).strip())}\n"
    commands = ""
    for problem in ledger.problems:
        message = command_data(_placed(problem.path, said_problem(problem, to).text))
        commands += f"::error title={command_property(problem.rule)}::{message}\n"
    return commands


def command_data(value: str) -> str:
    """Escape the message of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(value: str) -> str:
    """Escape a property of a workflow command."""
    return command_data(value).replace(":", "%3A").replace(",", "%2C")


def entry_text(shown: ShownEntry, to: Presentation) -> str:
    """Render one entry with all its content."""
    lines = [shown.path]
    if shown.entry is not None:
        lines += columns(_facts(shown.entry, shown.keyids, to), indent=2)
    if shown.statement is not None:
        lines += ["", json.dumps(shown.statement, indent=2, ensure_ascii=False)]
    if shown.problems:
        lines.append("")
    for problem in shown.problems:
        message = said_problem(problem, to).text
        lines.append(f"{to.says('verified.problem')}  {message}  [{problem.rule}]")
    return "\n".join(lines) + "\n"


def _facts(entry: LedgerEntry, keyids: Sequence[str], to: Presentation) -> list[tuple[str, str]]:
    recorded = format_instant(entry.recorded_at)
    clock = {"case": "simulated"} if entry.simulated else {}
    facts = {
        "digest": entry.digest,
        "follows": entry.previous or to.says("entry.first"),
        "at": format_instant(entry.at),
        "recorded": to.says("entry.recorded_at", at=recorded, **clock),
        "signed": _signature(entry.signer, keyids, to),
    }
    return [(to.says("entry.fact", case=name), value) for name, value in facts.items()]


def _signature(signer: str | None, keyids: Sequence[str], to: Presentation) -> str:
    keys = list(keyids)
    if signer:
        return to.says("entry.signature", signer=signer, keys=keys)
    case = "worthless" if keys else "none"
    return to.says("entry.signature", case=case, keys=keys)


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
VERIFY_FORMATS: Final[dict[str, Callable[[LedgerAnswer, Presentation], str]]] = {
    "text": fitted(verified),
    "json": for_programs(answer_json),
    "github": github,
}
WITNESS_FORMATS: Final[dict[str, Callable[[WitnessAnswer, Presentation], str]]] = {
    "text": witnessed,
    "json": for_programs(answer_json),
}
SHOW_FORMATS: Final[dict[str, Callable[[ShownEntry, Presentation], str]]] = {
    "text": entry_text,
    "json": for_programs(entry_json),
    "raw": for_programs(entry_raw),
}
