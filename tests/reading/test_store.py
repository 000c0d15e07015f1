"""What cannot change is read once, and what may have changed is looked at again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.config import Config
from changeflow.model.people import Roster
from changeflow.reading import state as states
from changeflow.reading.repository_store import Store
from changeflow.reading.view import View
from changeflow.repo.git import Git
from tests.release.site import ID, Site
from tests.repositories import Repo, approval, ledger


class CountingGit(Git):
    """Notes the verbs that it is asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.verbs: list[str] = []

    def run(self, *arguments: str, **how: Any) -> Any:
        self.verbs.append(arguments[0])
        return super().run(*arguments, **how)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site.at(tmp_path / "site")
    made.change()
    return made


def store_of(site: Site) -> Store:
    return Store(CountingGit(site.root))


def test_a_commit_is_read_once_by_whatever_name_it_is_asked_for(site: Site) -> None:
    store = store_of(site)
    first, git = store.at("main"), store.git
    assert isinstance(git, CountingGit)
    content = first.change(ID)
    asked = list(git.verbs)
    again, by_name = store.at("main"), store.at(first.commit or "")
    assert (again.change(ID), by_name.change(ID).digest) == (content, content.digest)
    assert (again.label, by_name.label) == ("main", first.commit)
    assert git.verbs == asked


def test_what_a_state_has_read_is_kept_as_long_as_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo(tmp_path)
    monkeypatch.setattr(states, "_HELD_LIMIT", 10)
    repo.write("small.txt", "12345678")
    repo.write("other.txt", "abcdefgh")
    repo.commit()
    store = Store(repo.git)
    state = store.at("HEAD")
    contents = {"small.txt": b"12345678", "other.txt": b"abcdefgh"}
    assert {path: state.read(path) for path in sorted(contents, reverse=True)} == contents
    monkeypatch.setattr(store.git, "cat_file_batch", _refused)
    assert state.read("small.txt") == b"12345678"
    with pytest.raises(AssertionError, match="git was asked"):
        state.read("other.txt")


def _refused(*_: object) -> None:
    raise AssertionError("git was asked")


def test_a_branch_that_moves_on_is_another_state_and_the_earlier_one_stays(site: Site) -> None:
    store = store_of(site)
    before = store.at("main")
    assert before.exists(f"changes/{ID}/rfc.yaml")
    site.write(f"changes/{ID}/plan.txt", "first this, then that\n")
    site.commit("A plan")
    after = store.at("main")
    assert (before.commit == after.commit, before.change(ID).digest == after.change(ID).digest) == (False, False)
    assert f"changes/{ID}/plan.txt" not in before.entries()


def test_a_state_of_the_work_tree_stays_as_it_was_found_and_the_next_one_is_read_anew(site: Site) -> None:
    store = store_of(site)
    found, path = store.work_tree(), f"changes/{ID}/rfc.yaml"
    before = found.change(ID)
    site.write(path, found.read(path).decode().replace("Upgrade payments-db", "Something else"))
    site.write(f"changes/{ID}/plan.txt", "added\n")
    assert (found.change(ID), found.read(path)) == (before, store.at("main").read(path))
    now = store.work_tree().change(ID)
    assert (now.change.metadata.title, [name for name, *_ in now.files if name.startswith("changes/")]) == (
        "Something else",
        [f"changes/{ID}/plan.txt"],
    )


def test_a_folder_that_was_replaced_by_a_link_is_not_followed_by_the_next_state(site: Site) -> None:
    store, path = store_of(site), f"changes/{ID}/rfc.yaml"
    assert store.work_tree().exists(path)
    folder = site.root / "changes" / ID
    folder.rename(site.root.parent / "elsewhere")
    folder.symlink_to(site.root.parent / "elsewhere")
    assert not store.work_tree().exists(path)


def test_a_file_that_reads_the_same_at_two_places_is_parsed_once(site: Site) -> None:
    store, path = store_of(site), f"changes/{ID}/rfc.yaml"
    assert store.work_tree().parsed(path) is store.at("main").parsed(path)


