"""Rules about requests for change.

They run on plain data: a document that passes never becomes a record here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, Final

from changeflow.checks.any_shape import mapping, mappings, sequence, text, texts, words_of
from changeflow.checks.repository_facts import Item, RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model import times
from changeflow.model.document_paths import change_of_rfc, day_of_change
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.model_scope import ScopeLists, outside_scope
from changeflow.model.phrases import Told, meant, told
from changeflow.model.placeholders import is_hollow, is_marker, is_nothing
from changeflow.model.servers import may_be_sent

_STEPS: Final[tuple[tuple[Route, bool], ...]] = (
    (("spec", "implementation", "steps"), True),
    (("spec", "verification"), False),
    (("spec", "rollback", "steps"), True),
    (("spec", "rollback", "preconditions"), False),
)
_PROSE: Final[tuple[Route, ...]] = (
    ("metadata", "title"),
    ("spec", "reason"),
    ("spec", "benefit"),
    ("spec", "emergency", "justification"),
    ("spec", "effects", "customers"),
    ("spec", "effects", "availability"),
    ("spec", "effects", "capacity"),
    ("spec", "effects", "continuity"),
    ("spec", "effects", "security"),
    ("spec", "effects", "cost"),
    ("spec", "effects", "plans"),
    ("spec", "transition", "design"),
    ("spec", "transition", "tests"),
    ("spec", "transition", "handover"),
)

# title, reason, justification: `none` is no answer to these
_ASKED: Final[tuple[Route, ...]] = _PROSE[:2] + _PROSE[3:4]


# ids begin with a day, yyyymmdd
_DATED: Final = re.compile(r"CHG-([0-9]{8})")


def _at(document: Document, route: Route) -> Any:
    value: Any = document.data
    for part in route:
        value = mapping(value).get(str(part))
    return value


# -- the document itself -----------------------------------------------------------------------


def _id_folder(document: Document) -> Iterator[Finding]:
    folder = change_of_rfc(document.path)
    if folder is not None and document.id and document.id != folder:
        place = ("metadata", "id")
        yield document.found("rfc-id-folder", place, id=document.id, folder=folder)


def _id_date(document: Document) -> Iterator[Finding]:
    begin = _DATED.match(document.id)
    if begin is None:
        return
    try:
        day_of_change(document.id)
    except ValueError:
        yield document.found("rfc-id-date", ("metadata", "id"), day=begin[1])


def _window_length(document: Document) -> timedelta | None:
    """Return how long the window is; None without one whose times can be read."""
    window = mapping(document.spec.get("window"))
    try:
        start = times.parse_instant(text(window.get("start")))
        end = times.parse_instant(text(window.get("end")))
    except ValueError:
        # the schema says what is wrong with it
        return None
    return end - start


def _window_order(document: Document) -> Iterator[Finding]:
    length = _window_length(document)
    if length is not None and length <= timedelta():
        yield document.found("rfc-window-order", ("spec", "window", "end"))


def _placeholders(document: Document) -> Iterator[Finding]:
    for route in _PROSE:
        value = _at(document, route)
        if not isinstance(value, str):
            continue
        if is_marker(value) or (route in _ASKED and is_nothing(value)):
            yield _placeholder(document, route, value, "prose")
    for route, strict in _STEPS:
        for place, step in mappings(_at(document, route), route):
            yield from _step_placeholders(document, place, step, strict)
    trigger = _at(document, ("spec", "rollback", "trigger"))
    if isinstance(trigger, str) and is_hollow(trigger):
        yield _placeholder(document, ("spec", "rollback", "trigger"), trigger, "trigger")


def _step_placeholders(
    document: Document, route: Route, step: dict[str, Any], strict: bool
) -> Iterator[Finding]:
    name, manual, run = step.get("name"), step.get("manual"), step.get("run")
    is_placeholder = is_hollow if strict else is_marker
    if isinstance(manual, str) and is_placeholder(manual):
        yield _placeholder(document, (*route, "manual"), manual, "step")
    if isinstance(name, str) and is_marker(name):
        yield _placeholder(document, (*route, "name"), name, "step")
    for index, word in enumerate(sequence(run)):
        if isinstance(word, str) and word.isupper() and is_marker(word):
            yield _placeholder(document, (*route, "run", index), word, "program")
    planned = mapping(step.get("plan")).get("run")
    for index, word in enumerate(sequence(planned)):
        if isinstance(word, str) and word.isupper() and is_marker(word):
            yield _placeholder(document, (*route, "plan", "run", index), word, "program")
    why = step.get("irreversible")
    if isinstance(why, str) and is_nothing(why):
        yield _placeholder(document, (*route, "irreversible"), why, "prose")
    if isinstance(step.get("undo"), dict):
        yield from _step_placeholders(document, (*route, "undo"), step["undo"], True)


def _placeholder(document: Document, route: Route, value: str, case: str) -> Finding:
    return document.found("rfc-placeholder", route, case=case, text=value)


def _acting_plans(document: Document) -> Iterator[Finding]:
    """Yield plans whose program is one that makes the change or takes it back."""
    acting: list[list[str]] = []
    for route, _ in _STEPS:
        for _, step in mappings(_at(document, route), route):
            acting += [words_of(step.get("run")), words_of(mapping(step.get("undo")).get("run"))]
    whole: Route = ("spec", "implementation")
    for route, step in (
        (whole, mapping(_at(document, whole))),
        *mappings(_at(document, _FORWARD), _FORWARD),
    ):
        words = words_of(mapping(step.get("plan")).get("run"))
        if words and words in acting:
            yield document.found("rfc-plan-acts", (*route, "plan", "run"), command=" ".join(words))


def _soaks(document: Document) -> Iterator[Finding]:
    """Yield verifications whose probes could never fail, or never be made."""
    verification = document.spec.get("verification")
    for route, step in mappings(verification, ("spec", "verification")):
        if isinstance(step.get("for"), str):
            yield from _soak(document, route, step)
        for key in ("every", "failures"):
            if key in step and "for" not in step:
                place = (*route, key)
                yield document.found("rfc-verification-soak", place, case="once", key=key)


def _outlasting(document: Document) -> Iterator[Finding]:
    """Yield the verification with which all that take their time outlast the window."""
    length = _window_length(document)
    if length is None or length <= timedelta():
        return
    left = length
    for route, step in mappings(document.spec.get("verification"), ("spec", "verification")):
        try:
            left -= times.parse_duration(text(step.get("for")))
        except ValueError:
            continue
        if left < timedelta():
            lasts, place = (length - left).total_seconds(), (*route, "for")
            yield document.found("rfc-verification-window", place, level="warning", lasts=lasts)
            return


def _tokens(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Yield queries that would send a variable to a server that the configuration does not name."""
    allowed: dict[str, list[str]] = {}
    for config in facts.configs:
        for name, servers in mapping(mapping(config.spec.get("release")).get("tokens")).items():
            allowed[name] = [*allowed.get(name, []), *map(text, sequence(servers))]
    for route, step in mappings(document.spec.get("verification"), ("spec", "verification")):
        query = mapping(step.get("query"))
        name, url = text(query.get("token_from")), text(query.get("url"))
        if name and url and not may_be_sent(url, allowed.get(name, ())):
            place = (*route, "query", "token_from")
            yield document.found("rfc-query-token", place, name=name, url=url)


