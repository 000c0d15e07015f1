"""`make papers` makes every paper, from documents that are valid."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from changeflow.cli.report import command
from changeflow.reading.parsed import parse
from tests.register.office import Office

EXAMPLE = Path(__file__).parents[2] / "examples/papers"
OVERLAY = sorted((EXAMPLE / "overlay").rglob("*.yaml"))


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("papers_of_the_example", EXAMPLE / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_paper_is_made_from_the_example(maker: ModuleType) -> None:
    made = {paper.command[1] for paper in maker.PAPERS if paper.command[0] == "report"}
    assert made == set(command.commands)


def test_the_review_of_the_failed_change_is_followed_until_another_person_has_verified_what_it_asks(
    maker: ModuleType, tmp_path: Path
) -> None:
    shop = Office(tmp_path / "shop")
    shop.ask(maker.FAILED)
    actual = {"state": "rolled_back", "started": "2026-11-25T21:02:00Z", "ended": "2026-11-25T21:02:00Z", "release": "sha256:" + "0" * 64}
    follow_ups = [{"action": "Test every zone", "owner": "alice", "due": "2026-12-04"}]
    spec = {"change": maker.FAILED, "lessons": "Zones", "follow_ups": follow_ups, "actual": actual, "answers": {"root-cause": "No test"}}
    review = {"apiVersion": "changeflow/v1", "kind": "PostImplementationReview", "metadata": {"id": maker.FAILED}, "spec": spec}
    shop.write(f"changes/{maker.FAILED}/review.yaml", review)
    shop.commit("review")
    maker.improved(shop.root)
    (row,) = shop.answer("report", "improvements", now=maker.NOW)["improvements"]
    assert (row["id"], row["cause"], row["state"], row["verified_by"], row["doubt"]) == (maker.IMPROVEMENT, "No test", "claimed", "carol", None)
    shop.done("improve", maker.IMPROVEMENT, "--verified-by", "carol", "--now", "2026-12-03T10:30:00Z", GIT_COMMITTER_EMAIL="carol@example.com")
    (row,) = shop.answer("report", "improvements", now=maker.NOW)["improvements"]
    assert (row["state"], row["doubt"]) == ("verified", None)


@pytest.mark.parametrize("path", OVERLAY, ids=lambda path: path.parent.name)
def test_what_is_laid_over_the_example_is_valid(path: Path) -> None:
    found = parse(path.read_bytes(), path.relative_to(EXAMPLE / "overlay").as_posix())
    assert found.errors == ()
    assert len(found.records) == 1
