"""Whether a change model covers a change: the test of a pre-authorised standard change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, tzinfo

from changeflow.gate.step_pattern import ITEM, misfits
from changeflow.model.change import (
    ActingStep,
    ChangeRequest,
    ImplementationStep,
    Step,
    VerificationStep,
)
from changeflow.model.change_model import ChangeModel, Scope, StepPattern, Template
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.model_scope import ScopeLists, outside_scope
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, told
from changeflow.model.times import local_day
from changeflow.risk.history import Count
from changeflow.risk.model_record import suspended


def uncovered(
    change: ChangeRequest,
    model: ChangeModel,
    items: Mapping[str, ConfigurationItem],
    roster: Roster,
    risk_score: int,
    record: Count,
    today: date,
    edited: Sequence[str] = (),
    zone: tzinfo = UTC,
) -> tuple[Told, ...]:
    """Return why the model does not cover the change, as sentences; empty when it does.

    Args:
        change: the change that claims the model.
        model: the model, from the base.
        items: the CMDB.
        roster: must know the people who authorised the model as holders of its authority.
        risk_score: 0 to 100, may not exceed the model's ceiling.
        record: changes under this model so far, and those that failed.
        today: for validity, in the zone.
        edited: files its steps name that came, went or changed together with the request.
        zone: in which the day begins on which the window opens.
    """
    spec = model.spec
    name = model.metadata.id
    window = change.spec.window
    opens = local_day(window.start, zone) if window is not None else None
    found = list(not_in_force(model, today, opens))
    able = set(filter(roster.is_human, roster.members(spec.authority)))
    for person in spec.authorised_by:
        if person not in able:
            found.append(told("model.authority", model=name, who=person, role=spec.authority))
    for ci, outside in _items_outside(change, spec.scope, items):
        found.append(told("model.item", model=name, ci=ci, why=[outside]))
    for step, misfit in _steps_outside(change, spec.steps, items):
        found.append(_step_outside(name, step.name, misfit))
    for path in edited:
        found.append(told("model.edited", model=name, path=path))
    for step, path in _mutable_outside(change, spec.template):
        found.append(told("model.mutable", model=name, path=path, step=step.name))
    if risk_score > spec.ceiling:
        found.append(told("model.ceiling", model=name, score=risk_score, ceiling=spec.ceiling))
    found += suspended(model, record)
    return tuple(found)


def _step_outside(model: str, step: str, misfit: Told | None) -> Told:
    if misfit is None:
        return told("model.step", model=model, step=step)
    return told("model.step", case="near", model=model, step=step, why=[misfit])


def not_in_force(model: ChangeModel, today: date, opens: date | None) -> Iterable[Told]:
    """Return why a model does not hold today, or not on the day on which the window opens."""
    spec = model.spec
    name, last = model.metadata.id, spec.expires.isoformat()
    if today > spec.expires:
        yield told("model.expired", model=name, day=last)
    elif opens is not None and opens > spec.expires:
        yield told("model.expired", case="before_window", model=name, day=last)
    if spec.valid_from is not None and today < spec.valid_from:
        yield told("model.not_yet", model=name, day=spec.valid_from.isoformat())


def _items_outside(
    change: ChangeRequest, scope: Scope, items: Mapping[str, ConfigurationItem]
) -> Iterable[tuple[str, Told]]:
    lists = ScopeLists(scope.items, scope.types, scope.environments, scope.actions)
    for item in change.spec.items or ():
        known = items.get(item.ci)
        if known is None:
            yield item.ci, told("model.outside", case="unknown")
            continue
        spec = known.spec
        why = outside_scope(lists, item.ci, item.action, spec.type, spec.environment)
        if why is not None:
            yield item.ci, told("model.outside", case=why.what, value=why.value)


def _steps_outside(
    change: ChangeRequest, patterns: tuple[StepPattern, ...], items: Collection[str]
) -> Iterable[tuple[Step, Told | None]]:
    """Yield the steps of the change that fit no pattern, with the reason where one is near.

    Those are steps that make, check or undo it; `verify` programs count as steps too.
    """
    runs = [pattern.run for pattern in patterns if pattern.run is not None]
    whole = change.spec.implementation.plan if change.spec.implementation is not None else None
    if whole is not None:
        covered, nearest = _covered(whole.run, runs, change.changed, items)
        if not covered:
            # what all steps do together is told with the first of them
            yield change.spec.steps[0], nearest
    for step in change.spec.steps:
        if _asks_person(step) and not any(pattern.manual for pattern in patterns):
            yield step, None
        if isinstance(step, VerificationStep) and step.query is not None:
            # a pattern covers programs, and no server that is asked
            yield step, None
            continue
        if isinstance(step, ActingStep) and step.workflows:
            # nor what another machine does
            yield step, None
            continue
        for argv in step.command_lines:
            covered, nearest = _covered(argv, runs, change.changed, items)
            if not covered:
                yield step, nearest
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
    for step in change.spec.steps:
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


def _asks_person(step: Step) -> bool:
    """Return whether a person does the step or undoes it."""
    undo = step.undo if isinstance(step, ImplementationStep) else None
    return step.manual is not None or (undo is not None and undo.manual is not None)


def _covered(
    argv: tuple[str, ...],
    patterns: Sequence[tuple[str, ...]],
    changed: Collection[str],
    items: Collection[str],
) -> tuple[bool, Told | None]:
    """Return whether a pattern covers a command line, or else why the nearest one does not.

    None is near where two or more words of every pattern differ.
    """
    near: Told | None = None
    for pattern in patterns:
        if len(pattern) != len(argv):
            continue
        why = tuple(misfits(pattern, argv, changed, items))
        if not why:
            return True, None
        if len(why) == 1 and near is None:
            near = why[0]
    return False, near
