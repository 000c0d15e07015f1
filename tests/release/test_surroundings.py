"""A process without a home, a zone or a locale, and a request that is no text: the same answer, or a clear no."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from changeflow import errors

from .site import Site, git

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
NOW = "2026-11-25T14:00:00Z"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo")


def said(site: Site, surroundings: dict[str, str | None], umask: int, *arguments: str) -> bytes:
    environment = {name: value for name, value in {**site.environment, **surroundings}.items() if value is not None}
    done = subprocess.run(
        site.argv(*arguments), cwd=site.root, env=environment, umask=umask, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_home_zone_locale_and_umask_change_no_byte_of_an_answer_and_nothing_becomes_writable_for_all(site: Site) -> None:
    change = site.change()
    asked = ("gate", "approve", change, "--now", NOW, "--format", "json")
    wanted = said(site, {}, 0o022, *asked)
    bare: dict[str, str | None] = {"HOME": None, "TZ": None, "LANG": None, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": None}
    assert said(site, bare, 0o000, *asked) == wanted
    assert said(site, bare | {"TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.ISO-8859-9"}, 0o077, *asked) == wanted
    assert said(site, bare, 0o000, "release", "run", change, "--local", "--format", "json")
    kept = [path for path in (site.root / ".git/changeflow").rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if path.stat().st_mode & 0o022] == []


def test_a_pointer_to_a_large_file_is_no_request(site: Site) -> None:
    change = site.change()
    site.write(f"changes/{change}/rfc.yaml", POINTER)
    git(site.root, "commit", "-qam", "pointer")
    found = site.cli("check")
    assert found.code == errors.UNREADABLE
    assert f"changes/{change}/rfc.yaml" in found.out
    assert site.cli("gate", "approve", change, "--now", NOW).code != 0
