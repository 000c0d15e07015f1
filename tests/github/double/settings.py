"""Settings of the repository as the guide says, and one by one as somebody leaves or makes them."""

from __future__ import annotations

from typing import Any

from github.double.world import Environment, World

GATE = "changeflow/gate"
LEDGER = "changeflow/ledger"


def as_in_the_guide(world: World, app: int | None = 7_001) -> None:
    """The two rulesets, the environment and a sound CODEOWNERS."""
    world.rules = [
        ("main", rule("deletion")),
        ("main", rule("non_fast_forward")),
        ("main", pull_request()),
        ("main", checks({"context": GATE, **({} if app is None else {"integration_id": app})}, strict=True)),
        *((LEDGER, rule(kind, 2)) for kind in ("creation", "update", "deletion", "non_fast_forward")),
    ]
    world.environments["changeflow"] = Environment("custom", [("branch", "main")])
    world.owner_errors = []


def without(world: World, kind: str, branch: str = "main") -> None:
    """A rule is switched off."""
    world.rules = [(name, one) for name, one in world.rules if (name, one["type"]) != (branch, kind)]


def rule(kind: str, ruleset: int = 1, **parameters: Any) -> dict[str, Any]:
    """A rule as `rules/branches` shows it."""
    told = {"type": kind, "ruleset_source_type": "Repository", "ruleset_source": "acme/changes", "ruleset_id": ruleset}
    return {**told, "parameters": parameters} if parameters else told


def checks(*asked: dict[str, Any], strict: bool = False, ruleset: int = 1) -> dict[str, Any]:
    """Required checks, `{"context", "integration_id"}`."""
    return rule("required_status_checks", ruleset, required_status_checks=list(asked), strict_required_status_checks_policy=strict)


def pull_request(**more: Any) -> dict[str, Any]:
    """A pull request is required; no review of GitHub's own counting."""
    told = {
        "dismiss_stale_reviews_on_push": False, "require_code_owner_review": False, "require_last_push_approval": False,
        "required_approving_review_count": 0, "required_review_thread_resolution": False,
    }  # fmt: skip
    return rule("pull_request", **told, **more)


def owner_error(line: int = 3, kind: str = "Unknown owner") -> dict[str, Any]:
    """An error of CODEOWNERS as GitHub tells it."""
    message = f"{kind} on line {line}:\n\n  * @nobody\n    ^"
    return {"line": line, "column": 3, "source": "* @nobody", "kind": kind, "suggestion": None, "message": message, "path": ".github/CODEOWNERS"}
