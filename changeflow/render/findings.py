"""Findings as text for people, and as JSON, GitHub annotations, SARIF and JUnit for machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from changeflow import __version__
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.render.lines import ended

if TYPE_CHECKING:
    from changeflow.model.findings import Finding
    from changeflow.render.presentation import Presentation
    from changeflow.usecases.check.check import Checked

# columns of a line that are shown around the place a finding is about
_WIDTH: Final = 110
# cells of a terminal that are used at least
_NARROWEST: Final = 40


def _dumps(value: Any) -> str:
    from changeflow.model.characters import visible
    from changeflow.render.json_text import as_json

    return visible(as_json(value))


# Formats that people read; the others are for programs, and English.
_READ: Final = ("text", "github")


def for_reader(checked: Checked, format_: str, language: LanguageName) -> Checked:
    """Return what was found with its messages and hints in a language, where people read them."""
    if language == ENGLISH or format_ not in _READ or not checked.findings.findings:
        return checked
    from dataclasses import replace
    from datetime import UTC

    from changeflow.language.reader import Reader
    from changeflow.language.sentences import say_or

    reader, told = Reader(language, UTC), []
    for finding in checked.findings.findings:
        if finding.data is not None:
            said = say_or(finding.rule, finding.data, reader, finding.message, finding.hint)
            finding = replace(finding, message=said.text, hint=said.hint)  # noqa: PLW2901
        told.append(finding)
    return replace(checked, findings=replace(checked.findings, findings=tuple(told)))


# -- text --------------------------------------------------------------------------------------


def text(checked: Checked, to: Presentation | None = None) -> str:
    """Render place, message, the line with a mark under the place, and a hint.

    Args:
        checked: what was found.
        to: the reader at a terminal; None: the text goes elsewhere.
    """
    parts = []
    for finding in checked.findings.findings:
        excerpt = checked.excerpts.get((finding.path, finding.line))
        parts.append(_finding_text(finding, excerpt, to))
    summary = _summary(checked)
    if to is not None:
        summary = to.painted("fail" if checked.findings.errors else "pass", summary)
    return "\n".join([*parts, summary]) + "\n"


def _finding_text(finding: Finding, line: str | None, to: Presentation | None) -> str:
    place = f"{finding.path}:{finding.line}:{finding.column}" if finding.line else finding.path
    rule = f" [{finding.rule}]" if to is None or to.shows_codes else ""
    level = finding.level if to is None else to.painted(finding.level, finding.level)
    lines = [f"{place}: {level}: {finding.message}{rule}"]
    excerpt: list[str] = []
    if line is not None:
        excerpt = _excerpt(line, finding.line, finding.column, _width_of(line, to))
    hint = [f"  hint: {finding.hint}"] if finding.hint else []
    if to is None or to.width is None:
        return "\n".join(map(spelt, [*lines, *excerpt, *hint])) + "\n"
    from changeflow.render.table import folded

    lines, hint = ([folded(spelt(one), to.width) for one in part] for part in (lines, hint))
    return "\n".join([*lines, *map(spelt, excerpt), *hint]) + "\n"


def _width_of(line: str, to: Presentation | None) -> int:
    """Return how many characters of a line are shown."""
    if to is None or to.width is None:
        return _WIDTH
    room = max(_NARROWEST, to.width) - len("  1234 | …")
    # a character may take two cells
    return min(_WIDTH, room if line.isascii() else room // 2)


def _excerpt(line: str, number: int, column: int, width: int) -> list[str]:
    """Render the line with a caret below the column; of a long line the part around it."""
    start = max(0, column - 1 - width // 2) if len(line) > width else 0
    before, after = spelt(line[start : column - 1]), spelt(line[column - 1 : start + width])
    lead = f"  {number:>4} | "
    cut = "…" if start else ""
    return [
        f"{lead}{cut}{before}{after}",
        f"{' ' * (len(lead) - 2)}| {' ' * (_columns(before) + len(cut))}^",
    ]


def _columns(shown: str) -> int:
    if shown.isascii():
        return len(shown)
    from changeflow.render.table import cells

    return cells(shown)


def spelt(value: str) -> str:
    """Return a text on one line, with control and invisible characters written out."""
    from changeflow.model.characters import visible

    return visible(value.replace("\t", " ").replace("\r", "\\r").replace("\n", "\\n"))


def _summary(checked: Checked) -> str:
    findings = checked.findings
    documents = _count(findings.documents, "document")
    if not findings.findings:
        return f"{documents} checked, no problems"
    return (
        f"{documents} checked: {_count(findings.errors, 'error')}, "
        f"{_count(findings.warnings, 'warning')}"
    )


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s"


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
    return ended(_annotation(finding, checked.prefix) for finding in checked.findings.findings)


def _annotation(finding: Finding, prefix: str) -> str:
    place = f",line={finding.line},col={finding.column}" if finding.line else ""
    properties = (
        f"file={_property(spelt(prefix + finding.path))}{place},title={_property(finding.rule)}"
    )
    hint = f"\nhint: {spelt(finding.hint)}" if finding.hint else ""
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
