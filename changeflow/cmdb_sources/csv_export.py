"""A table of items and a table of dependencies, as CSV: any export that has no reader of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from changeflow.cmdb_sources.delimited import TableRow, folded, missing_column, table_rows
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.rows import (
    ATTRIBUTES,
    EdgeRow,
    ItemRow,
    Row,
    SourceFile,
    Strength,
    found_at,
)
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

EDGE_COLUMNS: Final = ("from", "to", "strength", "group", "min")
# What Chinese spreadsheets call them; a column with the English name counts first.
_CHINESE: Final = {
    "编号": "id", "标识": "id", "配置项": "id", "名称": "name", "类型": "type", "状态": "status",
    "重要性": "criticality", "重要等级": "criticality", "级别": "criticality",
    "责任人": "owner", "负责人": "owner", "所有者": "owner",
    "环境": "environment", "描述": "description", "说明": "description",
    "依赖方": "from", "被依赖方": "to", "强度": "strength", "冗余组": "group", "最少": "min",
}  # fmt: skip
_STRENGTHS: Final[dict[str, Strength]] = {
    "hard": "hard",
    "soft": "soft",
    "硬": "hard",
    "强": "hard",
    "强依赖": "hard",
    "软": "soft",
    "弱": "soft",
    "弱依赖": "soft",
}
# What their cells say of types and environments. A type or environment that is called otherwise
# here is translated by `values` of the mapping, which counts first.
_CHINESE_WORDS: Final[dict[str, dict[str, str]]] = {
    "type": {
        "业务服务": "business-service", "应用": "application", "应用系统": "application",
        "系统": "application", "网站": "application", "服务": "service", "接口": "service",
        "组件": "component", "数据库": "database", "缓存": "cache", "队列": "queue",
        "消息队列": "queue", "服务器": "server", "主机": "server", "虚拟机": "server",
        "集群": "cluster", "平台": "platform", "中间件": "platform", "网络": "network",
        "网络设备": "network", "存储": "storage", "设备": "device", "库": "library",
        "外部服务": "external",
    },
    "environment": {
        "生产": "production", "生产环境": "production", "预发布": "staging",
        "预发布环境": "staging", "预生产": "staging", "预生产环境": "staging", "测试": "test",
        "测试环境": "test", "开发": "development", "开发环境": "development",
    },
}  # fmt: skip
_LIMIT: Final = FORMATS["csv"].limit


def read(files: Iterable[SourceFile], spec: SourceSpec) -> Iterator[Row]:
    """Yield the items and dependencies of tables.

    Which of both a table holds is said by the source, or by its columns.
    """
    columns = Columns(spec)
    for file in files:
        kind = said(file.path, spec)
        for row in table_rows(file, _LIMIT, columns.kinds, columns.other_names):
            if isinstance(row, Finding):
                yield row
                continue
            kind = kind or looks_like(row, columns)
            found = columns.edge(row) if kind == "edges" else columns.item(row)
            yield found
            if isinstance(found, Finding) and found.rule == "source-column":
                break


def said(path: str, spec: SourceSpec) -> str:
    """Return what the source says that a file holds; empty where it does not say it."""
    if path == spec.edges:
        return "edges"
    return "nodes" if path == spec.nodes else ""


def looks_like(row: TableRow, columns: Columns) -> str:
    """Return what a table holds whose first row is this."""
    ends = (columns.of("from"), columns.of("to"))
    return "edges" if all(column in row.cells for column in ends) else "nodes"


class Columns:
    """Where a table has what."""

    def __init__(self, spec: SourceSpec) -> None:
        known = ("id", *ATTRIBUTES, *EDGE_COLUMNS)
        self._columns = {name: folded(spec.columns.get(name, name)) for name in known}
        self.kinds = ((self.of("id"),), (self.of("from"), self.of("to")))
        mapped = set(self._columns.values())
        self.other_names: dict[str, str] = {}
        for chinese, name in _CHINESE.items():
            if name not in spec.columns and chinese not in mapped:
                self.other_names[chinese] = name
        self._taken = {self._columns[name] for name in ("id", *ATTRIBUTES)}
        self._values = {}
        for name, values in spec.values.items():
            self._values[name] = {folded(word): meaning for word, meaning in values.items()}

    def of(self, name: str) -> str:
        """Return the column that has an attribute."""
        return self._columns[name]

    def value(self, row: TableRow, name: str) -> str | None:
        """Return what a row says, as the mapping of the source translates it."""
        text = row.cells.get(self._columns[name])
        return None if text is None else self.translated(name, text)

    def translated(self, name: str, text: str) -> str:
        """Return what a value of an attribute means."""
        values, word = self._values.get(name), folded(text)
        if values is not None and word in values:
            return values[word]
        words = _CHINESE_WORDS.get(name)
        return text if words is None else words.get(word, text)

    def translates(self, name: str) -> bool:
        """Return whether values of an attribute may mean others."""
        return name in self._values or name in _CHINESE_WORDS

    def item(self, row: TableRow) -> ItemRow | Finding:
        """Return the item of a row."""
        name = self.value(row, "id")
        if name is None:
            column = self._columns["id"]
            return missing_column(row.place, column, row.cells)
        values = {attribute: self.value(row, attribute) for attribute in ATTRIBUTES}
        ci = id_of(name)
        if values["name"] is None and ci != name:
            values["name"] = name
        return ItemRow(ci, row.place, labels=self._labels(row), **values)

    def _labels(self, row: TableRow) -> Mapping[str, str] | None:
        rest = {name: value for name, value in row.cells.items() if self.is_label(name)}
        return rest or None

    def is_label(self, column: str) -> bool:
        """Return whether what a column of items holds is a label."""
        return column not in self._taken

    def edge(self, row: TableRow) -> EdgeRow | Finding:
        """Return the dependency of a row."""
        ends = [self.value(row, name) for name in ("from", "to")]
        for name, end in zip(("from", "to"), ends, strict=True):
            if end is None:
                return missing_column(row.place, self._columns[name], row.cells)
        dependent, dependency = (id_of(end) for end in ends if end is not None)
        word, number = self.value(row, "strength"), self.value(row, "min")
        strength = "hard" if word is None else strength_of(word)
        if strength is None:
            return found_at("source-row", row.place, case="strength", value=word)
        least = 1 if number is None else _whole_number(number)
        if least is None:
            return found_at("source-row", row.place, case="min", value=number)
        group = self.value(row, "group")
        return EdgeRow(dependent, dependency, row.place, strength, group, least)


def strength_of(word: str) -> Strength | None:
    """Return the strength that a word means; None for one that is not known."""
    return _STRENGTHS.get(folded(word))


def _whole_number(text: str) -> int | None:
    """Return a number from 1 on; a spreadsheet may have written `2,0` or `2.0`."""
    whole, _, rest = text.replace(",", ".").partition(".")
    if not whole.isdecimal() or rest.strip("0") or len(whole) > len("1000"):
        return None
    return int(whole) or None
