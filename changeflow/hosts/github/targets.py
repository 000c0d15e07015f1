"""From an event to what has to be looked at.

Nothing in a payload is believed beyond where it points.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from changeflow import errors
from changeflow.hosts.github.environment import Environment
from changeflow.hosts.target import Deployment, Group, Target

# `pull_request` runs the workflow file of the pull request itself: what it would publish, the pull
# request could forge.
_PREVIEW: Final = ("pull_request",)
_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
_GROUP: Final = re.compile(
    r"(?:refs/heads/)?gh-readonly-queue/([^\0 ]+)/pr-[0-9]+-[0-9a-f]{40,64}", re.ASCII
)


def target_of(environment: Environment) -> Target:  # noqa: PLR0911 - one line for each event
    """Tell what an event asks to look at.

    Raises:
        errors.Unreadable: when the payload lacks what the event is known by.
    """
    payload = environment.payload
    match environment.event:
        case "pull_request_target" | "pull_request_review" | "pull_request":
            number = _number(payload, "pull_request")
            publishing = environment.event not in _PREVIEW
            why = f"pull request {number}" + ("" if publishing else " (preview)")
            return Target(why, (number,), publishing=publishing, heads=_heads(payload, number))
        case "issue_comment":
            return _comment(payload)
        case "workflow_run":
            return _workflow_run(payload)
        case "merge_group":
            return _merge_group(payload)
        case "push":
            # Whatever landed may judge the open ones differently, stand in their way, or have been
            # their turn.
            record, judge = environment.part != "judge", environment.part != "record"
            return Target(
                "what was pushed",
                push=record,
                every=judge,
                before=_before(payload),
                ref=_pushed(payload),
            )
        case "deployment_protection_rule":
            return _deployment(environment)
        case _:
            return Target("every open pull request", every=True)


def _number(payload: Mapping[str, Any], key: str) -> int:
    number = _within(payload, key).get("number")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise errors.Unreadable.of("hub.event_lacks", what=key)
    return number


def _heads(payload: Mapping[str, Any], number: int) -> tuple[tuple[int, str], ...]:
    oid = _within(payload["pull_request"], "head").get("sha")
    if not isinstance(oid, str) or _OID.fullmatch(oid) is None:
        return ()
    return ((number, oid),)


def _within(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the object under a key, an empty one where there is none."""
    found = payload.get(key)
    if not isinstance(found, Mapping):
        return {}
    return found


def _before(payload: Mapping[str, Any]) -> str | None:
    before = payload.get("before")
    if isinstance(before, str) and _OID.fullmatch(before) and before.strip("0"):
        return before
    return None


def _pushed(payload: Mapping[str, Any]) -> str | None:
    ref = payload.get("ref")
    if isinstance(ref, str):
        return ref
    return None


def _comment(payload: Mapping[str, Any]) -> Target:
    """Look anew because of a comment; nothing in it is read: approval is a review (attack A50)."""
    issue = payload.get("issue")
    if not isinstance(issue, Mapping) or not isinstance(issue.get("pull_request"), Mapping):
        return Target("a comment that is on no pull request")
    number = _number(payload, "issue")
    return Target(f"pull request {number}, because of a comment", (number,))


def _workflow_run(payload: Mapping[str, Any]) -> Target:
    """Return the run's merge group or pull requests, as far as GitHub names them.

    A fork's run names none, and then every open one is looked at. A merge group comes this way
    where the workflow must come from the default branch: its own event would run the one that the
    group carries.
    """
    run = _within(payload, "workflow_run")
    if run.get("event") == "merge_group":
        return _group(run.get("head_sha"), run.get("head_branch"))
    named: set[int] = set()
    for item in run.get("pull_requests") or []:
        if isinstance(item, Mapping) and isinstance(item.get("number"), int):
            named.add(item["number"])
    if named:
        numbers = sorted(named)
        return Target(
            f"pull requests {', '.join(map(str, numbers))}, because a workflow ended",
            tuple(numbers),
        )
    return Target("every open pull request, because a workflow ended", every=True)


def _merge_group(payload: Mapping[str, Any]) -> Target:
    named = _within(payload, "merge_group")
    target = _group(named.get("head_sha"), named.get("head_ref"))
    if payload.get("action") == "destroyed":
        return Target("a merge group that is gone")
    return target


def _group(head: object, ref: object) -> Target:
    branch = _GROUP.fullmatch(str(ref))
    if not isinstance(head, str) or _OID.fullmatch(head) is None or branch is None:
        raise errors.Unreadable.of("hub.event_lacks", case="group")
    return Target(f"merge group {branch[1]}", group=Group(branch[1], head))


def _deployment(environment: Environment) -> Target:
    """Read a request to a custom deployment protection rule.

    The address to answer is only read, never called: what it must be is known, and the token goes
    nowhere else.
    """
    payload = environment.payload
    commit, name = payload.get("sha"), payload.get("environment")
    where = f"{environment.api_url.rstrip('/')}/repos/{environment.repository}/actions/runs/"
    url = str(payload.get("deployment_callback_url"))
    run = re.fullmatch(
        re.escape(where) + r"([0-9]{1,19})/deployment_protection_rule",
        url,
        re.ASCII | re.IGNORECASE,
    )
    if (
        not isinstance(commit, str)
        or _OID.fullmatch(commit) is None
        or not isinstance(name, str)
        or not name
    ):
        raise errors.Unreadable.of("hub.event_lacks", case="deployment")
    if run is None:
        raise errors.Unreadable.of("hub.answer_elsewhere")
    return Target(f"a deployment to {name!r}", deployment=Deployment(commit, name, int(run[1])))
