"""Findings for people and machines: whatever documents say, no output can be driven by it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import valid_repository as valid
from hypothesis import given, settings
from hypothesis import strategies as st
from valid_repository import RFC_PATH

from changeflow.checks.catalogue import BY_ID
from changeflow.model.answers.table import ANSWERS
from changeflow.model.findings import Finding, Findings
from changeflow.render.findings import FORMATS, for_reader
from changeflow.usecases.check.check import Checked, check
from changeflow.usecases.check.target import CheckTarget
from tests.examples import examples

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
HOSTILE = 'x\n::error::y %0A\r##[set-output]z ]]> <script> & "q" \x1b[31m\u202e\x00\ud800 [a](http://b) 支付, a:b'


@pytest.fixture
def found(tmp_path: Path) -> Checked:
    return check(
        CheckTarget(valid.write(tmp_path, (RFC_PATH, "alice", "alcie"), ("cmdb/payments.yaml", "type: service", "type: servise")))
    )


def one(message: str = "m", **changes: Any) -> Checked:
    fields = {
        "rule": "rfc-unknown-ci",
        "level": "error",
        "message": message,
        "hint": "h",
        "path": "a.yaml",
        "route": ("spec", 0),
        "line": 3,
        "column": 5,
    }
    finding = Finding(**(fields | changes))  # type: ignore[arg-type]
    return Checked(Findings((finding,), 1), {(finding.path, 3): f"    {message}"}, (finding.path,))


def test_the_json_answer_fits_its_schema_and_has_every_key(found: Checked) -> None:
    answer = json.loads(FORMATS["json"](found))
    jsonschema.validate(answer, json.loads((SCHEMAS / "answers" / "findings.schema.json").read_text(encoding="utf-8")))
    ANSWERS["findings"].model_validate(answer)
    assert answer["documents"] == 17
    assert (answer["errors"], answer["warnings"]) == (1, 1)
    assert answer["findings"][0]["route"] == ["metadata", "requester"]
    assert (answer["findings"][0]["line"], answer["findings"][0]["column"]) == (7, 14)


def test_the_text_shows_the_line_with_a_mark_under_the_place(found: Checked) -> None:
    lines = FORMATS["text"](found).splitlines()
    assert lines[0] == f"{RFC_PATH}:7:14: error: the requester `alcie` is not in the roster [rfc-unknown-person]"
    assert lines[1] == "     7 |   requester: alcie"
    assert lines[2] == "       |              ^"
    assert lines[2].index("^") == lines[1].index("alcie")
    assert lines[3] == "  hint: did you mean `alice`?"
    assert lines[-1] == "17 documents checked: 1 error, 1 warning"


def test_the_mark_stands_under_the_place_behind_wide_characters_too() -> None:
    finding = Finding("r", "error", "m", path="a.yaml", line=1, column=5)
    text = FORMATS["text"](Checked(Findings((finding,), 1), {("a.yaml", 1): "标题: x"}))
    shown, mark = text.splitlines()[1:3]
    assert shown.endswith("标题: x")
    assert mark.index("^") - mark.index("|") == len("| ") + len("标题") * 2 + len(": ")


def test_a_long_line_is_cut_around_the_place() -> None:
    finding = Finding("r", "error", "m", path="a.yaml", line=1, column=5_001)
    text = FORMATS["text"](Checked(Findings((finding,), 1), {("a.yaml", 1): "x" * 5_000 + "HERE" + "y" * 5_000}))
    shown, mark = text.splitlines()[1:3]
    assert len(shown) < 140
    assert shown[mark.index("^") :].startswith("HERE")


def test_a_place_far_to_the_right_is_shown_as_the_file_has_it(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    title = "标" * 2_000 + "\u200b" + "题" * 2_000
    path.write_text(f"apiVersion: changeflow/v1\nkind: Config\nmetadata: {{id: x}}\nspec: {{x: {title}}}\n", encoding="utf-8")
    found = [line for line in FORMATS["text"](check(CheckTarget(None, (), (path,)))).splitlines() if "标" in line]
    assert any("标\\u200b题" in line for line in found)


def test_what_stands_around_findings_is_in_the_language_of_the_reader(found: Checked) -> None:
    lines = FORMATS["text"](for_reader(found, "text", "zh")).splitlines()
    assert lines[0] == f"{RFC_PATH}:7:14: 错误：申请人 `alcie` 不在人员名册中 [rfc-unknown-person]"
    assert lines[3] == "  提示：是否应为 `alice`？"
    assert lines[-1] == "已检查 17 个文档：1 个错误，1 个警告"
    annotation = FORMATS["github"](for_reader(found, "github", "zh")).splitlines()[0]
    assert annotation.endswith("::申请人 `alcie` 不在人员名册中%0A提示：是否应为 `alice`？")
    assert FORMATS["json"](for_reader(found, "json", "zh")) == FORMATS["json"](found)
    nothing = Checked(Findings((), 1_200))
    assert FORMATS["text"](for_reader(nothing, "text", "zh")) == "已检查 1,200 个文档，没有发现问题\n"
    assert FORMATS["text"](nothing) == "1,200 documents checked, no problems\n"


def test_a_repository_in_chinese_answers_an_english_reader_in_english(found: Checked) -> None:
    chinese = replace(found, language="zh")
    assert FORMATS["text"](for_reader(chinese, "text", "en")) == FORMATS["text"](found)


def test_nothing_a_document_says_drives_a_terminal() -> None:
    text = FORMATS["text"](one(HOSTILE, hint=HOSTILE, path=HOSTILE))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", text)


def test_nothing_a_document_says_becomes_a_workflow_command() -> None:
    text = FORMATS["github"](one(HOSTILE, hint=HOSTILE, path="a,b:c%.yaml", rule="r"))
    assert len(text.splitlines()) == 1
    assert text.startswith("::error file=a%2Cb%3Ac%25.yaml,line=3,col=5,title=r::")
    assert "##[" not in text
    assert "%250A" in text


def test_annotations_of_files_as_a_whole_have_no_line() -> None:
    assert FORMATS["github"](one(line=0, column=0)).startswith("::error file=a.yaml,title=rfc-unknown-ci::m%0Ahint: h")


def test_annotations_count_from_the_top_of_the_git_repository() -> None:
    checked = one()
    assert "file=ops/a.yaml," in FORMATS["github"](Checked(checked.findings, prefix="ops/"))
    sarif = json.loads(FORMATS["sarif"](Checked(checked.findings, prefix="ops/")))
    assert sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "ops/a.yaml"


# What SARIF 2.1.0 (section 3) demands of the parts that are written here.
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {
            "type": "object", "required": ["tool", "results"], "additionalProperties": False,
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "originalUriBaseIds": {"type": "object", "additionalProperties": {"type": "object"}},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name"], "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string"}, "version": {"type": "string"}, "informationUri": {"type": "string"},
                        "rules": {"type": "array", "uniqueItems": True, "items": {
                            "type": "object", "required": ["id"], "additionalProperties": False,
                            "properties": {"id": {"type": "string"}, "shortDescription": {"type": "object", "required": ["text"]}},
                        }},
                    },
                }}},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["message"], "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0},
                        "level": {"enum": ["none", "note", "warning", "error"]},
                        "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
                        "locations": {"type": "array", "items": {
                            "type": "object", "additionalProperties": False,
                            "properties": {
                                "physicalLocation": {"type": "object", "required": ["artifactLocation"], "additionalProperties": False,
                                    "properties": {
                                        "artifactLocation": {"type": "object", "additionalProperties": False, "properties": {
                                            "uri": {"type": "string", "pattern": "^[A-Za-z0-9._~/%-]*$"}, "uriBaseId": {"type": "string"}}},
                                        "region": {"type": "object", "additionalProperties": False, "properties": {
                                            "startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}}},
                                    }},
                                "logicalLocations": {"type": "array", "items": {
                                    "type": "object", "additionalProperties": False,
                                    "properties": {"fullyQualifiedName": {"type": "string"}}}},
                            },
                        }},
                    },
                }},
            },
        }},
    },
}  # fmt: skip


def test_sarif_has_the_shape_the_standard_demands(found: Checked) -> None:
    for checked in (found, one(HOSTILE, path="changes/支付 1.yaml"), one(line=0, column=0), Checked(Findings((), 3))):
        log = json.loads(FORMATS["sarif"](checked))
        jsonschema.validate(log, SARIF)
        (run,) = log["runs"]
        for result in run["results"]:
            rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
            assert rule["id"] == result["ruleId"]
            assert rule["shortDescription"]["text"] == BY_ID[rule["id"]].sentence


def test_a_link_in_a_message_is_no_link_in_sarif() -> None:
    assert "](" not in json.loads(FORMATS["sarif"](one("[click](http://evil)")))["runs"][0]["results"][0]["message"]["text"]


def test_junit_has_a_case_for_each_file_and_a_failure_for_each_with_errors(found: Checked) -> None:
    suites = ET.fromstring(FORMATS["junit"](found))  # noqa: S314 - our own output
    cases = {case.attrib["name"]: case for case in suites.iter("testcase")}
    assert len(cases) == 11
    assert [name for name, case in cases.items() if case.find("failure") is not None] == [RFC_PATH]
    assert cases["cmdb/payments.yaml"].find("system-out") is not None
    assert (suites.attrib["tests"], suites.attrib["failures"]) == ("11", "1")


@given(st.text(max_size=60))
@settings(max_examples=examples(150))
def test_every_format_survives_any_text(text: str) -> None:
    checked = one(text, hint=text, path=text or "x")
    for name in ("json", "sarif"):
        json.loads(FORMATS[name](checked))
    ET.fromstring(FORMATS["junit"](checked))  # noqa: S314 - our own output
    assert len(FORMATS["github"](checked).splitlines()) == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", FORMATS["text"](checked))
