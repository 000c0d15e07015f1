"""What protects a branch and an environment: whether our check is required, and our answer to a deployment that waits for us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from changeflow.hosts.github import failures, fitting
from changeflow.hosts.github.paging import every
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.shape import Node
from changeflow.hosts.github.wire import Wire
from changeflow.model.publication import GATE

COMMENT: Final = 1_024  # characters that GitHub shows
Answer = Literal["approved", "rejected"]


@dataclass(frozen=True)
class Requirement:
    """How a branch asks for the gate.

    `required`: a ruleset asks for `changeflow/gate` before a merge. `app_id`: the only App whose check counts, None where
    anybody's does. `known` is False where this GitHub has no rulesets or does not show them: nothing is assumed then.
    """

    known: bool
    required: bool = False
    app_id: int | None = None


def requirement(wire: Wire, repository: Repository, branch: str) -> Requirement:
    """Whether a branch asks for the gate, from the rules that are active for it.

    Branch protection of the older kind is not shown to every token and is not looked at: `required` False means that no ruleset
    asks.

    Raises:
        failures.GitHubFailed: when the rules cannot be read; where there are none to read the answer is "not known".
    """
    path = f"{repository.path}/rules/branches/{quote(branch, safe='')}"
    try:
        rules = every(wire, "branch rules", path)
    except (failures.NotVisible, failures.NotAllowed):
        return Requirement(known=False)
    asked = [check for rule in rules for check in _checks(rule) if check.text("context") == GATE]
    pinned = [check.value["integration_id"] for check in asked if check.value.get("integration_id") is not None]
    return Requirement(known=True, required=bool(asked), app_id=pinned[0] if asked and len(pinned) == len(asked) else None)


def _checks(rule: Node) -> list[Node]:
    if rule.text("type") != "required_status_checks":
        return []
    return list(rule.at("parameters").items("required_status_checks"))


def answer_deployment(
    wire: Wire, repository: Repository, run: int, environment: str, state: Answer, comment: str, rest: str = "…"
) -> None:
    """Answer a custom deployment protection rule of ours. Only a GitHub App with `deployments: write` may.

    The address is made from the run's number and never taken from a payload. Saying it twice is harmless.

    Args:
        wire: to GitHub, as the App.
        repository: the application's.
        run: number of the workflow run that waits.
        environment: the name as the request gave it.
        state: the answer.
        comment: why, as Markdown; cut to what GitHub shows.
        rest: what stands at the end of a comment that was cut.

    Raises:
        failures.GitHubFailed: when the answer could not be given; the deployment then keeps waiting.
    """
    path = f"{repository.path}/actions/runs/{run}/deployment_protection_rule"
    fitted = fitting.markdown(comment.strip(), COMMENT, rest, fitting.units)
    body = {"environment_name": environment, "state": state, "comment": fitted}
    wire.send("deployment", "POST", path, body, verdict=True)
