"""Data that nobody on the team wrote comes in by the commands of the guide alone; figures of docs/guides/cmdb-sources.md."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid
from repositories import Repo

from benchmarks import debian_packages, observed_impact
from changeflow.cli.main import run
from changeflow.cmdb.impact import blast_radius
from changeflow.model.impact_weights import ImpactWeights


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo(tmp_path / "shop")
    for path, text in valid.FILES.items():
        repo.write(path, text)
    monkeypatch.chdir(repo.path)
    repo.commit()
    return repo


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code = run((*arguments, "--format", "json"))
    captured = capsys.readouterr()
    assert code == 0, captured.err
    answer: dict[str, Any] = json.loads(captured.out)
    return answer


# The guide makes a list of edges of them with one line of `jq`; this is that line.
def as_edges(path: Path) -> str:
    graph = json.loads(path.read_text(encoding="utf-8"))
    return "".join(f"{one}\t{other}\n" for one, other in graph["edges"])


@pytest.mark.parametrize(("name", "items", "relations", "ci", "hit"), [
    ("online_boutique", 13, 17, "redis-cart", 4), ("otel_demo", 20, 46, "flagd", 11), ("flux_home_ops_2023-06", 115, 195, "Kustomization/flux-system/cluster-apps-rook-ceph-cluster", 46),
])  # fmt: skip
def test_the_graphs_of_three_estates_come_in_as_lists_of_edges(
    repo: Repo, capsys: pytest.CaptureFixture[str], shared_data: Path, name: str, items: int, relations: int, ci: str, hit: int
) -> None:
    (repo.path.parent / "edges.tsv").write_text(as_edges(shared_data / "graphs" / f"{name}.json"), encoding="utf-8")
    answer = said(capsys, "cmdb", "import", "--source", "edges", "../edges.tsv")
    assert (answer["items"], answer["relations"], answer["findings"]) == (items, relations, [])
    assert said(capsys, "impact", ci)["affected_total"] == hit
    exported = said(capsys, "cmdb", "export", "--target", "edges", "--out", "../again")
    assert exported["relations"] >= relations


def test_incidents_of_a_bank_teach_who_suffers_with_whom(shared_data: Path) -> None:
    every = list(observed_impact.incidents(shared_data))
    day = datetime(2013, 12, 15, tzinfo=UTC)
    graph = observed_impact.learnt(one for one in every if one.opened < day)
    later = [one for one in every if one.opened >= day]
    assert (len(graph), graph.edges, len(later)) == (1_025, 1_249, 2_096)
    first = observed_impact.coverage(graph, later, 1)
    closure = observed_impact.coverage(graph, later, None)
    assert (round(first.share, 3), round(first.size, 1)) == (0.585, 51.9)
    assert (round(closure.share, 3), round(closure.size, 1)) == (0.632, 208.9)


def test_packages_of_debian_are_reached_as_apt_says_where_both_answer_the_same_question(large_shared_data: Path) -> None:
    if not debian_packages.names_this_release():
        pytest.skip(f"this machine has no package lists of Debian {debian_packages.RELEASE}")
    graph, needs = debian_packages.debian_graph(large_shared_data)
    assert (len(graph), graph.edges) == (59_612, 264_760)
    assert blast_radius(["libc6"], graph, ImpactWeights(), most=1).affected_total == 49_544
    found = {one: debian_packages.compared(graph, needs, one) for one in ("crack-md5", "librostlab3")}
    told = {one: set(answer.reasons) - {"another release"} for one, answer in found.items()}
    assert told == {"crack-md5": {"alternative"}, "librostlab3": {"provided"}}
