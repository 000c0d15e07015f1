"""Decisions that were computed again: a line each, and the differences or the reason below."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from changeflow.model.answers.ledger import LedgerAnswer
from changeflow.model.phrases import counted, first_of
from changeflow.model.replay import ReplayDifference, ReplayedDecision
from changeflow.model.times import format_instant
from changeflow.render.json_text import answer_json
from changeflow.render.ledger import command_data, command_property
from changeflow.render.lines import ended

_SIGN: Final = {"agrees": "agrees ", "differs": "DIFFERS", "unknown": "unknown"}
# differences of one decision; JSON has more
_SHOWN: Final = 10
# characters of a value
_WIDTH: Final = 100


def text(ledger: LedgerAnswer) -> str:
    """Render a line for every decision, and the sum of them."""
    return ended(_lines(ledger))


def _lines(ledger: LedgerAnswer) -> Iterator[str]:
    for one in ledger.replayed:
        yield from _decision_lines(one)
    for problem in ledger.problems:
        yield f"NOT ALLOWED  {problem.path} {problem.message}"
    yield ""
    yield _sum(ledger)


def _decision_lines(one: ReplayedDecision) -> Iterator[str]:
    clock = "  (simulated clock)" if one.simulated else ""
    at = format_instant(one.at.replace(microsecond=0))
    verdict = "open" if one.open else "shut"
    decision = f"#{one.seq}  {one.change}  {one.gate} {verdict}"
    yield f"{_SIGN[one.outcome]}  {decision}  {at}{clock}"
    if one.reason:
        yield f"         {one.reason}"
    differences = list(map(_differs, one.differences))
    for line in first_of(differences, _SHOWN):
        yield f"         {line}"
    if one.hint:
        yield f"         hint: {one.hint}"


def _differs(one: ReplayDifference) -> str:
    return f"{_route(one)}: recorded {_value(one.recorded)}, recomputed {_value(one.recomputed)}"


def _route(one: ReplayDifference) -> str:
    return ".".join(map(str, one.route))


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _WIDTH else shown[: _WIDTH - 1] + "…"


def _sum(ledger: LedgerAnswer) -> str:
    count = Counter(one.outcome for one in ledger.replayed)
    every = counted(len(ledger.replayed), "decision")
    if ledger.problems:
        starts = counted(len(ledger.problems), "release")
        allowed = f"{starts} without a decision that allowed it"
        return f"NOT OK: {allowed}; of {every} {count['agrees']} the same"
    if not count["differs"] and not count["unknown"]:
        return f"ok: {every} computed again, byte for byte the same"
    parts = [counted(count["agrees"], "agrees", "agree")]
    if count["differs"]:
        parts.append(counted(count["differs"], "differs", "differ"))
    if count["unknown"]:
        parts.append(f"{count['unknown']} cannot be computed here")
    verdict = "ok" if ledger.ok else "NOT OK"
    return f"{verdict}: of {every} {', '.join(parts)}"


def github(ledger: LedgerAnswer) -> str:
    """Render workflow commands: an error for what fails, a warning for what is merely unknown."""
    reported = [one for one in ledger.replayed if one.outcome != "agrees"]
    if not reported:
        return f"::notice title=ledger replay::{command_data(_sum(ledger))}\n"
    return "".join(map(_annotation, reported))


def _annotation(one: ReplayedDecision) -> str:
    lines = [f"entry {one.seq}, {one.gate} of {one.change}: {one.reason}"]
    lines += map(_differs, one.differences[:_SHOWN])
    level = "error" if one.fails else "warning"
    title = command_property(f"ledger replay {one.outcome}")
    message = command_data("\n".join(lines))
    return f"::{level} title={title}::{message}\n"


REPLAY_FORMATS: Final[dict[str, Callable[[LedgerAnswer], str]]] = {
    "text": text,
    "json": answer_json,
    "github": github,
}
