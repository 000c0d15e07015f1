"""What is installed from a wheel has everything the commands write and play on."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("changeflow/templates", "changeflow/templates"),
        ("policies", "changeflow/_bundled/policies"),
        ("schemas", "changeflow/_bundled/schemas"),
        ("examples/webshop", "changeflow/_bundled/examples/webshop"),
    ],
)
def test_every_file_that_commands_need_is_in_the_wheel(wheel: Path, source: str, target: str) -> None:
    listed = subprocess.run(["git", "ls-files", "-z", source], cwd=PROJECT, capture_output=True, check=True).stdout.decode()
    wanted = {f"{target}/{name.removeprefix(source + '/')}" for name in listed.split("\0") if name}
    with zipfile.ZipFile(wheel) as archive:
        assert wanted - set(archive.namelist()) == set()
    assert wanted


def test_a_repository_is_made_checked_and_played_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "import changeflow; assert 'site' in changeflow.__file__\n"
        "from changeflow.cli.main import run; sys.exit(run(sys.argv[1:]))\n"
    )

    def changeflow(*arguments: str) -> int:
        command = [sys.executable, "-c", program, str(tmp_path / "site"), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert changeflow("init", "shop", "--as", "zoe") == 0
    assert changeflow("check", "--repo", "shop") == 0
    assert changeflow("check", "--repo", str(tmp_path / "site/changeflow/_bundled/examples/webshop")) == 0
