"""Where documents live."""

from __future__ import annotations

import pytest

from changeflow.model import kinds


@pytest.mark.parametrize(("path", "kind"), [
    ("changeflow.yaml", "Config"), ("changes/CHG-20261121-x/rfc.yaml", "ChangeRequest"),
    ("changes/CHG-20261121-x/review.yaml", "PostImplementationReview"), ("releases/r1/release.yaml", "Release"),
    ("incidents/INC-1.yaml", "Incident"), ("incidents/2026/INC-1.yaml", None),
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


def test_a_folder_without_a_kind_is_covered_by_requests_alone_and_judges_nothing() -> None:
    assert kinds.category_of("problems/ke1.yaml") == kinds.category_of("changeflow.yaml.old") == "other"
    assert kinds.group_of("problems/ke1.yaml") is None


@pytest.mark.parametrize(("path", "group"), [
    ("changeflow.yaml", "config"), ("cmdb/a/b.yaml", "cmdb"), ("policies/roster.yaml", "policies"), ("policies/sub/x.yaml", "policies"),
    ("policies/models/m.yaml", "models"), ("policies/tests/t.yaml", "tests"), ("changes/CHG-20261121-x/rfc.yaml", None), ("policies", None),
])  # fmt: skip
def test_a_file_belongs_to_the_part_of_the_rulebook_whose_folder_is_nearest(path: str, group: str | None) -> None:
    assert kinds.group_of(path) == group


def test_kinds_of_one_home_agree_on_what_a_changed_file_there_is() -> None:
    for area in kinds.AREAS:
        rows = [kinds.BY_NAME[name] for name in area.kinds]
        assert len({(row.group, row.category, row.many, row.limit) for row in rows}) == 1, area.shown_as
