"""Whether a change model covers a change: the test of a pre-authorised standard change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, tzinfo

from changeflow.gate.step_pattern import ITEM, misfits
from changeflow.model.change import ChangeRequest, Step
from changeflow.model.change_model import ChangeModel, Scope, StepPattern, Template
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.model_scope import ScopeLists, outside_scope
from changeflow.model.people import Roster
from changeflow.model.times import local_day


def uncovered(
    change: ChangeRequest,
    model: ChangeModel,
    items: Mapping[str, ConfigurationItem],
    roster: Roster,
    risk_score: int,
    failures: int,
    today: date,
    edited: Sequence[str] = (),
    zone: tzinfo = UTC,
) -> tuple[str, ...]:
    """Return why the model does not cover the change, in plain words; empty when it does.

    Args:
        change: the change that claims the model.
        model: the model, from the base.
        items: the CMDB.
        roster: must know the people who authorised the model as holders of its authority.
        risk_score: 0 to 100, may not exceed the model's ceiling.
        failures: failed changes under this model so far.
        today: for validity, in the zone.
        edited: files its steps name that came, went or changed together with the request.
        zone: in which the day begins on which the window opens.
    """
    spec = model.spec
    name = f"change model `{model.metadata.id}`"
    window = change.spec.window
    opens = local_day(window.start, zone) if window is not None else None
    found = list(not_in_force(model, today, opens))
    able = set(filter(roster.is_human, roster.members(spec.authority)))
    for person in spec.authorised_by:
        if person not in able:
            found.append(f"{name} was authorised by {person}, who does not hold `{spec.authority}`")
    for ci, why in _items_outside(change, spec.scope, items):
        found.append(f"{name} does not cover item `{ci}` ({why})")
    for step, why in _steps_outside(change, spec.steps, items):
        text = f"{name} does not cover the step `{step.name}`"
        found.append(f"{text}: {why}" if why else text)
    for path in edited:
        found.append(f"{name} does not cover `{path}`, which changed with the request")
    for step, path in _mutable_outside(change, spec.template):
        text = f"{name} does not let `{path}` change while `{step.name}` waits"
        found.append(f"{text}: its template does not say `mutable`")
    if risk_score > spec.ceiling:
        found.append(f"risk score {risk_score} is over the ceiling of {spec.ceiling} of {name}")
    if spec.max_failures is not None and failures > spec.max_failures:
        found.append(f"{name} is suspended: {failures} failed changes, {spec.max_failures} allowed")
    return tuple(found)


def not_in_force(model: ChangeModel, today: date, opens: date | None) -> Iterable[str]:
    """Return why a model does not hold today, or not on the day on which the window opens."""
    spec = model.spec
    name = f"change model `{model.metadata.id}`"
    if today > spec.expires:
        yield f"{name} expired on {spec.expires.isoformat()}"
    elif opens is not None and opens > spec.expires:
        yield f"{name} expires on {spec.expires.isoformat()}, before the window opens"
    if spec.valid_from is not None and today < spec.valid_from:
        yield f"{name} is valid from {spec.valid_from.isoformat()}"


def _items_outside(
    change: ChangeRequest, scope: Scope, items: Mapping[str, ConfigurationItem]
) -> Iterable[tuple[str, str]]:
    lists = ScopeLists(scope.items, scope.types, scope.environments, scope.actions)
    for item in change.spec.items or ():
        known = items.get(item.ci)
        if known is None:
            yield item.ci, "not in the CMDB"
            continue
        spec = known.spec
        why = outside_scope(lists, item.ci, item.action, spec.type, spec.environment)
        if why:
            yield item.ci, why


def _steps_outside(
    change: ChangeRequest, patterns: tuple[StepPattern, ...], items: Collection[str]
) -> Iterable[tuple[Step, str]]:
    """Yield the steps of the change that fit no pattern, with the reason where one is near.

    Those are steps that make, check or undo it; `verify` programs count as steps too.
    """
    runs = [pattern.run for pattern in patterns if pattern.run is not None]
    for step in _steps(change):
        if step.manual is not None and not any(pattern.manual for pattern in patterns):
            yield step, ""
        for argv in (step.run, step.verify):
            why = None if argv is None else _uncovered(argv, runs, change.changed, items)
            if why is not None:
                yield step, why
                break


def _mutable_outside(
    change: ChangeRequest, template: Template | None
) -> Iterable[tuple[Step, str]]:
    """Yield files that a step lets change after the approval.

    Left out are those that the same program's step in the template lets change, too.
    """
    allowed: set[tuple[str, str]] = set()
    for program, path in _mutable_in(template):
        allowed |= {(program.replace(ITEM, ci), path.replace(ITEM, ci)) for ci in change.changed}
    for step in _steps(change):
        program = step.run[0] if step.run else ""
        for path in step.mutable:
            if (program, path) not in allowed:
                yield step, path


def _mutable_in(template: Template | None) -> Iterable[tuple[str, str]]:
    """Yield (program, file that its step lets change) of a template."""
    if template is None:
        return
    steps = [*template.implementation, *template.verification]
    if template.rollback:
        steps += (*template.rollback.steps, *template.rollback.preconditions)
    for step in steps:
        for path in step.mutable:
            if step.run:
                yield step.run[0], path


def _steps(change: ChangeRequest) -> tuple[Step, ...]:
    """Return the steps that make, check or undo the change."""
    spec = change.spec
    forward = spec.implementation.steps if spec.implementation else ()
    back = (*spec.rollback.steps, *spec.rollback.preconditions) if spec.rollback else ()
    return (*forward, *spec.verification, *back)


def _uncovered(
    argv: tuple[str, ...],
    patterns: Sequence[tuple[str, ...]],
    changed: Collection[str],
    items: Collection[str],
) -> str | None:
    """Return why no pattern covers a command line, None where one does.

    The words are those of the nearest one, empty where none is near.
    """
    near = ""
    for pattern in patterns:
        if len(pattern) != len(argv):
            continue
        why = tuple(misfits(pattern, argv, changed, items))
        if not why:
            return None
        if len(why) == 1 and not near:
            near = why[0]
    return near
