"""Gather what every gate asks about a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from changeflow.gate.case import Common, Panel
from changeflow.gate.ledger_opinions import ledger_opinions
from changeflow.gate_cases.contributions import contributors_of
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.release_facts import has_started
from changeflow.hosts.table import host_named
from changeflow.model.findings import messages_of
from changeflow.model.holds import Hold
from changeflow.model.opinions import Check, Contributors, Review
from changeflow.model.people import RoleHistory
from changeflow.model.report_summary import EvidenceRecord
from changeflow.reading.at_commit import history_of, review_digest
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View


def common_facts(inputs: GateInputs) -> Common:
    """Return what every gate asks about a change whose opinions are on the ledger.

    Much of it is late where the change is over.

    Raises:
        errors.HostFailed: when git fails, or a shallow clone hides commits.
    """
    if inputs.assessed.is_over:
        return _late_facts(inputs)
    return common_with(inputs, _panel(inputs), None, _problems(inputs), _recorded(inputs))


def _late_facts(inputs: GateInputs) -> Common:
    """Return what every gate asks, made when something reads it."""
    contributors = partial(contributors_of, inputs.view, inputs.content, inputs.base)
    found = Common.late(
        {
            "panel": partial(_panel, inputs),
            "scope": lambda: inputs.assessed.scope,
            "records": partial(_records, inputs, contributors),
            "dependencies": partial(_dependencies, inputs),
            "problems": partial(_problems, inputs),
            "holds": partial(_holds, inputs),
            "inputs": lambda: {**inputs.assessed.assessment.inputs, **_recorded(inputs)},
        },
        checks=None,
        **_known(inputs),
    )
    if _asks_tenure(inputs.base):
        # since when people hold their roles depends on the time, which is noted right now
        return found.model_copy(update={"panel": found.panel})
    return found


def _problems(inputs: GateInputs) -> tuple[str, ...]:
    """Return the errors that `check` finds in the request."""
    released = has_started(inputs.mine)
    return messages_of(inputs.view.problems_of_request(inputs.content.path, released=released))


def common_with(
    inputs: GateInputs,
    panel: Panel,
    checks: tuple[Check, ...] | None,
    problems: tuple[str, ...],
    recorded: Mapping[str, Any],
) -> Common:
    """Return what every gate asks about a change.

    Args:
        inputs: the change as it was read.
        panel: people and their opinions.
        checks: CI checks on the content; None where the code host is not asked.
        problems: errors that `check` finds in the request.
        recorded: what the decision rests on, by digest or commit, beside what the assessment names.
    """
    return Common(
        panel=panel,
        scope=inputs.assessed.scope,
        checks=checks,
        records=_records(inputs, lambda: panel.contributors),
        dependencies=_dependencies(inputs),
        problems=problems,
        holds=_holds(inputs),
        inputs={**inputs.assessed.assessment.inputs, **recorded},
        **_known(inputs),
    )


def _known(inputs: GateInputs) -> dict[str, Any]:
    """Return the facts of `Common` that are at hand."""
    base = inputs.base
    return {
        "change": inputs.change,
        "assessment": inputs.assessed.assessment,
        "policies": base.policies,
        "calendars": base.calendars,
        "items": base.items,
        "ledger_problems": tuple(one.quoted for one in inputs.evidence.problems),
        "newest": inputs.newest,
        "skew": base.config.ledger.skew,
        "plans": inputs.content.plans,
    }


def _records(
    inputs: GateInputs, contributors: Callable[[], Contributors]
) -> tuple[EvidenceRecord, ...]:
    """Return the files of CI that are recorded for the change."""
    if all(entry.kind != "evidence" for entry in inputs.mine):
        return ()
    # most changes have none
    from changeflow.gate_cases.evidence_records import evidence_records

    return evidence_records(inputs, contributors())


def _dependencies(inputs: GateInputs) -> dict[str, str]:
    """Return the changes that must come first, to how they ended or why they will not come."""
    finished = inputs.evidence.finished
    found: dict[str, str] = {}
    for name in inputs.change.spec.depends_on:
        if name in finished:
            found[name] = finished[name]
        elif inputs.others is not None:
            why = inputs.others.hopeless(name)
            if why:
                found[name] = why
    return found


def _holds(inputs: GateInputs) -> tuple[Hold, ...]:
    """Return the holds of what the change touches."""
    entries = inputs.evidence.standing
    if not entries:
        return ()
    from changeflow.reading.holds_on_record import holds_on_record
    from changeflow.schedule.holds import stops

    base, change, found = inputs.base, inputs.change, []
    for hold in holds_on_record(inputs.view.store, base, entries):
        if stops(hold.scope, change.spec.type.value, change.changed, base.items):
            found.append(hold)
    return tuple(found)


def _panel(inputs: GateInputs) -> Panel:
    """Return the people of the roster, and the opinions on the ledger."""
    base, config = inputs.base, inputs.base.config
    opinions = ledger_opinions(inputs.mine, base.roster, config)
    return Panel(
        digest=inputs.content.digest,
        roster=base.roster,
        reviews=opinions,
        contributors=contributors_of(inputs.view, inputs.content, base),
        role_history=_role_history(inputs.view, base, opinions, inputs.now),
        unable=host_named(config.host).unable(base.roster.spec.people, config),
        cab=config.cab,
    )


def _role_history(
    view: View, base: Rulebook, opinions: tuple[Review, ...], now: datetime
) -> RoleHistory | None:
    """Return since when people hold their roles, read only where a policy asks for a tenure."""
    if not _asks_tenure(base):
        return None
    from changeflow.reading.role_history import role_history

    return role_history(view.store, base, opinions, now)


def _asks_tenure(base: Rulebook) -> bool:
    """Return whether a rule asks for people who hold their roles for some time."""
    tenures: list[timedelta | None] = []
    for policy in base.policies:
        for rule in policy.spec.rules:
            tenures += [seat.tenure for seat in rule.require or ()]
    return any(tenure is not None for tenure in tenures)


def _recorded(inputs: GateInputs) -> dict[str, Any]:
    """Return what the decision rests on: enough to compute it again."""
    view = inputs.view
    found = {
        "digest": inputs.content.digest,
        "review": review_digest(view.head, inputs.change.id),
        "history": history_of(view),
        "ledger": inputs.evidence.head,
    }
    return found if view.address is None else found | {"remote": view.address}
