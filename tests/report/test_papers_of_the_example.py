"""`make papers` makes every paper, from documents that are valid."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from changeflow.cli.report import command
from changeflow.reading.parsed import parse

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


@pytest.mark.parametrize("path", OVERLAY, ids=lambda path: path.parent.name)
def test_what_is_laid_over_the_example_is_valid(path: Path) -> None:
    found = parse(path.read_bytes(), path.relative_to(EXAMPLE / "overlay").as_posix())
    assert found.errors == ()
    assert len(found.records) == 1
