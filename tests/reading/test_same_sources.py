"""Whether a work tree has the sources of the base, and which of their files are opened to tell it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from changeflow.reading.repository_store import Store
from changeflow.reading.same_sources import are_same_sources
from tests.repositories import Repo

NODES, EDGES = "cmdb/exports/all/nodes.csv", "cmdb/exports/edges.csv"
ROWS = "id,type\nweb,service\ndb,database\n"
OTHER_ROWS = ROWS.replace("web", "wep")

# the files that were opened, all of them
opened: list[str] = []


def note_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and not isinstance(arguments[0], int):
        opened.append(os.fsdecode(arguments[0]))


# a hook cannot be taken away again
sys.addaudithook(note_opened)


def source(**spec: str) -> str:
    document = {
        "apiVersion": "changeflow/v1",
        "kind": "ConfigurationSource",
        "metadata": {"id": next(iter(spec.values())).rpartition("/")[2].partition(".")[0]},
        "spec": {"format": "csv", **spec},
    }
    return json.dumps(document)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "shop")
    repo.write(
        "changeflow.yaml", "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: c}\nspec: {}\n"
    )
    repo.write("cmdb/sources/nodes.yaml", source(path=NODES))
    repo.write("cmdb/sources/edges.yaml", source(path=EDGES))
    repo.write(NODES, ROWS)
    repo.write(EDGES, "from,to\nweb,db\n")
    repo.write("cmdb/exports/link", ROWS)
    repo.commit()
    repo("checkout", "-q", "-b", "topic")
    return repo


def same(repo: Repo, *, recalls: bool) -> tuple[bool, set[str]]:
    """The answer, and the tables that were opened for it."""
    store = Store(repo.git, recalls=recalls)
    base = store.at("main")
    sourced = base.rulebook.sourced
    before = len(opened)
    found = are_same_sources(base, store.work_tree(), sourced)
    return found, {Path(path).name for path in opened[before:] if path.endswith(".csv")}


def nothing(_: Repo) -> None:
    pass


def later(repo: Repo) -> None:
    os.utime(repo.path / NODES, (2_000_000_000, 2_000_000_000))


def edited(repo: Repo) -> None:
    repo.write(NODES, OTHER_ROWS)


def staged(repo: Repo) -> None:
    edited(repo)
    repo("add", "-A")


def committed(repo: Repo) -> None:
    edited(repo)
    repo.commit()


def edited_with_the_old_time(repo: Repo) -> None:
    before = (repo.path / NODES).stat()
    edited(repo)
    os.utime(repo.path / NODES, ns=(before.st_atime_ns, before.st_mtime_ns))


def staged_and_undone(repo: Repo) -> None:
    staged(repo)
    repo.write(NODES, ROWS)


def assumed_unchanged(repo: Repo) -> None:
    repo("update-index", "--assume-unchanged", NODES)


def not_checked_out(repo: Repo) -> None:
    repo("update-index", "--skip-worktree", NODES)
    (repo.path / NODES).unlink()


def deleted(repo: Repo) -> None:
    (repo.path / NODES).unlink()


def linked(repo: Repo) -> None:
    (repo.path / NODES).unlink()
    (repo.path / NODES).symlink_to("../link")


def other_source(repo: Repo) -> None:
    repo.write("cmdb/sources/nodes.yaml", source(nodes=NODES))


def one_more_source(repo: Repo) -> None:
    repo.write("cmdb/sources/more.yaml", source(path="cmdb/exports/link"))


def other_attributes(repo: Repo) -> None:
    repo.write(".gitattributes", "*.csv -text\n")


@pytest.mark.parametrize(
    ("change", "is_same", "read"),
    [
        (nothing, True, set()),
        (other_attributes, True, set()),
        # git looks into it, and finds what it had
        (later, True, set()),
        (edited, False, {"nodes.csv"}),
        (edited_with_the_old_time, False, {"nodes.csv"}),
        (staged, False, {"nodes.csv"}),
        (committed, False, set()),
        (staged_and_undone, True, {"nodes.csv"}),
        (assumed_unchanged, True, {"nodes.csv"}),
        (not_checked_out, True, set()),
        (deleted, False, set()),
        # a link is not followed
        (linked, False, {"nodes.csv"}),
        (other_source, False, set()),
        (one_more_source, False, set()),
    ],
)
def test_only_files_that_git_holds_for_edited_are_opened(
    repo: Repo, change: Callable[[Repo], None], is_same: bool, read: set[str]
) -> None:
    change(repo)
    assert same(repo, recalls=True) == (is_same, read)
    assert same(repo, recalls=False)[0] is is_same


def test_all_files_are_opened_where_nothing_may_be_remembered(repo: Repo) -> None:
    assert same(repo, recalls=False) == (True, {"nodes.csv", "edges.csv"})
