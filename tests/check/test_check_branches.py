"""A branch in a check: what it touches, beside what its requests declare. With real git, in a large repository."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import valid_repository as valid
from valid_repository import CHANGE, RFC_PATH

from changeflow.model.findings import Finding
from changeflow.repo.git import Git
from changeflow.repo.source import Revision
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget
from tests.repositories import Repo

ITEM = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {{id: {ci}, name: {ci}}}
spec: {{type: service, criticality: tier3, owner: team-payments, environment: production, status: {status}, maps: {maps}}}
"""
OTHER = "CHG-20261121-another"
PLAN = {"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {}}


def item(ci: str, maps: str, status: str = "live") -> str:
    return ITEM.format(ci=ci, maps=maps, status=status)


class Team:
    """A team's large repository: code beside a change repository in `ops/`. `work` is the branch of a request."""

    def __init__(self, path: Path) -> None:
        self.repo = Repo(path)
        self.root = path / "ops"
        self.write("services/shop/app.py", "one\ntwo\nthree\n")
        self.write("services/shop/odd ünïcode\tname.txt", "x\n")
        self.write("deploy/compose.yaml", "services:\n  db:\n    image: postgres:16\n  web:\n    image: registry.example/web:1\n")
        self.write("README", "hello\n")
        rest = {path: text for path, text in valid.FILES.items() if path != RFC_PATH and not path.startswith(("changes/", "releases/"))}
        for path_, text in rest.items():
            self.write(f"ops/{path_}", text)
        self.write("ops/cmdb/shop.yaml", item("shop", "{paths: [services/shop/**]}"))
        self.write("ops/cmdb/db.yaml", item("db", "{images: [postgres], terraform: [module.db], helm: [db]}"))
        self.repo.commit("What is there")
        self.repo("checkout", "-q", "-b", "work")

    def write(self, path: str, text: str) -> None:
        self.repo.write(path, text)

    def request(self, *items: str, change: str = CHANGE, **replace: str) -> None:
        listed = "".join(f"    - ci: {ci}\n" for ci in items)
        text = valid.RFC.replace("    - ci: payments-db\n", listed, 1).replace(CHANGE, change)
        for old, new in replace.items():
            text = text.replace(old, new)
        assert listed in text
        self.write(f"ops/changes/{change}/rfc.yaml", text)

    def check(self, rev: str | None = None) -> list[Finding]:
        source = Revision(Git(self.root), rev) if rev else None
        found = check(CheckTarget(self.root), source).findings.findings
        return [one for one in found if one.rule.startswith("scope-")]

    def told(self, rev: str | None = None) -> list[tuple[str, str]]:
        return [(one.rule, (one.data or {}).get("ci", "")) for one in self.check(rev)]


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "team")


def place_of(finding: Finding) -> str:
    assert finding.data is not None
    return str(finding.data["touch"][0]["place"])


def test_a_touched_item_that_no_request_declares_is_found_at_the_items_of_the_request(team: Team) -> None:
    team.request("payments-db")
    team.write("services/shop/app.py", "one\nTWO\nthree\n")
    (found,) = team.check()
    assert (found.rule, found.level, found.path, found.route) == ("scope-undeclared", "error", RFC_PATH, ("spec", "items"))
    assert found.line == 15
    assert found.message == "`shop` is touched and not declared: `services/shop/app.py:2` is changed"
    assert found.hint == "add `- {ci: shop, action: modify}` to `items`"


def test_the_line_of_the_hint_mends_it(team: Team) -> None:
    team.request("payments-db", "shop")
    team.write("services/shop/app.py", "one\nTWO\nthree\n")
    assert team.told() == []


def test_a_draft_is_only_warned(team: Team) -> None:
    team.request("payments-db", **{"  type: normal": "  draft: true\n  type: normal"})
    team.write("services/shop/app.py", "other\n")
    assert [one.level for one in team.check()] == ["warning"]


def test_what_is_committed_staged_edited_or_new_counts_alike(team: Team) -> None:
    team.request("payments-db")
    team.repo.commit()
    team.write("services/shop/committed.py", "x\n")
    team.repo.commit()
    assert team.told() == [("scope-undeclared", "shop")]
    assert team.told("work") == [("scope-undeclared", "shop")]
    team.repo("reset", "-q", "--soft", "HEAD^")
    assert team.told() == [("scope-undeclared", "shop")]
    assert team.told("work") == []
    team.repo("reset", "-q")
    assert team.told() == [("scope-undeclared", "shop")]


def test_a_file_whose_times_alone_changed_is_not_touched(team: Team) -> None:
    team.request("payments-db")
    file = team.repo.path / "services/shop/app.py"
    os.utime(file, (1, 1))
    assert team.told() == []