def _soak(document: Document, route: Route, step: dict[str, Any]) -> Iterator[Finding]:
    from changeflow.release.soak import Soak, usual_every

    failures = step.get("failures", 1)
    try:
        length = times.parse_duration(step["for"])
        every = times.parse_duration(step["every"]) if "every" in step else usual_every(length)
    except (TypeError, ValueError):
        # the schema says what is wrong with it
        return
    if not isinstance(failures, int):
        return
    if not length or not every:
        key = "every" if length else "for"
        yield document.found("rfc-verification-soak", (*route, key), case="of_no_time")
        return
    soak = Soak(length, every, failures)
    problem = soak.problem()
    if problem:
        data: dict[str, Any] = {"probes": soak.probes, "failures": failures}
        yield document.found("rfc-verification-soak", (*route, problem), case=problem, **data)


def _duplicate_items(document: Document) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, (route, item) in enumerate(mappings(document.spec.get("items"), ("spec", "items"))):
        ci = text(item.get("ci"))
        if ci and ci in seen:
            first = document.position(("spec", "items", seen[ci], "ci"))[0]
            yield document.found("rfc-duplicate-ci", (*route, "ci"), ci=ci, line=first)
        seen.setdefault(ci, index)


# -- what only a complete request must have ----------------------------------------------------


