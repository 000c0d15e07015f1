"""A change of the past as it was, and what one set of rules comes to for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from changeflow.model.answers.policy_backtest import CameOut

RuleAnswer = Literal["held", "waiting", "shut", "warned", "unknown", "skipped"]
GateName = Literal["submit", "approve", "deploy", "close"]


class RuleOf(NamedTuple):
    """A rule of a gate, by the id of its policy and its own."""

    gate: GateName
    policy: str
    rule: str
    level: Literal["deny", "warn"]


class RuleSaid(NamedTuple):
    """What a rule says of a change.

    Attributes:
        answer: what it comes to.
        roles: that it asks.
    """

    answer: RuleAnswer
    roles: tuple[str, ...] = ()


class JudgedChange(NamedTuple):
    """What one set of rules comes to for a change.

    Attributes:
        outcome: whether it goes through with the opinions on record.
        seats: approvals asked for, by role.
        lacking: those of them that the opinions on record do not fill.
        rules: what each rule says.
    """

    outcome: CameOut
    seats: Mapping[str, int]
    lacking: Mapping[str, int]
    rules: Mapping[RuleOf, RuleSaid]


class PastChange(NamedTuple):
    """A change of the past.

    Attributes:
        change: its id.
        began: when its release started, else when it was decided about.
        kind: its type.
        items: that it changes.
        item_kinds: types of these items, sorted; the id of an item whose type is not known.
        category: of the request.
        steps: what is done, with names of items as `{ci}`; None where that is not known.
        model: change model that it follows.
        failed: whether it failed, was rolled back or caused an incident; None: its end is not known.
        hours: by role, from the request to its decision.
        objectors: roles of the people who rejected it.
    """

    change: str
    began: datetime
    kind: str
    items: tuple[str, ...]
    item_kinds: tuple[str, ...]
    category: str
    steps: tuple[str, ...] | None
    model: str | None
    failed: bool | None
    hours: Mapping[str, float]
    objectors: frozenset[str]
