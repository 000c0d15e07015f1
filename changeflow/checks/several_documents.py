"""Rules about several documents at once: ids, names that look alike, and cycles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from changeflow.checks.any_shape import mappings, text
from changeflow.checks.calendars import PERIODS, periods
from changeflow.checks.freeze_exceptions import freezes_named
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document, found_in_file
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import rfc_path
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.kinds import SINGLE

# Characters of ids that are hard to tell apart, folded to one of them (the ASCII part of the
# Unicode confusables, UTS #39).
_LOOK_ALIKE: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "_": "-", ".": "-"})


@dataclass(frozen=True, slots=True)
class Change:
    """A request, as far as rules about several of them ask."""

    path: str
    id: str
    depends_on: tuple[str, ...]


def _duplicates(documents: Iterable[Document]) -> Iterator[Finding]:
    """Find documents of one kind with one id, and second ones where a repository has one."""
    first: dict[tuple[str, str], Document] = {}
    for document in documents:
        kind = document.kind
        name = "" if kind in SINGLE else document.id
        if kind == "ChangeRequest" or (not name and kind not in SINGLE):
            continue
        known = first.setdefault((kind, name), document)
        if known is not document:
            yield _duplicate(document, known)


def _repeated_rules(documents: Iterable[Document]) -> Iterator[Finding]:
    """Find rules of one gate with one id in two policies.

    Reasons and `policy explain` cannot tell them apart.
    """
    first: dict[tuple[str, str], tuple[Document, Route]] = {}
    for document in documents:
        if document.kind != "Policy":
            continue
        gate = text(document.spec.get("gate"))
        for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
            name, place = text(rule.get("id")), (*route, "id")
            known, at = first.setdefault((gate, name), (document, place))
            if name and known is not document:
                line = known.position(at)[0]
                yield document.found(
                    "policy-rule-twice", place, gate=gate, rule_id=name, path=known.path, line=line
                )


def _repeated_periods(documents: Iterable[Document]) -> Iterator[Finding]:
    """Find ids that periods of two calendars share, or a freeze and a window.

    Reasons that name one could mean either.
    """
    first: dict[str, tuple[Document, Route]] = {}
    for document in documents:
        if document.kind != "Calendar":
            continue
        for route, period in periods(document):
            place, name = (*route, "id"), text(period.get("id"))
            known, at = first.setdefault(name, (document, place))
            if name and (known is not document or at[1] != place[1]):
                yield document.found(
                    "calendar-id-twice",
                    place,
                    case=PERIODS[str(at[1])],
                    id=name,
                    path=known.path,
                    line=known.position(at)[0],
                )


def _repeated_exceptions(documents: Iterable[Document]) -> Iterator[Finding]:
    """Find exceptions of one change from one freeze: of two ends the later one holds."""
    first: dict[tuple[str, str], tuple[Document, Route]] = {}
    for document in documents:
        if document.kind != "FreezeException":
            continue
        for route, freeze in freezes_named(document):
            change = text(document.spec.get("change"))
            known, at = first.setdefault((change, freeze), (document, route))
            if (known, at) != (document, route):
                path, line = known.path, known.position(at)[0]
                yield document.found(
                    "exception-twice", route, change=change, freeze=freeze, path=path, line=line
                )


def _duplicate(document: Document, known: Document) -> Finding:
    kind = document.kind
    path, line = known.path, known.position(("metadata", "id"))[0]
    if kind in SINGLE:
        return document.found("duplicate-kind", ("kind",), kind=kind, path=path, line=line)
    rule = "cmdb-duplicate-id" if kind == "ConfigurationItem" else "duplicate-id"
    place = ("metadata", "id")
    return document.found(rule, place, kind=kind, id=document.id, path=path, line=line)


def _items_alike(documents: Iterable[Document]) -> Iterator[Finding]:
    items = (one for one in documents if one.kind == "ConfigurationItem" and one.id)
    named = {document.id: document for document in items}
    for name, other in look_alikes(named):
        place = ("metadata", "id")
        yield named[name].found("cmdb-id-collision", place, id=name, other=other)


def _changes_alike(_: Iterable[Document], facts: RepositoryFacts) -> Iterator[Finding]:
    for name, other in look_alikes(facts.changes):
        yield found_in_file(
            "rfc-id-collision", rfc_path(name), level="warning", id=name, other=other
        )


def look_alikes(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of different ids that look the same.

    They differ by case, or by characters such as 0 and o, 1 and l, rn and m.
    """
    seen: dict[str, str] = {}
    for name in sorted(names):
        other = seen.setdefault(skeleton(name), name)
        if other != name:
            yield name, other


