"""Workflows of GitHub Actions: dispatch one, find its run again, read it, cancel it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import quote

from changeflow import errors
from changeflow.hosts.failures import NotNow, NotTaken
from changeflow.hosts.github import failures
from changeflow.hosts.github.client import Client, RetryPolicy
from changeflow.hosts.github.control_settings import token_in
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.paging import PER_PAGE
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import DEFAULT_API, Address, Token
from changeflow.model.phrases import Told, told
from changeflow.release.workflow_runs import WorkflowRun

T = TypeVar("T")

# seconds and requests for one question, with its repeats
_SECONDS: Final = 45.0
_REQUESTS: Final = 8
# GitHub shows no more runs than these of a list that is filtered
_PAGES: Final = 10
# GitHub said no, and asking again says no again
_FINAL: Final = (failures.NotAllowed, failures.NotVisible, failures.Rejected, failures.Moved)


class GitHubWorkflows:
    """The workflows of a repository.

    Args:
        client: to GitHub.
        repository: which one.
    """

    def __init__(self, client: Client, repository: Repository) -> None:
        self._client, self._repository = client, repository

    def commit_of(self, ref: str) -> str:
        """Return the commit that a branch or tag is at. See `hosts.host.WorkflowRuns`."""
        path = f"{self._repository.path}/commits/{quote(ref, safe='')}"
        return self._asked(lambda: self._client.get("commit", path, lambda node: node.oid("sha")))

    def dispatch(self, file: str, ref: str, inputs: Mapping[str, str]) -> int | None:
        """Dispatch a workflow. See `hosts.host.WorkflowRuns`."""
        path = f"{self._workflow(file)}/dispatches"
        body = {"ref": ref, "inputs": dict(inputs), "return_run_details": True}
        return self._asked(
            lambda: self._client.order("workflow dispatch", path, body, _number_of_run)
        )

    def find(self, file: str, key: str, since: datetime) -> WorkflowRun | None:
        """Return the run with a key in its name. See `hosts.host.WorkflowRuns`."""
        day = since.astimezone(UTC)
        query: dict[str, str | int] = {
            "event": "workflow_dispatch",
            "created": f">={day:%Y-%m-%dT%H:%M:%SZ}",
            "per_page": PER_PAGE,
        }
        for page in range(1, _PAGES + 1):
            query["page"] = page
            runs = self._page(file, query)
            for run in runs:
                if key in run.title:
                    return run
            if len(runs) < PER_PAGE:
                return None
        return None

    def read(self, number: int) -> WorkflowRun:
        """Return a run as it is now. See `hosts.host.WorkflowRuns`."""
        path = f"{self._repository.path}/actions/runs/{number}"
        return self._asked(lambda: self._client.get("workflow run", path, _run))

    def cancel(self, number: int) -> None:
        """Ask for the end of a run. See `hosts.host.WorkflowRuns`."""
        path = f"{self._repository.path}/actions/runs/{number}/cancel"
        self._asked(lambda: self._client.send("workflow cancellation", "POST", path))

    def _page(self, file: str, query: Mapping[str, str | int]) -> tuple[WorkflowRun, ...]:
        path = f"{self._workflow(file)}/runs"
        return self._asked(lambda: self._client.get("workflow runs", path, _runs, query=query))

    def _workflow(self, file: str) -> str:
        return f"{self._repository.path}/actions/workflows/{quote(file, safe='')}"

    def _asked(self, ask: Callable[[], T]) -> T:
        """Ask one thing, and say whether a failure is GitHub's last word.

        Raises:
            NotTaken: GitHub refused, and nothing was done.
            NotNow: a limit of GitHub's, and nothing was done.
            errors.HostFailed: no answer that can be believed.
        """
        self._client.widen(self._client.budget.requests + _REQUESTS, _SECONDS)
        try:
            return ask()
        except failures.Limited as failure:
            pause = failure.pause or 0.0
            raise NotNow(told("workflow.said", said=failure.message), pause=pause) from None
        except _FINAL as failure:
            if failure.ambiguous:
                raise
            raise NotTaken.of("workflow.said", said=failure.message) from None


def _number_of_run(node: JsonNode) -> int:
    return node.number("workflow_run_id")


def _runs(node: JsonNode) -> tuple[WorkflowRun, ...]:
    return tuple(_run(item) for item in node.items("workflow_runs"))


def _run(node: JsonNode) -> WorkflowRun:
    return WorkflowRun(
        number=node.number("id"),
        url=node.text("html_url"),
        title=node.text("display_title"),
        status=node.maybe_text("status") or "",
        conclusion=node.maybe_text("conclusion") or "",
        commit=node.oid("head_sha"),
    )


def workflows_of(variables: Mapping[str, str], repository: str) -> GitHubWorkflows | Told:
    """Return the workflows of a repository; a sentence that says why they cannot be asked for."""
    token = token_in(variables)
    if not token:
        return told("hub.no_token")
    try:
        address = Address(variables.get("GITHUB_API_URL") or DEFAULT_API)
        # what is dispatched may go on for hours: each question has seconds and requests of its own
        policy = RetryPolicy(deadline=_SECONDS, attempts=2)
        client = Client(address, Token(token), policy=policy)
        return GitHubWorkflows(client, Repository.parse(repository))
    except errors.UsageError as error:
        return error.told if isinstance(error.told, dict) else told("hub.no_token")
