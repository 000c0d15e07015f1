"""What `check` says to a Chinese reader of documents that are broken in every way the loader and the schemas know."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from changeflow.checks.calendars import unreadable_periods
from changeflow.documents.document import found_in_file
from changeflow.documents.explain import _WORDS
from changeflow.documents.shipped_schemas import schema
from changeflow.language.findings import for_reader
from changeflow.language.reader import Reader
from changeflow.model.kinds import NAMES
from changeflow.reading.documents import read, tidy
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget

CHINESE = Reader("zh", UTC)
RFC = "changes/CHG-20261121-x/rfc.yaml"
HEAD = "apiVersion: changeflow/v1\nkind: {kind}\nmetadata: {{id: x}}\nspec: {spec}\n"


def said(text: str | bytes, path: str = RFC) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    told = [for_reader(finding, CHINESE) for finding in tidy(read(path, data).findings)]
    return [f"{one.rule}: {one.message} | {one.hint}" for one in told]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "yaml-empty: 该文件是空的 | 请写入文档，或删除该文件"),
        (b"# x\n", "yaml-empty: 该文件只有注释 | 请写入文档，或删除该文件"),
        (b"\xef\xbb\xbfa: 1\n", "yaml-encoding: 该文件以字节顺序标记（BOM）开头 | 请另存为不带 BOM 的 UTF-8"),
        (b"a: \xe9\n", "yaml-encoding: 该文件不是 UTF-8：此处不能出现字节 0xe9 | 请另存为不带 BOM 的 UTF-8"),
        (b"- a\n", "yaml-root: 第 1 个文档是列表，不是映射 | 文档是以 `apiVersion: changeflow/v1` 开头的映射"),
        ("kind：x\n", "yaml-root: `：`（U+FF1A）不是 YAML 的冒号 | 请在键与值之间写半角 `:` 和一个空格"),
        ("a: b: c\n", "yaml-syntax: 不是有效的 YAML：此处不能出现键的值 | 含有 `: ` 的文本需要加引号；也可能是缩进有误"),
        ("a: [1\nb: 2\n", "yaml-syntax: 不是有效的 YAML：此处应有 `,` 或 `]`（解析方括号中的列表时） | 请查看本行和上一行：缩进、缺少的引号或括号"),
        ("a: 1\na: 2\n", "yaml-duplicate-key: 键 `a` 出现两次；前一个在第 1 行第 1 列 | 请只保留一个"),
        ("a: &x 1\n", "yaml-anchor: 不允许使用锚点（`&x`） | 请删除"),
        ("a: no\n", 'yaml-ambiguous: `no` 在此处是文本，但旧版 YAML 工具会读成真假值 | 请加上引号：`"no"`'),
        ("a: \u200b\n", "yaml-character: 不允许使用字符 U+200B：它不可见，或会控制终端 | 请删除，或写明其含义"),
        ("a: " + "x" * 300_000, "yaml-size: 该文件有 300,003 字节，此处最多 262,144 字节 | 请拆分，或将大段文字移到别处"),
    ],
)
def test_a_text_that_is_no_document_is_told_in_chinese(text: str | bytes, expected: str) -> None:
    assert expected in said(text)


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Config", "{timezone: Shanghai}", "config-timezone: `Shanghai` 不是 IANA 时区名称 | 是否应为 `Asia/Shanghai`？"),
        ("Config", "3", "schema-type: `spec` 应为映射，而不是数字 3 | 请在其下缩进书写 `key: value` 各行"),
        ("Config", "{timezon: UTC}", "schema-unknown-key: `spec` 没有 `timezon` 这个键 | 是否应为 `timezone`？"),
        ("ChangeRequest", "{type: emergency}", "schema-required: `spec` 中缺少 `items`：紧急变更必须写明 | 请加上 `items`；还在编写时可写 `draft: true`"),
        ("ChangeRequest", "{draft: 'true'}", "schema-type: `draft` 应为真假值，而不是文本 `true` | 请写 true 或 false"),
        ("Calendar", "{windows: [{id: w, start: '2026-12-20T00:00:00Z', duration: PT0S}]}", "calendar-freeze-order: 维护窗口 `w` 的时长为零 | 例如 PT6H（6 小时）或 P1D（1 天）"),
        ("Calendar", "{windows: [{id: w, start: 2026-02-30T00:00:00Z, duration: P1D}]}", "schema-format: `start`：`2026-02-30T00:00:00Z` 这个时间不存在 | 例如 `2026-11-25T22:00:00+08:00`"),
        ("RiskModel", "{likelihood_bands: [4, 3, 2, 1]}", "risk-bands-order: `likelihood_bands` 必须递增 | 每个数都要大于前一个，例如 `[6, 14, 24, 36]`"),
        ("ConfigurationItem", "{depends_on: [{any_of: [a, b], min: 3}]}", "cmdb-group-min: `min` 是 3，而该组只有 2 个不同成员 | 请减小 `min`，或列出所有成员"),
    ],
)  # fmt: skip
def test_a_document_that_does_not_fit_its_schema_is_told_in_chinese(kind: str, spec: str, expected: str) -> None:
    assert expected in said(HEAD.format(kind=kind, spec=spec), "loose.yaml")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=HOURLY", "FREQ=HOURLY 的重复频率高于每天一次，封网期和维护窗口不会如此"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY 的取值是 1 到 31，或从末尾数起的 -31 到 -1"),
        ("FREQ=DAILY; COUNT=1", "` COUNT` 不是规则的组成部分（不允许有空格）"),
    ],
)
def test_a_recurrence_that_cannot_be_used_is_told_in_chinese(rule: str, expected: str) -> None:
    spec = f"{{freezes: [{{id: f, name: x, start: '2026-12-20T00:00:00Z', duration: P1D, rrule: '{rule}'}}]}}"
    (document,) = read("loose.yaml", HEAD.format(kind="Calendar", spec=spec).encode()).documents
    (found,) = unreadable_periods(document, "UTC")
    assert for_reader(found, CHINESE).message == f"`{rule}` 不是可用的 RFC 5545 规则：{expected}"


def test_what_repeats_itself_is_counted_in_chinese() -> None:
    assert "yaml-ambiguous: 本文件中另有 5 处同类问题 | " in said("a: no\n" + "".join(f"b{i}: no\n" for i in range(9)))
    many = tidy(found_in_file("yaml-documents", "x.yaml", place=(line, 1)) for line in range(1, 9))
    assert [for_reader(one, CHINESE).message for one in many[3:]] == [
        "此处开始第二个文档，而只允许一个",
        "此处开始第二个文档，而只允许一个（本文件中另有 3 处）",
    ]
    assert many[-1].message == "a second document begins here; one is allowed (and 3 times more in this file)"


def test_a_file_that_cannot_be_read_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to("elsewhere.yaml")
    (found,) = check(CheckTarget(None, (), (tmp_path / "link.yaml",))).findings.findings
    assert (found.message, found.hint) == ("this is a symbolic link, not a file", "only plain files are read; links are never followed")
    told = for_reader(found, CHINESE)
    assert told.message.startswith("无法读取该文件：")
    assert "symbolic link" not in told.message
    assert told.hint == "只读取普通文件，从不跟随链接"


def keywords(part: Any) -> set[str]:
    """The keywords of JSON Schema that a schema uses to refuse a value."""
    found: set[str] = set()
    if isinstance(part, list):
        for one in part:
            found |= keywords(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in ("properties", "$defs", "patternProperties"):
                for one in value.values():
                    found |= keywords(one)
            elif key == "if":
                # a condition decides what is asked, and is never told itself
                found.add(key)
            elif key not in ("enum", "const", "default", "examples", "required"):
                found |= {key} | keywords(value)
            else:
                found.add(key)
    return found


# what says nothing about a value, and what the explanation looks into or treats by itself
_SILENT = {"description", "title", "default", "examples", "$id", "$schema", "$defs", "properties"}
_LOOKED_INTO = {"$ref", "items", "prefixItems", "allOf", "if", "then", "else", "propertyNames", "additionalProperties", "required"}


@pytest.mark.parametrize("kind", NAMES)
def test_every_keyword_of_a_schema_has_its_sentence(kind: str) -> None:
    assert keywords(schema(kind)) - _SILENT - _LOOKED_INTO - set(_WORDS) == set()


def test_no_finding_of_the_loader_has_english_words_in_chinese() -> None:
    texts = ("a: {b: 1\n", 'a: "b\n', "a: 'b\n", "a:\n\tb: 1\n", "a: %b\n", "a: |0\n", 'a: "\\q"\n', "%FOO\n---\na: 1\n", "? [a]\n: b\n", "a: *b\n", "a: b\n c\nd\n")
    for text in texts:
        for line in said(text):
            bare = re.sub(r"`[^`]*`", "", line.partition(": ")[2])
            assert not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", bare), (text, line)
