"""A custom deployment protection rule: which commit waits, who started it, and our answer."""

from __future__ import annotations

from changeflow.hosts.github import failures
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.deployment_rule import answer_deployment
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.target import Deployment
from changeflow.model.deployer import Deployer


class GitHubDeploymentRule:
    """Deployments of an application's repository that wait for us."""

    def __init__(self, client: Client, repository: Repository) -> None:
        self._client, self._repository = client, repository

    def message(self, deployment: Deployment) -> str:
        """Return the message of the commit that is deployed."""
        path = f"{self._repository.path}/git/commits/{deployment.commit}"
        return self._client.get("commit", path, lambda node: node.text("message"))

    def deployer(self, deployment: Deployment) -> Deployer:
        """Return who started this attempt of the run, by number.

        Asked of GitHub, not of the event (attacks A79, A90).

        If GitHub does not show the run, no account is known to have started it, and the policy
        decides.
        """
        path = f"{self._repository.path}/actions/runs/{deployment.run}"
        try:
            return self._client.get("workflow run", path, _starter)
        except failures.NotVisible:
            return Deployer(source="github")

    def answer(self, deployment: Deployment, comment: str, rest: str, *, open_: bool) -> None:
        """Let the job go on, or end it."""
        answer_deployment(
            self._client,
            self._repository,
            deployment.run,
            deployment.environment,
            "approved" if open_ else "rejected",
            comment,
            rest,
        )


def _starter(run: JsonNode) -> Deployer:
    """Return the actor of this attempt.

    Servers that do not tell them apart tell who started the first one.
    """
    if run.value.get("triggering_actor") is not None:
        actor = run.at("triggering_actor")
    elif run.value.get("actor") is not None and run.value.get("run_attempt") == 1:
        actor = run.at("actor")
    else:
        return Deployer(source="github")
    return Deployer(source="github", account=actor.number("id"), login=actor.text("login"))
