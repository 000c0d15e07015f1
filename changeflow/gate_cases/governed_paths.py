"""Policies, roster, settings and the CMDB are governed themselves.

They have approvers of their own and are judged by the old policy. What they become must be readable
and must leave every gate passable: a policy that cannot be satisfied is refused when it is
proposed, not at 4 a.m.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from changeflow.checks.any_shape import mapping, words_of
from changeflow.cmdb.differences import differing_items
from changeflow.documents.loader import load
from changeflow.gate.path_approvals import PathApproval
from changeflow.gate.path_categories import CategorisedPath, paths_in
from changeflow.gate.reasons import pull_reason
from changeflow.gate.satisfy import fragile_demands, impossible_demands
from changeflow.model.answers.decision import Reason
from changeflow.model.document_paths import CONFIG, EXCEPTIONS, EXPORTS, SOURCES
from changeflow.model.people import Roster
from changeflow.model.policy import Policy
from changeflow.policy.cel import compile_problems
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.repo.source import Source
from changeflow.schedule.exceptions import roles_for_exceptions

_OF_SOURCES: Final = (EXPORTS, SOURCES)
# the documents of a file, of any shape
Documents = Sequence[Mapping[str, Any]]


def path_approvals_for(
    view: View, base: Rulebook, categorised: Sequence[CategorisedPath], *, alone: bool
) -> tuple[PathApproval, ...]:
    """Return the approvals owed for governed paths, items of the CMDB and releases.

    Args:
        view: where the base and the head are.
        base: the rulebook of the base.
        categorised: the category of each path.
        alone: whether no request comes with them, whose approvers would see a release, too.
    """
    owed = []
    excepting, governed = list[str](), list[str]()
    for path in paths_in(categorised, "governed"):
        (excepting if path.startswith(EXCEPTIONS) else governed).append(path)
    for path in excepting:
        owed.append(_owed_for_exception(view, base, path))
    if governed:
        role = owners_role(base)
        owed.append(
            PathApproval(
                rule="governed",
                role=role,
                count=1,
                asks={"code": "owed.governed", "role": role},
                paths=tuple(governed),
            )
        )
    for path in paths_in(categorised, "release"):
        before, after = _documents(view.base, path), _documents(view.head, path)
        of_acceptance = list(_owed_for_acceptance(base, path, before, after))
        owed += of_acceptance
        if alone and not (of_acceptance and _plan(before) == _plan(after)):
            owed.append(_owed_for_plan(base, path))
    owed += _items_owed(view, base, paths_in(categorised, "cmdb"), _of_sources(view, categorised))
    return tuple(owed)


def _owed_for_exception(view: View, base: Rulebook, path: str) -> PathApproval:
    """Return what is owed for a freeze exception: to the first role for them that has members.

    Whom it names as having approved must have approved it: with another's name, the implementer of
    the change could let it go on alone.
    """
    roles = roles_for_exceptions(base.config)
    role = next((one for one in roles if base.roster.members(one)), roles[0])
    return PathApproval(
        rule="exceptions",
        role=role,
        count=base.config.freeze_exceptions.count,
        asks={"code": "owed.exceptions", "role": role},
        paths=(path,),
        people=_named_in(view.head, path, base, roles),
    )


def _owed_for_acceptance(
    base: Rulebook, path: str, was: Documents, becomes: Documents
) -> Iterable[PathApproval]:
    """Yield what is owed where the acceptance of a release is given, altered or taken away.

    The role that the base asks decides, and whom the release names as having accepted it must have
    approved that: an acceptance is the word of a person, and may come beside any change. A change
    that is taken out of a release needs its acceptance no longer, so the role is asked for that.
    """
    before, after = _acceptance(was), _acceptance(becomes)
    who = after.get("accepted_by")
    taken_out = before and not _changes(was) <= _changes(becomes)
    if not (before or who) or (before == after and not taken_out):
        return
    role = before.get("role") or after.get("role")
    if not isinstance(role, str) or not base.roster.members(role):
        role = base.config.cab
    named = (who,) if isinstance(who, str) and base.roster.is_human(who) else ()
    yield PathApproval(
        rule="acceptance",
        role=role,
        count=1,
        asks={"code": "owed.acceptance", "role": role},
        paths=(path,),
        people=named,
    )


def _owed_for_plan(base: Rulebook, path: str) -> PathApproval:
    """Return what is owed where a release comes without a request: the CAB approves the plan."""
    role = base.config.cab
    asks = {"code": "owed.release", "role": role}
    return PathApproval(rule="release", role=role, count=1, asks=asks, paths=(path,))


def _plan(documents: Documents) -> list[Any]:
    """Return what the documents of a file say but for the acceptance."""
    found = []
    for data in documents:
        spec = mapping(data.get("spec"))
        kept = {key: said for key, said in spec.items() if key != "acceptance"}
        found.append({**data, "spec": kept})
    return found


def _changes(documents: Documents) -> set[str]:
    found = set[str]()
    for data in documents:
        found.update(words_of(mapping(data.get("spec")).get("changes")))
    return found


def _acceptance(documents: Documents) -> dict[str, Any]:
    for data in documents:
        acceptance = mapping(data.get("spec")).get("acceptance")
        if isinstance(acceptance, dict):
            return mapping(acceptance)
    return {}


def _named_in(
    head: Source, path: str, base: Rulebook, roles: Sequence[str]
) -> tuple[str, ...]:
    """Return the people that an exception names as having approved it, and whose word counts."""
    holders = {one for role in roles for one in base.roster.members(role)}
    found: dict[str, None] = {}
    for data in _documents(head, path):
        for who in words_of(mapping(data.get("spec")).get("approved_by")):
            if who in holders and base.roster.is_human(who):
                found[who] = None
    return tuple(found)


def _documents(source: Source, path: str) -> Documents:
    """Return the documents of a file, of any shape; none where there is no file."""
    if not source.exists(path):
        return ()
    found = list[Mapping[str, Any]]()
    for document in load(source.read(path), path, many=True).documents:
        found.append(mapping(document.data))
    return found


def owners_role(base: Rulebook) -> str:
    """Return the role that approves governed paths.

    It is the policy owners, or the CAB where the roster has none.
    """
    owners = base.config.policy_owners
    return owners if base.roster.members(owners) else base.config.cab


def _of_sources(view: View, categorised: Sequence[CategorisedPath]) -> list[str]:
    """Return the changed files that sources of the CMDB read, wherever they lie."""
    found = []
    for state in (view.base, view.head):
        if not any(path.startswith(SOURCES) for path in state.paths):
            # most repositories have no sources, and the head's rulebook need not be read
            continue
        sourced = state.rulebook.sourced
        if sourced is not None:
            found += [one.path for one in categorised if sourced.reads(one.path)]
    return found


def _items_owed(
    view: View, base: Rulebook, paths: Sequence[str], of_sources: Sequence[str]
) -> Iterable[PathApproval]:
    """Return what is owed to the owners of the items that are touched, as the base names them.

    A new item has the owner that it is given, if the roster knows one.
    """
    by_owner: dict[str, list[str]] = {}
    for name in _touched_by_sources(view, base, paths, of_sources):
        known = base.graph if name in base.graph else view.head.rulebook.graph
        who = known.owner(name)
        role = who if who and base.roster.members(who) else base.config.cab
        by_owner.setdefault(role, []).append(name)
    for path in paths:
        if path.startswith(_OF_SOURCES):
            continue
        before, after = _items(view.base, path), _items(view.head, path)
        names = sorted(before.keys() | after.keys())
        touched = [name for name in names if before.get(name) != after.get(name)]
        for name in touched or [path]:
            owner = _owner(after.get(name))
            if name in base.graph:
                owner = base.graph.owner(name)
            role = owner if owner and base.roster.members(owner) else base.config.cab
            by_owner.setdefault(role, []).append(name)
    for role, names in sorted(by_owner.items()):
        yield PathApproval(
            rule="cmdb",
            role=role,
            count=1,
            asks={"code": "owed.cmdb", "role": role},
            paths=tuple(names),
        )


def _touched_by_sources(
    view: View, base: Rulebook, paths: Sequence[str], of_sources: Sequence[str]
) -> list[str]:
    """Return the items that changed sources, or their files, describe otherwise than the base.

    Where none is, the files below `cmdb/` themselves.
    """
    changed = [path for path in paths if path.startswith(_OF_SOURCES)]
    if not changed and not of_sources:
        return []
    return differing_items(base.columns, view.head.rulebook.columns) or changed


def _items(source: Source, path: str) -> dict[str, object]:
    if not source.exists(path):
        return {}
    documents = load(source.read(path), path, many=True).documents
    return {document.id: document.data for document in documents}


def _owner(data: object) -> str | None:
    if not isinstance(data, dict) or not isinstance(data.get("spec"), dict):
        return None
    owner = data["spec"].get("owner")
    return owner if isinstance(owner, str) else None


def _gates_of(rulebook: Rulebook) -> set[str]:
    """Return the gates that policies have rules for."""
    return {policy.spec.gate.value for policy in rulebook.policies}


def governed_reasons(
    view: View, base: Rulebook, categorised: Sequence[CategorisedPath]
) -> Iterable[Reason]:
    """Return what does not hold of governed files after the change."""
    if not paths_in(categorised, "governed", "cmdb") and not _of_sources(view, categorised):
        return
    after = view.head.rulebook
    for finding in after.problems[:10]:
        data: dict[str, Any] = {
            "path": finding.path,
            "line": finding.line,
            "problem": [finding.message],
            "hint": finding.hint,
        }
        yield pull_reason("governed", "fail", "governed.invalid", data)
    for gate in sorted(_gates_of(base) - _gates_of(after)):
        yield pull_reason("governed", "fail", "policy.removed", {"gate": gate})
    if view.base.exists(CONFIG) and not view.head.exists(CONFIG):
        yield pull_reason("governed", "fail", "config.removed", {"path": CONFIG})
    for policy in (*after.policies, *after.switched_off):
        yield from _policy_reasons(policy, after.roster)
    if not after.roster.members(owners_role(after)):
        yield pull_reason("governed", "fail", "roster.no_owners")


def _policy_reasons(policy: Policy, roster: Roster) -> Iterable[Reason]:
    """Return what does not hold of a policy after the change."""
    name = policy.metadata.id
    for _, message in compile_problems(policy):
        data: dict[str, Any] = {"policy": name, "problem": [message]}
        yield pull_reason("governed", "fail", "policy.invalid", data)
    if not policy.spec.enabled:
        # it asks nothing of anybody yet
        return
    for rule, why in impossible_demands(policy, roster):
        data = {"policy": name, "rule": rule, "why": [why]}
        yield pull_reason("governed", "fail", "policy.unsatisfiable", data)
    for rule, why in fragile_demands(policy, roster):
        data = {"policy": name, "rule": rule, "why": [why]}
        yield pull_reason("governed", "pass", "policy.fragile", data)
