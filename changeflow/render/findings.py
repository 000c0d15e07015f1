"""Findings as text for people, and as JSON, GitHub annotations, SARIF and JUnit for machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from changeflow import __version__
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.render.excerpt import excerpt
from changeflow.render.lines import ended, spelt

if TYPE_CHECKING:
    from changeflow.model.findings import Finding
    from changeflow.render.presentation import Presentation
    from changeflow.usecases.check.check import Checked


def _dumps(value: Any) -> str:
    from changeflow.model.characters import visible
    from changeflow.render.json_text import as_json

    return visible(as_json(value))


# Findings of one rule and level that the text lists.
MOST: Final = 50
# Formats that people read; the others are for programs, and English.
_READ: Final = ("text", "github")


def for_reader(checked: Checked, format_: str, language: LanguageName) -> Checked:
    """Return what was found in the language of the reader, where people read it.

    Args:
        checked: what was found, its messages and hints in English.
        format_: the format of the answer.
        language: of the reader.
    """
    from dataclasses import replace

    if format_ not in _READ:
        return checked
    checked = replace(checked, language=language)
    if language == ENGLISH or not checked.findings.findings:
        return checked
    from datetime import UTC

    from changeflow.language.findings import for_reader as said_for
    from changeflow.language.reader import Reader

    reader = Reader(language, UTC)
    told = tuple(said_for(finding, reader) for finding in checked.findings.findings)
    return replace(checked, findings=replace(checked.findings, findings=told))


def first_of_each(
    checked: Checked, *, lists_all: bool
) -> tuple[Checked, dict[tuple[str, str], int]]:
    """Return the first findings of each rule and level, and how many more there are of which.

    Args:
        checked: what was found.
        lists_all: whether to leave out none.
    """
    found = checked.findings
    if lists_all or len(found.findings) <= MOST:
        return checked, {}
    from collections import Counter
    from dataclasses import replace

    counts: Counter[tuple[str, str]] = Counter()
    listed = []
    for finding in found.findings:
        same = (finding.rule, finding.level)
        counts[same] += 1
        if counts[same] <= MOST:
            listed.append(finding)
    left_out = {same: count - MOST for same, count in counts.items() if count > MOST}
    return replace(checked, findings=replace(found, findings=tuple(listed))), left_out


def _says(checked: Checked, key: str, **texts: str) -> str:
    """Return what stands around findings, in the language of the reader.

    It is put together from texts alone: what makes sentences from data takes long to import, and
    most checks find nothing.
    """
    from changeflow.language.catalogue import template

    found = template(checked.language, key)
    if found is None:
        raise KeyError(key)
    return found[0].format(**texts)


# -- text --------------------------------------------------------------------------------------


def text(
    checked: Checked,
    to: Presentation | None = None,
    left_out: Mapping[tuple[str, str], int] | None = None,
) -> str:
    """Render place, message, the line with a mark under the place, and a hint.

    Args:
        checked: what was found.
        to: the reader at a terminal; None: the text goes elsewhere.
        left_out: how many findings of a rule and level there are beside those of `checked`.
    """
    left_out = left_out or {}
    parts = []
    for finding in checked.findings.findings:
        parts.append(_finding_text(checked, finding, to))
    more = []
    for (rule, level), count in sorted(left_out.items()):
        number = _count(checked, f"{level}s", count)
        more.append(_says(checked, "check.left_out", number=number, rule=rule) + "\n")
    summary = _summary(checked, left_out)
    if to is not None:
        summary = to.painted("fail" if _number(checked, "error", left_out) else "pass", summary)
    return "\n".join([*parts, *more, summary]) + "\n"


def _finding_text(checked: Checked, finding: Finding, to: Presentation | None) -> str:
    place = f"{finding.path}:{finding.line}:{finding.column}" if finding.line else finding.path
    rule = f" [{finding.rule}]" if to is None or to.shows_codes else ""
    level = _says(checked, f"check.{finding.level}")
    if to is not None:
        level = to.painted(finding.level, level)
    said = _says(checked, "check.finding", level=level, said=finding.message)
    width = None if to is None else to.width
    lines = [f"{place}: {said}{rule}"]
    shown: list[str] = []
    line = checked.excerpts.get((finding.path, finding.line))
    if line is not None:
        shown = excerpt(line, finding.line, finding.column, width)
    hint = []
    if finding.hint:
        hint.append(f"  {_says(checked, 'check.hint', hint=finding.hint)}")
    if width is None:
        return "\n".join(map(spelt, [*lines, *shown, *hint])) + "\n"
    from changeflow.render.table import folded

    lines, hint = ([folded(spelt(one), width) for one in part] for part in (lines, hint))
    return "\n".join([*lines, *shown, *hint]) + "\n"


def _number(checked: Checked, level: str, left_out: Mapping[tuple[str, str], int]) -> int:
    """Return how many findings of a level there are, listed or not."""
    listed = sum(finding.level == level for finding in checked.findings.findings)
    return listed + sum(count for (_, of), count in left_out.items() if of == level)


def _summary(checked: Checked, left_out: Mapping[tuple[str, str], int]) -> str:
    findings = checked.findings
    documents = _count(checked, "documents", findings.documents)
    if not findings.findings:
        return _says(checked, "check.clean", documents=documents)
    errors = _count(checked, "errors", _number(checked, "error", left_out))
    warnings = _count(checked, "warnings", _number(checked, "warning", left_out))
    return _says(checked, "check.found", documents=documents, errors=errors, warnings=warnings)


def _count(checked: Checked, what: str, number: int) -> str:
    case = "one" if number == 1 else "many"
    return _says(checked, f"check.{what}:{case}", count=f"{number:,}")


# -- json --------------------------------------------------------------------------------------


def json(checked: Checked) -> str:
    """Render the answer `changeflow/findings/v1`."""
    findings = checked.findings
    return _dumps(
        {
            "schema": "changeflow/findings/v1",
            "findings": [finding.as_json() for finding in findings.findings],
            "documents": findings.documents,
            "errors": findings.errors,
            "warnings": findings.warnings,
        }
    )


# -- github ------------------------------------------------------------------------------------


def github(checked: Checked) -> str:
    """Render workflow commands that become annotations.

    Everything from documents is escaped: nothing in it can be a command.
    """
    return ended(_annotation(checked, finding) for finding in checked.findings.findings)


def _annotation(checked: Checked, finding: Finding) -> str:
    place = f",line={finding.line},col={finding.column}" if finding.line else ""
    properties = (
        f"file={_property(spelt(checked.prefix + finding.path))}{place},"
        f"title={_property(finding.rule)}"
    )
    hint = ""
    if finding.hint:
        hint = "\n" + _says(checked, "check.hint", hint=spelt(finding.hint))
    return f"::{finding.level} {properties}::{_data(spelt(finding.message) + hint)}"


def _data(value: str) -> str:
    """Escape the data of a workflow command.

    `##[` is the older spelling of commands, which runners find anywhere in a line.
    """
    return (
        value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace("##[", "# #[")
    )


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


# -- sarif -------------------------------------------------------------------------------------


def sarif(checked: Checked) -> str:
    """Render SARIF 2.1.0, as code hosts and editors read it. Columns count code points."""
    from changeflow.checks.catalogue import BY_ID

    used = sorted({finding.rule for finding in checked.findings.findings})
    rules = []
    for rule in used:
        text = BY_ID[rule].sentence if rule in BY_ID else rule
        rules.append({"id": rule, "shortDescription": {"text": text}})
    results = []
    for finding in checked.findings.findings:
        results.append(_result(finding, used.index(finding.rule), checked.prefix))
    driver = {
        "name": "changeflow",
        "version": __version__,
        "informationUri": "https://changeflow.dev",
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "SRCROOT": {"description": {"text": "The top of the git repository"}}
        },
        "results": results,
    }
    return _dumps(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        }
    )


def _result(finding: Finding, index: int, prefix: str) -> dict[str, Any]:
    from urllib.parse import quote

    physical: dict[str, Any] = {
        "artifactLocation": {"uri": quote(prefix + finding.path), "uriBaseId": "SRCROOT"}
    }
    if finding.line:
        physical["region"] = {"startLine": finding.line, "startColumn": finding.column}
    hint = f"\nhint: {finding.hint}" if finding.hint else ""
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.route:
        route = "/".join(map(str, finding.route))
        location["logicalLocations"] = [{"fullyQualifiedName": spelt(route)}]
    # `[text](target)` would become a link
    message = (finding.message + hint).replace("](", "] (")
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": message},
        "locations": [location],
    }


# -- junit -------------------------------------------------------------------------------------


def junit(checked: Checked) -> str:
    """Render JUnit XML: one test case for each file, a failure for each error in it.

    Warnings go to the case's output.
    """
    from xml.etree import ElementTree as ET

    by_path: dict[str, list[Finding]] = {path: [] for path in checked.paths}
    for finding in checked.findings.findings:
        by_path.setdefault(finding.path, []).append(finding)
    failed = len({finding.path for finding in checked.findings.findings if _is_error(finding)})
    counts = {"tests": str(len(by_path)), "failures": str(failed), "errors": "0"}
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": "changeflow check", **counts})
    for path, listed in by_path.items():
        case = ET.SubElement(
            suite, "testcase", {"name": spelt(path), "classname": "changeflow.check"}
        )
        _case(ET.SubElement, case, listed)
    ET.indent(suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"
    )


def _case(add: Callable[..., Any], case: Any, listed: list[Finding]) -> None:
    wrong = list(filter(_is_error, listed))
    if wrong:
        first = wrong[0]
        failure = add(case, "failure", {"type": first.rule, "message": spelt(first.message)})
        failure.text = "\n".join(map(_line, wrong))
    warned = [finding for finding in listed if finding.level == "warning"]
    if warned:
        add(case, "system-out").text = "\n".join(map(_line, warned))


def _is_error(finding: Finding) -> bool:
    return finding.level == "error"


def _line(finding: Finding) -> str:
    hint = f" (hint: {finding.hint})" if finding.hint else ""
    return spelt(
        f"{finding.path}:{finding.line}:{finding.column}: {finding.rule}: {finding.message}{hint}"
    )


FORMATS: Final[dict[str, Callable[[Checked], str]]] = {
    "text": text,
    "json": json,
    "github": github,
    "sarif": sarif,
    "junit": junit,
}
