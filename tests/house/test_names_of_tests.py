"""Files of tests in folders that are no packages have different names: pytest imports them by their names alone."""

from __future__ import annotations

from collections import Counter

from tests.conftest import PROJECT


def test_no_two_files_of_tests_are_imported_by_the_same_name() -> None:
    names = Counter[str]()
    for path in (PROJECT / "tests").rglob("*.py"):
        if path.name != "conftest.py" and not (path.parent / "__init__.py").exists():
            names[path.name] += 1
    assert [name for name, count in names.items() if count > 1] == []
