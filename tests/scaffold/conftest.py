"""A command line in an empty home, with or without a git identity."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.cli.main import run
from tests.scaffold.calls import Said


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(folder / ".gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return folder


@pytest.fixture
def identity(home: Path) -> Callable[[str, str], None]:
    def know(name: str, email: str) -> None:
        (home / ".gitconfig").write_text(f'[user]\n\tname = "{name}"\n\temail = "{email}"\n', encoding="utf-8")

    return know


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def call(*arguments: str) -> Said:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return call


@pytest.fixture
def shop(
    here: Path, say: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, identity: Callable[[str, str], None]
) -> Path:
    """What `init` writes for a person whom git knows."""
    identity("Zoe Chen", "zoe@example.org")
    assert say("init", "shop", "--now", "2026-11-21T03:58:00Z").code == 0
    monkeypatch.chdir(here / "shop")
    return here / "shop"