@pytest.mark.parametrize(
    "how",
    [
        ("mv", "services/shop/app.py", "elsewhere.py"),
        ("mv", "README", "services/shop/README"),
        ("rm", "services/shop/app.py"),
        ("update-index", "--chmod=+x", "services/shop/app.py"),
        ("mv", "services/shop/odd ünïcode\tname.txt", "odd"),
    ],
)
def test_a_rename_touches_both_names_and_a_deletion_and_a_mode_count(team: Team, how: tuple[str, ...]) -> None:
    team.request("payments-db")
    team.repo(*how)
    if how[0] == "update-index":
        (team.repo.path / how[-1]).chmod(0o755)
    team.repo("add", "-A", "ops")
    team.repo("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x")
    assert team.told() == team.told("work") == [("scope-undeclared", "shop")]


def test_a_name_that_is_no_utf_8_can_be_shown(team: Team) -> None:
    team.request("payments-db")
    (Path(os.fsdecode(os.fsencode(team.repo.path) + b"/services/shop/caf\xe9"))).write_text("x\n", "utf-8")
    (found,) = team.check()
    assert place_of(found) == "services/shop/caf\\xe9:1"
    json.dumps(found.as_json(), ensure_ascii=False).encode("utf-8")
    team.repo.commit()
    (found,) = team.check("work")
    assert place_of(found) == "services/shop/caf\\xe9:1"


def test_what_main_brought_meanwhile_is_not_of_the_branch(team: Team) -> None:
    team.request("payments-db")
    team.repo.commit()
    team.repo("checkout", "-q", "main")
    team.write("services/shop/app.py", "main\n")
    team.repo.commit()
    team.repo("checkout", "-q", "work")
    assert team.told() == []
    team.repo("-c", "user.name=A", "-c", "user.email=a@example.com", "merge", "-q", "--no-edit", "main")
    assert team.told() == []
    assert team.told("work") == []


def test_an_image_of_compose_touches_its_item_at_its_line(team: Team) -> None:
    team.request("payments-db")
    team.write("deploy/compose.yaml", "services:\n  db:\n    image: postgres:17\n  web:\n    image: registry.example/web:2\n")
    (found,) = team.check()
    assert found.data is not None
    assert found.data["ci"] == "db"
    assert place_of(found) == "deploy/compose.yaml:3"
    assert found.message.endswith("changes the image to `postgres:17`")


def test_a_manifest_that_only_moves_or_is_written_anew_touches_nothing(team: Team) -> None:
    team.request("payments-db")
    (team.repo.path / "deploy/compose.yaml").unlink()
    team.write("prod/compose.yml", "services: {web: {image: 'registry.example/web:1'}, db: {image: 'postgres:16'}}\n")
    assert team.told() == []


def test_an_image_that_is_taken_away_touches_its_item(team: Team) -> None:
    team.request("payments-db")
    (team.repo.path / "deploy/compose.yaml").unlink()
    (found,) = team.check()
    assert found.message.endswith("`deploy/compose.yaml` no longer has the image `postgres:16`")


def test_one_of_two_tags_of_an_image_that_is_taken_away_counts(team: Team) -> None:
    team.write("deploy/compose.yaml", "services:\n  a: {image: 'postgres:16'}\n  b: {image: 'postgres:15'}\n")
    team.repo.commit()
    team.repo("branch", "-f", "main")
    team.request("payments-db")
    team.write("deploy/compose.yaml", "services:\n  a: {image: 'postgres:16'}\n")
    assert team.told() == [("scope-undeclared", "db")]


def test_a_helm_release_touches_its_item(team: Team) -> None:
    team.request("payments-db")
    team.write("flux/db.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db}\nspec: {}\n")
    (found,) = team.check()
    assert found.message.endswith("`flux/db.yaml:1` adds the Helm release `db`")


def terraform(*changes: tuple[str, str], **more: object) -> str:
    listed = []
    for address, action in changes:
        listed.append({"address": address, "change": {"actions": [action], "after": {"password": "hunter2"}}})
    return json.dumps(PLAN | {"resource_changes": listed} | more, indent=1)


def test_a_plan_among_the_changed_files_touches_items_by_their_addresses(team: Team) -> None:
    team.request("payments-db")
    team.write("infra/plan.json", terraform(("module.db[0].aws_db_instance.main", "update"), ("module.web.x.y", "create")))
    (found,) = team.check()
    assert found.message.endswith("changes `module.db[0].aws_db_instance.main`")
    assert place_of(found).startswith("infra/plan.json:")
    assert "hunter2" not in repr(found)


def test_a_plan_that_changes_nothing_touches_nothing(team: Team) -> None:
    team.request("payments-db")
    team.write("infra/plan.json", terraform(("module.db.a.b", "no-op"), ("module.db.data.c.d", "read")))
    assert team.told() == []


