"""`new --from-diff` fills the items of a request from what its branch touches."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from valid_repository import FILES, RFC_PATH

from changeflow import errors
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.usecases.start.new_change import NewChange, NewChangeOptions, create
from tests.dates import now
from tests.repositories import Repo

ITEM = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {{id: {ci}, name: {ci}}}
spec: {{type: service, criticality: tier3, owner: team-payments, environment: production, status: {status}, maps: {{paths: [{path}]}}}}
"""


def item(ci: str, path: str, status: str = "live") -> str:
    return ITEM.format(ci=ci, path=path, status=status)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Code beside a change repository in `ops/`."""
    made = Repo(tmp_path / "team")
    for path, text in FILES.items():
        if path != RFC_PATH and not path.startswith(("changes/", "releases/")):
            made.write(f"ops/{path}", text)
    made.write("ops/cmdb/shop.yaml", item("shop", "services/shop/**"))
    made.write("ops/cmdb/cart.yaml", item("cart", "services/cart/**"))
    made.write("services/shop/app.py", "one\ntwo\n")
    made.write("services/cart/app.py", "one\n")
    made.commit("What is there")
    made("checkout", "-q", "-b", "work")
    return made


def new(repo: Repo, rev: str = "main", **more: object) -> tuple[NewChange, list[dict[str, str]]]:
    options = NewChangeOptions("a-change", requester="alice", from_diff=rev, **more)  # type: ignore[arg-type]
    made = create(repo.path / "ops", options, now())
    return made, yaml.safe_load((repo.path / "ops" / made.path).read_text("utf-8"))["spec"]["items"]


def told(made: NewChange) -> list[str]:
    return [say(one.shown["code"], one.shown, MACHINE).text for one in made.found]


def modify(*items: str) -> list[dict[str, str]]:
    return [{"ci": ci, "action": "modify"} for ci in items]


def test_items_are_those_whose_files_differ_and_each_says_which_file_shows_it(repo: Repo) -> None:
    repo.write("services/shop/app.py", "one\nTWO\n")
    made, items = new(repo)
    assert items == modify("shop")
    assert told(made) == ["shop: `modify`, `services/shop/app.py:2` is changed"]


def test_committed_staged_edited_and_new_files_count(repo: Repo) -> None:
    repo.write("services/shop/app.py", "committed\n")
    repo.commit()
    repo.write("services/cart/more.py", "not known to git\n")
    assert new(repo)[1] == modify("cart", "shop")


def test_a_staged_file_and_one_that_is_gone_count(repo: Repo) -> None:
    repo.write("services/shop/more.py", "staged\n")
    repo("add", "services/shop/more.py")
    (repo.path / "services/cart/app.py").unlink()
    made, items = new(repo)
    assert items == modify("cart", "shop")
    assert told(made)[0] == "cart: `modify`, `services/cart/app.py` is gone"


def test_several_files_are_counted(repo: Repo) -> None:
    repo.write("services/shop/a.py", "x\n")
    repo.write("services/shop/b.py", "x\n")
    assert told(new(repo)[0]) == ["shop: `modify`, `services/shop/a.py:1` is new, and 1 more"]


def test_what_the_revision_brought_since_does_not_count(repo: Repo) -> None:
    repo("checkout", "-q", "main")
    repo.write("services/cart/app.py", "main went on\n")
    repo.commit()
    repo("checkout", "-q", "work")
    repo.write("services/shop/app.py", "x\n")
    assert new(repo)[1] == modify("shop")


def test_an_item_that_comes_with_its_document_is_added_and_one_that_goes_is_removed(repo: Repo) -> None:
    repo.write("ops/cmdb/search.yaml", item("search", "services/search/**"))
    repo.write("services/search/app.py", "x\n")
    (repo.path / "ops/cmdb/cart.yaml").unlink()
    repo.write("services/cart/app.py", "x\n")
    repo.write("services/shop/app.py", "x\n")
    made, items = new(repo)
    assert items == [{"ci": "cart", "action": "remove"}, {"ci": "search", "action": "add"}, *modify("shop")]
    assert told(made)[0] == "cart: `remove`, its document in `cmdb/cart.yaml` says so"


def test_an_item_goes_into_service_or_out_of_it_by_its_status(repo: Repo) -> None:
    repo.write("ops/cmdb/cart.yaml", item("cart", "services/cart/**", "planned"))
    repo.commit()
    repo("branch", "-f", "main")
    repo.write("ops/cmdb/cart.yaml", item("cart", "services/cart/**", "live"))
    repo.write("ops/cmdb/shop.yaml", item("shop", "services/shop/**", "retired"))
    assert new(repo)[1] == [{"ci": "cart", "action": "add"}, {"ci": "shop", "action": "remove"}]


def test_a_document_that_only_says_something_else_of_an_item_does_not_touch_it(repo: Repo) -> None:
    repo.write("ops/cmdb/shop.yaml", item("shop", "services/shop/**").replace("tier3", "tier2"))
    repo.write("services/cart/app.py", "x\n")
    assert new(repo)[1] == modify("cart")


def test_named_items_come_first_and_stay_once(repo: Repo) -> None:
    repo.write("services/shop/app.py", "x\n")
    assert new(repo, items=("shop", "payments-db"))[1] == modify("shop", "payments-db")


def test_nothing_that_belongs_to_an_item_is_said_with_a_way_out(repo: Repo) -> None:
    repo.write("README", "x\n")
    with pytest.raises(errors.NothingToDo) as caught:
        new(repo)
    assert (caught.value.exit_code, "--ci" in caught.value.hint) == (3, True)
    assert not (repo.path / "ops/changes").exists()


def test_a_revision_that_is_not_there_and_one_without_a_common_history_are_refused(repo: Repo) -> None:
    with pytest.raises(errors.HostFailed):
        new(repo, "nowhere")
    repo("checkout", "-q", "--orphan", "island")
    repo.commit()
    with pytest.raises(errors.HostFailed):
        new(repo, "main")


def test_a_plan_that_cannot_be_read_is_not_taken_for_nothing(repo: Repo) -> None:
    text = item("shop", "services/shop/**").replace("maps: {", "maps: {terraform: [module.shop], ")
    repo.write("ops/cmdb/shop.yaml", text)
    repo.commit()
    repo.write("plan.json", '{"terraform_version": "1.9.8", "resource_changes": [')
    with pytest.raises(errors.Unreadable) as caught:
        new(repo)
    assert "plan.json" in caught.value.message
