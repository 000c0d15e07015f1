"""The workflow that publishes a site: audited, fits its schema, actions pinned, and no more rights than it needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

EXAMPLES = Path(__file__).parents[2] / "examples/site"


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_the_workflow_is_audited_and_fits_its_schema(tmp_path: Path) -> None:
    file = tmp_path / ".github/workflows/site.yml"
    file.parent.mkdir(parents=True)
    shutil.copy(EXAMPLES / "github-pages.yml", file)
    for command in (
        [tool("zizmor"), "--offline", "--pedantic", "--no-progress", str(file)],
        [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", str(file)],
        [
            tool("check-jsonschema"),
            "--builtin-schema",
            "vendor.gitlab-ci",
            str(EXAMPLES / "gitlab-ci.yml"),
        ],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_job_that_publishes_may_write() -> None:
    workflow = YAML(typ="safe").load(EXAMPLES / "github-pages.yml")
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["build"]["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    for uses in re.findall(r"uses: (\S+)", (EXAMPLES / "github-pages.yml").read_text("utf-8")):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", uses), uses
