"""`cmdb import`: other systems' items as native YAML, all of them or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid
from jsonschema import Draft202012Validator
from killed import killed
from repositories import Repo

from changeflow.cli.main import run
from changeflow.reading.view import state_at
from tests.examples import steps

PROJECT = Path(__file__).resolve().parents[2]
NODES = "id,name,type,criticality,owner,environment,rack\nweb,Web shop,service,tier1,team-payments,production,r7\ncache,,cache,,,,\nflags,,,,,,\n"
EDGES = "from,to,strength,group,min\nweb,cache,,,\nweb,flags,soft,,\nweb,payments-db,,,\n"
FOLDER = "cmdb/imported/csv"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo(tmp_path / "shop")
    for path, text in valid.FILES.items():
        repo.write(path, text)
    (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
    (tmp_path / "edges.csv").write_text(EDGES, encoding="utf-8")
    monkeypatch.chdir(repo.path)
    repo.commit()
    return repo


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def imported(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    files = ("--nodes", "../nodes.csv", "--edges", "../edges.csv")
    code, out, err = said(capsys, "cmdb", "import", "--source", "csv", *files, *more, "--format", "json")
    answer: dict[str, Any] = json.loads(out) if out else {"said": err}
    return code, answer


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("added", "changed", "removed", "unchanged", "items", "relations"))


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write(repo: Repo, name: str, text: str) -> None:
    (repo.path.parent / name).write_text(text, encoding="utf-8")


def test_items_become_native_yaml_that_passes_its_check(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = imported(capsys)
    assert code == 0
    assert counts(answer) == (3, 0, 0, 0, 3, 3)
    assert (answer["conflicts"], answer["findings"], answer["written"]) == ([], [], True)
    assert said(capsys, "check")[0] == 0
    web = state_at(repo.path).rulebook.items["web"]
    assert web.model_dump(mode="json", exclude_defaults=True)["spec"] == {
        "type": "service", "criticality": "tier1", "owner": "team-payments", "environment": "production",
        "depends_on": [{"ci": "cache"}, {"ci": "flags", "strength": "soft"}, {"ci": "payments-db"}],
    }  # fmt: skip
    assert web.metadata.labels == {"rack": "r7"}


def test_the_answer_has_its_schema(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "nodes.csv", NODES + "payments-api,Other,,,Team A,,\n")
    schema = json.loads((PROJECT / "schemas" / "answers" / "cmdb-import.schema.json").read_text(encoding="utf-8"))
    for more in (["--dry-run"], [], []):
        code, answer = imported(capsys, *more)
        assert code == 0
        Draft202012Validator(schema).validate(answer)
        assert answer["conflicts"]
        assert answer["findings"]


def test_importing_again_changes_nothing_not_even_a_time(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    imported(capsys)
    before = [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in (repo.path / FOLDER).iterdir()]
    code, answer = imported(capsys)
    assert (code, counts(answer), answer["written"]) == (0, (0, 0, 0, 3, 3, 3), False)
    assert [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in (repo.path / FOLDER).iterdir()] == before


def test_the_order_of_rows_changes_no_byte(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    imported(capsys)
    before = files_below(repo.path / FOLDER)
    for name, text in (("nodes.csv", NODES), ("edges.csv", EDGES)):
        head, *rows = text.splitlines(keepends=True)
        write(repo, name, head + "".join(reversed(rows)))
    imported(capsys)
    assert files_below(repo.path / FOLDER) == before


def test_a_dry_run_shows_the_difference_and_writes_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    imported(capsys)
    before = files_below(repo.path / "cmdb")
    write(repo, "nodes.csv", NODES.replace("Web shop", "Shop").replace("flags,,,,,,\n", "queue,,queue,,,,\n"))
    write(repo, "edges.csv", EDGES.replace("web,flags,soft,,\n", "").replace("web,cache,,,", "web,cache,soft,,"))
    files = ("--nodes", "../nodes.csv", "--edges", "../edges.csv")
    code, out, _ = said(capsys, "cmdb", "import", "--source", "csv", *files, "--dry-run")
    assert code == 0
    assert files_below(repo.path / "cmdb") == before
    for line in ("- flags", "+ queue", "~ web", "    name: Web shop -> Shop", "    depends_on cache: hard -> soft", "    depends_on flags: soft -> -"):
        assert line in out.splitlines()
    code, answer = imported(capsys)
    assert counts(answer)[:4] == (1, 1, 1, 1)
    assert "flags" not in state_at(repo.path).rulebook.items


def test_what_vanished_from_the_source_is_removed_and_nothing_that_came_from_elsewhere(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    imported(capsys)
    write(repo, "edges.txt", "worker queue\n")
    assert said(capsys, "cmdb", "import", "--source", "edges", "../edges.txt")[0] == 0
    write(repo, "nodes.csv", "id\nweb\n")
    write(repo, "edges.csv", "from,to\n")
    assert counts(imported(capsys)[1])[:4] == (0, 1, 2, 0)
    assert {"web", "worker", "queue", "payments-db"} <= state_at(repo.path).rulebook.items.keys()
    write(repo, "nodes.csv", "id\n")
    assert counts(imported(capsys)[1])[:4] == (0, 0, 1, 0)
    assert not (repo.path / FOLDER).exists()


def test_an_item_that_other_yaml_describes_stays_as_it_is_there(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    native = files_below(repo.path / "cmdb")
    write(repo, "nodes.csv", NODES + "payments-api,Pay,service,tier4,,,\n")
    code, answer = imported(capsys)
    assert code == 0
    (name, tier) = answer["conflicts"]
    assert (name["ci"], name["attribute"], [value["value"] for value in name["values"]]) == ("payments-api", "name", ["Payments API", "Pay"])
    assert [(value["source"], value["line"]) for value in tier["values"]] == [(None, None), ("csv", 5)]
    assert [one["rule"] for one in answer["findings"]] == ["source-described"]
    assert native.items() <= files_below(repo.path / "cmdb").items()
    assert state_at(repo.path).rulebook.items["payments-api"].spec.criticality == "tier1"


@pytest.mark.parametrize("broken", ["id,name\na\n", "id\na\na\n", "", "name\nx\n"])
def test_an_error_in_the_source_is_exit_1_and_leaves_everything_as_it_was(repo: Repo, capsys: pytest.CaptureFixture[str], broken: str) -> None:
    imported(capsys)
    before = files_below(repo.path)
    write(repo, "nodes.csv", broken)
    code, answer = imported(capsys)
    assert code == 1
    assert "../nodes.csv" in [one["path"] for one in answer["findings"] if one["level"] == "error"]
    assert answer["written"] is False
    assert counts(answer)[:3] == (0, 0, 0)
    after = files_below(repo.path)
    assert {path: data for path, data in after.items() if not path.startswith(".git/")} == {
        path: data for path, data in before.items() if not path.startswith(".git/")
    }


@pytest.mark.parametrize("into", ["changes", "..", "cmdb/../policies", "/tmp", "cmdb/exports/x", "cmdb/sources"])  # noqa: S108 - nothing is written there
def test_items_are_written_below_the_cmdb_only(repo: Repo, capsys: pytest.CaptureFixture[str], into: str) -> None:
    code, answer = imported(capsys, "--into", into)
    assert code == 2
    assert "cmdb/" in answer["said"]
    assert not list(repo.path.rglob("items*.yaml"))


@pytest.mark.parametrize("into", ["cmdb/.git/x", "cmdb/shop/.git", "cmdb/.GIT", "cmdb/a\nb", "cmdb/a\x1b[31m", "cmdb/e\u0301", "cmdb/con", "cmdb/end."])
def test_items_are_not_written_where_the_gate_refuses_or_does_not_see_them(repo: Repo, capsys: pytest.CaptureFixture[str], into: str) -> None:
    code, answer = imported(capsys, "--into", into)
    assert code == 2
    assert "is no place for items: " in answer["said"]
    assert not list(repo.path.rglob("items*.yaml"))


def test_items_are_not_written_into_a_repository_within_the_repository(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    Repo(repo.path / "cmdb" / "other")
    code, answer = imported(capsys, "--into", "cmdb/other/shop")
    assert code == 2
    assert "`cmdb/other` is a submodule" in answer["said"]
    assert not list(repo.path.rglob("items*.yaml"))


def test_a_full_disk_is_a_failure_of_the_machine_and_changes_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(capsys)[0] == 0
    before = files_below(repo.path / "cmdb")
    write(repo, "nodes.csv", NODES.replace("Web shop", "Another shop"))
    small = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)); from changeflow.cli.main import run; sys.exit(run(sys.argv[1:]))"
    for target in (("import", "--source", "csv", "--nodes", "../nodes.csv", "--edges", "../edges.csv"), ("export", "--target", "csv", "--out", "../out")):
        found = subprocess.run([sys.executable, "-c", small, "cmdb", *target], cwd=repo.path, capture_output=True, text=True, check=False)
        assert found.returncode == 5, found.stderr
        assert "cannot be written" in found.stderr
    assert files_below(repo.path / "cmdb") == before
    assert not (repo.path.parent / "out").exists()
    assert imported(capsys)[0] == 0


def test_a_file_in_the_place_of_the_folder_is_an_error_of_the_call(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(capsys, "--into", "cmdb/payments.yaml")[0] == 2
    assert (repo.path / "cmdb" / "payments.yaml").is_file()


def test_a_folder_with_files_of_people_is_not_taken_over(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("cmdb/own/csv/mine.yaml", valid.ITEMS.replace("id: payments", "id: own-payments"))
    code, answer = imported(capsys, "--into", "cmdb/own")
    assert code == 1
    assert "mine.yaml" in answer["said"]
    assert imported(capsys, "--into", "cmdb")[0] == 0
    assert (repo.path / "cmdb/csv/items.yaml").is_file()


@pytest.mark.usefixtures("repo")
def test_an_import_is_not_written_into_the_folder_of_another_which_would_replace_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(capsys)[0] == 0
    for into in (FOLDER, f"{FOLDER}/more"):
        code, answer = imported(capsys, "--into", into)
        assert (code, f"`{FOLDER}` is the folder of another import" in answer["said"]) == (2, True), answer
    assert counts(imported(capsys)[1])[:4] == (0, 0, 0, 3)
    assert imported(capsys, "--into", "cmdb/imported/more")[0] == 0


def test_links_are_not_followed_neither_to_read_nor_to_write(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    outside = repo.path.parent / "outside"
    outside.mkdir()
    (repo.path / "cmdb" / "linked").symlink_to(outside)
    assert imported(capsys, "--into", "cmdb/linked")[0] == 1
    assert list(outside.iterdir()) == []
    (repo.path.parent / "link.csv").symlink_to(repo.path.parent / "edges.csv")
    code, _, err = said(capsys, "cmdb", "import", "--source", "edges", "../link.csv")
    assert code == 4
    assert "symbolic link" in err


@pytest.mark.parametrize(("arguments", "code"), [
    (("csv",), 2), (("csv", "../gone.csv"), 3), (("excel", "../nodes.csv"), 2), (("edges", "cmdb"), 3),
])  # fmt: skip
def test_what_cannot_be_read_at_all_has_its_exit_code(
    repo: Repo, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int
) -> None:
    assert repo.path
    assert said(capsys, "cmdb", "import", "--source", *arguments)[0] == code


def test_many_items_lie_in_several_files_that_keep_their_items(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"service-{number:05} base-{number % 97}" for number in range(9_000)]
    write(repo, "edges.txt", "\n".join(lines))
    code, out, _ = said(capsys, "cmdb", "import", "--source", "edges", "../edges.txt", "--format", "json")
    assert (code, json.loads(out)["items"]) == (0, 9_097)
    before = files_below(repo.path / "cmdb/imported")
    assert len(before) > 1
    assert max(map(len, before.values())) < 1_200_000
    write(repo, "edges.txt", "\n".join([*lines, "one-more base-1"]))
    said(capsys, "cmdb", "import", "--source", "edges", "../edges.txt")
    after = files_below(repo.path / "cmdb/imported")
    assert before.keys() == after.keys()
    assert sum(before[name] != after[name] for name in before) == 1
    assert len(state_at(repo.path).rulebook.items) > 9_097


def test_a_file_of_two_gibibytes_is_refused_with_the_limit_before_it_is_read(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    with (repo.path.parent / "all.json").open("wb") as file:
        file.truncate(2 * 1024**3)
    code, _, err = said(capsys, "cmdb", "import", "--source", "netbox", "../all.json")
    assert code == 4
    assert "2147483648 bytes" in err
    assert "67108864" in err


def test_an_import_that_is_killed_at_any_step_leaves_the_old_items_or_the_new_ones(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "edges.txt", "web old\n")
    assert said(capsys, "cmdb", "import", "--source", "edges", "../edges.txt", "--into", "cmdb/all")[0] == 0
    old = files_below(repo.path / "cmdb")
    write(repo, "edges.txt", "web new\n")
    new: dict[str, bytes] | None = None
    for step in steps(60):
        code = killed(repo.path, step, "cmdb", "import", "--source", "edges", "../edges.txt", "--into", "cmdb/all")
        found = files_below(repo.path / "cmdb")
        if code == 0:
            break
        assert code == -9
        if found != old:
            new = new or found
            assert found == new
            assert b"id: new\n" in found["all/edges/items.yaml"]
            assert b"id: old\n" not in found["all/edges/items.yaml"]
    else:
        pytest.fail("it takes more steps than were tried")
    assert step > 4
    assert b"id: new\n" in found["all/edges/items.yaml"]
    write(repo, "edges.txt", "web newest\n")
    assert said(capsys, "cmdb", "import", "--source", "edges", "../edges.txt", "--into", "cmdb/all")[0] == 0
    assert [path.name for path in (repo.path / ".git/changeflow").glob("import-*")] == [], "what killed imports left behind"


def test_a_link_in_a_folder_is_no_part_of_an_export_and_nothing_is_written(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    folder = repo.path.parent / "compose"
    folder.mkdir()
    (folder / "a.yaml").write_text("services: {web: {image: x}}\n", encoding="utf-8")
    (folder / "b.yaml").symlink_to(repo.path / "cmdb")
    code, out, _ = said(capsys, "cmdb", "import", "--source", "compose", "../compose", "--format", "json")
    (finding,) = json.loads(out)["findings"]
    assert (code, finding["rule"], finding["path"]) == (1, "source-file", "../compose/b.yaml")
    assert "symbolic link" in finding["message"]
    assert not (repo.path / "cmdb/imported").exists()


def test_no_value_of_a_plan_is_written_shown_or_remembered(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "correct-horse-battery"  # noqa: S105 - the very thing that must not come through
    resource = {"address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance", "values": {"password": secret}}
    change = {"address": "aws_db_instance.main", "change": {"actions": ["update"], "before": {"password": secret}, "after": {"password": secret + "2"}, "after_unknown": {"id": True}, "after_sensitive": {"password": True}}}
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}, "resource_changes": [change], "variables": {"p": {"value": secret}}}
    write(repo, "plan.json", json.dumps(plan))
    shown = ""
    for more in (("--dry-run",), ("--dry-run", "--format", "json"), ()):
        code, out, err = said(capsys, "cmdb", "import", "--source", "terraform", "../plan.json", *more)
        assert code == 0
        shown += out + err
    repo.write("cmdb/exports/plan.json", json.dumps(plan).replace("aws_db_instance.main", "aws_db_instance.other"))
    repo.write("cmdb/sources/plan.yaml", json.dumps({"apiVersion": "changeflow/v1", "kind": "ConfigurationSource", "metadata": {"id": "plan"}, "spec": {"format": "terraform", "path": "cmdb/exports/plan.json"}}))
    for arguments in (("impact", "aws_db_instance.other"), ("cmdb", "show", "aws_db_instance.other"), ("check",)):
        code, out, err = said(capsys, *arguments)
        assert code == 0, err
        shown += out + err
    assert secret not in shown
    kept = {path: data for path, data in files_below(repo.path).items() if path != "cmdb/exports/plan.json"}
    assert [path for path, data in kept.items() if secret.encode() in data] == []


INVENTORY = "Service;Team;Importance;Stage\nWeb shop;Team Website;1,0;production\ncache;;2;\n"
LIKE = {
    "format": "csv", "nodes": "cmdb/exports/owners.csv", "defaults": {"type": "service"},
    "mapping": {"id": "Service", "owner": {"column": "Team", "values": {"Team Website": "team-payments"}}, "criticality": "Importance", "environment": "Stage"},
}  # fmt: skip


@pytest.mark.parametrize("like", ["owners", "../like.yaml"])
def test_a_spreadsheet_is_imported_as_a_source_says(repo: Repo, capsys: pytest.CaptureFixture[str], like: str) -> None:
    write(repo, "inventory.csv", INVENTORY)
    document = json.dumps({"apiVersion": "changeflow/v1", "kind": "ConfigurationSource", "metadata": {"id": "owners"}, "spec": LIKE})
    if like == "owners":
        repo.write("cmdb/exports/owners.csv", INVENTORY.splitlines()[0] + "\n")
        repo.write("cmdb/sources/owners.yaml", document)
    else:
        write(repo, "like.yaml", document)
    code, out, err = said(capsys, "cmdb", "import", "--source", "csv", "--like", like, "../inventory.csv", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["items"] == 2
    items = state_at(repo.path).rulebook.items
    web = items["Web_u20_shop"]
    assert (web.metadata.name, web.spec.owner, web.spec.criticality, web.spec.environment, web.spec.type) == (
        "Web shop", "team-payments", "tier1", "production", "service",
    )  # fmt: skip
    assert items["cache"].spec.type == "service"
    code, out, _ = said(capsys, "cmdb", "import", "--source", "csv", "--like", like, "../inventory.csv", "--format", "json")
    assert counts(json.loads(out))[:4] == (0, 0, 0, 2)


def test_a_source_to_be_like_that_is_not_there_or_of_another_format_is_said_so(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "inventory.csv", INVENTORY)
    repo.write("cmdb/exports/owners.csv", "Service\n")
    repo.write("cmdb/sources/owners.yaml", json.dumps({"apiVersion": "changeflow/v1", "kind": "ConfigurationSource", "metadata": {"id": "owners"}, "spec": LIKE}))
    for arguments, code, wanted in (
        (("csv", "--like", "owner"), 3, "did you mean `owners`"), (("edges", "--like", "owners"), 2, "`csv`"),
        (("csv", "--like", "cmdb/exports/owners.csv"), 4, "owners.csv"),
    ):  # fmt: skip
        found, _, err = said(capsys, "cmdb", "import", "--source", *arguments, "../inventory.csv")
        assert (found, wanted in err) == (code, True), err


@pytest.mark.parametrize(("format_", "path", "items", "one", "hit"), [
    ("backstage", "backstage", 84, "component:agent", 0), ("netbox", "netbox-demo-v3.6.json.gz", 431, "site/DM-Akron", 7),
])  # fmt: skip
def test_real_exports_become_items_whose_impact_is_known(
    repo: Repo, capsys: pytest.CaptureFixture[str], shared_data: Path, format_: str, path: str, items: int, one: str, hit: int
) -> None:
    arguments = ("cmdb", "import", "--source", format_, str(shared_data / path), "--format", "json")
    code, out, _ = said(capsys, *arguments)
    answer = json.loads(out)
    assert (code, answer["items"]) == (0, items)
    assert {finding["level"] for finding in answer["findings"]} <= {"warning"}
    _, out, _ = said(capsys, *arguments)
    assert json.loads(out)["unchanged"] == items
    code, out, _ = said(capsys, "impact", one, "--format", "json")
    assert (code, json.loads(out)["affected_total"]) == (0, hit)
    assert repo.path


def test_the_packages_of_debian_are_imported_as_they_are(repo: Repo, capsys: pytest.CaptureFixture[str], large_shared_data: Path) -> None:
    code, out, _ = said(capsys, "cmdb", "import", "--source", "edges", str(large_shared_data / "graphs/debian_depends_edges.tsv.gz"), "--format", "json")
    answer = json.loads(out)
    assert (code, answer["items"], answer["relations"], answer["findings"]) == (0, 59_612, 264_760, [])
    files = files_below(repo.path / "cmdb/imported/edges")
    text = b"".join(files.values()).decode()
    assert text.count("\n  id: ") == 59_612
    assert '  id: libstdc_u2b.2b_6\n  name: "libstdc++6"\n' in text


def test_gaps_of_imported_items_are_not_to_be_filled_where_the_next_import_loses_them(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    imported(capsys)
    repo.commit()
    for command in (("check",), ("cmdb", "check")):
        out = said(capsys, *command)[1]
        at = out.index("`cache` has no owner")
        assert "hint: say `owner` in a source (`kind: ConfigurationSource`), or move the item to a file" in out[at:], command
    repo.write("cmdb/exports/more.csv", "id\nmore\n")
    repo.write("cmdb/sources/more.yaml", json.dumps({"apiVersion": "changeflow/v1", "kind": "ConfigurationSource", "metadata": {"id": "more"}, "spec": {"format": "csv", "nodes": "cmdb/exports/more.csv"}}))
    out = said(capsys, "cmdb", "check")[1]
    at = out.index("`more` has no owner")
    assert "hint: add it to the export, or say `owner` in `defaults` of the source or in YAML" in out[at:]
    assert "hint: add it to the export, or say `metadata.name` in YAML" in out


def test_an_item_is_found_by_the_name_its_id_was_made_from_and_others_are_named(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "edges.csv", "from,to\n")
    write(repo, "nodes.csv", "id,name\n订单,订单库\nNorth printer,\nHelmRelease/rook/ceph,\ncomponent:ceph,\n")
    imported(capsys)
    assert said(capsys, "impact", "订单")[1].startswith("Changing 订单库 (id._u8ba2.5355_)")
    assert said(capsys, "cmdb", "show", "North printer")[0] == 0
    code, _, err = said(capsys, "impact", "订单库")
    assert (code, "did you mean `id._u8ba2.5355_`?" in err) == (3, True)
    assert "did you mean `HelmRelease/rook/ceph` or `component:ceph`?" in said(capsys, "cmdb", "show", "Ceph")[2]
    assert "did you mean `HelmRelease/rook/ceph`?" in said(capsys, "impact", "rook/ceph")[2]
    assert "did you mean" not in said(capsys, "impact", "eph")[2]
    assert said(capsys, "impact", "")[0] == 3
    for name in ("订单", "订单库"):
        code, _, err = said(capsys, "new", "more", "--ci", name)
        assert (code, "did you mean `id._u8ba2.5355_`?" in err) == (3, True), err
    assert "did you mean `HelmRelease/rook/ceph` or `component:ceph`?" in said(capsys, "new", "more", "--ci", "ceph")[2]