def _rollback(document: Document) -> Iterator[Finding]:
    rollback = document.spec.get("rollback")
    if not isinstance(rollback, dict):
        # the schema says so
        return
    if rollback.get("steps") in (None, []) and not _says_how_undone(document):
        yield document.found("rfc-rollback-steps", ("spec", "rollback", "steps"))
    if rollback.get("trigger") is None:
        yield document.found("rfc-rollback-trigger", ("spec", "rollback", "trigger"))
    if rollback.get("limit") is None:
        yield document.found("rfc-rollback-limit", ("spec", "rollback", "limit"))


_FORWARD: Final[Route] = ("spec", "implementation", "steps")


def _says_how_undone(document: Document) -> bool:
    """Return whether a step says how it is undone, or why it cannot be."""
    steps = mappings(_at(document, _FORWARD), _FORWARD)
    return any("undo" in step or "irreversible" in step for _, step in steps)


def _returns(document: Document) -> Iterator[Finding]:
    """Find steps without a way back, and steps that are undone twice."""
    back = _rollback_steps(document)
    if not back and not _says_how_undone(document):
        # the rollback has no steps at all: that is a finding of its own
        return
    ties = set[str]()
    for _, undoes in back:
        ties.update(undoes)
    is_whole = any(not undoes for _, undoes in back)
    for route, step in mappings(_at(document, _FORWARD), _FORWARD):
        name, undo = text(step.get("name")), step.get("undo")
        if undo is not None and "irreversible" in step:
            place = (*route, "irreversible")
            yield document.found("rfc-undone-twice", place, case="irreversible", name=name)
        if undo is not None and name in ties:
            yield document.found("rfc-undone-twice", (*route, "undo"), name=name)
        if undo is None and "irreversible" not in step and not is_whole and name not in ties:
            yield document.found("rfc-step-return", route, name=name)
        if isinstance(undo, dict) and undo.get("verify") is None:
            yield document.found("rfc-undo-verify", (*route, "undo"), name=name)


def _return_time(document: Document) -> Iterator[Finding]:
    """Find a way back whose own time-outs are longer than the promised time to restore.

    Only time-outs that are written count; each `verify` may take as long as its step.
    """
    try:
        limit = times.parse_duration(text(_at(document, ("spec", "rollback", "limit"))))
    except ValueError:
        # the schema says what is wrong with it, and another rule that there is none
        return
    longest = timedelta()
    for _, step in mappings(_at(document, _FORWARD), _FORWARD):
        longest += _written_time(mapping(step.get("undo")))
    route: Route = ("spec", "rollback", "steps")
    for _, step in mappings(_at(document, route), route):
        longest += _written_time(step)
    if longest > limit:
        place = ("spec", "rollback", "limit")
        promised = times.format_duration(limit)
        may_take = times.format_duration(longest)
        yield document.found("rfc-return-time", place, longest=may_take, limit=promised)


def _written_time(step: dict[str, Any]) -> timedelta:
    """Return how long a step and its `verify` may take; nothing where no time-out is written."""
    try:
        timeout = times.parse_duration(text(step.get("timeout")))
    except ValueError:
        return timedelta()
    return timeout if step.get("verify") is None else 2 * timeout


def _rollback_steps(document: Document) -> list[tuple[Route, list[str]]]:
    """Return the place of each step of the rollback plan, and what it says that it undoes."""
    found: list[tuple[Route, list[str]]] = []
    route: Route = ("spec", "rollback", "steps")
    for place, step in mappings(_at(document, route), route):
        names = [name for _, name in texts(step.get("undoes"), place)]
        found.append((place, names))
    return found


