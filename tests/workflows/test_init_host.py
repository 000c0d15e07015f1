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
    checked = call(capfd, "--repo", folder, "check", "--strict")
    assert checked.code == 0, checked.out
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
