"""The files that a change deploys are those that were approved, or nothing starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changeflow.model.canonical import digest_bytes
from tests.release.site import ID, Site, run_step

IMAGE = "what was built\n"
NAMED = {"name": "image", "path": "build/image.tar", "digest": digest_bytes(IMAGE.encode())}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site.at(tmp_path / "repo", **{".gitignore": "build/\n"})
    site.change(implementation={"steps": [run_step("one")], "artifacts": [NAMED]})
    return site


def said(site: Site, *options: str) -> tuple[bool, list[str]]:
    told: dict[str, Any] = json.loads(site.cli("gate", "deploy", ID, "--format", "json", *options).out)
    return told["open"], [one["reason_code"] for one in told["reasons"] if one["rule"] == "changeflow.artifact"]


def test_the_gate_is_shut_until_the_file_is_there_and_is_the_one_that_was_approved(site: Site) -> None:
    assert said(site) == (False, ["artifact.missing"])
    site.write("build/image.tar", IMAGE)
    assert said(site) == (True, ["artifact.same"])
    site.write("build/image.tar", IMAGE + " ")
    assert said(site) == (False, ["artifact.differs"])
    (site.root / "build/image.tar").unlink()
    (site.root / "build/image.tar").mkdir()
    assert said(site) == (False, ["artifact.missing"])


def test_no_step_runs_with_another_file(site: Site) -> None:
    site.write("build/image.tar", "something else")
    done = site.release("run", "--as", "bob")
    assert (done.code, site.marks) == (1, [])
    assert "artifact.differs" in done.out + done.err or "not the one that was approved" in done.out + done.err
    site.write("build/image.tar", IMAGE)
    assert site.release("run", "--as", "bob").code == 0
    assert site.cli("ledger", "verify").code == 0
    replayed = site.cli("ledger", "replay", ID)
    assert replayed.code == 0, replayed.out + replayed.err


def test_what_was_found_is_recorded_and_computed_again_when_the_file_is_gone(site: Site) -> None:
    site.write("build/image.tar", "something else")
    assert said(site, "--record") == (False, ["artifact.differs"])
    (site.root / "build/image.tar").unlink()
    replayed = site.cli("ledger", "replay", ID)
    assert replayed.code == 0, replayed.out + replayed.err


def test_the_digest_is_material_and_content_without_files_keeps_its_digest(site: Site) -> None:
    before = json.loads(site.cli("assess", ID, "--format", "json").out)["digest"]
    site.change(implementation={"steps": [run_step("one")], "artifacts": [NAMED | {"digest": digest_bytes(b"other")}]})
    after = json.loads(site.cli("assess", ID, "--format", "json").out)["digest"]
    assert before != after
    site.change(implementation={"steps": [run_step("one")]})
    without = json.loads(site.cli("assess", ID, "--format", "json").out)["digest"]
    site.change(implementation={"steps": [run_step("one")], "artifacts": []})
    assert json.loads(site.cli("assess", ID, "--format", "json").out)["digest"] == without


@pytest.mark.parametrize("digest", ["sha256:" + "AB" * 32, "ab" * 32, "sha1:" + "ab" * 20])
def test_a_digest_in_another_spelling_is_refused(site: Site, digest: str) -> None:
    site.change(implementation={"steps": [run_step("one")], "artifacts": [NAMED | {"digest": digest}]})
    assert site.cli("check").code == 1
