"""Paths of a pull request: one category each, one spelling each, patterns that cannot blow up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.gate.changed_paths import path_reasons
from changeflow.gate.path_categories import categorise, collisions
from changeflow.model.kinds import Category
from changeflow.model.path_patterns import matches
from changeflow.model.pull_results import PathChange

EXEMPT = ("docs/**", "*.md")


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("changes/CHG-20261121-a/rfc.yaml", "change"),
        ("changes/CHG-20261121-a/scripts/x.sh", "change"),
        ("changes/README.md", "other"),
        ("changes/not-an-id/rfc.yaml", "other"),
        ("policies/approve.yaml", "governed"),
        ("policies/README.md", "governed"),
        ("changeflow.yaml", "governed"),
        ("cmdb/audits/2026-11-27.yaml", "governed"),
        ("improvements/audit-2026-11-27-db.yaml", "governed"),
        ("exceptions/db.yaml", "governed"),
        ("schemas/x.json", "governed"),
        ("history/changes.parquet", "governed"),
        ("history/mappings/changes.yaml", "governed"),
        (".github/workflows/ci.yml", "governed"),
        (".github/CODEOWNERS", "governed"),
        ("CODEOWNERS", "governed"),
        ("docs/CODEOWNERS", "governed"),
        (":/.github/workflows/ci.yml", "governed"),
        (":/docs/x.md", "other"),
        ("cmdb/a/b.yaml", "cmdb"),
        ("releases/r1/release.yaml", "release"),
        ("docs/a/b.txt", "exempt"),
        ("README.md", "exempt"),
        ("src/README.md", "other"),
        ("policies", "other"),
        ("main.tf", "other"),
    ],
)
def test_every_path_has_one_category(path: str, category: Category) -> None:
    assert categorise(path, EXEMPT).category == category


def test_a_path_in_a_change_names_the_change() -> None:
    assert categorise("changes/CHG-20261121-a/x", EXEMPT).change == "CHG-20261121-a"


def test_names_that_differ_in_case_or_form_only_collide() -> None:
    assert collisions(["Policies/x.yaml"], ["policies/approve.yaml"]) == (("Policies", "policies"),)
    assert collisions(["changes/CHG-20261121-A/rfc.yaml"], ["changes/CHG-20261121-a/rfc.yaml"]) != ()
    assert collisions(["ﬁle.md"], ["file.md"]) != ()
    assert collisions(["a/b.md"], ["a/b.md", "a/c.md"]) == ()


def as_regex(pattern: str) -> re.Pattern[str]:
    """The specification, for small inputs: `**` as a whole part stands for any number of parts."""
    parts = [
        "**" if part == "**" else re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]") for part in pattern.split("/")
    ]
    text = "/".join(parts)
    text = re.sub(r"(^|/)\*\*/", r"\1(?:[^/]+/)*", text)
    text = re.sub(r"(^|/)\*\*/", r"\1(?:[^/]+/)*", text)
    text = text.replace("/**", "(?:/[^/]+)*") if text.endswith("/**") else text
    return re.compile("(?:[^/]+/)*[^/]+" if pattern == "**" else text)


words = st.text("ab", min_size=1, max_size=3)
paths = st.lists(words, min_size=1, max_size=4).map("/".join)
patterns = st.lists(st.sampled_from(["a", "b", "*", "a*", "*b", "?", "a?", "**", "*a*"]), min_size=1, max_size=4).map("/".join)


@given(paths, patterns.filter(lambda pattern: "**/**" not in pattern and not re.search(r"\*\*.*\*\*", pattern)))
def test_patterns_mean_what_the_regular_expression_says(path: str, pattern: str) -> None:
    assert matches(path, pattern) == bool(as_regex(pattern).fullmatch(path)), (path, pattern)


def test_a_pattern_made_to_blow_up_comes_to_an_end() -> None:
    # A backtracking matcher would be at this until the universe is cold.
    assert not matches("/".join(["a"] * 200), "/".join(["**", "a"] * 40) + "/b")
    assert not matches("a" * 5_000, "*a" * 90 + "b")


def changed(path: str, mode: str | None = "100644") -> PathChange:
    return PathChange(path=path, mode=mode, content="x" if mode else None)


def codes(*changes: PathChange, covering: tuple[str, ...] = ()) -> dict[str, str]:
    categorised = [categorise(item.path, EXEMPT) for item in changes]
    tree = [item.path for item in changes if not item.gone]
    return {item.reason_code: item.outcome for item in path_reasons(changes, categorised, tree, covering=covering)}


def test_a_pull_request_without_changes_authorises_nothing() -> None:
    assert codes() == {"rfc.none": "fail"}


def test_a_path_nothing_covers_shuts_the_gate_and_a_request_beside_it_covers_it() -> None:
    assert codes(changed("main.tf")) == {"rfc.none": "fail"}
    assert codes(changed("main.tf"), covering=("normal",)) == {"path.covered": "pass"}


def test_exempt_paths_need_nothing() -> None:
    assert codes(changed("docs/x.txt")) == {}


def test_taking_a_request_away_shuts_the_gate() -> None:
    gone = changed("changes/CHG-20261121-a/rfc.yaml", mode=None)
    assert codes(gone, covering=("normal",)) == {"rfc.removed": "fail"}


def test_links_and_submodules_are_refused() -> None:
    assert "path.not_regular" in codes(changed("policies/x.yaml", "120000"))
    assert "path.not_regular" in codes(changed("vendor", "160000"), covering=("normal",))
    assert "path.not_regular" not in codes(changed("link", "120000"), covering=("normal",))
