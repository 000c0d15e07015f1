"""`changeflow check` and `changeflow schema` as a user meets them: exit codes, streams, and what is imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import valid_repository as valid
from valid_repository import CHANGE, RFC_PATH

from tests import forked


def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    done = forked.run(arguments, cwd=root, env=os.environ | environment)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def started(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """With an interpreter that starts with this environment."""
    return subprocess.run(
        [sys.executable, "-m", "changeflow", *arguments], cwd=root, capture_output=True, text=True, env=os.environ | environment, check=False,
    )  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return valid.write(tmp_path)


def test_a_valid_repository_is_a_yes(root: Path) -> None:
    done = run(root, "check", "--strict")
    assert (done.returncode, done.stdout, done.stderr) == (0, "17 documents checked, no problems\n", "")


def test_an_error_is_a_no_and_a_warning_only_when_it_is_strict(root: Path) -> None:
    valid.write(root, ("cmdb/payments.yaml", "type: service", "type: servise"))
    assert run(root, "check").returncode == 0
    assert run(root, "check", "--strict").returncode == 1
    valid.write(root, (RFC_PATH, "alice", "alcie"))
    assert run(root, "check").returncode == 1


@pytest.mark.parametrize(
    "content", [b"", b"a: [", b"\xff\xfe", b"- a\n", b"a: *b\n", b"version https://git-lfs.github.com/spec/v1\n"]
)
def test_a_file_from_which_no_document_can_be_read_is_4(root: Path, content: bytes) -> None:
    (root / RFC_PATH).write_bytes(content)
    done = run(root, "check", f"changes/{CHANGE}")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


def test_a_folder_or_a_link_in_place_of_a_document_is_4(root: Path) -> None:
    (root / RFC_PATH).rename(root / "elsewhere.yaml")
    (root / RFC_PATH).mkdir()
    assert run(root, "check").returncode == 4
    (root / RFC_PATH).rmdir()
    (root / RFC_PATH).symlink_to(root / "elsewhere.yaml")
    assert run(root, "check").returncode == 4
    assert run(root, "check", RFC_PATH).returncode == 4


def test_nothing_to_check_is_3(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert run(root, "check", "no-such-file.yaml").returncode == 3
    empty = tmp_path_factory.mktemp("empty")
    done = run(empty, "check")
    assert done.returncode == 3
    assert "hint:" in done.stderr
    assert done.stdout == ""


def test_usage_and_git_failures_have_their_own_codes(root: Path) -> None:
    assert run(root, "check", "--format", "yaml").returncode == 2
    done = run(root, "check", "--rev", "main")
    assert done.returncode == 5
    assert "Traceback" not in done.stderr


def test_it_works_from_any_folder_inside_and_with_repo_from_outside(root: Path) -> None:
    assert run(root / "cmdb" / "more", "check").stdout.startswith("17 documents")
    assert run(root / "cmdb", "check", "more").stdout.startswith("7 documents")
    assert run(Path("/"), "check", "--repo", str(root)).stdout.startswith("17 documents")
    assert run(Path("/"), "check", str(root)).stdout.startswith("17 documents")


def test_a_bare_clone_is_checked_by_revision(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *arguments], cwd=root, check=True)
    bare = tmp_path_factory.mktemp("bare") / "clone.git"
    subprocess.run([*git, "clone", "-q", "--bare", str(root), str(bare)], check=True)
    done = run(Path("/"), "check", "--repo", str(bare), "--rev", "HEAD")
    assert (done.returncode, done.stdout) == (0, "17 documents checked, no problems\n")


def test_every_format_is_written_to_stdout(root: Path) -> None:
    valid.write(root, (RFC_PATH, "alice", "alcie"))
    for name in ("text", "json", "github", "sarif", "junit"):
        done = started(root, "check", "--format", name, PYTHONIOENCODING="utf-8")
        assert (done.returncode, done.stderr) == (1, "")
        assert "rfc-unknown-person" in done.stdout
    assert run(root, "check", CHANGEFLOW_FORMAT="json").stdout.startswith("{")


def test_output_is_the_same_to_the_byte_in_any_locale_and_with_any_hash_seed(root: Path) -> None:
    valid.write(root, (RFC_PATH, "alice", "alcie"), ("policies/roster.yaml", "cab: [carol, dave, erin]", "cab: [x, y, z]"))
    outputs = {
        started(root, "check", "--format", "json", PYTHONHASHSEED=seed, LC_ALL=locale).stdout
        for seed in "012"
        for locale in ("C", "C.UTF-8")
    }
    assert len(outputs) == 1


# What a document that passes must never pay for.
HEAVY = (
    "pydantic",
    "pydantic_core",
    "jsonschema",
    "ruamel",
    "networkx",
    "github3",
    "requests",
    "referencing",
    "difflib",
    "subprocess",
    "rich",
)


def imported(root: Path, *arguments: str) -> set[str]:
    code = (
        "import sys, json; from changeflow.cli.main import run; code = run(sys.argv[1:]); "
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


def test_a_repository_that_passes_is_checked_without_the_heavy_libraries(root: Path) -> None:
    valid.write(root, **{f"changes/{CHANGE}/review.yaml": valid.REVIEW})
    assert imported(root, "check") & set(HEAVY) == set()


def test_help_has_examples() -> None:
    for arguments in (["check"], ["schema"], ["schema", "list"], ["schema", "export"]):
        done = run(Path("/"), *arguments, "--help")
        assert done.returncode == 0
        assert "Examples:" in done.stdout


def test_schemas_are_listed(root: Path) -> None:
    text = run(root, "schema", "list").stdout
    assert re.search(r"^ChangeRequest +changes/<id>/rfc\.yaml$", text, re.MULTILINE)
    assert {entry["name"] for entry in json.loads(run(root, "schema", "list", "--format", "json").stdout)["schemas"]} >= {
        "Roster",
        "changeflow/findings/v1",
    }


def test_schemas_are_exported_where_the_modeline_looks_for_them(root: Path) -> None:
    done = run(root / "cmdb", "schema", "export")
    assert (done.returncode, done.stdout) == (0, "")
    modeline = (root / RFC_PATH).read_text(encoding="utf-8").splitlines()[0]
    target = (root / RFC_PATH).parent / modeline.rpartition("=")[2]
    assert json.loads(target.read_text(encoding="utf-8"))["title"] == "ChangeRequest"


def test_an_export_replaces_older_copies_and_leaves_other_files_alone(root: Path) -> None:
    folder = root / "build" / "schemas"
    folder.mkdir(parents=True)
    (folder / "Roster.schema.json").write_text("old", encoding="utf-8")
    (folder / "mine.json").write_text("mine", encoding="utf-8")
    assert run(root, "schema", "export", "--to", "build/schemas").returncode == 0
    assert (folder / "mine.json").read_text(encoding="utf-8") == "mine"
    assert json.loads((folder / "Roster.schema.json").read_text(encoding="utf-8"))["title"] == "Roster"
    assert sorted(path.name for path in (root / "build").iterdir()) == ["schemas"]


def test_an_export_that_cannot_be_written_leaves_nothing_behind(root: Path) -> None:
    (root / "file").write_text("x", encoding="utf-8")
    before = sorted(path.name for path in root.iterdir())
    for target in ("file", "file/below"):
        done = run(root, "schema", "export", "--to", target)
        assert done.returncode == 2
        assert "hint:" in done.stderr
    assert sorted(path.name for path in root.iterdir()) == before


def test_an_export_needs_a_repository_or_a_folder(tmp_path: Path) -> None:
    assert run(tmp_path, "schema", "export").returncode == 3


def test_the_text_lists_the_first_findings_of_each_rule_and_counts_the_others(root: Path) -> None:
    head = "apiVersion: changeflow/v1\nkind: ConfigurationItem\n"
    items = [f"{head}metadata: {{id: ci-{number:03}}}\nspec: {{type: servise-{number}}}\n" for number in range(60)]
    valid.write(root)
    (root / "cmdb" / "many.yaml").write_text("---\n".join(items), encoding="utf-8")
    done = run(root, "check")
    assert done.stdout.count("[cmdb-incomplete]") == done.stdout.count("[cmdb-unknown-type]") == 50
    assert "\nnot listed: 190 warnings of `cmdb-incomplete`; `--all` lists everything\n" in done.stdout
    assert "\nnot listed: 10 warnings of `cmdb-unknown-type`; `--all` lists everything\n" in done.stdout
    assert done.stdout.endswith("77 documents checked: 0 errors, 300 warnings\n")
    whole = run(root, "check", "--all")
    assert (whole.stdout.count("[cmdb-incomplete]"), "not listed" in whole.stdout) == (240, False)
    assert len(json.loads(run(root, "check", "--format", "json").stdout)["findings"]) == 300
    assert run(root, "check", "--strict").returncode == 1
    cmdb = run(root, "cmdb", "check").stdout
    assert (cmdb.count("[cmdb-unknown-type]"), "not listed: 10 warnings of `cmdb-unknown-type`" in cmdb) == (50, True)
    assert run(root, "cmdb", "check", "--all").stdout.count("[cmdb-unknown-type]") == 60