def test_a_plan_that_cannot_be_read_is_an_error_and_not_nothing(team: Team) -> None:
    team.request("payments-db")
    team.write("infra/plan.json", terraform(("module.db.a.b", "update"))[:-9])
    (found,) = team.check()
    assert (found.rule, found.level, found.path) == ("scope-unread", "error", "../infra/plan.json")


def test_a_configured_plan_is_read_also_where_the_branch_leaves_it_alone(team: Team) -> None:
    team.write("infra/plan.json", terraform(("module.db.a.b", "update")))
    config = (team.root / "changeflow.yaml").read_text("utf-8")
    team.write("ops/changeflow.yaml", config.replace("spec: {", "spec: {terraform_plans: [infra/*.json, gone.json], "))
    team.repo.commit()
    team.repo("branch", "-f", "main")
    team.request("payments-db")
    found = {(one.rule, one.path) for one in team.check()}
    assert found == {("scope-undeclared", RFC_PATH), ("scope-unread", "../gone.json")}


def test_a_declared_item_that_is_not_touched_is_pointed_out_where_it_says_what_belongs_to_it(team: Team) -> None:
    team.request("payments-db", "db")
    (found,) = team.check()
    assert (found.rule, found.level) == ("scope-untouched", "warning")
    assert found.route == ("spec", "items", 1, "ci")


def test_an_item_that_another_request_of_the_branch_declares_is_declared(team: Team) -> None:
    team.request("payments-db")
    team.request("shop", change=OTHER)
    team.write("services/shop/app.py", "x\n")
    assert team.told() == []


def test_without_a_request_the_touched_file_is_warned_of(team: Team) -> None:
    team.write("services/shop/app.py", "one\ntwo\nTHREE\n")
    (found,) = team.check()
    assert (found.rule, found.level, found.path, found.line) == ("scope-no-request", "warning", "../services/shop/app.py", 3)
    assert "--from-diff main" in found.hint


def test_what_belongs_to_items_is_judged_by_the_base(team: Team) -> None:
    team.request("payments-db")
    team.write("ops/cmdb/shop.yaml", item("shop", "{paths: [nothing]}"))
    team.write("services/shop/app.py", "x\n")
    assert team.told() == [("scope-undeclared", "shop")]


def test_a_branch_that_takes_all_maps_away_is_judged_by_the_base_too(team: Team) -> None:
    team.request("payments-db")
    for name in ("shop", "db"):
        team.write(f"ops/cmdb/{name}.yaml", item(name, "{}").replace(", maps: {}", ""))
    team.write("services/shop/app.py", "x\n")
    team.repo.commit()
    assert team.told() == [("scope-undeclared", "shop")]


def test_what_only_the_branch_says_belongs_to_an_item_is_a_warning(team: Team) -> None:
    team.request("payments-db")
    team.write("ops/cmdb/cart.yaml", item("cart", "{paths: [services/cart/**]}", "planned"))
    team.write("services/cart/app.py", "x\n")
    (found,) = team.check()
    assert (found.rule, found.level) == ("scope-proposed", "warning")
    assert found.hint == "add `- {ci: cart, action: add}` to `items`"


def test_a_planned_item_is_to_be_added_and_a_retired_one_has_nothing(team: Team) -> None:
    team.write("ops/cmdb/shop.yaml", item("shop", "{paths: [services/shop/**]}", "planned"))
    team.write("ops/cmdb/db.yaml", item("db", "{paths: [services/shop/**]}", "retired"))
    team.repo.commit()
    team.repo("branch", "-f", "main")
    team.request("payments-db")
    team.write("services/shop/app.py", "x\n")
    (found,) = team.check()
    assert found.hint == "add `- {ci: shop, action: add}` to `items`"


def test_requests_themselves_belong_to_no_item(team: Team) -> None:
    team.write("ops/cmdb/shop.yaml", item("shop", "{paths: ['**/*.yaml']}"))
    team.repo.commit()
    team.repo("branch", "-f", "main")
    team.request("payments-db")
    assert team.told() == []


def test_what_is_on_main_is_asked_about_no_more(team: Team) -> None:
    team.request("payments-db")
    team.write("services/shop/app.py", "x\n")
    team.repo.commit()
    team.repo("checkout", "-q", "main")
    team.repo("merge", "-q", "--ff-only", "work")
    assert team.told() == []
    assert team.told("main") == []


def test_a_branch_without_a_common_history_is_not_taken_for_one_that_touches_nothing(team: Team) -> None:
    team.repo("checkout", "-q", "--orphan", "island")
    team.request("payments-db")
    team.repo.commit()
    assert team.told() == [("scope-unknown", "")]