def _undoes(document: Document) -> Iterator[Finding]:
    """Find rollback steps that are tied to no step, or to more than one of the same name."""
    names: list[str] = []
    for _, step in mappings(_at(document, _FORWARD), _FORWARD):
        names.append(text(step.get("name")))
    for place, undoes in _rollback_steps(document):
        for index, name in enumerate(undoes):
            if names.count(name) != 1:
                case = "twice" if name in names else None
                hint = meant(name, names) or told("hint.steps", names=names[:10])
                route = (*place, "undoes", index)
                yield document.found("rfc-undoes", route, case=case, name=name, what_now=[hint])


# -- references --------------------------------------------------------------------------------


def _items(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, item in mappings(document.spec.get("items"), ("spec", "items")):
        ci = text(item.get("ci"))
        known = facts.items.get(ci)
        if not ci:
            continue
        if known is None:
            what_now = [facts.item_hint(ci)]
            yield document.found("rfc-unknown-ci", (*route, "ci"), ci=ci, what_now=what_now)
        else:
            yield from _item_status(
                document, (*route, "ci"), ci, known, text(item.get("action")) or "modify"
            )


# action -> states the item may have in this tree, which shows the world after the change as well as
# before it
FITTING: Final[dict[str, tuple[str, ...]]] = {
    "add": ("planned", "live"),
    "modify": ("live",),
    "remove": ("live", "retired"),
    "transfer": ("live", "retired"),
}


def _item_status(
    document: Document, route: Route, ci: str, item: Item, action: str
) -> Iterator[Finding]:
    fitting = FITTING.get(action)
    if fitting is not None and item.status not in fitting:
        yield document.found(
            "rfc-ci-not-live",
            route,
            ci=ci,
            status=item.status,
            action=action,
            fitting=list(fitting),
        )


def _people(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for name, route in (
        ("requester", ("metadata", "requester")),
        ("implementer", ("spec", "implementer")),
    ):
        person = text(_at(document, route))
        if not person:
            continue
        kind = facts.people.get(person)
        if kind is None:
            yield document.found(
                "rfc-unknown-person",
                route,
                case="role" if person in facts.roles else "stranger",
                part=name,
                who=person,
                what_now=[facts.person_hint(person)],
            )
        elif kind != "human":
            yield document.found("rfc-agent-requester", route, part=name, who=person)


def _depends_on(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, change in texts(document.spec.get("depends_on"), ("spec", "depends_on")):
        if change not in facts.changes:
            what_now = [facts.change_hint(change)]
            yield document.found("rfc-depends-on-missing", route, change=change, what_now=what_now)


def _model(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    name = text(document.spec.get("model"))
    if document.spec.get("type") != "standard" or not name:
        return
    model = facts.models.get(name)
    if model is None:
        what_now = [meant(name, facts.models) or told("hint.models")]
        place = ("spec", "model")
        yield document.found("rfc-model-missing", place, model=name, what_now=what_now)
        return
    for route, item in mappings(document.spec.get("items"), ("spec", "items")):
        known = facts.items.get(text(item.get("ci")))
        if known is None:
            continue
        why = _outside(item, known, mapping(model.get("scope")))
        if why is not None:
            ci = item["ci"]
            yield document.found("rfc-model-scope", (*route, "ci"), model=name, ci=ci, why=[why])


def _outside(item: dict[str, Any], known: Item, scope: dict[str, Any]) -> Told | None:
    """Return why a scope, of any shape, does not hold an item; None if it does."""
    lists = ScopeLists(
        _list(scope, "items"),
        _list(scope, "types"),
        _list(scope, "environments"),
        sequence(scope.get("actions")) or ["modify"],
    )
    action = text(item.get("action")) or "modify"
    why = outside_scope(lists, item["ci"], action, known.type, known.environment)
    if why is None:
        return None
    return told("model.outside", case=why.what, value=why.value)


def _list(scope: dict[str, Any], name: str) -> list[Any] | None:
    return sequence(scope[name]) if name in scope else None


_rule = partial(FindingRule, kind="ChangeRequest")
RULES: Final = (
    _rule("rfc-id-folder", "error", "The id is not the name of the folder.", find=_id_folder),
    _rule(
        "rfc-id-date",
        "warning",
        "The id begins with a day that is not in the calendar.",
        find=_id_date,
        in_draft="warning",
    ),
    _rule(
        "rfc-unknown-ci",
        "error",
        "An item is not in the CMDB of this tree.",
        find_with=_items,
        ages=True,
        in_draft="warning",
    ),
    _rule(
        "rfc-ci-not-live",
        "error",
        "An item's status does not fit the action: modify needs live, add planned or "
        "live, remove and transfer live or retired.",
        find_with=_items,
        ages=True,
        in_draft="warning",
    ),
    _rule(
        "rfc-duplicate-ci",
        "error",
        "An item is listed twice.",
        find=_duplicate_items,
        in_draft="warning",
    ),
    _rule(
        "rfc-unknown-person",
        "error",
        "Requester or implementer is not in the roster.",
        find_with=_people,
        ages=True,
        in_draft="warning",
    ),
    _rule(
        "rfc-agent-requester",
        "error",
        "Requester or implementer is an automation: a person must answer for a change.",
        find_with=_people,
        ages=True,
        in_draft="warning",
    ),
    _rule(
        "rfc-depends-on-missing",
        "error",
        "A change this one waits for does not exist.",
        find_with=_depends_on,
        in_draft="warning",
    ),
    _rule(
        "rfc-model-missing",
        "error",
        "The change model of a standard change does not exist.",
        find_with=_model,
        ages=True,
        in_draft="warning",
    ),
    _rule(
        "rfc-model-scope",
        "error",
        "The change model does not cover an item.",
        find_with=_model,
        ages=True,
        in_draft="warning",
    ),
    _rule(
        "rfc-window-order",
        "error",
        "The window ends before it starts.",
        find=_window_order,
        in_draft="warning",
    ),
    _rule(
        "rfc-verification-window",
        "warning",
        "Verifications that last outlast the window.",
        find=_outlasting,
        in_draft="off",
    ),
    _rule(
        "rfc-query-token",
        "error",
        "A query sends a variable to a server that the configuration does not name for it.",
        find_with=_tokens,
        in_draft="warning",
    ),
    _rule(
        "rfc-verification-soak",
        "error",
        "A verification is probed less often than it lasts, or could never fail.",
        find=_soaks,
        in_draft="warning",
    ),
    _rule(
        "rfc-rollback-steps",
        "error",
        "The rollback plan has no steps.",
        find=_rollback,
        in_draft="off",
    ),
    _rule(
        "rfc-rollback-trigger",
        "error",
        "The rollback plan does not say when to use it.",
        find=_rollback,
        in_draft="off",
    ),
    _rule(
        "rfc-rollback-limit",
        "error",
        "The rollback plan does not say how long it may take.",
        find=_rollback,
        in_draft="off",
    ),
    _rule(
        "rfc-return-time",
        "warning",
        "The time-outs of the way back are longer than the promised time to restore.",
        find=_return_time,
        in_draft="off",
    ),
    _rule(
        "rfc-step-return",
        "error",
        "A step has no way back: no `undo`, no rollback step, no `irreversible` with a reason.",
        find=_returns,
        in_draft="off",
    ),
    _rule(
        "rfc-undone-twice",
        "error",
        "A step has an `undo`, and a rollback step undoes it, too, or it is called irreversible.",
        find=_returns,
        in_draft="warning",
    ),
    _rule(
        "rfc-undo-verify",
        "warning",
        "An `undo` has no `verify`, so that nothing proves it.",
        find=_returns,
        in_draft="off",
    ),
    _rule(
        "rfc-plan-acts",
        "error",
        "A plan runs a program that makes the change or takes it back.",
        find=_acting_plans,
    ),
    _rule(
        "rfc-undoes",
        "error",
        "A rollback step says that it undoes a step that is not there, or whose name is not unique.",
        find=_undoes,
        in_draft="warning",
    ),
    _rule(
        "rfc-placeholder",
        "error",
        "TODO, TBD, n/a, or a plan that says no more than `revert`; the words stand "
        "in `model/placeholders.py`.",
        find=_placeholders,
        in_draft="warning",
    ),
)
