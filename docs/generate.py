"""Writes docs/reference/ from the code: commands from --help, documents from the schemas, rules from where they are raised.

`make docs` runs it; tests/docs compares. Nothing here is imported by the program.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import yaml

from changeflow.model.document_parts import (
    CHANGE_ID_PATTERN,
    CI_ID_PATTERN,
    ID_PATTERN,
    RELEASE_ID_PATTERN,
)
from changeflow.model.finding_rules import FindingRule
from changeflow.release.review_checks import PROSE as REVIEW_PROSE

PROJECT = Path(__file__).resolve().parent.parent
REFERENCE = PROJECT / "docs" / "reference"
NOTE = "<!-- Written by `make docs`; edit docs/generate.py or what it reads. -->\n"
WIDTH = 100


def pages() -> dict[str, str]:
    """Every generated page: file name in docs/reference/ -> text."""
    return {
        "cli.md": cli_page(),
        "documents.md": documents_page(),
        "answers.md": answers_page(),
        "rules.md": rules_page(),
        "evidence-rules.md": evidence_rules_page(),
        "facts.md": facts_page(),
        "records.md": records_page(),
        "measures.md": measures_page(),
        "reason-codes.md": reason_codes_page(),
        "policies.md": policies_page(),
        "rooms.md": rooms_page(),
    }


# -- records -----------------------------------------------------------------------------------


def records_page() -> str:
    """Every table of the past with its columns, as `insight/records.py` defines them."""
    from changeflow.insight.records import TABLES

    parts = [
        NOTE,
        "# Tables of the past\n",
        (
            "Each table is a Parquet file, `<table>.parquet`, with these columns in this order, sorted "
            "by record and compressed with zstd. A record that is imported again replaces all of its rows."
        ),
        (
            "Null stands for what is not known, and never for *no*. Times are instants in UTC. What is "
            "known only after a change has started (*no* in the last column) is an outcome: no fact "
            "about risk is computed from it for the change itself.\n"
        ),
    ]
    for table in TABLES.values():
        record = " and ".join(f"`{column}`" for column in table.record)
        parts.append(f"\n## {table.name}\n\nA row is {table.meaning}. A record is named by {record}.\n")
        parts.append("| column | Arrow type | meaning | known before |\n| --- | --- | --- | --- |")
        for column in table.columns:
            values = f": {', '.join(f'`{value}`' for value in column.values)}" if column.values else ""
            before = "yes" if column.before else "no"
            parts.append(f"| `{column.name}` | {column.type.value} | {_cell(column.meaning + values)} | {before} |")
    return "\n".join(parts).rstrip() + "\n"


# -- measures ----------------------------------------------------------------------------------

# what stands between a title and its sentence, and at the end of one, by language
STOPS = {"en": (": ", ". "), "zh": ("\uff1a", "\u3002")}
# where the DORA research programme defines what it measures
DORA = (
    "Delivery is measured by the definitions of DORA (DevOps Research and Assessment): *deployment "
    "frequency*, *change lead time*, *change fail rate* and *failed deployment recovery time* "
    "(<https://dora.dev/guides/dora-metrics-four-keys/>; the queries of its own implementation are in "
    "<https://github.com/dora-team/fourkeys/blob/main/METRICS.md>). Where counting rows would be wrong, "
    "the measures differ from those queries: a change or deployment that caused several incidents failed "
    "once; an incident that began before its change was not caused by it; the same commit in the same "
    "environment is deployed once, however often a pipeline runs; a return to an earlier commit is no "
    "deployment, and the one that it takes back failed."
)


def measures_page() -> str:
    """Every measure of `report kpi` with its definition in all languages, as its file says it."""
    from changeflow.history.kpi_definitions import kpi_definitions
    from changeflow.language.reader import Reader
    from changeflow.language.sentences import say
    from changeflow.model.languages import LANGUAGES

    def said(code: str, case: str, language: str) -> str:
        return say(code, {"case": case}, Reader(language=language)).text

    parts = [
        NOTE,
        "# Measures\n",
        (
            "What `changeflow report kpi` measures, each from one file of `changeflow/insight/kpis/`. A share is "
            "the numerator in percent of the denominator. Sums are whole numbers and are divided once, so that "
            "DuckDB and Spark come to the same. A measure has no value where no record tells it: nothing known is"
            " not nought. What is not known of some records makes it *at least*."
        ),
        (
            "Days, months and quarters begin in the zone of the paper (`spec.timezone`), and a period is "
            "half-open: its end does not belong to it. Targets are set in `policies/objectives.yaml`.\n"
        ),
        DORA + "\n",
    ]
    section = ""
    for one in kpi_definitions():
        if one.section != section:
            section = one.section
            titles = " · ".join(said("report.section", section, language) for language in LANGUAGES)
            parts.append(f"\n## {titles}\n")
        parts.append(f"\n### {one.id}\n")
        better = {"up": "higher is better", "down": "lower is better", "none": "no direction"}[one.better]
        tables = list(one.source)
        if one.instead:
            tables = [f"{', '.join(tables)}, or {', '.join(one.instead)}"]
        also = f"; also {', '.join(one.also)}" if one.also else ""
        parts.append(f"Unit: {one.unit}. {better.capitalize()}. From: {', '.join(tables) or 'the targets'}{also}.\n")
        for language in LANGUAGES:
            among = f" / {one.denominator[language]}" if one.denominator else ""
            moment = said("measure.moment", one.zone, language)
            colon, stop = STOPS[language]
            parts.append(f"- **{one.title[language]}**{colon}{one.numerator[language]}{among}{stop}{moment}")
    return "\n".join(parts).rstrip() + "\n"


# -- rooms -------------------------------------------------------------------------------------


def rooms_page() -> str:
    """Every room of the package with its files, as their docstrings say it."""
    parts = [
        NOTE,
        "# Rooms and files\n",
        (
            "Every folder of `changeflow/` and every file in it, one line each, taken from the text at "
            "its top. [How changeflow is built](../architecture.md) says how the rooms work together."
        ),
    ]
    package = PROJECT / "changeflow"
    for folder in sorted(path.parent for path in package.rglob("__init__.py")):
        files = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
        name = folder.relative_to(PROJECT).as_posix()
        parts.append(f"\n## {name}/\n\n{_first_sentence(folder / '__init__.py')}\n")
        if files:
            parts.append("| file | holds |\n| --- | --- |")
            parts.extend(f"| `{path.name}` | {_cell(_first_sentence(path))} |" for path in files)
    return "\n".join(parts).rstrip() + "\n"


def _first_sentence(path: Path) -> str:
    """Return the first line of a module's docstring."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    # Ids of attacks are for readers of the file, who look them up in docs/security.md.
    return re.sub(r" \(attacks? [^)]*\)", "", said.partition("\n")[0])


