"""What was planned beside what happened: window, time, steps, rollback, outages, incidents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from changeflow.model.answers.one_change import ChangeAnswer
from changeflow.model.evidence import BACKWARD
from changeflow.model.times import format_duration, parse_duration, parse_instant
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Rows, Section

_HEADINGS: Final = ("about", "planned", "happened")
_ENDS: Final = frozenset({"release.finished", "release.resolved"})


class _Span(NamedTuple):
    """When a release started, turned back and ended, by its journal."""

    started: datetime
    turned: datetime | None
    ended: datetime


def comparison(answer: ChangeAnswer, to: Presentation) -> Iterator[Section]:
    """Yield a table of plan and facts, once the release of a change has ended."""
    span = _span(answer)
    if span is not None:
        rows = tuple(_rows(answer, span, to))
        table = Rows(to.headings("plan_and_fact.heading", _HEADINGS), rows)
        yield Section(to.says("plan_and_fact.title"), (table,))


def _span(answer: ChangeAnswer) -> _Span | None:
    started = turned = ended = None
    for one in answer.timeline:
        if one.what == "release.started" and started is None:
            started = one.at
        elif one.what == "release.rolling_back":
            turned = one.at
        elif one.what in _ENDS:
            ended = one.at
    if started is None or ended is None:
        return None
    return _Span(started, turned, ended)


def _rows(answer: ChangeAnswer, span: _Span, to: Presentation) -> Iterator[tuple[str, str, str]]:
    spec, none = answer.request["spec"], to.says("plan_and_fact.none")
    window = spec.get("window")
    opens = closes = took = none
    if window:
        start, end = parse_instant(window["start"]), parse_instant(window["end"])
        opens, closes = to.time(start, seconds=False), to.time(end, seconds=False)
        took = _length(end - start, to)
    yield _about("start", to), opens, to.time(span.started, seconds=False)
    yield _about("end", to), closes, to.time(span.ended, seconds=False)
    yield _about("time", to), took, _length(span.ended - span.started, to)
    yield from _steps(answer, to)
    if span.turned is not None:
        limit = (spec.get("rollback") or {}).get("limit")
        promised = _length(parse_duration(limit), to) if limit else none
        yield _about("rollback", to), promised, _length(span.ended - span.turned, to)
    yield from _outages(answer, to)
    review = answer.review
    named = review.incidents if review is not None and review.reviewed is not None else None
    if named is not None or answer.incidents:
        # the review may have been written before an incident was reported
        known = list(dict.fromkeys((*(named or ()), *answer.incidents)))
        yield _about("incidents", to), none, to.shows("list", known) or none


def _steps(answer: ChangeAnswer, to: Presentation) -> Iterator[tuple[str, str, str]]:
    if answer.release is None:
        return
    forward = [one for one in answer.release.steps if one.phase not in BACKWARD]
    done = sum(one.outcome == "done" for one in forward)
    yield _about("steps", to), str(len(forward)), to.says("plan_and_fact.done", done=done)


def _outages(answer: ChangeAnswer, to: Presentation) -> Iterator[tuple[str, str, str]]:
    """Yield the outage of each item that was planned, or that the reviewer found out."""
    planned: dict[str, timedelta] = {}
    for item in answer.request["spec"].get("items") or ():
        if item.get("outage"):
            planned[item["ci"]] = parse_duration(item["outage"])
    observed: dict[str, Any] = {}
    for one in answer.review.outages if answer.review is not None else ():
        observed[one.ci] = one.took
    for ci in dict.fromkeys((*planned, *observed)):
        about = to.says("plan_and_fact.about", case="outage", items=[ci])
        seen = to.says("plan_and_fact.not_said")
        if ci in observed:
            seen = _length(observed[ci], to)
        yield about, _length(planned.get(ci, timedelta()), to), seen


def _about(name: str, to: Presentation) -> str:
    return to.says("plan_and_fact.about", case=name)


def _length(span: timedelta, to: Presentation) -> str:
    return to.shows("duration", format_duration(span))
