"""`init --host github` writes a repository whose workflows are ready, and refuses an action that somebody could move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from tests.hosts.office import call
from tests.workflows.places import USES

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_repository_for_github_passes_its_own_check(tmp_path: Path, capfd: Any) -> None:
    folder = str(tmp_path / "changes")
    said = call(capfd, "init", folder, "--host", "github", "--action", f"acme/changeflow@{COMMIT}")
    assert said.code == 0, said.err
    assert "changeflow/gate" in said.out
    assert "YOUR-ORG" not in said.out
    checked = call(capfd, "--repo", folder, "check", "--format", "json")
    assert checked.code == 0, checked.out
    assert [found["rule"] for found in checked.json["findings"]] == ["config-nobody-reviews"], "the numbers of accounts are to be added"
    config = (tmp_path / "changes" / "changeflow.yaml").read_text(encoding="utf-8")
    assert "  host: github  " in config
    assert "    remote: origin  " in config


def test_every_workflow_uses_the_commit_that_was_named(tmp_path: Path, capfd: Any) -> None:
    call(capfd, "init", str(tmp_path / "changes"), "--host", "github", "--action", f"acme/changeflow@{COMMIT}")
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "changes/.github/workflows").iterdir())
    assert text.count(f"uses: {USES}\n") == 3
    assert "@@" not in text


def test_without_a_commit_the_workflows_cannot_run_and_init_says_so(tmp_path: Path, capfd: Any) -> None:
    said = call(capfd, "init", str(tmp_path / "changes"), "--host", "github")
    assert "YOUR-ORG" in said.out
    assert f"@{'0' * 40} " in (tmp_path / "changes/.github/workflows/changeflow.yml").read_text(encoding="utf-8")


def test_by_default_approvals_are_given_in_git_and_there_is_no_workflow(tmp_path: Path, capfd: Any) -> None:
    assert call(capfd, "init", str(tmp_path / "changes")).code == 0
    assert not (tmp_path / "changes/.github/workflows").exists()
    assert "  host: local   " in (tmp_path / "changes/changeflow.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "action",
    [
        "acme/changeflow@main",
        "acme/changeflow@v1",
        "acme/changeflow",
        f"acme@{COMMIT}",
        f"acme/changeflow@{COMMIT}\n- run: x",
        f"../x@{COMMIT}",
    ],
)
def test_an_action_that_is_no_full_commit_is_refused(tmp_path: Path, capfd: Any, action: str) -> None:
    said = call(capfd, "init", str(tmp_path / "changes"), "--host", "github", "--action", action)
    assert said.code == errors.USAGE
    assert not (tmp_path / "changes").exists()


def test_a_local_repository_takes_no_action(tmp_path: Path, capfd: Any) -> None:
    assert call(capfd, "init", str(tmp_path / "changes"), "--action", f"acme/changeflow@{COMMIT}").code == errors.USAGE


def test_the_readme_of_a_repository_on_github_asks_for_numbers_of_accounts_and_for_no_keys(tmp_path: Path, capfd: Any) -> None:
    folder = tmp_path / "changes"
    said = call(capfd, "init", str(folder), "--host", "github")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert [name for name in ("`github_id`", "App", "`changeflow`", "ruleset", "`changeflow doctor") if name not in readme] == []
    assert "public SSH key" not in readme + said.out
    assert "require_signatures" not in readme


def test_the_roster_on_github_shows_where_the_number_goes_and_holds_with_it(tmp_path: Path, capfd: Any) -> None:
    folder = tmp_path / "changes"
    call(capfd, "init", str(folder), "--host", "github", "--as", "zoe")
    roster = folder / "policies" / "roster.yaml"
    text = roster.read_text(encoding="utf-8")
    assert text.count("      # github_id: 1003 ") == 3
    roster.write_text(text.replace("      # github_id: 1003 ", "      github_id: 1003 ", 1), encoding="utf-8")
    checked = call(capfd, "--repo", str(folder), "check", "--format", "json")
    assert checked.code == 0, checked.out
    assert {found["rule"] for found in checked.json["findings"]} == {"policy-unsatisfiable"}, "one account is not enough for two seats"


def test_in_git_alone_everybody_is_asked_for_a_key_and_for_no_account(tmp_path: Path, capfd: Any) -> None:
    call(capfd, "init", str(tmp_path / "changes"))
    readme = (tmp_path / "changes/README.md").read_text(encoding="utf-8")
    assert "public SSH key" in readme
    assert "doctor" not in readme
    assert "github_id" not in readme + (tmp_path / "changes/policies/roster.yaml").read_text(encoding="utf-8")