# -- commands ----------------------------------------------------------------------------------


def cli_page() -> str:
    """Help of every command and subcommand, as `--help` prints it."""
    from changeflow.cli.main import COMMANDS, cli

    context = _context(cli, "changeflow", None)
    parts = [
        NOTE,
        "# Commands\n",
        (
            "What `--help` says, for every command. Every option is also read from "
            "`CHANGEFLOW_<COMMAND>_<OPTION>`: `CHANGEFLOW_CHECK_REV` is `--rev` of `check`,"
        ),
        (
            "`CHANGEFLOW_LIST_OWED=1` is `--owed` of `list`, `CHANGEFLOW_NOW` is `--now` of all. A "
            "variable that nothing reads is named in a warning."
        ),
        (
            "Data goes to stdout, everything else to stderr;"
        ),
        (
            "colour appears only on terminals, and `--no-color` and `NO_COLOR` turn it off. [Exit "
            "codes](exit-codes.md) are the same for all.\n"
        ),
        "## changeflow\n",
        _help(cli, context),
    ]
    for name in COMMANDS:
        command = cli.get_command(context, name)
        if command is not None:
            parts += _command(command, f"changeflow {name}", context)
    return "\n".join(parts).rstrip() + "\n"


def _command(command: click.Command, path: str, parent: click.Context) -> Iterator[str]:
    context = _context(command, path.rpartition(" ")[2], parent)
    yield f"\n## {path}\n"
    yield _help(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            sub = command.get_command(context, name)
            if sub is not None:
                yield from _command(sub, f"{path} {name}", context)


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    settings: dict[str, Any] = command.context_settings | {
        "terminal_width": WIDTH,
        "max_content_width": WIDTH,
    }
    return click.Context(command, info_name=name, parent=parent, **settings)


def _help(command: click.Command, context: click.Context) -> str:
    return f"```text\n{command.get_help(context).rstrip()}\n```"


# -- documents and answers ---------------------------------------------------------------------

FORMATS = {
    "duration": "duration",
    "date": "day",
    "date-time": "time",
    "local-date-time": "local time",
}
# What a reason, a benefit or another answer in sentences may have.
LONGEST_PROSE = 10_000
TYPES = {
    "string": "text",
    "boolean": "`true`, `false`",
    "integer": "whole number",
    "array": "list",
}
PATTERNS = {
    ID_PATTERN: "id",
    CHANGE_ID_PATTERN: "change id",
    CI_ID_PATTERN: "item id",
    RELEASE_ID_PATTERN: "release id",
}
# What the names of values on the page mean.
ALLOWED = {
    "`a`, `b`": "One of these, and nothing else.",
    "text": "Any script, in general up to 200 characters.",
    "long text": "Any script, up to 10,000 characters.",
    "id": "Up to 100 letters (ASCII), digits, `.`, `_` and `-`.",
    "release id": "The same, up to 60.",
    "item id": "The same, up to 200, and `:` and `/`.",
    "change id": "`CHG-`, a day as yyyymmdd, `-`, and a slug of small letters, digits and `-`.",
    "day": "`2026-11-25`.",
    "time": "RFC 3339 with an offset: `2026-11-25T22:00:00+08:00`.",
    "local time": "The same without an offset: `2026-11-25T22:00:00`.",
    "duration": "ISO 8601 without years and months: `PT30M`, `P1D`.",
    "list of ..., at least one": "A list that may not be empty.",
}
# What the schema cannot say and `check`, or `changeflow review`, asks for all the same.
ALSO_NEEDED = {
    "ChangeRequest": dict.fromkeys(
        (f"spec.rollback.{name}" for name in ("trigger", "limit", "steps")), "when finished"
    ),
    "PostImplementationReview": dict.fromkeys(
        (
            *(f"spec.{name}" for name in ("reviewer", "reviewed", "outcome", "incidents")),
            *(f"spec.{name}" for name in REVIEW_PROSE),
        ),
        "when finished",
    ),
    "Calendar": {
        f"spec.{periods}[].{name}": f"`{name}` or `{other}`"
        for periods in ("freezes", "windows")
        for name, other in (
            ("start", "dtstart"),
            ("dtstart", "start"),
            ("end", "duration"),
            ("duration", "end"),
        )
    },
}
# The types of a change, in the order of the page.
CHANGE_TYPES = ("standard", "normal", "emergency")


@dataclass(frozen=True)
class FieldOfPage:
    """A field of a document or an answer: its path, when it is needed, and what its schema says."""

    path: str
    needed: str
    field: dict[str, Any]
    plain: dict[str, Any]

    @property
    def meaning(self) -> str:
        """Return the sentence about the field, else the one about what it holds."""
        return _line(self.field.get("description") or self.plain.get("description", ""))


def documents_page() -> str:
    """Every kind of document, field by field, from its JSON Schema."""
    from changeflow.model.kinds import KINDS

    parts = [
        NOTE,
        "# Documents\n",
        (
            "Every document has `apiVersion: changeflow/v1`, `kind`, `metadata` and `spec`. Unknown "
            "keys are errors. Schemas are in `schemas/`, and `changeflow schema export` writes them "
            "into a repository of yours. [Rules](rules.md) lists what `changeflow check` asks for "
            "beyond them.\n"
        ),
        (
            "The column *needed* says when a field must be there: **yes**, whenever the object around "
            "it is there; *when finished*, as soon as the document is no draft; a list of fields, one "
            "of these. A field with nothing in this column is optional. *Default* is what holds where "
            "an optional field is left out.\n"
        ),
        "| value | what is allowed |",
        "| --- | --- |",
        *(f"| {name} | {allowed} |" for name, allowed in ALLOWED.items()),
    ]
    for kind in KINDS:
        schema = _schema(f"{kind.name}.schema.json")
        usual = f", usually `{kind.usual}`" if kind.usual else ""
        parts += [f"\n## {kind.name}\n", f"`{kind.home}`{usual}\n"]
        parts.append(f"{_line(schema['description'])}\n")
        fields = fields_of(kind.name)
        if kind.name == "ChangeRequest":
            parts += _finished_request(fields)
            parts.append("\n### Every field of a request\n")
        parts.append("| field | needed | value | default | meaning |")
        parts.append("| --- | --- | --- | --- | --- |")
        parts += [_document_row(field, schema) for field in fields]
    return "\n".join(parts).rstrip() + "\n"


def fields_of(kind: str) -> list[FieldOfPage]:
    """Every field of a kind of document, in the order of its schema."""
    schema = _schema(f"{kind}.schema.json")
    also = ALSO_NEEDED.get(kind, {})
    return [
        replace(field, needed=field.needed or also.get(field.path, ""))
        for field in _fields(schema, schema, "", [])
    ]


def _document_row(field: FieldOfPage, schema: dict[str, Any]) -> str:
    default = ""
    if _worth(field.field):
        default = f"`{json.dumps(field.field['default'], ensure_ascii=False)}`"
    value = _value(field.plain, schema)
    cells = (f"`{field.path}`", field.needed, value, default, field.meaning)
    return f"| {' | '.join(map(_cell, cells))} |"


def _finished_request(fields: Sequence[FieldOfPage]) -> Iterator[str]:
    """What a request needs once it is no draft, by type, and what the default policies add."""
    yield "### What a finished request needs\n"
    yield (
        "A draft (`draft: true`) needs its `metadata`, `type` and `reason`. A finished request needs "
        "what this table says; whatever it does not list is optional.\n"
    )
    yield f"| field | {' | '.join(CHANGE_TYPES)} |\n| --- | --- | --- | --- |"
    needed_by: dict[str, set[str]] = {"": set(CHANGE_TYPES)}
    for field in fields:
        around = field.path.rpartition(".")[0].removesuffix("[]")
        types = {name for name in needed_by.get(around, ()) if _is_needed(field.needed, name)}
        if types:
            if "one of" not in field.needed:
                needed_by[field.path] = types
            word = field.needed if "one of" in field.needed else "yes"
            marks = (word if name in types else "" for name in CHANGE_TYPES)
            yield f"| `{field.path}` | {' | '.join(marks)} |"
    yield (
        "\nThe default policies ask for more. A rule with the level `deny` keeps the gate shut, `warn` "
        "only says so; [conditions](conditions.md) and your own policies decide what is asked of whom.\n"
    )
    yield "| gate | rule | level | asks |\n| --- | --- | --- | --- |"
    for gate, rule in _rules_about_requests():
        level = rule.get("level", "deny")
        yield f"| `{gate}` | `{rule['id']}` | {level} | {_cell(_line(rule['message']))} |"


def _is_needed(needed: str, change_type: str) -> bool:
    """Tell whether a finished request of this type needs a field."""
    if not needed.startswith("when finished, if `type` is "):
        return bool(needed)
    return needed.endswith(f"`{change_type}`") or f"`{change_type}`, " in needed


def _rules_about_requests() -> Iterator[tuple[str, dict[str, Any]]]:
    """Rules of the gates before the merge that assert something of the request itself."""
    for name in ("submit", "approve"):
        document = yaml.safe_load((PROJECT / f"policies/{name}.yaml").read_text(encoding="utf-8"))
        for rule in document["spec"]["rules"]:
            if re.search(r"\bchange\.(?!class)", rule.get("assert", "")):
                yield name, rule


def answers_page() -> str:
    """Every JSON answer, field by field."""
    parts = [
        NOTE,
        "# JSON answers\n",
        (
            "`--format json` gives one object with `schema: changeflow/<name>/v1`. Every key is always "
            "present. The schemas are in"
        ),
        (
            "`schemas/answers/`. Keys may be added in a minor version; none goes away or changes its "
            "meaning in one.\n"
        ),
    ]
    for path in sorted((PROJECT / "schemas/answers").glob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        name = path.name.removesuffix(".schema.json")
        parts += [f"\n## {name}\n", f"`changeflow/{name}/v1`\n", *_kinds(schema)]
    return "\n".join(parts).rstrip() + "\n"


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    """Return the rows of an answer, or of each kind of it under a heading."""
    kinds = schema.get("discriminator", {}).get("mapping", {})
    if not kinds:
        yield from _record(schema, schema)
    for number, (kind, ref) in enumerate(kinds.items()):
        _, plain = _resolved({"$ref": ref}, schema)
        yield f"{'' if number == 0 else chr(10)}### {kind}\n"
        yield from _record(plain, schema)


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((PROJECT / "schemas" / name).read_text(encoding="utf-8"))
    return schema


def _record(node: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    """Rows of an answer, in which every key is always present."""
    if node.get("description"):
        yield f"{_line(node['description'])}\n"
    yield "| field | value | meaning |\n| --- | --- | --- |"
    for field in _fields(node, root, "", []):
        label = f"**`{field.path}`**" if field.needed else f"`{field.path}`"
        yield f"| {label} | {_cell(_value(field.plain, root))} | {_cell(field.meaning)} |"


def _fields(
    node: dict[str, Any], root: dict[str, Any], path: str, trail: list[str]
) -> Iterator[FieldOfPage]:
    """Fields of an object, each before what is inside of it."""
    needs = _needs(node)
    for name, field in node.get("properties", {}).items():
        ref, plain = _resolved(field, root)
        yield FieldOfPage(f"{path}{name}", needs.get(name, ""), field, plain)
        if ref not in trail:
            yield from _inside(plain, root, f"{path}{name}", [*trail, ref] if ref else trail)


def _needs(node: dict[str, Any]) -> dict[str, str]:
    """When each field of an object must be there, for those that must."""
    found = dict.fromkeys(node.get("required", []), "**yes**")
    for word, joint in (("oneOf", "one of"), ("anyOf", "one of")):
        names = [name for option in node.get(word, []) for name in option.get("required", [])]
        found |= dict.fromkeys(names, f"{joint} {', '.join(f'`{name}`' for name in names)}")
    for rule in node.get("allOf", []):
        found |= _needs_unless_draft(rule.get("else", {}))
    return found


def _needs_unless_draft(finished: dict[str, Any]) -> dict[str, str]:
    """Fields that a finished document needs, always or where another field has some value."""
    found = dict.fromkeys(finished.get("required", []), "when finished")
    values: dict[str, list[str]] = {}
    for case in finished.get("allOf", []):
        ((key, condition),) = case["if"]["properties"].items()
        for name in case["then"]["required"]:
            values.setdefault(name, []).append(f"`{condition['const']}`")
            found[name] = f"when finished, if `{key}` is {', '.join(values[name])}"
    return found


def _inside(
    plain: dict[str, Any], root: dict[str, Any], here: str, trail: list[str]
) -> Iterator[FieldOfPage]:
    """Fields of an object, of a list's objects, of a map's values, and of alternatives."""
    if plain.get("properties"):
        yield from _fields(plain, root, f"{here}.", trail)
    for step, inner in (
        (f"{here}[].", plain.get("items")),
        (f"{here}.<name>.", plain.get("additionalProperties")),
    ):
        if isinstance(inner, dict):
            for option in _alternatives(inner):
                ref, found = _resolved(option, root)
                if found.get("properties") and ref not in trail:
                    yield from _fields(found, root, step, [*trail, ref])


def _alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The types that a node may have; demands of an object (`required`) are none."""
    options = node.get("anyOf", [])
    if "properties" in node or not options:
        return [node]
    return list(options)


def _resolved(node: dict[str, Any], root: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    ref = node.get("$ref", "")
    if ref:
        return ref, root["$defs"][ref.removeprefix("#/$defs/")]
    options = [option for option in node.get("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1:
        return _resolved(options[0], root)
    return "", node


def _value(node: dict[str, Any], root: dict[str, Any]) -> str:
    values = [node["const"]] if "const" in node else node.get("enum", [])
    if values:
        return ", ".join("`null`" if value is None else f"`{value}`" for value in values)
    if node.get("format") in FORMATS:
        return FORMATS[node["format"]]
    if node.get("pattern") in PATTERNS:
        return PATTERNS[node["pattern"]]
    if _alternatives(node) != [node]:
        return " or ".join(
            dict.fromkeys(_value(_resolved(option, root)[1], root) for option in node["anyOf"])
        )
    return _of_type(node, root)


def _of_type(node: dict[str, Any], root: dict[str, Any]) -> str:
    """What a node of one type may hold."""
    kind = node.get("type", "any")
    if isinstance(kind, list):
        return " or ".join("`null`" if one == "null" else TYPES.get(one, one) for one in kind)
    if kind == "array" and "items" in node:
        some = ", at least one" if node.get("minItems") == 1 else ""
        return f"list of {_value(_resolved(node['items'], root)[1], root)}{some}"
    if kind in ("integer", "number") and "minimum" in node:
        return f"{TYPES.get(kind, kind)}, {_range(node)}"
    if kind == "object" and isinstance(node.get("additionalProperties"), dict):
        return f"map of names to {_value(_resolved(node['additionalProperties'], root)[1], root)}"
    if kind == "string" and node.get("maxLength") == LONGEST_PROSE:
        return "long text"
    return TYPES.get(str(kind), str(kind))


def _range(node: dict[str, Any]) -> str:
    """The numbers that are allowed."""
    if "maximum" in node:
        return f"{node['minimum']} to {node['maximum']}"
    return f"at least {node['minimum']}"


def _worth(field: dict[str, Any]) -> bool:
    return field.get("default") not in (None, [], {}, "") and not isinstance(field["default"], dict)


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# -- rules -------------------------------------------------------------------------------------


def rules_page() -> str:
    """Rules of `check`, group by group."""
    from changeflow.checks.catalogue import groups

    parts = [
        NOTE,
        "# Rules of `changeflow check`\n",
        (
            "Ids never change; errors fail a check, warnings only with `--strict`. The same files give "
            "the same findings on any day: what depends on the clock is asked by the gates."
        ),
    ]
    for group in groups():
        parts += [f"\n## {group.title}\n", f"{group.about}\n", *_rule_table(group.rules)]
    return "\n".join(parts).rstrip() + "\n"


def _rule_table(rules: Sequence[FindingRule]) -> Iterator[str]:
    """Rows of rules, with what drafts and history make of them where that differs."""
    differing = any(rule.in_draft != "same" or rule.ages for rule in rules)
    middle = " in a draft | once it may be over |" if differing else ""
    yield f"| rule | level |{middle} what it says |"
    yield f"| --- | --- |{' --- | --- |' if differing else ''} --- |"
    for rule in rules:
        draft = {"same": rule.level, "warning": "warning", "off": "-"}[rule.in_draft]
        later = "warning" if rule.ages else rule.level
        cells = f" {draft} | {later} |" if differing else ""
        yield f"| `{rule.id}` | {rule.level} |{cells} {_cell(rule.sentence)} |"


def evidence_rules() -> list[FindingRule]:
    """Rules of `review` and `ledger verify`, by id."""
    from changeflow.ledger import chain_rules as ledger
    from changeflow.release import review_checks

    return sorted((*ledger.RULES, *review_checks.RULES), key=lambda rule: rule.id)


def evidence_rules_page() -> str:
    """Rules of `review` and `ledger verify`."""
    parts = [
        NOTE,
        "# Rules of review and ledger verify\n",
        "Ids never change. The rules of `check` are on [a page of their own](rules.md).\n",
        "| rule | level | what it says |\n| --- | --- | --- |",
        *(f"| `{rule.id}` | {rule.level} | {_cell(rule.sentence)} |" for rule in evidence_rules()),
    ]
    return "\n".join(parts).rstrip() + "\n"


_FACTS = """\
What the records of the past say about a change at a moment: the actual start of a change of the past, and now for an open
one. Lines of `spec.likelihood.record` in `policies/risk.yaml` name them. [Risk and history](../concepts/risk-and-history.md)
explains how they are found, and what they cannot say. No fact is about a person.
"""


def facts_page() -> str:
    """Facts that a scorecard may name."""
    from changeflow.language.sentences import in_english
    from changeflow.model.history_facts import FACTS, TRAIT
    from changeflow.model.phrases import told
    from changeflow.risk.card import fact_phrase

    directions = {
        "raises": "more of it only adds points",
        "lowers": "more of it only takes points",
        "free": "either",
    }
    rows = []
    for fact in FACTS.values():
        meaning = _cell(in_english(fact_phrase(fact.name)))
        rows.append(f"| `{fact.name}` | {meaning} | {fact.unit} | {directions[fact.direction]} |")
    trait = in_english(told("fact.trait", trait="NAME"))
    rows.append(f"| `{TRAIT}NAME` | {_cell(trait)} | flag | {directions['free']} |")
    parts = [
        NOTE,
        "# Facts of a scorecard\n",
        _FACTS,
        "| fact | what it says | unit | points |\n| --- | --- | --- | --- |",
        *rows,
    ]
    return "\n".join(parts).rstrip() + "\n"


def _texts(folder: str) -> Iterator[str]:
    for path in sorted((PROJECT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


REASON_CODES = {
    "base.not_main": "The pull request is against another branch than the main one.",
    "base.replayed": "The base is older than one that was decided by before.",
    "config.removed": "After the change there would be no `changeflow.yaml`, so no change "
    "repository.",
    "governed.invalid": "A governed file has errors at the head of the pull request.",
    "history.governed": "A commit touches governed files and another puts them back.",
    "scope.elsewhere": "Another request in the branch declares an item that is touched.",
    "scope.no_common_history": "A branch and its base have no common history: what it touches is not "
    "known.",
    "scope.proposed": "By what the branch itself adds to the CMDB, it touches an item that is not "
    "declared.",
    "scope.undeclared": "The branch touches an item that no request in it declares; policy decides.",
    "scope.unread": "A file of the branch, such as a Terraform plan, cannot be read: it may change any "
    "item.",
    "scope.untouched": "The request declares items, and nothing that belongs to them is touched.",
    "path.beside_standard": "Files that no request covers lie beside a standard change, whose "
    "model says nothing about them.",
    "path.collision": "Two paths differ in spelling only.",
    "path.release": "The document of a release comes without a request: the CAB approves the plan, "
    "the role that accepts it the acceptance.",
    "path.covered": "Files outside of the change's folder are covered by a request in the same "
    "pull request or branch.",
    "paths.unknown": "A branch and its base have no common history: what it changes is not known.",
    "path.not_canonical": "A path is not written the canonical way.",
    "path.not_regular": "A path is a symbolic link or a submodule: what it points to is not "
    "reviewed.",
    "pull.too_large": "GitHub may not have said everything about so large a pull request.",
    "request.unreadable": "A request cannot be read.",
    "rfc.id_invalid": "A folder below `changes/` is not named like a change.",
    "rfc.none": "No request for change covers what the pull request changes, or it changes nothing.",
    "rfc.removed": "A request that was on the base is taken away or renamed.",
    "roster.no_owners": "After the change nobody would be left who may approve policies.",
    "time.before_evidence": "The decision is dated before the evidence it rests on, by more than "
    "clocks may differ.",
    "approval.before_absorbed": "The review was given before the base took in a part of the pull "
    "request.",
    "approval.before_retarget": "The review was given before the base branch was changed.",
    "approval.commit_unknown": "The commit the review was given on cannot be read any more.",
    "approval.complete": "The change is approved with this content.",
    "approval.expired": "The approval is older than approvals stay valid.",
    "approval.forged": "The opinion is signed by somebody else than it names.",
    "approval.after_opening": "The approval came when the gate was open already.",
    "approval.clock_behind": "The approval is dated before entries that precede it: the clock was "
    "set wrong.",
    "approval.clock_wrong": "The approval was dated by a clock that is known to have been wrong "
    "(`spec.ledger.wrong_clocks`).",
    "approval.in_future": "The approval is dated after the time of the decision, by more than "
    "clocks may differ.",
    "approval.missing": "The approve gate is not open for this content.",
    "approval.not_needed": "The approval fills no seat: the seats are taken.",
    "approval.other_committer": "The person has no key, and the opinion was not committed from an "
    "address of theirs.",
    "approval.other_repository": "The opinion was recorded for another repository than this one "
    "(`spec.repository`).",
    "approval.pace": "How long after the content could be read each approval came; a statistic, on "
    "which nothing rests.",
    "approval.sealed": "The approval was recorded in the ledger when the change was merged.",
    "approval.simulated": "The opinion was recorded under a fixed clock, which counts for nothing "
    "here.",
    "approval.stale": "The approval was given for other content.",
    "approval.superseded": "A newer opinion of the same person replaced it.",
    "approval.unknown": "Whether the change is approved was not decided.",
    "approval.unsigned": "The opinion lacks a signature by a key the roster lists for that person.",
    "approval.withdrawn": "The person withdrew the opinion.",
    "approvals.complete": "Every seat this rule asks for is filled.",
    "approvals.impossible": "Nobody is left who could fill a seat this rule asks for.",
    "approvals.missing": "Seats are empty, and somebody could fill them.",
    "approvals.none_for_major": (
        "The change is major for what it does, and the rules, which ask people about other changes, ask nobody."
    ),
    "approvals.nobody_named": "The rule asks for the people of an empty list.",
    "approver.is_agent": "Automations never approve.",
    "approver.is_contributor": "Whoever wrote part of a change never approves it.",
    "approver.is_implementer": "Implementers never approve their change.",
    "approver.is_requester": "Requesters never approve their change.",
    "approver.new_in_role": "Somebody approved within a week of coming to the role; shown, and "
    "shutting nothing.",
    "approver.no_role": "The person holds no role that is asked for.",
    "approver.too_new": "The person had not held the role as long as a rule asks for when they "
    "approved.",
    "approver.unknown": "The person is not in the roster.",
    "calendar.outside_windows": (
        "Maintenance windows cover something the change touches, and not for the whole time: a "
        "warning at `approve`, refused at "
        "`deploy` by the default policy."
    ),
    "calendar.unreadable": "A calendar cannot be read.",
    "change.differs_from_base": "The request on the main branch has other content.",
    "change.draft": "The request is a draft.",
    "change.merged": "The request is on the main branch with this content.",
    "change.not_merged": "The request is not on the main branch yet.",
    "change.retrospective": "The request was written after the change was made, so that nothing can be released.",
    "change.unauthorised": "Something reached the main branch without the approval it needed.",
    "change.withdrawn": "The requester withdrew the request.",
    "contributors.unknown": "Somebody the roster does not know wrote part of this: one more "
    "approval by the CAB.",
    "control.bypass": "Somebody can pass by the ruleset that requires the verdict.",
    "control.channel_failing": "Messages of `notify` failed on a channel in the last seven days, and were "
    "not delivered since.",
    "control.channels_deliver": "No message of `notify` of the last seven days is undelivered.",
    "control.channels_unknown": "Whether messages of `notify` are delivered is not known.",
    "control.dismissals_open": "Everybody who may write can dismiss a review.",
    "control.dismissals_restricted": "Only those named may dismiss a review.",
    "control.environment_open": "Other branches or tags than the main branch can use the "
    "environment with the App's key.",
    "control.environment_protected": "Every protected branch can use the environment with the key; "
    "which those are is not known.",
    "control.environment_restricted": "Only the main branch can use the environment with the App's "
    "key.",
    "control.ledger_closed": "Only those on the bypass list write to the ledger.",
    "control.ledger_kept": "The ledger's branch can be neither rewritten nor deleted.",
    "control.ledger_rewritable": "The ledger's branch can be rewritten by force or deleted.",
    "control.ledger_writable": "Everybody who may write can append to the ledger.",
    "control.main_kept": "The main branch can be neither rewritten nor deleted.",
    "control.main_rewritable": "The main branch can be rewritten by force or deleted.",
    "control.no_bypass": "Nobody can pass by the ruleset that requires the verdict.",
    "control.no_pull_request": "The main branch can be pushed to without a pull request.",
    "control.not_required": "No active ruleset requires the verdict.",
    "control.not_up_to_date": "A verdict opens although the main branch has moved since.",
    "control.owners_broken": "GitHub ignores lines of CODEOWNERS.",
    "control.owners_sound": "GitHub finds no error in CODEOWNERS.",
    "control.pull_request": "The main branch takes pull requests alone.",
    "control.required": "An active ruleset requires the verdict.",
    "control.source_any": "The verdict is required from anybody who may write.",
    "control.source_other": "The verdict is required from another App than the bot.",
    "control.source_pinned": "The verdict counts from the bot's App alone.",
    "control.source_shared": "The verdict is required from GitHub Actions, which any workflow of "
    "any branch can speak as.",
    "control.source_unconfirmed": "The verdict is required from an App; whether it is the bot was "
    "not told.",
    "control.unseen": "A setting could not be read. Unknown is not yes.",
    "control.up_to_date": "A verdict counts only on top of the newest main branch.",
    "dependency.planned_later": "A warning: a change that must come first begins when this one's "
    "window is over.",
    "dependency.will_not_run": (
        "A warning: a change that must come first, or one that it waits for, was withdrawn, "
        "rejected or rolled back."
    ),
    "dependency.implemented": "A change that must come first is implemented.",
    "dependency.not_implemented": "A change that must come first is not implemented.",
    "document.invalid": "`check` finds errors in the request, or in another document of the pull "
    "request.",
    "freeze.excepted": "Not a fault: a freeze exception lets the change go on; `data` names it, who approved it, and until when.",
    "freeze.ahead": (
        "A change freeze covers the change, grants it no exception, and begins before its window "
        "is over; "
        "`data` names it: `id`, `name`, `start`, `end`."
    ),
    "hold.in_force": "A hold (`changeflow hold`) of what the change touches is in force.",
    "hold.break_glass": "A hold is in force, and an emergency goes on with one approval more.",
    "freeze.in_force": "A change freeze that covers the change and grants it no exception is in "
    "force now; `data` as above.",
    "conflict.goes_first": "Another open change modifies the same items in the same window and "
    "goes first.",
    "deployer.known": "Who starts the deployment, and what else they have to do with the change; "
    "whether they "
    "may is what the policy says.",
    "deployer.unknown": "Who starts the deployment is nobody the roster knows, or an account whose "
    "number GitHub does not tell.",
    "environment.held": "Another release holds an environment this one needs.",
    "github.base_gone": "The base branch of the pull request is gone.",
    "github.budget": "The run has sent as many requests as it allows itself. The next event or the "
    "schedule decides again.",
    "github.clock_skew": "The runner's clock and GitHub's are too far apart to say what time it is.",
    "github.conflict": "GitHub says that what was asked disagrees with what is there by now (409).",
    "github.deadline": "The time of the run would be over before GitHub could answer.",
    "github.failed": "GitHub gave no answer that can be believed; no finer code says why.",
    "github.fetch_needed": "The clone lacks a part of the history, and it cannot be fetched.",
    "github.forbidden": "The token lacks a permission (403).",
    "github.garbled": "An answer is not the JSON it should be: cut off, HTML, empty or ambiguous.",
    "github.graphql": "GitHub answered a GraphQL question with errors. Partial data counts as none.",
    "github.incomplete": "A list could not be read to its end. A part of it counts for nothing.",
    "github.invisible": "The repository is not there, or the token may not see it.",
    "github.moved": "What was read changed meanwhile, or lives elsewhere.",
    "github.no_merge_base": "The pull request and its base have no common history.",
    "github.no_server_time": "GitHub's answers do not say what time it is.",
    "github.not_found": "What was asked for is not there, or the token may not see it.",
    "github.not_offered": "This GitHub does not know the question; an older Enterprise Server does "
    "not offer everything.",
    "github.other_host": "An answer leads to another host, and the token does not go there.",
    "github.other_repository": "Another repository has the name by now.",
    "github.primary_limit": "GitHub's hourly limit of requests is used up, or what is left is kept "
    "for the verdict.",
    "github.rejected": "GitHub understood and said no.",
    "github.secondary_limit": "GitHub's limit for too many requests at once is reached.",
    "github.server_error": "GitHub failed (5xx).",
    "github.unauthorised": "GitHub does not accept the token (401): wrong, expired or revoked.",
    "github.unexpected": "An answer has a shape this version does not know.",
    "github.unreachable": "GitHub did not answer.",
    "identity.changed": "A login of the roster belongs to another account now.",
    "identity.mismatch": "A commit's address names one person, GitHub's account or a valid "
    "signature another. It only warns.",
    "identity.no_id": "The roster lists a login and no account number; logins change hands.",
    "identity.shared": "Two people of the roster list the same account.",
    "inputs.unreadable": "Something that judges cannot be read.",
    "acceptance.complete": "A release that the change is part of was accepted: by a person of the role, who has no part in it.",
    "acceptance.criteria": "A criterion by which the release is accepted is not met, or has no result.",
    "acceptance.does_not_count": "Who accepted the release may not, or did so without a day or ahead of time; `case` "
    "says why.",
    "acceptance.missing": "Nobody has accepted the release.",
    "acceptance.not_merged": "The release, with what it asks of the change, is not on the main branch.",
    "acceptance.unreadable": "A release on the main branch cannot be read, so that nobody knows what it asks.",
    "artifact.differs": "A file that the change deploys is not the one that was approved.",
    "artifact.missing": "A file that the change deploys is not there.",
    "artifact.not_compared": "The files that the change deploys were not looked at; a warning where nothing starts.",
    "artifact.same": "A file that the change deploys is the one that was approved.",
    "evidence.differs": "The file that is recorded is not the one that the rule names, by path, digest or check.",
    "evidence.failed": (
        "What is recorded shows a failure: tests that failed, no test that ran, results of level error, no component, or a "
        "check that did not end with success."
    ),
    "evidence.missing": "The evidence that a rule asks for is not recorded for this commit.",
    "evidence.other_commit": "It is recorded, but for a commit with other content.",
    "evidence.proved": "A piece of evidence that a rule asks for is recorded, and good.",
    "evidence.unproved": "A rule asks for evidence, and not all of it is proved; its parts say which.",
    "evidence.unreadable": "The file that is recorded cannot be judged.",
    "evidence.untrusted": (
        "It was not recorded by an automation that may: without a signature, by a human, by one who has a part in the "
        "change, or by one without the role that the rule names."
    ),
    "ledger.broken": "The ledger does not hold.",
    "policy.fragile": "After the change a rule would need everybody who holds a role: one absence, "
    "and nobody can meet it.",
    "policy.invalid": "A changed policy cannot be read or does not compile.",
    "policy.missing": "There is no policy that could judge.",
    "policy.no_rule_applies": "No rule of this gate applies. Silence is not consent.",
    "policy.none": "No policy has rules for this gate. Silence is not consent.",
    "policy.removed": "The last rules of a gate would be removed.",
    "policy.unsatisfiable": "A changed policy could be satisfied by nobody.",
    "pull.draft": "The pull request is a draft.",
    "pull.edited": "The title or description was edited after an approval. It only warns.",
    "plan.differs": "A plan that was made right now is not the one that was approved.",
    "plan.foreign": "What lies in the place of a plan was made by another program, in another format, or is no regular file.",
    "plan.unasked": "A file lies among the plans that no step asks for.",
    "plan.missing": "The request asks for a plan, and none is kept beside it.",
    "plan.not_compared": "A warning: the gate was asked alone, so that no plan was made for it.",
    "plan.same": "The plans that were made right now are those that were approved.",
    "release.exists": "The change was released already.",
    "release.finished": "The release is over.",
    "release.rollback_failed": "The rollback failed, and a person has to decide.",
    "release.unfinished": "The release is not over.",
    "release.unproven": "The journal of the release is not signed as the repository asked for "
    "then: it closes nothing.",
    "remote.differs": "A warning: an earlier decision notes another remote than the one whose main "
    "branch judges now; `data` "
    "has both addresses (`remote`, `noted`) and the entry (`change`, `seq`).",
    "review.complete": "The post-implementation review is complete and independent.",
    "review.edited": "The text of an approval was edited after it was given. It only warns.",
    "review.in_future": "The review says that it was made on a day that lies ahead.",
    "review.incomplete": "The post-implementation review is not complete.",
    "review.missing": "There is no post-implementation review.",
    "review.not_demanded": "There is no post-implementation review, and the policy asks for none of a "
    "change whose release went like this one.",
    "review.no_time": "A review without a time cannot be put in order.",
    "review.rejected": "Somebody who may approve rejected the change.",
    "review.unknown_state": "A review has a state this version does not know.",
    "reviewer.ghost": "The account that gave the review is gone.",
    "reviewer.not_human": "The review was given by an account that is no person's: a bot, an "
    "organisation.",
    "rule.error": "The rule's condition failed. The gate stays shut.",
    "rule.not_applicable": "The rule's `when` does not hold here.",
    "rule.satisfied": "What the rule asserts holds.",
    "rule.violated": "What the rule asserts does not hold.",
    "rule.warning": "What the rule asserts does not hold; it only warns.",
    "seat.empty": "A seat nobody fills yet.",
    "seat.filled": "A seat and who fills it.",
    "tenure.unknown": "A rule asks how long a role was held, and the history of the roster cannot "
    "be read.",
    "type.declared_too_low": "The declared type is below the computed one.",
    "window.empty": "The window ends before it starts.",
    "window.missing": "The request names no window.",
    "window.none": "An emergency without a window may start at once.",
    "window.not_open": "The window has not opened yet.",
    "window.open": "The window is open.",
    "window.past": "The window is over.",
}
_CODE = re.compile(rf"({'|'.join(sorted({code.split('.')[0] for code in REASON_CODES}))})\.[a-z_]+")
# the host, which is written like a code
# Texts of the same form that are something else: a domain, and names that conditions use.
_NO_CODES = ("github.com", "change.class", "change.declared_type", "change.type")


def reason_codes_page() -> str:
    """Every reason code a decision can give."""
    parts = [
        NOTE,
        "# Reason codes\n",
        (
            "The stable `reason_code` of every node in a decision (`changeflow gate`), of opinions "
            "that do not count, of what"
        ),
        (
            "`changeflow doctor` says, and (`github.`) of why GitHub could not be read. Messages may "
            "change; codes do not.\n"
        ),
        "| code | meaning |\n| --- | --- |",
        *(f"| `{code}` | {_cell(said)} |" for code, said in sorted(REASON_CODES.items())),
    ]
    return "\n".join(parts).rstrip() + "\n"


def reason_codes_in_code() -> set[str]:
    """Reason codes that stand in the deciding parts of the package as text."""
    rooms = ("evidence_files", "gate", "policy", "hosts", "reading", "gate_cases", "release_driver", "usecases")
    texts = {
        text for room in rooms for text in _texts(f"changeflow/{room}") if _CODE.fullmatch(text)
    }
    return {
        text for text in texts if text not in _NO_CODES and not text.endswith((".yaml", ".yml"))
    }


def policies_page() -> str:
    """The default policy pack, rule by rule."""
    parts = [
        NOTE,
        "# The default policies\n",
        (
            "What `changeflow init` copies into `policies/`. They are a starting point and yours to "
            "change; their test cases stand"
        ),
        "in `policies/tests/`. `deny` shuts the gate, `warn` only says so.\n",
    ]
    for path in sorted((PROJECT / "policies").glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        if document["kind"] == "Policy":
            parts += [
                (
                    f"\n## Gate {document['spec']['gate']}: {document['metadata'].get('name', '')} "
                    f"(`policies/{path.name}`)\n"
                )
            ]
            if not document["spec"].get("enabled", True):
                parts += ["Switched off (`enabled: false`): no gate asks these rules.\n"]
            parts += ["| rule | level | asks | clause |", "| --- | --- | --- | --- |"]
            parts += [
                f"| `{rule['id']}` | {rule.get('level', 'deny')} | {_cell(_line(rule['message']))} "
                f"| {rule.get('clause', '')} |"
                for rule in document["spec"]["rules"]
            ]
    return "\n".join(parts).rstrip() + "\n"


def main() -> int:
    """Write every page."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
