"""GitHub's settings around the gate, and an operator's repository and token to read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from changeflow import errors
from changeflow.gate.control import BranchRules, Expected, SettingsFacts, Unseen
from changeflow.hosts.github import branch_protection, failures
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import DEFAULT_API, Address, Token
from changeflow.hosts.host import SettingsPart
from changeflow.repo.git import Git

T = TypeVar("T")

_REMOTE: Final = re.compile(
    r"(?:https://(?:[^@/]*@)?|ssh://git@|git@)([a-z0-9.-]+)(?::[0-9]+)?[:/]"
    r"([^/]+/[^/]+?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)


class GitHubSettings:
    """Rulesets, environments and CODEOWNERS of a repository.

    Args:
        client: to GitHub.
        repository: which one.
        app_id: of the App that publishes the verdict, if known.
    """

    def __init__(self, client: Client, repository: Repository, app_id: int | None) -> None:
        self._client, self._repository, self._app_id = client, repository, app_id

    def read(
        self, main: str, ledger: str, parts: Sequence[SettingsPart], *, patient: bool
    ) -> tuple[Expected, SettingsFacts]:
        """Tell what the settings should be, and what they are.

        Costs one request for `main`, `owners` and `ledger` each, at most two for `environment`, and
        for `bypass` one for each ruleset that asks for the gate.

        Raises:
            failures.GitHubFailed: when GitHub fails, unless `patient`.
        """
        expected = Expected(str(self._repository), main, ledger, self._app_id)
        readers: dict[SettingsPart, Callable[[], Any]] = {
            "main": lambda: branch_protection.branch_rules(self._client, self._repository, main),
            "ledger": lambda: branch_protection.branch_rules(
                self._client, self._repository, ledger
            ),
            "environment": lambda: branch_protection.reach(
                self._client, self._repository, expected.environment
            ),
            "owners": lambda: branch_protection.code_owners(self._client, self._repository, main),
        }
        attempt = _patiently if patient else _once
        wanted = set(parts)
        if "bypass" in wanted:
            # The rulesets that may be bypassed are those of the main branch.
            wanted.add("main")
        found = {part: attempt(read) for part, read in readers.items() if part in wanted}
        facts = SettingsFacts(**found)
        if "bypass" not in wanted:
            return expected, facts
        around = self._around(facts.main)
        if not around:
            return expected, facts
        bypass = attempt(lambda: branch_protection.bypass(self._client, self._repository, around))
        return expected, replace(facts, bypass=bypass)

    def _around(self, main: BranchRules | Unseen | None) -> frozenset[int | None]:
        """Return the rulesets that the control hangs on."""
        if not isinstance(main, BranchRules):
            return frozenset()
        return main.carriers(self._app_id)


def _once(read: Callable[[], T]) -> T:
    return read()


def _patiently(read: Callable[[], T]) -> T | Unseen:
    try:
        return read()
    except failures.GitHubFailed as failure:
        return Unseen(failure.message)


def settings_of(
    root: Path, variables: Mapping[str, str], repository: str | None, app_id: int | None
) -> GitHubSettings:
    """Return the settings of a repository, asked for with the token of an operator.

    Raises:
        errors.UsageError: where no repository is named, or there is no token.
    """
    found = Repository.parse(repository or repository_of_origin(root, variables))
    address = Address(variables.get("GITHUB_API_URL") or DEFAULT_API)
    return GitHubSettings(Client(address, Token(_token(variables))), found, app_id)


def token_in(variables: Mapping[str, str]) -> str:
    """Return the token of an operator; empty where there is none."""
    return variables.get("GITHUB_TOKEN") or variables.get("GH_TOKEN") or ""


def _token(variables: Mapping[str, str]) -> str:
    found = token_in(variables)
    if not found:
        raise errors.UsageError.of("hub.no_token")
    return found


def repository_of_origin(root: Path, variables: Mapping[str, str]) -> str:
    """Return `owner/name` of the remote `origin`.

    Of github.com, or of whatever GITHUB_API_URL says GitHub is.

    Raises:
        errors.UsageError: where it names no such repository.
    """
    url = Git(root).config("remote.origin.url") or ""
    found = _REMOTE.fullmatch(url)
    if not url:
        raise errors.UsageError.of("hub.no_origin")
    if found is None or (found[1].lower() != "github.com" and not variables.get("GITHUB_API_URL")):
        raise errors.UsageError.of("hub.origin_elsewhere")
    return found[2]
