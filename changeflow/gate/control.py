"""Judges from GitHub's settings whether it really asks for the verdict.

A check that nothing requires is advice. Each question has one of three answers, and unknown never
counts as holding: the control is on when everything it rests on was seen and holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any, Final, Literal

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.control import ControlAnswer, ControlItem
from changeflow.model.branches import LEDGER_BRANCH, MAIN_BRANCH
from changeflow.model.phrases import shortened
from changeflow.model.publication import GATE

State = Literal["holds", "does_not_hold", "unknown"]

# the App `GitHub Actions` on github.com: every workflow of every branch can speak as it
ACTIONS: Final = 15_368
# errors of CODEOWNERS that a sentence names
_ERRORS: Final = 3


@dataclass(frozen=True)
class Unseen:
    """A setting that was asked for and could not be read, and why."""

    why: str


@dataclass(frozen=True)
class RequiredCheck:
    """A check that a ruleset asks for.

    `app_id` None: from anybody. `strict`: on top of the newest state of the branch.
    """

    context: str
    app_id: int | None = None
    strict: bool = False
    ruleset: int | None = None


@dataclass(frozen=True)
class BranchRules:
    """The rules that are active for a branch, from every ruleset together.

    `kinds` are GitHub's names of rules; `dismissals` says for every pull request rule that shows it
    whether few may dismiss.
    """

    kinds: frozenset[str] = frozenset()
    checks: tuple[RequiredCheck, ...] = ()
    dismissals: tuple[bool, ...] = ()

    @property
    def gates(self) -> tuple[RequiredCheck, ...]:
        """Return the rules that ask for our check."""
        return tuple(check for check in self.checks if check.context == GATE)

    def carriers(self, app_id: int | None) -> frozenset[int | None]:
        """Return the rulesets that the control hangs on.

        Those are the ones that ask for the gate from this App; where none does, all that ask for
        it. Another one, that asks for it from any source, stops no actor who passes by these. None
        is a ruleset without a number.
        """
        gates = self.gates
        from_app = () if app_id is None else [gate for gate in gates if gate.app_id == app_id]
        return frozenset(gate.ruleset for gate in from_app or gates)


@dataclass(frozen=True)
class Reach:
    """Which branches may use an environment and its secrets.

    `names` are (`branch` or `tag`, pattern) where they are named.
    """

    by: Literal["every", "protected", "named"]
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CodeOwners:
    """What GitHub finds wrong in the file CODEOWNERS."""

    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bypass:
    """Who may pass by the rulesets that ask for the gate: by ruleset, kinds of actors.

    Empty: none may.
    """

    actors: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class SettingsFacts:
    """What was read of GitHub's settings; None is what was not asked for."""

    main: BranchRules | Unseen | None = None
    ledger: BranchRules | Unseen | None = None
    environment: Reach | Unseen | None = None
    owners: CodeOwners | Unseen | None = None
    bypass: Bypass | Unseen | None = None


@dataclass(frozen=True)
class Expected:
    """What it should be.

    That is the repository, its main branch and ledger, and the App that publishes the verdict, if
    it is known.
    """

    repository: str
    main: str = MAIN_BRANCH
    ledger: str = LEDGER_BRANCH
    app_id: int | None = None
    environment: str = "changeflow"


@dataclass(frozen=True)
class _Said:
    state: State
    reason_code: str
    data: dict[str, Any] = field(default_factory=dict)


_Judge = Callable[[Expected, Any], _Said | None]


def judge(expected: Expected, facts: SettingsFacts) -> ControlAnswer:
    """Return the state of the control, question by question.

    Only what was asked for is judged. A question that another answer makes pointless is left out: a
    check that no ruleset requires has no source.
    """
    items = tuple(_items(expected, facts))
    return ControlAnswer(
        repository=expected.repository,
        branch=expected.main,
        ledger=expected.ledger,
        app_id=expected.app_id,
        control=_together(items),
        items=items,
    )


def _items(expected: Expected, facts: SettingsFacts) -> Iterable[ControlItem]:
    for name, level, source, judged in _QUESTIONS:
        fact = getattr(facts, source)
        if fact is None:
            continue
        if isinstance(fact, Unseen):
            said: _Said | None = _unseen(expected, name, fact)
        else:
            said = judged(expected, fact)
        if said is None:
            continue
        # Without an App there is no key that the environment could give away.
        pointless = source == "environment" and expected.app_id is None
        data = _names(expected) | said.data
        message, hint = say(said.reason_code, data, MACHINE)
        yield ControlItem(
            id=name,
            state=said.state,
            level="warn" if pointless else level,
            reason_code=said.reason_code,
            message=message,
            hint=hint,
            data=data,
        )


def _names(expected: Expected) -> dict[str, Any]:
    """Return what sentences about settings may name."""
    return {
        "gate": GATE,
        "branch": expected.main,
        "ledger": expected.ledger,
        "environment": expected.environment,
        "app": expected.app_id,
    }


def _together(items: tuple[ControlItem, ...]) -> Literal["on", "off", "unknown"]:
    states = {item.state for item in items if item.level == "deny"}
    if "does_not_hold" in states:
        return "off"
    return "on" if states == {"holds"} else "unknown"


