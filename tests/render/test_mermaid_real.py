"""The real Mermaid draws our pictures, and reads hostile names as the labels they are. `make mermaid` installs it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from blasts import EVIL, LABELS, impact, layered, wide

from changeflow.render.escape import spelled
from changeflow.render.graph import mermaid
from changeflow.render.labels import Labels
from changeflow.render.overview import FOLDS
from changeflow.render.table import shortened

HERE = Path(__file__).parents[1] / "mermaid"

pytestmark = pytest.mark.mermaid


def parsed(*sources: str) -> list[dict[str, Any]]:
    if shutil.which("node") is None or not (HERE / "node_modules" / "mermaid").is_dir():
        pytest.skip("the mermaid package is not installed (make mermaid)")
    done = subprocess.run(
        ["node", "parse.mjs"], cwd=HERE, input=json.dumps(sources), encoding="utf-8", capture_output=True, check=True, timeout=120
    )
    return list(json.loads(done.stdout))


def decoded(label: str) -> str:
    """Mermaid keeps `#34;` in a placeholder until it draws."""
    return re.sub(r"(?:ﬂ°°|#)(\d+)(?:¶ß|;)", lambda found: chr(int(found[1])), label)


def test_our_pictures_are_diagrams_with_an_edge_for_every_item() -> None:
    answers = [impact(), impact("frontend"), impact("cache-1", "cache-2"), impact("hub", graph=wide(1_000))]
    for answer, verdict in zip(answers, parsed(*(mermaid(answer, LABELS) for answer in answers)), strict=True):
        assert verdict.get("error") is None
        assert verdict["edges"] == (1 if len(answer.affected) == 1_000 else len(answer.affected))


def test_folded_pictures_are_diagrams_whatever_they_are_folded_by() -> None:
    estate = layered(5_000)
    whole = impact("item-0", graph=estate)
    verdicts = parsed(*(mermaid(whole, Labels.of(estate), fold=fold) for fold in FOLDS))
    assert [verdict.get("error") for verdict in verdicts] == [None] * len(FOLDS)
    assert all(5 <= verdict["edges"] <= 500 for verdict in verdicts)


def test_hostile_names_are_labels_and_nothing_more() -> None:
    names = [
        EVIL[:200], "end", "1. list", "- item", "`**bold**`", "a --> b", 'click n0 "javascript:alert(1)"', "subgraph x",
        "%%{init: {}}%%",
    ]  # fmt: skip
    graphs = [wide(1, name) for name in names]
    verdicts = parsed(*(mermaid(impact("hub", graph=graph), Labels.of(graph)) for graph in graphs))
    for name, verdict in zip(names, verdicts, strict=True):
        assert verdict.get("error") is None, name
        lines = {line for label in verdict["labels"] for line in re.split("<br/?>", decoded(label))}
        assert shortened(spelled(name), 40) in lines


def test_the_checker_can_say_no() -> None:
    assert "error" in parsed('flowchart LR\n  a["one] --> b')[0]
