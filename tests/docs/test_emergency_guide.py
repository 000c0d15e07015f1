"""The guide for emergencies, typed as it stands, ends with a change that is released, approved in retrospect and closed."""

from __future__ import annotations

from pathlib import Path

from tests.docs.typed import SHOP, blocks, gates, type_in


def test_an_emergency_goes_from_the_request_to_its_end_as_the_guide_says(tmp_path: Path) -> None:
    said = type_in(tmp_path, SHOP, blocks("docs/guides/emergency.md"))
    assert "-stop-the-leak: implemented" in said
    assert gates(said) == [("approve", "OPEN"), ("deploy", "OPEN"), ("close", "OPEN")]
