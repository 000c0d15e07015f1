"""Policies that are older than a class do not let a change of it through in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.release.site import Site

POLICY = """\
apiVersion: changeflow/v1
kind: Policy
metadata: {id: approve}
spec:
  gate: approve
  rules:
    - {id: fine, assert: "true", message: Fine}
    - {id: seats, when: 'change.class in ["minor", "significant"%(more)s]', require: [{role: cab, count: 1}], message: A seat}
"""
CHANGE = "CHG-20261121-gone"


@pytest.mark.parametrize(("more", "code"), [("", "approvals.none_for_major"), (', "major"', "")])
def test_a_removal_that_nobody_is_asked_about_keeps_the_gate_shut(tmp_path: Path, more: str, code: str) -> None:
    site = Site.at(tmp_path / "repo", **{"policies/approve.yaml": POLICY % {"more": more}})
    site.change(CHANGE, items=[{"ci": "wiki", "action": "remove", "outage": "PT0S"}])
    assert site.cli("assess", CHANGE, "--format", "json").answer["type"]["class"] == "major"
    shut = site.cli("gate", "approve", CHANGE, "--format", "json")
    assert shut.code == 1
    found = {one["reason_code"] for one in shut.answer["reasons"] if one["outcome"] == "fail"}
    assert ("approvals.none_for_major" in found) is bool(code)
