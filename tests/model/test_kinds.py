"""Where documents live."""

from __future__ import annotations

import pytest

from changeflow.model import kinds


@pytest.mark.parametrize(("path", "kind"), [
    ("changeflow.yaml", "Config"), ("changes/CHG-20261121-x/rfc.yaml", "ChangeRequest"),
    ("changes/CHG-20261121-x/review.yaml", "PostImplementationReview"), ("releases/r1/release.yaml", "Release"),
    ("cmdb/a.yaml", "ConfigurationItem"), ("cmdb/a/b/c.yml", "ConfigurationItem"), ("policies/models/m.yaml", "ChangeModel"),
    ("policies/tests/t.yaml", "PolicyTest"), ("policies/roster.yaml", None), ("changes/CHG-20261121-x/notes.yaml", None),
    ("policies/sub/x.yaml", None), ("cmdb/a.json", None), ("changes/rfc.yaml", None), ("docs/changeflow.yaml", None),
])  # fmt: skip
def test_a_path_says_which_kind_lives_there(path: str, kind: str | None) -> None:
    area = kinds.area_of(path)
    assert (area.kinds[0] if area and len(area.kinds) == 1 else None) == kind


def test_requests_are_small_and_exports_may_be_large() -> None:
    assert kinds.byte_limit("changes/CHG-20261121-x/rfc.yaml") == 256 * 1024
    assert kinds.byte_limit("cmdb/all.yaml") == kinds.byte_limit("policies/roster.yaml") == 4 * 1024 * 1024
