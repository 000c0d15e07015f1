"""Decisions that were computed again: a line each, and the differences or the reason below."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, get_args

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.ledger import LedgerAnswer
from changeflow.model.phrases import first_of
from changeflow.model.replay import ReplayDifference, ReplayedDecision, ReplayOutcome
from changeflow.model.times import format_instant
from changeflow.render.json_text import answer_json
from changeflow.render.ledger import command_data, command_property, said_problem
from changeflow.render.lines import ended
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.render.table import cells, padded

# differences of one decision; JSON has more
_SHOWN: Final = 10
# characters of a value
_WIDTH: Final = 100


def text(ledger: LedgerAnswer, to: Presentation) -> str:
    """Render a line for every decision, and the sum of them."""
    return ended(_lines(ledger, to))


def _lines(ledger: LedgerAnswer, to: Presentation) -> Iterator[str]:
    signs = [to.says("replayed.sign", case=name) for name in get_args(ReplayOutcome)]
    wide = max(map(cells, signs))
    for one in ledger.replayed:
        yield from _decision_lines(one, wide, to)
    for problem in ledger.problems:
        message = said_problem(problem, to).text
        yield f"{to.says('replayed.not_allowed')}  {problem.path} {message}"
    yield ""
    yield _sum(ledger, to)


def _decision_lines(one: ReplayedDecision, wide: int, to: Presentation) -> Iterator[str]:
    at = format_instant(one.at.replace(microsecond=0))
    case = {"case": "simulated"} if one.simulated else {}
    outcome = "open" if one.open else "shut"
    data = {"seq": one.seq, "change": one.change, "gate": one.gate, "outcome": outcome, "at": at}
    named = to.painted(one.outcome, to.says("replayed.sign", case=one.outcome))
    sign = padded(named, wide + 2)
    yield f"{sign}{to.says('replayed.decision', **data, **case)}"
    indent = " " * (wide + 2)
    if one.reason:
        yield f"{indent}{one.reason}"
    for line in first_of([_differs(found, to) for found in one.differences], _SHOWN):
        yield f"{indent}{line}"
    if one.hint:
        yield f"{indent}{to.says('decision.hint', hint=one.hint)}"


def _differs(one: ReplayDifference, to: Presentation) -> str:
    recorded, recomputed = _value(one.recorded, to), _value(one.recomputed, to)
    return to.says("replayed.differs", route=_route(one), recorded=recorded, recomputed=recomputed)


def _route(one: ReplayDifference) -> str:
    return ".".join(map(str, one.route))


def _value(value: Any, to: Presentation) -> str:
    if value is None:
        return to.says("replayed.nothing")
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _WIDTH else shown[: _WIDTH - 1] + "…"


def _sum(ledger: LedgerAnswer, to: Presentation) -> str:
    count, every = Counter(one.outcome for one in ledger.replayed), len(ledger.replayed)
    same = count["agrees"]
    if ledger.problems:
        starts = len(ledger.problems)
        return to.says("replayed.sum", case="not_allowed", starts=starts, every=every, same=same)
    if not count["differs"] and not count["unknown"]:
        return to.says("replayed.sum", case="same", every=every)
    parts = [{"code": "replayed.agrees", "count": same}]
    if count["differs"]:
        parts.append({"code": "replayed.differ", "count": count["differs"]})
    if count["unknown"]:
        parts.append({"code": "replayed.unknown", "count": count["unknown"]})
    told = [in_a_row([one], to) for one in parts]
    verdict = to.says("replayed.verdict", case="ok" if ledger.ok else "not_ok")
    return to.says("replayed.sum", verdict=verdict, every=every, parts=told)


def github(ledger: LedgerAnswer, to: Presentation) -> str:
    """Render workflow commands: an error for what fails, a warning for what is merely unknown."""
    reported = [one for one in ledger.replayed if one.outcome != "agrees"]
    if not reported:
        return f"::notice title=ledger replay::{command_data(_sum(ledger, to))}\n"
    return "".join(_annotation(one, to) for one in reported)


def _annotation(one: ReplayedDecision, to: Presentation) -> str:
    lines = [f"#{one.seq}, {one.gate}, {one.change}: {one.reason}"]
    lines += [_differs(found, to) for found in one.differences[:_SHOWN]]
    level = "error" if one.fails else "warning"
    title = command_property(f"ledger replay {one.outcome}")
    message = command_data("\n".join(lines))
    return f"::{level} title={title}::{message}\n"


REPLAY_FORMATS: Final[dict[str, Callable[[LedgerAnswer, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
    "github": github,
}
