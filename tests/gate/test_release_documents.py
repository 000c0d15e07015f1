"""What is owed for the document of a release is told by reading it once as it was, and once as it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from changeflow.documents import loader
from changeflow.gate.path_categories import CategorisedPath
from changeflow.gate_cases import governed_paths
from changeflow.reading.view import locate
from tests.register.office import CHANGE, Office

PATH = "releases/november/release.yaml"


def release(**acceptance: Any) -> dict[str, Any]:
    spec = {"changes": [CHANGE], "acceptance": {"criteria": [{"criterion": "It holds"}], "role": "cab", **acceptance}}
    return {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": "november"}, "spec": spec}


def test_a_release_is_read_once_on_each_side_for_the_approvals_that_it_owes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path / "shop")
    office.write(PATH, release())
    office.commit("Plan November")
    office.git("switch", "-q", "-c", "accepted")
    office.write(PATH, release(accepted_by="carol"))
    office.commit("Accept November")
    view = locate(office.root, head="accepted")
    book = view.base.rulebook
    read: list[str] = []

    def noted(data: bytes, path: str, **options: Any) -> Any:
        read.append(path)
        return loader.load(data, path, **options)

    monkeypatch.setattr(governed_paths, "load", noted)
    owed = governed_paths.path_approvals_for(view, book, [CategorisedPath(PATH, "release")], alone=True)
    assert [(one.rule, one.role, one.people) for one in owed] == [("acceptance", "cab", ("carol",))]
    assert read == [PATH, PATH]
