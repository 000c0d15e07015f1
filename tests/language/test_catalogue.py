"""Every sentence in every language: the same keys, the same fields, formats that exist, and no sentence without use."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
import sys

import pytest

from changeflow.checks.catalogue import RULES
from changeflow.language import catalogue
from changeflow.language.catalogue import SUBJECTS, beginning, sentences
from changeflow.language.formats import FORMATS, SHORTENED
from changeflow.language.value_formats import VALUE_FORMATS
from changeflow.ledger import chain_rules
from changeflow.model.languages import LANGUAGES
from tests.conftest import PROJECT

PACKAGE = PROJECT / "changeflow"
FOLDERS = dict(zip(LANGUAGES, ("english", "chinese"), strict=True))
FILES = sorted(set(SUBJECTS.values()))
# Beginnings of keys that are put together from a word of the data.
PUT_TOGETHER = (
    "check", "checklist", "doctor", "fact", "line", "log", "lower", "mark", "opinion", "outcome", "parser", "period", "phase", "question", "sign", "state", "step", "verdict",
    "word",
)  # fmt: skip


def everything(language: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for subject in FILES:
        for key, said in sentences(language, subject).items():
            found[key] = (said, "") if isinstance(said, str) else said
    return found


def fields(template: tuple[str, str]) -> dict[str, str]:
    """The fields of a sentence and its hint, with the format of each."""
    found = {}
    for part in template:
        for _, name, spec, conversion in string.Formatter().parse(part):
            if name is not None:
                assert name.isidentifier(), f"{part}: a field is a name"
                assert not conversion
                found[name] = spec or ""
    return found


def code_of(key: str) -> str:
    return key.partition(":")[0]


# What `sentences.field_text` itself knows.
SPECS = re.compile(rf"sentences?|phrases|hint|paragraph \d+|plural \w+ \w+|({'|'.join(SHORTENED)}) \d+")

# Reasons that are said in the words of a policy.
POLICYS_OWN = {"rule.not_applicable", "rule.satisfied", "rule.violated", "rule.warning"}


def codes_in_use() -> set[str]:
    """The reason codes that docs/generate.py lists, and the rules of `check` and of the ledger."""
    spec = importlib.util.spec_from_file_location("docs_generate", PROJECT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    # its records are looked up by the name of their module
    sys.modules[spec.name] = generate
    spec.loader.exec_module(generate)
    return set(generate.REASON_CODES) - POLICYS_OWN | {rule.id for rule in (*RULES, *chain_rules.RULES)}


def texts() -> set[str]:
    found = set()
    # the generated reference is written with sentences, too
    for path in (*PACKAGE.rglob("*.py"), PACKAGE.parent / "docs" / "generate.py"):
        if path.parent.name not in FOLDERS.values():
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def test_every_language_has_a_folder_and_every_folder_the_same_files() -> None:
    assert dict(catalogue.FOLDERS) == FOLDERS
    for folder in FOLDERS.values():
        files = {path.stem for path in (PACKAGE / "language" / folder).glob("*.py")}
        assert files - {"__init__"} == set(FILES), f"a file of {folder} that `SUBJECTS` does not name, or that is not there"


def test_a_sentence_stands_in_the_file_in_which_its_code_is_looked_up() -> None:
    lost = []
    for subject in FILES:
        lost += [key for key in sentences("en", subject) if SUBJECTS.get(beginning(key)) != subject]
    assert lost == []
    begun = {beginning(key) for key in everything("en")}
    assert set(SUBJECTS) == begun, "a row of `SUBJECTS` without a sentence"


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_sentence_is_there_in_every_language_with_the_same_fields(language: str) -> None:
    english, other = everything("en"), everything(language)
    assert sorted(english) == sorted(other)
    differing = [key for key, said in english.items() if set(fields(said)) != set(fields(other[key]))]
    assert differing == []
    assert [key for key, said in english.items() if bool(said[1]) != bool(other[key][1])] == [], "a hint in one language only"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_format_that_exists(language: str) -> None:
    unknown = {}
    for key, said in everything(language).items():
        for name, spec in fields(said).items():
            if spec and spec not in FORMATS | VALUE_FORMATS and not SPECS.fullmatch(spec):
                unknown[f"{key} {name}"] = spec
    assert unknown == {}


def test_no_sentence_is_without_use() -> None:
    used = texts()
    unused = []
    for key in everything("en"):
        if beginning(key) not in PUT_TOGETHER and code_of(key) not in used:
            unused.append(key)
    assert unused == []


def test_every_code_in_use_has_its_sentence() -> None:
    have = {code_of(key) for key in everything("en")}
    assert sorted(codes_in_use() - have) == [], "give the code a sentence in every language (CONTRIBUTING.md, `A sentence`)"


def test_chinese_has_chinese_punctuation() -> None:
    wrong = []
    for key, said in everything("zh").items():
        for part in said:
            plain = re.sub(r"\{[^}]*\}|`[^`]*`", "", part)
            if re.search(r"[,;:()?!]|[一-鿿]\.", plain):
                wrong.append(key)
    assert wrong == []


def test_chinese_is_chinese() -> None:
    bare = re.compile(r"\{[^}]*\}")
    same = [key for key, said in everything("zh").items() if re.search(r"[a-z]", bare.sub("", said[0])) and not re.search(r"[一-鿿]", said[0])]
    assert same == []
