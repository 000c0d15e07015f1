"""Our answer to a deployment that waits for us."""

from __future__ import annotations

from typing import Final, Literal

from changeflow.hosts.github import truncate
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.repository import Repository

# characters that GitHub shows
COMMENT: Final = 1_024
Answer = Literal["approved", "rejected"]


def answer_deployment(
    client: Client,
    repository: Repository,
    run: int,
    environment: str,
    state: Answer,
    comment: str,
    rest: str = "…",
) -> None:
    """Answer a custom deployment protection rule of ours.

    Only a GitHub App with `deployments: write` may.

    The address is made from the run's number and never taken from a payload. Saying it twice is
    harmless.

    Args:
        client: to GitHub, as the App.
        repository: the application's.
        run: number of the workflow run that waits.
        environment: the name as the request gave it.
        state: the answer.
        comment: why, as Markdown; cut to what GitHub shows.
        rest: what stands at the end of a comment that was cut.

    Raises:
        failures.GitHubFailed: when the answer could not be given; the deployment then keeps
            waiting.
    """
    path = f"{repository.path}/actions/runs/{run}/deployment_protection_rule"
    fitted = truncate.markdown(comment.strip(), COMMENT, rest, truncate.units)
    body = {"environment_name": environment, "state": state, "comment": fitted}
    client.send("deployment", "POST", path, body, verdict=True)
