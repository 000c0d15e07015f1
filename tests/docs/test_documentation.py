"""Pages agree with the code and with each other: nothing drifts, no link is dead, every command shown exists."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from changeflow.cli.main import COMMANDS, _global_options_first, cli
from changeflow.policy.cel import compile_condition
from tests.docs.generated import generator
from tests.literals import texts_beside_rows

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for path in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("changeflow/templates/**/*.md")]
    if "node_modules" not in path.parts
)
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
CONTINUED = re.compile(r"\\\n\s*")


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    return generator()


def test_the_reference_is_what_make_docs_writes(generate: ModuleType) -> None:
    stale = [name for name, text in generate.pages().items() if (PROJECT / "docs/reference" / name).read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


def test_every_command_has_its_section_and_examples(generate: ModuleType) -> None:
    page = generate.cli_page()
    assert [name for name in COMMANDS if f"\n## changeflow {name}\n" not in page] == []
    context = click.Context(cli, info_name="changeflow")
    bare = [name for name in COMMANDS if not any(helped(name, cli.get_command(context, name)))]
    assert bare == []


def test_every_rule_of_evidence_is_explained(generate: ModuleType) -> None:
    texts = {text for path in (PROJECT / "changeflow").rglob("*.py") for text in texts_beside_rows(path)}
    raised = {text for text in texts if re.fullmatch(r"(pir|ledger)(-[a-z0-9]+)+", text)}
    assert raised == {rule.id for rule in generate.evidence_rules()}


def test_every_reason_code_is_explained(generate: ModuleType) -> None:
    assert generate.reason_codes_in_code() == set(generate.REASON_CODES)


def test_the_table_of_exit_codes_is_complete() -> None:
    from changeflow import errors

    page = (PROJECT / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == codes


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_link_is_dead(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "code", FENCE.sub("", page.read_text(encoding="utf-8")))
    dead = [link for link in LINK.findall(text) if not link.startswith("https://") and not alive(page, link)]
    assert dead == []


def alive(page: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = (page.parent / place).resolve() if place else page
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target)


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_page_of_the_documentation_can_be_reached_from_the_readme() -> None:
    seen, waiting = set[Path](), [PROJECT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links if "://" not in link and link[0] != "#"]
    lost = [name_of(page) for page in PROJECT.glob("docs/**/*.md") if page not in seen]
    assert lost == []


def commands() -> Iterator[tuple[str, str]]:
    """Every changeflow command in a block of a page, and in the examples of --help: (where, command line)."""
    for page in PAGES:
        for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
            if language in ("console", "sh"):
                lines = CONTINUED.sub(" ", block).splitlines()
                yield from ((name_of(page), line) for line in lines if re.match(r"\s*(\$ )?([A-Z_]+=\S+ )?changeflow\b", line))
    context = click.Context(cli, info_name="changeflow")
    for name in COMMANDS:
        yield from helped(name, cli.get_command(context, name))


def helped(name: str, command: click.Command | None) -> Iterator[tuple[str, str]]:
    lines = CONTINUED.sub(" ", (command and command.help) or "").splitlines()
    yield from ((f"{name} --help", line) for line in lines if "  changeflow " in line)
    for sub, inner in getattr(command, "commands", {}).items():
        yield from helped(f"{name} {sub}", inner)


def test_every_command_shown_exists_with_its_options() -> None:
    wrong = [f"{where}: {line.strip()}: {problem}" for where, line in commands() if (problem := misfit(line))]
    assert wrong == []


def misfit(line: str) -> str:
    """Why a command line cannot be typed, or an empty string."""
    words = shlex.split(re.split(r"\s(?:&&|\|\||\||>|#|  )\s*", line.strip().removeprefix("$ "))[0])
    while "=" in words[0]:
        words.pop(0)
    return parsed(cli, _global_options_first(words[1:]), None) if words[1:] else ""


def parsed(command: click.Command, words: list[str], parent: click.Context | None) -> str:
    try:
        with command.make_context(command.name or "changeflow", list(words), parent=parent) as context:
            rest = [*context._protected_args, *context.args]
            if isinstance(command, click.Group) and rest:
                _, sub, others = command.resolve_command(context, rest)
                return parsed(sub, others, context) if sub is not None else "no such command"
    except click.exceptions.Exit:
        return ""
    except click.ClickException as error:
        return error.format_message()
    return ""


def test_a_wrong_command_would_be_noticed() -> None:
    assert misfit("$ changeflow gate aprove X") != ""
    assert misfit("$ changeflow release run X --quickly") != ""
    assert misfit("$ CHANGEFLOW_KEY=k changeflow gate approve X && echo yes") == ""


@pytest.mark.parametrize("page", [page for page in PAGES if "changeflow.dev" not in page.name], ids=name_of)
def test_pages_are_plain_text_with_closed_blocks(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count("```") % 2 == 0
    assert text == unicodedata.normalize("NFC", text)
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    # CommonMark does not end bold text between a sign and a letter, as Chinese without blanks has it.
    assert re.findall(r"\*\*[^*\n]*[^\w\s*`]\*\*\w", FENCE.sub("", text)) == []


def test_completion_names_commands_without_importing_them() -> None:
    environment = {"_CHANGEFLOW_COMPLETE": "bash_complete", "COMP_WORDS": "changeflow re", "COMP_CWORD": "1", "PATH": ""}
    program = (
        "import sys, atexit\n"
        "from changeflow.cli.main import cli\n"
        "atexit.register(lambda: print(*(m for m in sys.modules if m.startswith('changeflow.cli.')), file=sys.stderr))\n"
        "cli(prog_name='changeflow')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert {"plain,release", "plain,review", "plain,reject"} <= set(done.stdout.splitlines())
    assert set(done.stderr.split()) == {"changeflow.cli.main", "changeflow.cli.help_language"}


def test_the_schemas_a_modeline_names_exist() -> None:
    for path in [*PROJECT.glob("examples/**/*.yaml"), *PROJECT.glob("policies/**/*.yaml")]:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(schema.read_text(encoding="utf-8"))["$schema"].startswith("https://json-schema.org/"), name_of(path)


def test_the_documented_conditions_compile() -> None:
    page = (PROJECT / "docs/reference/conditions.md").read_text(encoding="utf-8")
    examples = re.findall(r"^(?:when|assert): (.+)$", page, re.MULTILINE)
    assert len(examples) >= 4
    for example in examples:
        compile_condition(example)


@pytest.mark.mermaid
def test_the_pictures_in_the_pages_are_diagrams() -> None:
    folder = PROJECT / "tests/mermaid"
    if shutil.which("node") is None or not (folder / "node_modules/mermaid").is_dir():
        pytest.skip("the mermaid package is not installed (make mermaid)")
    pictures = [block for page in PAGES for language, block in FENCE.findall(page.read_text("utf-8")) if language == "mermaid"]
    assert pictures
    done = subprocess.run(
        ["node", "parse.mjs"], cwd=folder, input=json.dumps(pictures), text=True, capture_output=True, check=True, timeout=120
    )
    assert [verdict for verdict in json.loads(done.stdout) if "error" in verdict] == []


def test_every_fact_a_condition_can_see_is_documented() -> None:
    page = (PROJECT / "docs/reference/conditions.md").read_text(encoding="utf-8")
    files = ("policy/calendar_facts.py", "policy/condition_facts.py", "gate/evidence_seen.py")
    trees = [ast.parse((PROJECT / "changeflow" / path).read_text("utf-8")) for path in files]
    builders = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.endswith(("_facts", "_evidence", "_seen"))
    ]
    dicts = [node for builder in builders for node in ast.walk(builder) if isinstance(node, ast.Dict)]
    names = {key.value for node in dicts for key in node.keys if isinstance(key, ast.Constant)}
    assert {"lead_hours", "tier1_owners", "unknown_contributors", "known"} <= names
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", page)] == []
