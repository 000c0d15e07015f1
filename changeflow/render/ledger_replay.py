"""Decisions that were computed again: one line each, and below it what came out otherwise or why nothing did."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from changeflow.model.answers import LedgerAnswer
from changeflow.model.phrases import first_of
from changeflow.model.replay import ReplayDifference, ReplayedDecision
from changeflow.model.times import format_instant
from changeflow.render.ledger import as_json, command_data, command_property

_SIGN: Final = {"agrees": "agrees ", "differs": "DIFFERS", "unknown": "unknown"}
# differences of one decision; JSON has more
_SHOWN: Final = 10
# characters of a value
_WIDTH: Final = 100


def text(ledger: LedgerAnswer) -> str:
    """A line for every decision, and the sum of them."""
    lines = [line for one in ledger.replayed for line in _lines(one)]
    lines += [f"NOT ALLOWED  {one.path} {one.message}" for one in ledger.problems]
    return "\n".join([*lines, "", _sum(ledger)]) + "\n"


def _lines(one: ReplayedDecision) -> Iterable[str]:
    clock = "  (simulated clock)" if one.simulated else ""
    when = format_instant(one.at.replace(microsecond=0))
    yield (
        f"{_SIGN[one.outcome]}  #{one.seq}  {one.change}  {one.gate} "
        f"{'open' if one.open else 'shut'}  {when}{clock}"
    )
    if one.reason:
        yield f"         {one.reason}"
    for line in first_of([_differs(difference) for difference in one.differences], _SHOWN):
        yield f"         {line}"
    if one.hint:
        yield f"         hint: {one.hint}"


def _differs(one: ReplayDifference) -> str:
    return f"{_route(one)}: recorded {_value(one.recorded)}, recomputed {_value(one.recomputed)}"


def _route(one: ReplayDifference) -> str:
    return ".".join(str(part) for part in one.route)


def _value(value: Any) -> str:
    shown = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _WIDTH else shown[: _WIDTH - 1] + "…"


def _sum(ledger: LedgerAnswer) -> str:
    count = Counter(one.outcome for one in ledger.replayed)
    every = f"{len(ledger.replayed)} decision" + ("" if len(ledger.replayed) == 1 else "s")
    if ledger.problems:
        starts = f"{len(ledger.problems)} release" + ("" if len(ledger.problems) == 1 else "s")
        return (
            f"NOT OK: {starts} without a decision that allowed it; of {every} "
            f"{count['agrees']} the same"
        )
    if not count["differs"] and not count["unknown"]:
        return f"ok: {every} computed again, byte for byte the same"
    parts = [f"{count['agrees']} agree" + ("" if count["agrees"] != 1 else "s")]
    parts += (
        [f"{count['differs']} differ" + ("" if count["differs"] != 1 else "s")]
        if count["differs"]
        else []
    )
    parts += [f"{count['unknown']} cannot be computed here"] if count["unknown"] else []
    return f"{'ok' if ledger.ok else 'NOT OK'}: of {every} {', '.join(parts)}"


def github(ledger: LedgerAnswer) -> str:
    """Workflow commands: an error for what fails, a warning for what is merely unknown."""
    told = [one for one in ledger.replayed if one.outcome != "agrees"]
    if not told:
        return f"::notice title=ledger replay::{command_data(_sum(ledger))}\n"
    return "".join(_annotation(one) for one in told)


def _annotation(one: ReplayedDecision) -> str:
    where = f"entry {one.seq}, {one.gate} of {one.change}: {one.reason}"
    parts = [where, *(_differs(difference) for difference in one.differences[:_SHOWN])]
    title = command_property(f"ledger replay {one.outcome}")
    return (
        f"::{'error' if one.fails else 'warning'} "
        f"title={title}::{command_data(chr(10).join(parts))}\n"
    )


REPLAY_FORMATS: Final[dict[str, Callable[[LedgerAnswer], str]]] = {
    "text": text,
    "json": as_json,
    "github": github,
}
