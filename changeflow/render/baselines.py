"""Baselines of the CMDB as text and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.model.answers.baselines import BaselineAnswer, BaselinesAnswer
from changeflow.model.times import format_instant
from changeflow.render.escape import spelled
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.table import columns, grid

_LISTED: Final = ("name", "at", "by", "signed", "commit", "items", "relations")
_TOLD: Final = ("name", "at", "by", "signed", "commit", "digest", "items", "relations")
# characters of a commit that a table shows
_SHORT: Final = 12


def listed(answer: BaselinesAnswer, to: Presentation) -> str:
    """Render a table with a line for each baseline."""
    if not answer.baselines:
        return to.says("baselines.none") + "\n"
    rows = [to.headings("baselines.column", _LISTED)]
    for one in answer.baselines:
        facts = _facts(one, to) | {"commit": one.commit[:_SHORT]}
        rows.append(tuple(facts[name] for name in _LISTED))
    return "\n".join(map(spelled, grid(rows, to.width))) + "\n"


def recorded(answer: BaselinesAnswer, to: Presentation) -> str:
    """Render the baseline that was recorded."""
    (one,) = answer.baselines
    facts = _facts(one, to)
    rows = [(to.says("baselines.column", case=name), facts[name]) for name in _TOLD]
    rows += [(path, found) for path, found in one.outside.items()]
    lines = [to.says("baselines.recorded", name=one.name, seq=one.seq), *columns(rows, indent=2)]
    return "\n".join(map(spelled, lines)) + "\n"


def _facts(one: BaselineAnswer, to: Presentation) -> dict[str, str]:
    when = to.time(one.at.replace(microsecond=0))
    if one.simulated:
        when = to.says("baselines.simulated", at=format_instant(one.at))
    return {
        "name": one.name,
        "at": when,
        "by": to.shows("person", one.by) if one.by else "-",
        "signed": to.shows("person", one.signed_by)
        if one.signed_by
        else to.says("baselines.unsigned"),
        "commit": one.commit,
        "digest": one.digest,
        "items": str(one.items),
        "relations": str(one.relations),
    }


LISTED: Final[dict[str, Callable[[BaselinesAnswer, Presentation], str]]] = {
    "text": listed,
    "json": for_programs(answer_json),
}
RECORDED: Final[dict[str, Callable[[BaselinesAnswer, Presentation], str]]] = {
    "text": recorded,
    "json": for_programs(answer_json),
}
