"""Every rule about sources is tried in this folder."""

from __future__ import annotations

from pathlib import Path

from changeflow.checks.catalogue import GROUPS


def test_every_rule_about_sources_has_a_case_here() -> None:
    (group,) = (group for group in GROUPS if group.title == "Sources of the CMDB")
    texts = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name)
    assert [rule.id for rule in group.rules if f'"{rule.id}"' not in texts] == []
