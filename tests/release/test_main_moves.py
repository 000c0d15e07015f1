"""The main branch may move between the plan and the claim: the gate is asked where it stands then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.release.site import POLICY, Site, checked_step, git, run_step

SHUT = POLICY % {"gate": "deploy", "holds": "false"}
MERGES = f"""\
#!/bin/sh
cat > policies/deploy.yaml <<'END'
{SHUT}END
git -c user.name=A -c user.email=alice@example.com commit -qam 'Shut the deploy gate'
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "site", **{"scripts/merges": MERGES})


def test_a_rule_that_is_merged_while_a_precondition_runs_shuts_the_gate(site: Site) -> None:
    precondition = run_step("the backup is there", "merges")
    rollback = {"trigger": "x", "limit": "PT5M", "steps": [checked_step("undo")], "preconditions": [precondition]}
    site.change(rollback=rollback)
    done = site.release("run")
    assert (done.code, site.marks) == (1, [])
    assert "The test says so" in done.err + done.out
    assert "changeflow/ledger" not in git(site.root, "branch", "--list")
