"""Judges from GitHub's settings whether it really asks for the verdict.

A check that nothing requires is advice. Each question has one of three answers, and unknown never
counts as holding: the control is on when everything it rests on was seen and holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from changeflow.model.answers.control import ControlAnswer, ControlItem
from changeflow.model.branches import LEDGER_BRANCH, MAIN_BRANCH
from changeflow.model.phrases import shortened
from changeflow.model.publication import GATE

State = Literal["holds", "does_not_hold", "unknown"]

# the App `GitHub Actions` on github.com: every workflow of every branch can speak as it
ACTIONS: Final = 15_368
RULESETS: Final = "Settings → Rules → Rulesets"
ENVIRONMENTS: Final = "Settings → Environments"


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
    message: str
    hint: str = ""


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
    for name, level, source, question, judged in _QUESTIONS:
        fact = getattr(facts, source)
        if fact is None:
            continue
        if isinstance(fact, Unseen):
            said: _Said | None = _unseen(question.format(it=expected), fact)
        else:
            said = judged(expected, fact)
        if said is None:
            continue
        # Without an App there is no key that the environment could give away.
        pointless = source == "environment" and expected.app_id is None
        yield ControlItem(
            id=name,
            state=said.state,
            level="warn" if pointless else level,
            reason_code=said.reason_code,
            message=said.message,
            hint=said.hint,
        )


def _together(items: tuple[ControlItem, ...]) -> Literal["on", "off", "unknown"]:
    states = {item.state for item in items if item.level == "deny"}
    if "does_not_hold" in states:
        return "off"
    return "on" if states == {"holds"} else "unknown"


def _unseen(question: str, fact: Unseen) -> _Said:
    hint = "run `changeflow doctor` with a token of an administrator, or look at the settings"
    return _Said("unknown", "control.unseen", f"whether {question} is not known: {fact.why}", hint)


def _required(expected: Expected, rules: BranchRules) -> _Said:
    if rules.gates:
        return _Said("holds", "control.required", f"`{expected.main}` requires `{GATE}`")
    hint = (
        f"{RULESETS}: an active ruleset for `{expected.main}`, Require status checks to "
        f"pass, `{GATE}`"
    )
    return _Said(
        "does_not_hold",
        "control.not_required",
        f"no active ruleset requires `{GATE}` on `{expected.main}`",
        hint,
    )


def _source(expected: Expected, rules: BranchRules) -> _Said | None:
    """Judge the source of the check: one rule that names the App is enough."""
    if not rules.gates:
        return None
    apps = sorted({gate.app_id for gate in rules.gates if gate.app_id is not None})
    hint = f"{RULESETS}: choose your App as the source of `{GATE}`"
    if not apps:
        return _Said(
            "does_not_hold",
            "control.source_any",
            f"anybody who may write can publish the required `{GATE}`",
            hint,
        )
    if apps == [ACTIONS]:
        message = (
            f"`{GATE}` is required from GitHub Actions: any workflow of any branch can publish it"
        )
        own = "give the bot an App of its own, and choose that as the source"
        return _Said("does_not_hold", "control.source_shared", message, own)
    named = ", ".join(map(str, apps))
    if expected.app_id is None:
        message = f"`{GATE}` is required from App {named}; which App the bot is was not told"
        return _Said(
            "unknown",
            "control.source_unconfirmed",
            message,
            "say it: `--app-id`, or CHANGEFLOW_APP_ID",
        )
    if expected.app_id in apps:
        return _Said(
            "holds", "control.source_pinned", f"`{GATE}` counts from App {expected.app_id} alone"
        )
    message = f"`{GATE}` is required from App {named}, and the bot is App {expected.app_id}"
    return _Said("does_not_hold", "control.source_other", message, hint)


def _up_to_date(expected: Expected, rules: BranchRules) -> _Said | None:
    if not rules.gates:
        return None
    if "merge_queue" in rules.kinds or any(gate.strict for gate in rules.gates):
        return _Said(
            "holds",
            "control.up_to_date",
            f"a verdict counts only on top of the newest `{expected.main}`",
        )
    message = (
        f"a verdict opens although `{expected.main}` has moved since, until the next run "
        "decides again"
    )
    hint = f"{RULESETS}: Require branches to be up to date before merging, or a merge queue"
    return _Said("does_not_hold", "control.not_up_to_date", message, hint)


def _pull_request(expected: Expected, rules: BranchRules) -> _Said:
    if "pull_request" in rules.kinds:
        return _Said(
            "holds", "control.pull_request", f"`{expected.main}` takes pull requests alone"
        )
    hint = f"{RULESETS}: Require a pull request before merging"
    return _Said(
        "does_not_hold",
        "control.no_pull_request",
        f"`{expected.main}` can be pushed to without a pull request",
        hint,
    )


# one shape for all questions
def _dismissals(expected: Expected, rules: BranchRules) -> _Said:  # noqa: ARG001
    if not rules.dismissals:
        message = "who may dismiss a review is not shown"
        return _Said(
            "unknown",
            "control.unseen",
            message,
            f"{RULESETS}: Restrict who can dismiss pull request reviews",
        )
    if any(rules.dismissals):
        return _Said(
            "holds", "control.dismissals_restricted", "only those named may dismiss a review"
        )
    hint = f"{RULESETS}: Restrict who can dismiss pull request reviews"
    return _Said(
        "does_not_hold",
        "control.dismissals_open",
        "everybody who may write can dismiss a review",
        hint,
    )


def _main_history(expected: Expected, rules: BranchRules) -> _Said:
    return _history(expected.main, rules, "control.main_kept", "control.main_rewritable")


def _ledger_history(expected: Expected, rules: BranchRules) -> _Said:
    return _history(expected.ledger, rules, "control.ledger_kept", "control.ledger_rewritable")


def _history(branch: str, rules: BranchRules, good: str, bad: str) -> _Said:
    """Judge that a branch is neither rewritten nor deleted: what was merged, or recorded, stays."""
    ways = {"non_fast_forward": "rewritten by force", "deletion": "deleted"}
    open_ = [said for kind, said in ways.items() if kind not in rules.kinds]
    if not open_:
        return _Said("holds", good, f"`{branch}` can be neither rewritten nor deleted")
    hint = f"{RULESETS}: Block force pushes and Restrict deletions for `{branch}`"
    return _Said("does_not_hold", bad, f"`{branch}` can be {' and '.join(open_)}", hint)


def _ledger_writers(expected: Expected, rules: BranchRules) -> _Said:
    if {"creation", "update"} <= rules.kinds:
        return _Said(
            "holds",
            "control.ledger_closed",
            f"only those on the bypass list write to `{expected.ledger}`",
        )
    hint = (
        f"{RULESETS}: Restrict creations and updates for `{expected.ledger}`, with your App "
        "on the bypass list"
    )
    return _Said(
        "does_not_hold",
        "control.ledger_writable",
        f"everybody who may write can append to `{expected.ledger}`",
        hint,
    )


def _environment(expected: Expected, reach: Reach) -> _Said:
    name = expected.environment
    hint = f"{ENVIRONMENTS} → {name}: Selected branches and tags, `{expected.main}` alone"
    if reach.by == "every":
        return _Said(
            "does_not_hold",
            "control.environment_open",
            f"every branch can use the environment `{name}`",
            hint,
        )
    if reach.by == "protected":
        message = (
            f"every protected branch can use the environment `{name}`; which those are is not known"
        )
        return _Said("unknown", "control.environment_protected", message, hint)
    if reach.names == (("branch", expected.main),):
        return _Said(
            "holds",
            "control.environment_restricted",
            f"only `{expected.main}` can use the environment `{name}`",
        )
    named = ", ".join(f"{kind} `{pattern}`" for kind, pattern in reach.names) or "nothing"
    message = f"the environment `{name}` is open to {named}, not to `{expected.main}` alone"
    return _Said("does_not_hold", "control.environment_open", message, hint)


# one shape for all questions
def _owners(expected: Expected, owners: CodeOwners) -> _Said:  # noqa: ARG001
    if not owners.errors:
        return _Said("holds", "control.owners_sound", "GitHub finds no error in CODEOWNERS")
    message = f"GitHub ignores lines of CODEOWNERS: {shortened(owners.errors, 3, '; ')}"
    return _Said(
        "does_not_hold",
        "control.owners_broken",
        message,
        "correct them: such a line asks nobody for a review",
    )


def _bypass(expected: Expected, bypass: Bypass) -> _Said | None:
    """Judge who may pass by: one ruleset without a way around is enough."""
    if not bypass.actors:
        return None
    if not all(bypass.actors.values()):
        return _Said(
            "holds", "control.no_bypass", f"nobody can pass by the ruleset that requires `{GATE}`"
        )
    named = ", ".join(sorted(set[str]().union(*bypass.actors.values())))
    hint = f"{RULESETS}: empty the bypass list of the ruleset for `{expected.main}`"
    return _Said(
        "does_not_hold",
        "control.bypass",
        f"some can pass by the ruleset that requires `{GATE}`: {named}",
        hint,
    )


# What is asked: name, level (`deny`: without it the control is not on; `warn`: good to have), where
# the answer comes from, the question in words, and who answers it.
_QUESTIONS: Final[tuple[tuple[str, Literal["deny", "warn"], str, str, _Judge], ...]] = (
    ("gate-required", "deny", "main", f"`{{it.main}}` requires `{GATE}`", _required),
    ("gate-source", "deny", "main", f"`{GATE}` counts from the bot's App alone", _source),
    ("pull-request", "deny", "main", "`{it.main}` takes pull requests alone", _pull_request),
    ("main-history", "deny", "main", "`{it.main}` can be rewritten or deleted", _main_history),
    (
        "bypass",
        "deny",
        "bypass",
        f"somebody can pass by the ruleset that requires `{GATE}`",
        _bypass,
    ),
    (
        "evidence-history",
        "deny",
        "ledger",
        "`{it.ledger}` can be rewritten or deleted",
        _ledger_history,
    ),
    (
        "environment",
        "deny",
        "environment",
        "only `{it.main}` can use the environment `{it.environment}`",
        _environment,
    ),
    (
        "up-to-date",
        "warn",
        "main",
        "a verdict counts on top of the newest `{it.main}` alone",
        _up_to_date,
    ),
    ("dismissals", "warn", "main", "only few may dismiss a review", _dismissals),
    ("evidence-writers", "warn", "ledger", "only the App writes to `{it.ledger}`", _ledger_writers),
    ("code-owners", "warn", "owners", "CODEOWNERS is sound", _owners),
)
