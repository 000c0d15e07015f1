"""The recipes of CONTRIBUTING.md, followed to the letter in a copy of the project: what is added is found everywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PROJECT

RECORD = '''"""Known errors."""

from __future__ import annotations

from typing import Literal

from changeflow.model.document_parts import CiId, Envelope, Metadata, Prose, Record


class KnownErrorSpec(Record):
    """What is known of an error."""

    ci: CiId
    workaround: Prose


class KnownError(Envelope):
    """An error whose cause is known: `problems/*.yaml`."""

    kind: Literal["KnownError"]
    metadata: Metadata
    spec: KnownErrorSpec
'''
KIND_ROW = '    Kind("KnownError", "problems", "problems/*.yaml"),\n'
SENTENCES = """    "KnownErrorSpec.ci": "The item that has the error.",
    "KnownErrorSpec.workaround": "What helps until it is mended.",
"""
RULES = '''"""Rules about known errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.checks.any_shape import text
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.findings import Finding
from changeflow.model.finding_rules import FindingRule


def _item(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    ci = text(document.spec.get("ci"))
    if ci not in facts.items:
        yield document.found("problem-unknown-ci", ("spec", "ci"), ci=ci, what_now=[facts.item_hint(ci)])


RULES: Final = (FindingRule("problem-unknown-ci", "warning", "An error of an item that is not there.", "KnownError", find_with=_item),)
'''
ITEM_RULE = """

def _shouts(document: Document) -> Iterator[Finding]:
    if document.id.isupper():
        yield document.found("cmdb-shouts", ("metadata", "id"), id=document.id)


RULES = (*RULES, FindingRule("cmdb-shouts", "warning", "An id is written in capitals.", "ConfigurationItem", find=_shouts))
"""
ENGLISH = """
    "cmdb-shouts": ("{id:code} is in capitals", "write it small"),
    "problem-unknown-ci": ("there is no item {ci:code}", "{what_now:sentences}"),
"""
CHINESE = """
    "cmdb-shouts": ("{id:code} 是大写", "请改为小写"),
    "problem-unknown-ci": ("没有配置项 {ci:code}", "{what_now:sentences}"),
"""
SUBJECT = '    "problem-": "check_items",\n'
FORMAT = '''

def count(checked: Checked) -> str:
    """Render how many errors there are."""
    return f"{checked.findings.errors} errors of {checked.findings.documents}\\n"


FORMATS["count"] = count
'''
COMMAND = '''"""`changeflow greet`."""

from __future__ import annotations

import click

from changeflow.cli.terminal import emit


@click.command()
@click.argument("name", help="The person's name.")
def command(name: str) -> int:
    r"""Greet a person.

    \\b
    Examples:
      changeflow greet alice
    """
    emit(f"hello, {name}\\n")
    return 0
'''
HOST = '''"""A forge without a server."""

from __future__ import annotations

from typing import Final

from changeflow.documents.starter import HostStarter
from changeflow.hosts.host import Host


class Forge:
    """People review at the anvil."""

    title, takes_reviews, name, bot = "the forge", True, "forge", None

    def unable(self, people, config):
        """Return nobody."""
        return frozenset()

    def actor(self, variables):
        """Return nothing."""

    def starter(self):
        """Return settings alone."""
        return HostStarter("forge", "remote: origin", "1. Strike while the iron is hot.\\n")


HOST: Final[Host] = Forge()
'''
HOST_ROW = '    "forge": "changeflow.hosts.forge.host",\n'
COMMAND_CHINESE = """\"\"\"Help of `changeflow greet` in Chinese.\"\"\"

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "greet": {
        "": "向一个人问好。",
        "NAME": "此人的姓名",
    },
}
"""
COMMAND_CHINESE_ROW = '        "greet": "向一个人问好",\n'
COMMAND_ROW = '    "greet": ("greet", "Start", "Greet a person."),\n'

ITEM = "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: DB, name: Database}\nspec: {status: live}\n"
ERROR = "apiVersion: changeflow/v1\nkind: KnownError\nmetadata: {id: ke1}\nspec: {ci: nothing, workaround: Restart it.}\n"
BROKEN = ERROR.replace("ke1", "ke2").replace("workaround", "workround")


@dataclass(frozen=True)
class Edit:
    """What a recipe writes: a new file, or text put behind a text (or at the end) of one that is there."""

    path: str
    text: str
    behind: str | None = None

    def make(self, project: Path) -> None:
        file = project / self.path
        file.parent.mkdir(exist_ok=True)
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        if self.behind is None:
            file.write_text(old + self.text, encoding="utf-8")
            return
        assert old.count(self.behind) == 1, f"{self.path}: {self.behind}"
        file.write_text(old.replace(self.behind, self.behind + self.text), encoding="utf-8")


RECIPES: dict[str, tuple[Edit, ...]] = {
    "A document kind": (
        Edit("changeflow/model/problems.py", RECORD),
        Edit("changeflow/model/kinds.py", KIND_ROW, behind="KINDS: Final = (\n"),
        Edit("changeflow/documents/field_descriptions.py", SENTENCES, behind="DESCRIPTIONS: Final[dict[str, str]] = {\n"),
        Edit("changeflow/checks/known_errors.py", RULES),
        Edit("changeflow/checks/apply_rules.py", "from changeflow.checks import known_errors\n", behind="from typing import Final\n\n"),
        Edit("changeflow/checks/apply_rules.py", "    *known_errors.RULES,\n", behind="RULES: Final = (\n"),
    ),
    "A rule of `check`": (
        Edit("changeflow/checks/items.py", ITEM_RULE),
        Edit("changeflow/language/english/check_items.py", ENGLISH, behind="SENTENCES: Final[dict[str, Template]] = {"),
        Edit("changeflow/language/chinese/check_items.py", CHINESE, behind="SENTENCES: Final[dict[str, Template]] = {"),
        Edit("changeflow/language/catalogue.py", SUBJECT, behind="SUBJECTS: Final[dict[str, str]] = {\n"),
    ),
    "An output format": (Edit("changeflow/render/findings.py", FORMAT),),
    "A host": (
        Edit("changeflow/hosts/forge/__init__.py", ""),
        Edit("changeflow/hosts/forge/host.py", HOST),
        Edit("changeflow/hosts/table.py", HOST_ROW, behind="HOSTS: Final[dict[str, str]] = {\n"),
        Edit("changeflow/model/config.py", ', "forge"', behind='HostName = Literal["local", "github"'),
    ),
    "A command": (
        Edit("changeflow/cli/greet.py", COMMAND),
        Edit("changeflow/cli/main.py", COMMAND_ROW, behind="COMMANDS: Final[dict[str, tuple[str, str, str]]] = {\n"),
        Edit("changeflow/language/chinese/help/greet.py", COMMAND_CHINESE),
        Edit("changeflow/language/chinese/help/program.py", COMMAND_CHINESE_ROW, behind='        "--version": "显示版本并退出",\n'),
    ),
}


def python(project: Path, *arguments: str, code: int = 0, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd or project, env={"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin", "COLUMNS": "100"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which every recipe was followed."""
    copy = tmp_path_factory.mktemp("recipes") / "project"
    for name in ("changeflow", "schemas", "policies", "docs"):
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for edits in RECIPES.values():
        for edit in edits:
            edit.make(copy)
    # `make schemas docs`
    python(copy, "-m", "changeflow.documents.generate_schemas")
    python(copy, "docs/generate.py")
    return copy


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    for path, text in {"cmdb/db.yaml": ITEM, "problems/ke1.yaml": ERROR, "problems/ke2.yaml": BROKEN}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "changeflow.yaml").write_text(
        "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: x}\nspec: {}\n", encoding="utf-8"
    )
    return root


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_names_every_file_that_it_takes(recipe: str) -> None:
    page = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.partition(f"### {recipe}\n")[2].partition("\n### ")[0]
    named = re.findall(r"\]\((changeflow/[^)]+)\)", section)
    places = {edit.path: {edit.path, *(parent.as_posix() for parent in Path(edit.path).parents)} for edit in RECIPES[recipe]}
    assert [path for path, place in places.items() if not place & set(named)] == []


def test_a_new_kind_is_checked_and_has_a_schema_and_a_section(project: Path, repository: Path) -> None:
    schema = json.loads((project / "schemas/KnownError.schema.json").read_text(encoding="utf-8"))
    assert schema["$defs"]["KnownErrorSpec"]["required"] == ["ci", "workaround"]
    page = (project / "docs/reference/documents.md").read_text(encoding="utf-8")
    assert "## KnownError\n\n`problems/*.yaml`\n" in page
    answer = json.loads(python(project, "-m", "changeflow", "check", "--format", "json", code=1, cwd=repository))
    found = {(finding["path"], finding["rule"], finding["level"]) for finding in answer["findings"]}
    assert ("problems/ke2.yaml", "schema-unknown-key", "error") in found
    assert ("problems/ke1.yaml", "problem-unknown-ci", "warning") in found
    assert ("cmdb/db.yaml", "cmdb-shouts", "warning") in found
    assert "KnownError " in python(project, "-m", "changeflow", "schema", "list")


def test_a_new_rule_is_in_the_reference(project: Path) -> None:
    page = (project / "docs/reference/rules.md").read_text(encoding="utf-8")
    assert "| `cmdb-shouts` | warning | An id is written in capitals. |" in page
    assert "| `problem-unknown-ci` | warning | An error of an item that is not there. |" in page


def test_a_new_format_is_in_the_help_and_works(project: Path, repository: Path) -> None:
    assert "|junit|count]" in (project / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert python(project, "-m", "changeflow", "check", "--format", "count", code=1, cwd=repository) == "1 errors of 4\n"


def test_a_new_command_is_in_the_help_and_works(project: Path) -> None:
    assert "\n## changeflow greet\n" in (project / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert "greet" in python(project, "-m", "changeflow", "--help")
    assert python(project, "-m", "changeflow", "greet", "alice") == "hello, alice\n"
    assert "  greet      向一个人问好\n" in python(project, "-m", "changeflow", "--lang", "zh", "--help")
    assert "  NAME  此人的姓名\n" in python(project, "-m", "changeflow", "greet", "--lang", "zh", "--help")


def test_a_new_host_is_in_the_help_and_its_repositories_pass_their_own_checks(project: Path, tmp_path: Path) -> None:
    assert "[local|github|forge]" in python(project, "-m", "changeflow", "init", "--help").replace("[forge|local|github]", "[local|github|forge]")
    python(project, "-m", "changeflow", "init", "made", "--host", "forge", "--no-git", cwd=tmp_path)
    assert "host: forge " in (tmp_path / "made/changeflow.yaml").read_text(encoding="utf-8")
    assert "Strike while the iron is hot" in (tmp_path / "made/README.md").read_text(encoding="utf-8")
    python(project, "-m", "changeflow", "check", cwd=tmp_path / "made")


def test_what_the_recipes_leave_alone_does_not_change(project: Path) -> None:
    """The tables carry what was there: following recipes changes no other schema."""
    before = {path.name: path.read_bytes() for path in (PROJECT / "schemas").glob("*.json")}
    after = {path.name: path.read_bytes() for path in (project / "schemas").glob("*.json")}
    assert after.keys() - before.keys() == {"KnownError.schema.json"}
    assert {name for name, data in before.items() if after[name] != data} == {"Config.schema.json"}
    assert json.loads(after["Config.schema.json"])["$defs"]["ConfigSpec"]["properties"]["host"]["enum"] == ["local", "github", "forge"]
