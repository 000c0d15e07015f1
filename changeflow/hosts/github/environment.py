"""What GitHub Actions tells a job, read once and checked.

The event is a hint about where to look, never a fact.
"""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.hosts.github.session import DEFAULT_API, origin
from changeflow.hosts.host import Part
from changeflow.lazy_dataclass import dataclass
from changeflow.model.strictjson import parse

# bytes; GitHub sends no larger payload
MAX_EVENT: Final = 25 * 1024 * 1024
EVENTS: Final = (
    "pull_request_target",
    "pull_request",
    "pull_request_review",
    "workflow_run",
    "issue_comment",
    "merge_group",
    "push",
    "schedule",
    "workflow_dispatch",
    "deployment_protection_rule",
)


@dataclass(frozen=True)
class Environment:
    """The standard environment of a job.

    `app_id` is the App that publishes the verdict, where the workflow says so; `scheduled` whether
    the clock or a person started the run, whatever it then is told to do. `part` says whether it
    judges and records, or does one of them alone: each needs rights that the other does not.
    """

    event: str
    payload: Mapping[str, Any]
    repository: str
    api_url: str
    graphql_url: str
    server_url: str
    sha: str
    summary: Path | None
    output: Path | None
    app_id: int | None = None
    scheduled: bool = False
    part: Part = "both"

    @property
    def repository_id(self) -> int | None:
        """Return the number of the repository, as the event has it."""
        named = self.payload.get("repository")
        if isinstance(named, Mapping) and isinstance(named.get("id"), int):
            return int(named["id"])
        return None


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Return the environment of this job.

    Raises:
        errors.UsageError: when a variable is missing or makes no sense.
        errors.Unreadable: when the event cannot be read.
    """
    event = _needed(variables, "GITHUB_EVENT_NAME")
    if event not in EVENTS:
        raise errors.UsageError.of("hub.other_event", event=event, events=list(EVENTS))
    repository = _needed(variables, "GITHUB_REPOSITORY")
    payload = _payload(Path(_needed(variables, "GITHUB_EVENT_PATH")))
    named = payload.get("repository")
    if (
        isinstance(named, Mapping)
        and str(named.get("full_name", repository)).casefold() != repository.casefold()
    ):
        raise errors.UsageError.of("hub.other_event_repository")
    api, graphql = _addresses(variables)
    return Environment(
        event=event,
        payload=payload,
        repository=repository,
        api_url=api,
        graphql_url=graphql,
        server_url=variables.get("GITHUB_SERVER_URL") or "https://github.com",
        sha=variables.get("GITHUB_SHA", ""),
        summary=_file(variables, "GITHUB_STEP_SUMMARY"),
        output=_file(variables, "GITHUB_OUTPUT"),
        app_id=_app(variables),
        scheduled=event in ("schedule", "workflow_dispatch"),
    )


def token_of(variables: Mapping[str, str]) -> str:
    """Return the token of the job.

    Raises:
        errors.UsageError: when there is none.
    """
    return _needed(variables, "GITHUB_TOKEN")


def _needed(variables: Mapping[str, str], name: str) -> str:
    value = variables.get(name, "").strip()
    if not value:
        raise errors.UsageError.of("hub.unset", variable=name)
    return value


def _addresses(variables: Mapping[str, str]) -> tuple[str, str]:
    """Tell where GitHub's two APIs are.

    On github.com unless told otherwise, and GraphQL's follows from the other one.
    """
    api, graphql = variables.get("GITHUB_API_URL", ""), variables.get("GITHUB_GRAPHQL_URL", "")
    if graphql and not api and origin(graphql) != origin(DEFAULT_API):
        raise errors.UsageError.of("hub.no_api")
    return api or DEFAULT_API, graphql


def _app(variables: Mapping[str, str]) -> int | None:
    """Return the number, if it is one: a wrong setting must not keep anything from being judged."""
    told = variables.get("CHANGEFLOW_APP_ID", "").strip()
    if re.fullmatch(r"[0-9]{1,15}", told, re.ASCII) is None:
        return None
    return int(told)


def _file(variables: Mapping[str, str], name: str) -> Path | None:
    if not variables.get(name):
        return None
    return Path(variables[name])


def _payload(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MAX_EVENT:
            raise errors.Unreadable.of("hub.event_too_large", file=path.name)
        # GitHub writes no byte order mark; editors and shells, on Windows above all, do.
        data = parse(path.read_bytes().removeprefix(BOM_UTF8), limit=MAX_EVENT, floats=True)
    except OSError as error:
        raise errors.Unreadable.of(
            "hub.event_unread", why={"number": error.errno, "text": os.strerror(error.errno or 0)}
        ) from error
    except ValueError as error:
        raise errors.Unreadable.of("hub.event_no_json", why=str(error)) from error
    if not isinstance(data, Mapping):
        raise errors.Unreadable.of("hub.event_no_object")
    return data