def _unseen(expected: Expected, name: str, fact: Unseen) -> _Said:
    question = _names(expected) | {"code": f"question.{name}"}
    return _Said("unknown", "control.unseen", {"question": [question], "why": [fact.why]})


def _required(expected: Expected, rules: BranchRules) -> _Said:  # noqa: ARG001 - one shape for all
    if rules.gates:
        return _Said("holds", "control.required")
    return _Said("does_not_hold", "control.not_required")


def _source(expected: Expected, rules: BranchRules) -> _Said | None:
    """Judge the source of the check: one rule that names the App is enough."""
    if not rules.gates:
        return None
    apps = sorted({gate.app_id for gate in rules.gates if gate.app_id is not None})
    if not apps:
        return _Said("does_not_hold", "control.source_any")
    if apps == [ACTIONS]:
        return _Said("does_not_hold", "control.source_shared")
    if expected.app_id is None:
        return _Said("unknown", "control.source_unconfirmed", {"apps": apps})
    if expected.app_id in apps:
        return _Said("holds", "control.source_pinned")
    return _Said("does_not_hold", "control.source_other", {"apps": apps})


def _up_to_date(expected: Expected, rules: BranchRules) -> _Said | None:  # noqa: ARG001 - as above
    if not rules.gates:
        return None
    if "merge_queue" in rules.kinds or any(gate.strict for gate in rules.gates):
        return _Said("holds", "control.up_to_date")
    return _Said("does_not_hold", "control.not_up_to_date")


def _pull_request(expected: Expected, rules: BranchRules) -> _Said:  # noqa: ARG001 - as above
    if "pull_request" in rules.kinds:
        return _Said("holds", "control.pull_request")
    return _Said("does_not_hold", "control.no_pull_request")


def _dismissals(expected: Expected, rules: BranchRules) -> _Said:  # noqa: ARG001 - as above
    if not rules.dismissals:
        return _Said("unknown", "control.unseen", {"case": "dismissals"})
    if any(rules.dismissals):
        return _Said("holds", "control.dismissals_restricted")
    return _Said("does_not_hold", "control.dismissals_open")


def _main_history(expected: Expected, rules: BranchRules) -> _Said:
    return _history(expected.main, rules, "control.main_kept", "control.main_rewritable")


def _ledger_history(expected: Expected, rules: BranchRules) -> _Said:
    return _history(expected.ledger, rules, "control.ledger_kept", "control.ledger_rewritable")


def _history(branch: str, rules: BranchRules, good: str, bad: str) -> _Said:
    """Judge that a branch is neither rewritten nor deleted: what was merged, or recorded, stays."""
    open_ = [way for way in ("non_fast_forward", "deletion") if way not in rules.kinds]
    if not open_:
        return _Said("holds", good, {"branch": branch})
    case = open_[0] if len(open_) == 1 else "both"
    return _Said("does_not_hold", bad, {"branch": branch, "case": case})


def _ledger_writers(expected: Expected, rules: BranchRules) -> _Said:  # noqa: ARG001 - as above
    if {"creation", "update"} <= rules.kinds:
        return _Said("holds", "control.ledger_closed")
    return _Said("does_not_hold", "control.ledger_writable")


def _environment(expected: Expected, reach: Reach) -> _Said:
    if reach.by == "every":
        return _Said("does_not_hold", "control.environment_open")
    if reach.by == "protected":
        return _Said("unknown", "control.environment_protected")
    if reach.names == (("branch", expected.main),):
        return _Said("holds", "control.environment_restricted")
    named = ", ".join(f"{kind} `{pattern}`" for kind, pattern in reach.names) or "nothing"
    data = {"case": "named", "names": [named]}
    return _Said("does_not_hold", "control.environment_open", data)


def _owners(expected: Expected, owners: CodeOwners) -> _Said:  # noqa: ARG001 - as above
    if not owners.errors:
        return _Said("holds", "control.owners_sound")
    data = {"errors": [shortened(owners.errors, _ERRORS, "; ")]}
    return _Said("does_not_hold", "control.owners_broken", data)


def _bypass(expected: Expected, bypass: Bypass) -> _Said | None:  # noqa: ARG001 - as above
    """Judge who may pass by: one ruleset without a way around is enough."""
    if not bypass.actors:
        return None
    if not all(bypass.actors.values()):
        return _Said("holds", "control.no_bypass")
    actors = sorted(set[str]().union(*bypass.actors.values()))
    return _Said("does_not_hold", "control.bypass", {"actors": actors})


# What is asked: name, level (`deny`: without it the control is not on; `warn`: good to have), where
# the answer comes from, and who answers it. The catalogue has the question in words.
_QUESTIONS: Final[tuple[tuple[str, Literal["deny", "warn"], str, _Judge], ...]] = (
    ("gate-required", "deny", "main", _required),
    ("gate-source", "deny", "main", _source),
    ("pull-request", "deny", "main", _pull_request),
    ("main-history", "deny", "main", _main_history),
    ("bypass", "deny", "bypass", _bypass),
    ("evidence-history", "deny", "ledger", _ledger_history),
    ("environment", "deny", "environment", _environment),
    ("up-to-date", "warn", "main", _up_to_date),
    ("dismissals", "warn", "main", _dismissals),
    ("evidence-writers", "warn", "ledger", _ledger_writers),
    ("code-owners", "warn", "owners", _owners),
)