def skeleton(name: str) -> str:
    """Return a name with look-alike characters folded."""
    return (
        name.casefold()
        .translate(_LOOK_ALIKE)
        .replace("rn", "m")
        .replace("vv", "w")
        .replace("cl", "d")
    )


def cycles(changes: Mapping[str, Change]) -> Iterator[tuple[str, ...]]:
    """Yield rings of `depends_on`, one for each knot of changes.

    It is a shortest ring through the smallest id, which opens and ends it.
    """
    for knot in _knots(changes):
        start = min(knot)
        ring = _shortest_ring(changes, start, knot)
        if ring:
            yield ring


def _shortest_ring(
    changes: Mapping[str, Change], start: str, inside: frozenset[str]
) -> tuple[str, ...]:
    before: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for there in sorted(changes[here].depends_on):
            if there == start:
                if here == start:
                    return (start, start)
                ring = [start, here]
                while ring[-1] != start:
                    ring.append(before[ring[-1]])
                return (*reversed(ring), start)
            if there in inside and there not in before:
                before[there] = here
                waiting.append(there)
    return ()


def _knots(changes: Mapping[str, Change]) -> Iterator[frozenset[str]]:
    """Yield the strongly connected groups of changes, also those of one member.

    This is Tarjan's algorithm without recursion.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    held: list[str] = []
    is_held: set[str] = set()
    for root in sorted(changes):
        if root in order:
            continue
        work = [(root, iter(_next(changes, root)))]
        order[root] = low[root] = len(order)
        held.append(root)
        is_held.add(root)
        while work:
            here, following = work[-1]
            there = next(following, None)
            if there is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == order[here]:
                    yield _release(held, is_held, here)
            elif there not in order:
                order[there] = low[there] = len(order)
                held.append(there)
                is_held.add(there)
                work.append((there, iter(_next(changes, there))))
            elif there in is_held:
                low[here] = min(low[here], order[there])


def _release(held: list[str], is_held: set[str], until: str) -> frozenset[str]:
    group: list[str] = []
    while not group or group[-1] != until:
        group.append(held.pop())
    is_held.difference_update(group)
    return frozenset(group)


def _next(changes: Mapping[str, Change], name: str) -> list[str]:
    return [other for other in changes[name].depends_on if other in changes]


RULES: Final = (
    FindingRule(
        "duplicate-id", "error", "Two documents of one kind have one id.", find=_duplicates
    ),
    FindingRule(
        "duplicate-kind",
        "error",
        "There are two of a kind of which a repository has one: Config, Roster, RiskModel.",
        find=_duplicates,
    ),
    FindingRule("cmdb-duplicate-id", "error", "An id is defined twice.", find=_duplicates),
    FindingRule("cmdb-id-collision", "warning", "Two ids look the same.", find=_items_alike),
    FindingRule(
        "policy-rule-twice",
        "warning",
        "Two policies of one gate have a rule with one id, so reasons cannot tell the two apart.",
        find=_repeated_rules,
    ),
    FindingRule(
        "calendar-id-twice",
        "warning",
        "Periods of two calendars, or a freeze and a window, have one id.",
        find=_repeated_periods,
    ),
    FindingRule(
        "exception-twice",
        "warning",
        "Two freeze exceptions are about one change and one freeze.",
        find=_repeated_exceptions,
    ),
    FindingRule(
        "rfc-id-collision",
        "warning",
        "Two ids look the same: 0 and o, 1 and l, rn and m.",
        find_with=_changes_alike,
    ),
    FindingRule("rfc-depends-on-cycle", "error", "Changes wait for each other; the ring is shown."),
)
