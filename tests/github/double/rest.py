"""The REST API of the double: a table of routes, each a small function on the world."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlencode

from github.double.actions import Dispatched
from github.double.contract import Contract
from github.double.world import (
    Account,
    Check,
    Comment,
    Environment,
    Pull,
    Status,
    Token,
    World,
    stamp,
)


class Refusal(Exception):
    """An answer that is a failure."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None, errors: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.status, self.message, self.headers, self.errors = status, message, dict(headers or {}), list(errors)


@dataclass
class Reply:
    """Status, JSON (None: no content) and further headers."""

    status: int
    data: Any = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Call:
    """A request on its way through the table. `base` is the double's own address, as in every `url` it answers with."""

    world: World
    contract: Contract
    token: Token
    base: str
    path: str
    query: Mapping[str, str]
    body: Any

    def needs(self, permission: str, app_only: str = "") -> None:
        """Refuse as GitHub does: Apps lack a permission, people cannot be Apps."""
        if app_only and self.token.app is None:
            raise Refusal(403, app_only)
        if self.token.permissions.get(permission) != "write":
            who = "integration" if self.token.app else "personal access token"
            raise Refusal(403, f"Resource not accessible by {who}", {"X-Accepted-GitHub-Permissions": f"{permission}=write"})

    def pull(self, number: str) -> Pull:
        found = self.world.pulls.get(int(number))
        if found is None:
            raise Refusal(404, "Not Found")
        return found

    def page(self, items: Sequence[Any], key: str | None = None) -> Reply:
        """A page with its `Link` header; addresses are our own."""
        size, number = int(self.query.get("per_page", "30")), int(self.query.get("page", "1"))
        last = max(1, -(-len(items) // size))
        wanted = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
        shown = {"first": number > 1, "prev": number > 1, "next": number < last, "last": number < last}
        links = [
            f'<{self.base}{self.path}?{urlencode({**self.query, "page": wanted[rel]})}>; rel="{rel}"'
            for rel in wanted
            if shown[rel]
        ]
        part = list(items[(number - 1) * size : number * size])
        data = part if key is None else {"total_count": len(items), key: part}
        return Reply(200, data, {"Link": ", ".join(links)} if links else {})


def answer(call: Call, method: str) -> Reply:
    """The answer to a request."""
    for verb, pattern, handler in _ROUTES:
        found = re.fullmatch(pattern, call.path)
        if found and verb == method:
            return handler(call, *map(unquote, found.groups()))
    raise Refusal(404, "Not Found")


# -- shapes --------------------------------------------------------------------------------------------------------------


def _user(call: Call, account: Account | None) -> dict[str, Any] | None:
    if account is None or account.deleted:
        return None
    return call.contract.fill("simple-user", {"id": account.id, "login": account.login, "type": account.type})


def _check(call: Call, check: Check) -> dict[str, Any]:
    output = {
        "title": check.title, "summary": check.summary, "text": check.text, "annotations_count": len(check.annotations),
        "annotations_url": f"{call.base}/x",
    }  # fmt: skip
    app = call.contract.fill("integration", {"id": check.app.id, "slug": check.app.slug, "name": check.app.slug})
    known = {
        "id": check.id, "name": check.name, "head_sha": check.sha, "status": check.status, "conclusion": check.conclusion,
        "external_id": check.external_id, "details_url": check.details_url, "started_at": stamp(check.started_at),
        "completed_at": stamp(call.world.now) if check.conclusion else None, "output": output, "app": app,
        "url": f"{call.base}{_home(call)}/check-runs/{check.id}",
    }  # fmt: skip
    return call.contract.fill("check-run", known)


def _home(call: Call) -> str:
    return f"/repos/{call.world.owner}/{call.world.name}"


def _comment(call: Call, comment: Comment, number: int) -> dict[str, Any]:
    known = {
        "id": comment.id, "node_id": f"IC_{comment.id}", "body": comment.body, "user": _user(call, comment.author),
        "created_at": stamp(comment.created_at), "updated_at": stamp(comment.updated_at),
        "issue_url": f"{call.base}{_home(call)}/issues/{number}",
    }  # fmt: skip
    return call.contract.fill("issue-comment", known)


def _labels(call: Call, pull: Pull) -> list[dict[str, Any]]:
    return [call.contract.fill("label", {"name": name, "color": "ededed"}) for name in pull.labels]


def _repository(call: Call) -> Reply:
    owner = _user(call, Account(1, call.world.owner, "Organization"))
    known = {
        "id": call.world.repository_id, "name": call.world.name, "full_name": f"{call.world.owner}/{call.world.name}",
        "owner": owner, "default_branch": call.world.default_branch, "archived": call.world.archived,
    }  # fmt: skip
    return Reply(200, call.contract.fill("full-repository", known))


# -- checks and statuses -------------------------------------------------------------------------------------------------

NOT_AN_APP: Final = "You must authenticate via a GitHub App."


def _list_checks(call: Call, sha: str) -> Reply:
    found = [check for check in call.world.checks if check.sha == sha and call.query.get("check_name", check.name) == check.name]
    if call.query.get("filter", "latest") == "latest":
        found = list({(check.app.slug, check.name): check for check in found}.values())
    return call.page([_check(call, check) for check in reversed(found)], "check_runs")


def _get_check(call: Call, number: str) -> Reply:
    return Reply(200, _check(call, _found_check(call, number)))


def _found_check(call: Call, number: str) -> Check:
    for check in call.world.checks:
        if check.id == int(number):
            return check
    raise Refusal(404, "Not Found")


def _create_check(call: Call) -> Reply:
    call.needs("checks", NOT_AN_APP)
    body = call.body
    if call.world.store.tip(body["head_sha"]) is None:
        raise Refusal(422, "No commit found for SHA: " + body["head_sha"])
    assert call.token.app is not None
    check = call.world.check(body["head_sha"], body["name"], None, call.token.app.slug)
    _update(check, body)
    return Reply(201, _check(call, check))


def _patch_check(call: Call, number: str) -> Reply:
    call.needs("checks", NOT_AN_APP)
    check = _found_check(call, number)
    if check.app is not call.token.app:
        raise Refusal(403, f"Invalid app_id `{check.app.id}` - check run can only be modified by the GitHub App that created it.")
    _update(check, call.body)
    return Reply(200, _check(call, check))


def _update(check: Check, body: Mapping[str, Any]) -> None:
    """Annotations are appended; a conclusion completes."""
    output = body.get("output") or {}
    annotations = output.get("annotations") or []
    for limit, value in ((65_535, output.get("summary")), (65_535, output.get("text")), (255, output.get("title"))):
        if value is not None and len(value) > limit:
            raise Refusal(422, f"Only {limit} characters are allowed; {len(value)} were supplied.")
    if len(annotations) > 50:
        raise Refusal(422, "Invalid request.\n\nNo more than 50 items are allowed")
    check.annotations += annotations
    check.external_id = body.get("external_id", check.external_id)
    check.details_url = body.get("details_url", check.details_url)
    check.title, check.summary = output.get("title", check.title), output.get("summary", check.summary)
    check.text = output.get("text", check.text)
    check.status = "completed" if body.get("conclusion") else body.get("status", check.status)
    check.conclusion = body.get("conclusion") if check.status == "completed" else None


def _create_status(call: Call, sha: str) -> Reply:
    call.needs("statuses")
    body = call.body
    if len(body.get("description") or "") > 140:
        raise Refusal(422, "Validation Failed", errors=[{"message": "description is too long (maximum is 140 characters)"}])
    status = call.world.status(
        sha, body.get("context", "default"), body["state"], call.token.account,
        description=body.get("description"), target_url=body.get("target_url"),
    )  # fmt: skip
    return Reply(201, _status(call, status))


def _status(call: Call, status: Status) -> dict[str, Any]:
    known = {
        "id": status.id, "state": status.state, "context": status.context, "description": status.description,
        "target_url": status.target_url, "creator": _user(call, status.creator),
        "created_at": stamp(status.created_at), "updated_at": stamp(status.created_at),
    }  # fmt: skip
    return call.contract.fill("status", known)


# -- conversation --------------------------------------------------------------------------------------------------------


def _list_comments(call: Call, number: str) -> Reply:
    return call.page([_comment(call, comment, int(number)) for comment in call.pull(number).comments])


def _create_comment(call: Call, number: str) -> Reply:
    pull = call.pull(number)
    _speak(call, pull)
    comment = call.world.comment(pull, call.token.account, call.body["body"])
    return Reply(201, _comment(call, comment, pull.number))


def _speak(call: Call, pull: Pull) -> None:
    if "write" not in (call.token.permissions.get("issues"), call.token.permissions.get("pull_requests")):
        call.needs("issues")
    if pull.locked:
        raise Refusal(403, "Unable to create comment because issue is locked.")
    if len((call.body or {}).get("body", "")) > 65_536:
        raise Refusal(
            422, "Validation Failed",
            errors=[{"resource": "IssueComment", "code": "unprocessable", "message": "body is too long (maximum is 65536 characters)"}],
        )  # fmt: skip


def _patch_comment(call: Call, number: str) -> Reply:
    for pull in call.world.pulls.values():
        for comment in pull.comments:
            if comment.id == int(number):
                _speak(call, pull)
                call.world.edit_comment(comment, call.body["body"])
                return Reply(200, _comment(call, comment, pull.number))
    raise Refusal(404, "Not Found")


def _add_labels(call: Call, number: str) -> Reply:
    pull = call.pull(number)
    call.needs("issues")
    for name in call.body["labels"]:
        call.world.label(pull, name, call.token.account)
    return Reply(200, _labels(call, pull))


def _remove_label(call: Call, number: str, name: str) -> Reply:
    pull = call.pull(number)
    call.needs("issues")
    if name.lower() not in map(str.lower, pull.labels):
        raise Refusal(404, "Label does not exist")
    call.world.unlabel(pull, name, call.token.account)
    return Reply(200, _labels(call, pull))


def _request_reviews(call: Call, number: str) -> Reply:
    pull = call.pull(number)
    call.needs("pull_requests")
    logins = {account.login.lower(): account for account in call.world.accounts.values()}
    unknown = [login for login in call.body.get("reviewers", ()) if login.lower() not in logins]
    if unknown:
        raise Refusal(422, "Reviews may only be requested from collaborators.")
    for login in call.body.get("reviewers", ()):
        call.world.request_review(pull, logins[login.lower()])
    known = {"number": pull.number, "id": pull.id, "state": pull.state.lower(), "user": _user(call, pull.author)}
    return Reply(201, call.contract.fill("pull-request-simple", known))


# -- the rest ------------------------------------------------------------------------------------------------------------


def _compare(call: Call, base: str, head: str) -> Reply:
    start = call.world.store.merge_base(base, head)
    if start is None:
        raise Refusal(404, f"No common ancestor between {base} and {head}.")
    known = {"merge_base_commit": call.contract.fill("commit", {"sha": start}), "status": "ahead"}
    return Reply(200, call.contract.fill("commit-comparison", known))


def _installation_token(call: Call, number: str) -> Reply:
    app = next((app for app in call.world.apps.values() if app.id == int(number)), None)
    if app is None:
        raise Refusal(404, "Not Found")
    expires = call.world.now.replace(year=call.world.now.year + 20)
    return Reply(201, call.contract.fill("installation-token", {"token": call.world.token(app), "expires_at": stamp(expires)}))


def _rules(call: Call, branch: str) -> Reply:
    return call.page([rule for name, rule in call.world.rules if name == branch])


def _ruleset(call: Call, number: str) -> Reply:
    found = [rule for _, rule in call.world.rules if rule.get("ruleset_id") == int(number)]
    if not found:
        raise Refusal(404, "Not Found")
    source = f"{call.world.owner}/{call.world.name}"
    known: dict[str, Any] = {"id": int(number), "source": source, "enforcement": "active", "current_user_can_bypass": "never"}
    if "administration" in call.token.permissions:  # others are not shown who may pass by
        known["bypass_actors"] = call.world.bypass.get(int(number), [])
    return Reply(200, call.contract.fill("repository-ruleset", known))


def _environment(call: Call, name: str) -> Reply:
    found = _found_environment(call, name)
    policy = found.policy and {"protected_branches": found.policy == "protected", "custom_branch_policies": found.policy == "custom"}
    url = f"{call.base}{call.path}"
    known = {"name": name, "url": url, "html_url": url, "protection_rules": [], "deployment_branch_policy": policy}
    return Reply(200, call.contract.fill("environment", known))


def _environment_branches(call: Call, name: str) -> Reply:
    branches = _found_environment(call, name).branches
    return call.page([{"id": number, "name": pattern, "type": kind} for number, (kind, pattern) in enumerate(branches, 1)], "branch_policies")


def _found_environment(call: Call, name: str) -> Environment:
    if "actions" not in call.token.permissions:
        raise Refusal(403, "Resource not accessible by integration", {"X-Accepted-GitHub-Permissions": "actions=read"})
    if name not in call.world.environments:
        raise Refusal(404, "Not Found")
    return call.world.environments[name]


def _owner_errors(call: Call) -> Reply:
    if call.world.owner_errors is None:
        raise Refusal(404, "Not Found")
    return Reply(200, {"errors": call.world.owner_errors})


def _git_commit(call: Call, sha: str) -> Reply:
    if call.world.store.tip(sha) is None:
        raise Refusal(404, "Not Found")
    message = call.world.store.git("log", "-1", "--format=%B", sha)
    return Reply(200, call.contract.fill("git-commit", {"sha": sha, "message": message}))


def _run(call: Call, number: str) -> Reply:
    """A workflow run as far as who started it: `world.runs`, number -> (attempt, actor, triggering actor)."""
    dispatched = _found_run(call, number)
    if dispatched is not None:
        return Reply(200, _dispatched_run(call, dispatched))
    told = call.world.runs.get(int(number))
    if told is None:
        raise Refusal(404, "Not Found")
    attempt, *actors = told
    known = {"id": int(number), "run_attempt": attempt}
    for key, account in zip(("actor", "triggering_actor"), actors, strict=True):
        known |= {key: _user(call, account)} if account is not None else {}
    return Reply(200, call.contract.fill("workflow-run", known))


def _dispatched_run(call: Call, run: Dispatched) -> dict[str, Any]:
    status, conclusion = run.look()
    url = f"{call.base}/acme/changes/actions/runs/{run.id}"
    known = {
        "id": run.id, "display_title": run.title, "event": "workflow_dispatch", "status": status, "conclusion": conclusion,
        "head_sha": run.commit, "head_branch": run.ref, "html_url": url, "path": f".github/workflows/{run.file}",
    }  # fmt: skip
    return call.contract.fill("workflow-run", known)


def _dispatch(call: Call, file: str) -> Reply:
    call.needs("actions")
    if file not in call.world.workflows:
        raise Refusal(404, "Not Found")
    workflow, inputs = call.world.workflows[file], call.body.get("inputs", {})
    if call.world.store.tip(f"refs/heads/{call.body['ref']}") is None:
        raise Refusal(422, f"No ref found for: {call.body['ref']}")
    strange = sorted(set(inputs) - set(workflow.inputs))
    if strange:
        raise Refusal(422, f"Unexpected inputs provided: {strange}")
    run = call.world.dispatch(file, call.body["ref"], inputs)
    if not call.body.get("return_run_details") or not workflow.details:
        return Reply(204)
    url = f"{call.base}{_home(call)}/actions/runs/{run.id}"
    return Reply(200, {"workflow_run_id": run.id, "run_url": url, "html_url": url})


def _list_runs(call: Call, file: str) -> Reply:
    if file not in call.world.workflows:
        raise Refusal(404, "Not Found")
    assert re.fullmatch(r">=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", call.query["created"])
    shown = []
    for run in reversed(call.world.dispatched):
        if run.file == file and run.hidden <= 0:
            shown.append(_dispatched_run(call, run))
        run.hidden -= 1
    return call.page(shown, "workflow_runs")


def _cancel_run(call: Call, number: str) -> Reply:
    call.needs("actions")
    run = _found_run(call, number)
    if run is None:
        raise Refusal(404, "Not Found")
    if run.workflow.course[min(run.looks, len(run.workflow.course)) - 1][0] == "completed":
        raise Refusal(409, "Cannot cancel a workflow run that is completed.")
    run.cancelled = True
    return Reply(202, {})


def _found_run(call: Call, number: str) -> Dispatched | None:
    return next((run for run in call.world.dispatched if run.id == int(number)), None)


def _tip(call: Call, ref: str) -> Reply:
    found = call.world.store.tip(f"refs/heads/{ref}")
    if found is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return Reply(200, call.contract.fill("commit", {"sha": found}))


def _answer_deployment(call: Call, run: str) -> Reply:
    call.needs("deployments", NOT_AN_APP)
    call.world.deployments.append((int(run), call.body["environment_name"], call.body["state"], call.body.get("comment", "")))
    return Reply(204)


def _deployments(call: Call) -> Reply:
    found = []
    for number, sha, environment, creator, at in call.world.deployed:
        told = {"id": number, "sha": sha, "environment": environment, "created_at": stamp(at), "creator": _user(call, creator)}
        found.append(call.contract.fill("deployment", told))
    return call.page(found)


def _releases(call: Call) -> Reply:
    author = _user(call, next(iter(call.world.accounts.values())))
    return call.page([call.contract.fill("release", {"author": author, "assets": []} | one) for one in call.world.releases])


def _activity(call: Call) -> Reply:
    """Pages by a cursor, as GitHub's: there is no last page to go to."""
    size, start = int(call.query.get("per_page", "30")), int(call.query.get("after", "0"))
    part = call.world.pushes[start : start + size]
    data = [call.contract.fill("activity", {"actor": None} | one) for one in part]
    if start + size >= len(call.world.pushes):
        return Reply(200, data)
    following = urlencode({**call.query, "after": start + size})
    return Reply(200, data, {"Link": f'<{call.base}{call.path}?{following}>; rel="next"'})


_REPO: Final = "/repos/[^/]+/[^/]+"
_ROUTES: Final[list[tuple[str, str, Callable[..., Reply]]]] = [
    ("GET", _REPO, _repository),
    ("GET", rf"{_REPO}/commits/([0-9a-f]+)/check-runs", _list_checks),
    ("GET", rf"{_REPO}/check-runs/(\d+)", _get_check),
    ("POST", rf"{_REPO}/check-runs", _create_check),
    ("PATCH", rf"{_REPO}/check-runs/(\d+)", _patch_check),
    ("POST", rf"{_REPO}/statuses/([0-9a-f]+)", _create_status),
    ("GET", rf"{_REPO}/issues/(\d+)/comments", _list_comments),
    ("POST", rf"{_REPO}/issues/(\d+)/comments", _create_comment),
    ("PATCH", rf"{_REPO}/issues/comments/(\d+)", _patch_comment),
    ("POST", rf"{_REPO}/issues/(\d+)/labels", _add_labels),
    ("DELETE", rf"{_REPO}/issues/(\d+)/labels/([^/]+)", _remove_label),
    ("POST", rf"{_REPO}/pulls/(\d+)/requested_reviewers", _request_reviews),
    ("GET", rf"{_REPO}/compare/([0-9a-f]+)\.\.\.([0-9a-f]+)", _compare),
    ("GET", rf"{_REPO}/rules/branches/([^/]+)", _rules),
    ("GET", rf"{_REPO}/rulesets/(\d+)", _ruleset),
    ("GET", rf"{_REPO}/environments/([^/]+)", _environment),
    ("GET", rf"{_REPO}/environments/([^/]+)/deployment-branch-policies", _environment_branches),
    ("GET", rf"{_REPO}/codeowners/errors", _owner_errors),
    ("GET", rf"{_REPO}/deployments", _deployments),
    ("GET", rf"{_REPO}/releases", _releases),
    ("GET", rf"{_REPO}/activity", _activity),
    ("GET", rf"{_REPO}/git/commits/([0-9a-f]+)", _git_commit),
    ("GET", rf"{_REPO}/actions/runs/(\d+)", _run),
    ("POST", rf"{_REPO}/actions/runs/(\d+)/cancel", _cancel_run),
    ("POST", rf"{_REPO}/actions/workflows/([^/]+)/dispatches", _dispatch),
    ("GET", rf"{_REPO}/actions/workflows/([^/]+)/runs", _list_runs),
    ("GET", rf"{_REPO}/commits/([^/]+)", _tip),
    ("POST", rf"{_REPO}/actions/runs/(\d+)/deployment_protection_rule", _answer_deployment),
    ("POST", r"/app/installations/(\d+)/access_tokens", _installation_token),
]