def test_commits_between_which_nothing_that_judges_changed_share_the_rulebook(site: Site) -> None:
    store = store_of(site)
    first = store.at("main")
    site.write("scripts/other", "#!/bin/sh\n")
    site.commit("Nothing that judges")
    second = store.at("main")
    assert second.rulebook.roster is first.rulebook.roster
    assert (first.rulebook.commit, second.rulebook.commit) == (first.commit, second.commit)
    site.write("cmdb/more.yaml", (site.root / "cmdb/items.yaml").read_text(encoding="utf-8").replace("payments-db", "other-db"))
    site.commit("Another item")
    assert set(store.at("main").rulebook.items) > set(first.rulebook.items)
    assert set(second.rulebook.items) == set(first.rulebook.items)


def test_what_judges_in_a_work_tree_is_never_taken_for_that_of_another_moment(site: Site) -> None:
    store = store_of(site)
    assert "payments-db" in store.work_tree().rulebook.items
    site.write("cmdb/items.yaml", (site.root / "cmdb/items.yaml").read_text(encoding="utf-8").replace("payments-db", "other-db"))
    assert "payments-db" not in store.work_tree().rulebook.items


def test_a_document_that_cannot_be_read_names_its_place_every_time(site: Site) -> None:
    site.write("changeflow.yaml", "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {host: 1}\n")
    state = store_of(site).work_tree()
    for _ in range(2):
        with pytest.raises(errors.Unreadable, match=r"changeflow\.yaml:4:"):
            assert state.config
        with pytest.raises(errors.Unreadable, match=r"changeflow\.yaml:4:"):
            state.document("changeflow.yaml", Config)


def test_a_file_of_another_kind_is_none_of_the_kind_asked_for(site: Site) -> None:
    state = store_of(site).at("main")
    assert isinstance(state.document("policies/roster.yaml", Roster), Roster)
    with pytest.raises(errors.Unreadable, match=r"policies/roster\.yaml: not a ConfigurationItem"):
        state.document("policies/roster.yaml", ConfigurationItem)


def test_an_answer_rests_on_one_state_of_the_ledger_and_the_next_answer_on_the_newest(site: Site) -> None:
    store, repo = store_of(site), Repo(site.root)
    view = View.of(store, store.at("main"), store.work_tree())
    assert view.evidence(ID).head is None
    ledger(repo).append_deciding(lambda _: approval("carol", "other"))
    assert (view.evidence(ID).head, view.of_base().evidence(ID).head) == (None, None)
    head = repo("rev-parse", "changeflow/ledger")
    assert view.afresh().evidence(ID).head == head


def test_another_look_reads_the_work_tree_again_and_keeps_the_commit(site: Site) -> None:
    store = store_of(site)
    view = View.of(store, store.at("main"), store.work_tree())
    title = view.head.change(ID).change.metadata.title
    path = f"changes/{ID}/rfc.yaml"
    site.write(path, view.head.read(path).decode().replace(title, "Edited meanwhile"))
    assert view.head.change(ID).change.metadata.title == title
    assert view.afresh().head.change(ID).change.metadata.title == "Edited meanwhile"
    assert view.afresh().base is view.base
    assert view.of_base().afresh().head is view.base


def test_what_all_requests_are_held_against_is_gathered_once_for_a_view_and_anew_for_the_next(site: Site) -> None:
    site.change("CHG-20261121-second", depends_on=["CHG-20261121-third"], commit=False)
    store = store_of(site)
    view = View.of(store, store.at("main"), store.work_tree())
    path = "changes/CHG-20261121-second/rfc.yaml"

    def unknown(view: View) -> list[str]:
        return [one.message for one in view.problems_of_request(path) if "CHG-20261121-third" in one.message]

    assert len(unknown(view)) == 1
    site.change("CHG-20261121-third", commit=False)
    assert (len(unknown(view)), unknown(view.afresh())) == (1, [])


def test_the_graph_of_a_rulebook_is_built_once(site: Site) -> None:
    rulebook = store_of(site).at("main").rulebook
    assert rulebook.graph is rulebook.graph
    assert set(rulebook.items) == {name for name in rulebook.items if name in rulebook.graph}
