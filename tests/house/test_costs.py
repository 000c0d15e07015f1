"""What commands cost in processes and loads: counted on real runs, and none may cost more than today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import walks
from tests.demonstration import copied

# At most so many: today's value, or what is wanted once that is reached (`make house` prints both). Lower a limit when a command has
# become cheaper. The example has a source of the CMDB: reading it is 12 files, and whether it changed is one process of git. Files and functions have some room, so that not every new module has to move the limit.
APPROVE = {"files": 208, "functions": 1_268, "git": 13, "ssh-keygen": 0}
NOT_AT_APPROVE = (
    "gate_cases/review_credit.py", "gate_cases/merged_digest.py", "gate_cases/recorded_approval.py", "gate_cases/for_deploy.py", "gate_cases/for_close.py",
    "gate/deployer.py", "release/claims.py",
)  # fmt: skip
RELEASE = {"git": 60, "ssh-keygen": 8, "loads": 3}
CI = {"git": 18, "repeated": 0}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory)


def over(found: dict[str, int], limits: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Counts above their limits, or of nothing at all."""
    assert all(found[name] for name, limit in limits.items() if name not in ("git", "ssh-keygen", "repeated")), "nothing was counted"
    return {name: (found[name], limit) for name, limit in limits.items() if found[name] > limit}


def processes(trace: walks.Trace) -> dict[str, int]:
    return {program: len(trace.started(program)) for program in ("git", "ssh-keygen")}


def test_the_gate_of_a_long_ledger(shop: Path, tmp_path: Path) -> None:
    trace = walks.gate_approve(shop, tmp_path / "report")
    walked = {"files": len(trace.walk["files"]), "functions": trace.walk["functions"]}
    assert over(processes(trace) | walked, APPROVE) == {}
    # What only other gates ask is not gathered.
    assert not {name for name in trace.walk["files"] if name.endswith(NOT_AT_APPROVE)}


def test_the_page_of_the_architecture_tells_the_walk_of_the_gate(shop: Path, tmp_path: Path) -> None:
    page = (walks.PROJECT / "docs" / "architecture.md").read_text("utf-8")
    told = page.partition("## The walk of `gate approve`")[2].partition("\n## ")[0]
    stations = set(re.findall(r"`([a-z_/]+\.py)`", told))
    walked = set(walks.gate_approve(shop, tmp_path / "report").walk["files"])
    assert stations
    assert stations - walked == set(), "not on the way"


def test_a_release_of_one_step_and_one_verification(shop: Path, tmp_path: Path) -> None:
    trace = walks.release_run(shop, tmp_path / "report")
    loads = trace.loads(f"changes/{walks.RESTART}/rfc.yaml")
    assert over(processes(trace) | {"loads": loads}, RELEASE) == {}


def test_the_bot_on_a_pull_request_of_one_file(tmp_path: Path) -> None:
    try:
        trace = walks.ci(tmp_path)
    except walks.NotMeasuredError as reason:
        pytest.skip(str(reason))
    assert over(processes(trace) | {"repeated": len(trace.repeated("git"))}, CI) == {}
