"""How fast `changeflow check` is beside `check-jsonschema`, and `changeflow --version` beside `python -c pass`.

    make bench
    python benchmarks/check.py [--files 1000] [--rounds 5] [--check-jsonschema PROGRAM]

Both read the same requests for change, as whole processes, in turns, in one run: read the ratio,
not the seconds. `check` does more: references, sense, and the rest of the repository.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
WANTED_CHECK, WANTED_VERSION = 25.0, 4.0
# databases, and as many services
ITEMS = 100

REQUEST = """\
# yaml-language-server: $schema=../../schemas/ChangeRequest.schema.json
apiVersion: changeflow/v1
kind: ChangeRequest
metadata:
  id: {id}
  title: Upgrade database {number} to PostgreSQL 17
  requester: alice
  created: 2026-11-21
  labels: {{team: payments, quarter: "2026-4"}}
spec:
  type: normal
  category: database
  reason: >-
    PostgreSQL 13 leaves support this month, and the operating system it runs on does so too;
    the vendor has announced that no further fixes will be made.
  benefit: Security fixes and 20 % faster settlement
  implementer: bob
  items:
    - ci: database-{number}
      action: modify
      outage: PT10M
    - {{ci: "service-{number}", action: modify}}
  assessment:
    complexity: medium
    experience: done-before
    tested: production-like
  effects:
    customers: Settlement pauses for ten minutes at night
    availability: Ten of this month's 21 minutes
    capacity: none
    continuity: The standby is rebuilt within an hour
    security: Closes CVE-2026-1234
    cost: none
  implementation:
    steps:
{steps}
  verification:
    - name: Settlement smoke test
      run: [./scripts/smoke, settlement, --instance, "{number}"]
      timeout: PT2M
    - name: Replication catches up
      run:
        - ./scripts/lag
        - database-{number}
        - --below
        - 5s
  rollback:
    trigger: Settlement errors above 2 % for five minutes
    limit: PT30M
    steps:
      - name: Promote the old primary
        run: [./scripts/promote, "database-{number}-1"]
        verify: [./scripts/is-primary, "database-{number}-1"]
        timeout: PT5M
      - name: Point the services back
        run: [./scripts/point, "service-{number}", "database-{number}-1"]
        timeout: PT5M
    preconditions:
      - name: The old primary is reachable
        run: [./scripts/ping, "database-{number}-1"]
  window:
    start: 2026-11-25T22:00:00+08:00
    end: 2026-11-25T23:30:00+08:00
  depends_on: [{before}]
  fixes: [PRB-1042]
"""
STEP = """\
      - name: Part {part}, promote the upgraded replica
        run: [./scripts/promote, "database-{number}-{part}", --wait]
        verify: [./scripts/is-primary, "database-{number}-{part}"]
        timeout: PT5M
      - name: Part {part}, tell the settlement desk
        manual: |
          Call the desk on extension 4711, say that part {part} is done,
          and wait for their go before you continue."""
ITEM = """\
---
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {{id: {id}}}
spec: {{type: {type}, criticality: tier2, owner: team, environment: production{needs}}}
"""
CONFIG = (
    "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {cab: "
    "team, policy_owners: team}\n"
)
ROSTER = """\
apiVersion: changeflow/v1
kind: Roster
metadata: {id: roster}
spec:
  people: {alice: {name: Alice}, bob: {name: Bob}}
  roles: {team: [alice, bob]}
"""


def repository(folder: Path, files: int) -> None:
    """A valid change repository with so many requests of about 120 lines, about 200 items."""
    (folder / "cmdb").mkdir()
    (folder / "policies").mkdir()
    (folder / "changeflow.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "policies" / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    items = []
    for number in range(ITEMS):
        needs = f", depends_on: [{{ci: database-{number}}}]"
        items += [
            ITEM.format(id=f"database-{number}", type="database", needs=""),
            ITEM.format(id=f"service-{number}", type="service", needs=needs),
        ]
    (folder / "cmdb" / "items.yaml").write_text("".join(items), encoding="utf-8")
    for number in range(files):
        change = f"CHG-20261121-upgrade-{number:05d}"
        before = f"CHG-20261121-upgrade-{number - 1:05d}" if number % 10 else ""
        steps = "\n".join(STEP.format(part=part, number=number % ITEMS) for part in range(1, 7))
        (folder / "changes" / change).mkdir(parents=True)
        text = REQUEST.format(id=change, number=number % ITEMS, steps=steps, before=before)
        (folder / "changes" / change / "rfc.yaml").write_text(text, encoding="utf-8")


def seconds(command: list[str], folder: Path) -> float:
    """How long a whole process takes; it must succeed."""
    begin = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    taken = time.perf_counter() - begin
    if done.returncode:
        sys.exit(f"{command[0]} failed with {done.returncode}:\n{done.stdout.decode()[-2000:]}")
    return taken


def compare(
    name: str, wanted: str, slow: Callable[[], float], fast: Callable[[], float], rounds: int
) -> float:
    """Run both in turns and print the median ratio with its spread."""
    pairs = [(slow(), fast()) for _ in range(rounds)]
    ratios = sorted(one / other for one, other in pairs)
    middle = statistics.median(ratios)
    times = " / ".join(f"{statistics.median(column):.3f} s" for column in zip(*pairs, strict=True))
    print(
        f"{name}: {middle:.1f}x (from {ratios[0]:.1f} to {ratios[-1]:.1f} in {rounds} rounds; "
        f"{times}); wanted: {wanted}"
    )
    return middle


def main() -> int:
    """Run the benchmark; exit code 1 when a ratio is not reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--check-jsonschema",
        default=shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
        or "check-jsonschema",
    )
    options = parser.parse_args()
    changeflow = str(Path(sys.executable).parent / "changeflow")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repository(folder, options.files)
        requests = sorted(str(path) for path in (folder / "changes").glob("*/rfc.yaml"))
        lines = Path(requests[0]).read_text(encoding="utf-8").count("\n")
        print(f"{len(requests)} requests of {lines} lines, {ITEMS * 2} configuration items")
        other = [
            options.check_jsonschema,
            "--schemafile",
            str(PROJECT / "schemas" / "ChangeRequest.schema.json"),
            *requests,
        ]
        ours = [changeflow, "check"]
        # warm the disk cache, and see that the repository is valid
        seconds(ours, folder)
        check = compare(
            "check-jsonschema / changeflow check", f"at least {WANTED_CHECK:.0f}x",
            lambda: seconds(other, folder), lambda: seconds(ours, folder), options.rounds,
        )  # fmt: skip
        version = compare(
            "changeflow --version / python -c pass", f"at most {WANTED_VERSION:.0f}x",
            lambda: seconds([changeflow, "--version"], folder), lambda: seconds([sys.executable, "-c", "pass"], folder),
            options.rounds * 4,
        )  # fmt: skip
    return 0 if check >= WANTED_CHECK and version <= WANTED_VERSION else 1


if __name__ == "__main__":
    sys.exit(main())