def test_a_repository_without_git_or_without_a_commit_is_not_compared(tmp_path: Path) -> None:
    valid.write(tmp_path)
    (tmp_path / "cmdb/shop.yaml").write_text(item("shop", "{paths: [x]}"), "utf-8")
    assert [one.rule for one in check(CheckTarget(tmp_path)).findings.findings] == []
    Git(tmp_path).run("init", "-q", "-b", "main")
    assert [one.rule for one in check(CheckTarget(tmp_path)).findings.findings] == []


COMPOSE = "services:\n  db:\n    image: postgres:{}\n"
DEEP = "junk: " + "[" * 120 + "]" * 120 + "\n"


def kustomized(tag: str) -> str:
    return f"resources: [db.yaml]\nimages:\n  - name: postgres\n    newTag: '{tag}'\n"


# what is there, and what the branch makes of it: none of these hides the item that it touches
HIDDEN: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "two files swap their versions": (
        {"prod.yaml": COMPOSE.format(16), "dev.yaml": COMPOSE.format(17)},
        {"prod.yaml": COMPOSE.format(17), "dev.yaml": COMPOSE.format(16)},
    ),
    "a key is written by numbers": (
        {"a.yaml": "services: {db: {build: .}}\n"},
        {"a.yaml": 'services: {db: {"im\\u0061ge": "postgres:17"}}\n'},
    ),
    "a key of JSON is written by numbers": (
        {"a.json": '{"services": {}}\n'},
        {"a.json": '{"services": {"db": {"\\u0069mage": "postgres:17"}}}\n'},
    ),
    "a key is written by numbers in a file that is no YAML": (
        {"a.yaml": "{{ if .x }}\n"},
        {"a.yaml": '{{ if .x }}\n  "im\\x61ge": "postgres:17"\n'},
    ),
    "a part of values nests too deeply": (
        {"values.yaml": "image:\n  repository: postgres\n  tag: '16'\n" + DEEP},
        {"values.yaml": "image:\n  repository: postgres\n  tag: '17'\n" + DEEP},
    ),
    "a document of a file is no mapping": (
        {"k/kustomization.yaml": kustomized("16") + "---\n[a]\n"},
        {"k/kustomization.yaml": kustomized("17") + "---\n[a]\n"},
    ),
    "kustomize without an ending": ({"k/Kustomization": kustomized("16")}, {"k/Kustomization": kustomized("17")}),
    "the registry in capital letters": ({"a.yaml": "image: x\n"}, {"a.yaml": "image: Docker.IO:443/library/postgres:17\n"}),
    "a name and a tag": ({"a.yaml": "image: {name: postgres, tag: 16}\n"}, {"a.yaml": "image: {name: postgres, tag: 17}\n"}),
    "an operator's word": ({"a.yaml": "imageName: postgres:16\n"}, {"a.yaml": "imageName: postgres:17\n"}),
    "JSON behind much white space": (
        {"a.json": '{"image": "postgres:16"}\n'},
        {"a.json": " " * (17 * 1024 * 1024) + '{"image": "postgres:17"}\n'},
    ),
}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_touches_an_item_is_not_hidden_by(team: Team, hidden: str) -> None:
    before, after = HIDDEN[hidden]
    team.repo("checkout", "-q", "main")
    for path, text in before.items():
        team.write(f"deploy/{path}", text)
    team.repo.commit("What is there, too")
    team.repo("checkout", "-q", "-B", "work")
    team.request("payments-db")
    assert team.told() == []
    for path, text in after.items():
        team.write(f"deploy/{path}", text)
    found = {rule for rule, _ in team.told()}
    assert "scope-undeclared" in found
    assert ("scope-unread" in found) == ("white space" in hidden)


def test_what_moves_to_another_file_is_still_no_change(team: Team) -> None:
    team.request("payments-db")
    old = (team.repo.path / "deploy/compose.yaml").read_text(encoding="utf-8")
    team.write("deploy/renamed.yaml", old)
    (team.repo.path / "deploy/compose.yaml").unlink()
    assert team.told() == []


def test_a_manifest_that_is_a_link_may_lead_to_anything(team: Team) -> None:
    team.request("payments-db")
    (team.repo.path / "deploy/current.yaml").symlink_to("compose.yaml")
    (found,) = team.check()
    assert found.rule == "scope-unread"
    assert "symbolic link" in found.message
    (team.repo.path / "deploy/current.yaml").unlink()
    (team.repo.path / "deploy/latest.txt").symlink_to("compose.yaml")
    assert team.told() == []


def test_a_folder_that_becomes_another_by_a_link_touches_what_lies_below(team: Team) -> None:
    team.write("ops/cmdb/vendor.yaml", item("vendor", "{paths: ['vendor/lib/**/*.c']}"))
    team.repo.commit("An item of a folder that is not there yet")
    team.repo("branch", "-f", "main")
    team.request("payments-db")
    (team.repo.path / "vendor").symlink_to("services/shop")
    assert team.told() == [("scope-undeclared", "vendor")]
