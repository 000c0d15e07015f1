"""How a document does not fit its schema, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "schema-api-version": (
        "`apiVersion` 是 {given:shown}，而此版本的 changeflow 只读取 `{version}`",
        "请写 `apiVersion: {version}`",
    ),
    "schema-api-version:missing": ("缺少 `apiVersion`", "请写 `apiVersion: {version}`"),
    "schema-kind": ("{given:shown} 不是文档种类", "{what_now:sentences}"),
    "schema-kind:missing": ("缺少 `kind`", "请写 `kind: ` 和其中之一：{kinds:list}"),
    "schema-refused": ("这不是有效的 {kind}", "可用 `changeflow schema export` 导出其模式"),
    "schema-required": ("缺少 `{name}`", "请加上 `{name}`"),
    "schema-required:in": ("`{path}` 中缺少 `{name}`", "请加上 `{name}`"),
    "schema-required:emergency": (
        "`{path}` 中缺少 `{name}`：紧急变更必须写明",
        "请加上 `{name}`；还在编写时可写 `draft: true`",
    ),
    "schema-required:type": (
        "`{path}` 中缺少 `{name}`：{type:word}必须写明",
        "请加上 `{name}`；还在编写时可写 `draft: true`",
    ),
    "schema-unknown-key": ("`{path}` 没有 {key:shown} 这个键", "{what_now:sentences}"),
    "schema-unknown-key:document": ("文档没有 {key:shown} 这个键", "{what_now:sentences}"),
    "schema-key": ("键 {key:shown} 不在允许的范围内：{allowed:list}", "{what_now:sentences}"),
    "schema-key:name": (
        "键 {key:shown} 不是名称",
        "编号和名称只用 ASCII 字母、数字、`.`、`_` 和 `-`，并以字母或数字开头",
    ),
    "schema-empty": ("{name:part} 是空的", "请填写，或删除该行"),
    "schema-type": (
        "{name:part} 应为{wanted:types}，而不是{given:article}",
        "{what_now:sentences}",
    ),
    "schema-type:number": ("`{name}` 应为文本，而不是数字 {written}", '请加上引号：`"{written}"`'),
    "schema-choice": (
        "{name:part} 是 {given:shown}；只能是其中之一：{allowed:list}",
        "{what_now:sentences}",
    ),
    "schema-choice:constant": "{name:part} 只能是 {wanted:shown}，不能是 {given:shown}",
    "schema-pattern": (
        "{name:part} 的值 {given:shown} 不是有效的编号",
        "编号和名称只用 ASCII 字母、数字、`.`、`_` 和 `-`，并以字母或数字开头",
    ),
    "schema-pattern:change": (
        "{name:part} 的值 {given:shown} 不是变更编号",
        "变更编号形如 CHG-20261121-payments-db-upgrade：日期之后是 a-z、0-9 和 `-`，最多 60 个字符",
    ),
    "schema-pattern:address": (
        "{name:part} 的值 {given:shown} 不是电子邮件地址",
        "例如 alice@example.com",
    ),
    "schema-pattern:digest": (
        "{name:part} 的值 {given:shown} 不是 SHA-256 摘要",
        "摘要是 `sha256:` 加 64 位 0-9 和 a-f，请完整复制：`changeflow ledger verify` 和 `ledger log` 会列出",
    ),
    "schema-pattern:variable": (
        "{name:part} 的值 {given:shown} 不是变量名",
        "只用 ASCII 字母、数字和 `_`；`*` 代表名称的任意部分",
    ),
    "schema-pattern:reason_code": (
        "{name:part} 的值 {given:shown} 不是理由代码",
        "例如 team.not_ready：用 a-z、0-9 和 `_`，中间用 `.` 分隔",
    ),
    "schema-pattern:path": (
        "{name:part} 的值 {given:shown} 不是仓库中的路径",
        "请从仓库顶层写起，用 `/` 分隔，不含 `.` 和 `..`",
    ),
    "schema-pattern:target": (
        "{name:part} 的值 {given:shown} 不是目标",
        "请写 `<=` 或 `>=`、数字和单位：`%`、`h`（小时）、`min`（分钟）、`per day`（每天）、`per person`（人均）；例如 `<= 10 %`",
    ),
    "schema-pattern:clock": (
        "{name:part} 的值 {given:shown} 不是一天中的时刻",
        '请加引号，时、分各两位，中间用半角冒号，例如 `"09:00"`；一天的结束在 `to` 中写作 `"24:00"`',
    ),
    "schema-pattern:country": (
        "{name:part} 的值 {given:shown} 不是国家代码",
        "请填写两个或三个大写字母的 ISO 3166 代码，例如 CN 或 DE；地区写入 `region`",
    ),
    "schema-pattern:key": (
        "{name:part} 不是 SSH 公钥",
        "请复制 .pub 文件中的那一行，例如 `ssh-ed25519 AAAA... name`",
    ),
    "schema-format:date": ("{name:part}：{given:shown} 不是日期", "例如 `2026-11-21`"),
    "schema-format:no_day": ("{name:part}：日历中没有 {given:shown} 这一天", "例如 `2026-11-21`"),
    "schema-format:instant": (
        "{name:part}：{given:shown} 不是带时区偏移的时间",
        "例如 `2026-11-25T22:00:00+08:00`",
    ),
    "schema-format:instant_near": (
        "{name:part}：{given:shown} 不是带时区偏移的时间",
        "{what_now:sentences}",
    ),
    "schema-format:no_instant": (
        "{name:part}：{given:shown} 这个时间不存在",
        "例如 `2026-11-25T22:00:00+08:00`",
    ),
    "schema-format:no_instant_near": (
        "{name:part}：{given:shown} 这个时间不存在",
        "{what_now:sentences}",
    ),
    "schema-format:local_time": (
        "{name:part}：{given:shown} 不是不带时区偏移的本地时间",
        "例如 `2026-10-02T20:00:00`",
    ),
    "schema-format:local_time_near": (
        "{name:part}：{given:shown} 不是不带时区偏移的本地时间",
        "{what_now:sentences}",
    ),
    "schema-format:no_local_time": (
        "{name:part}：{given:shown} 这个时间不存在",
        "例如 `2026-10-02T20:00:00`",
    ),
    "schema-format:no_local_time_near": (
        "{name:part}：{given:shown} 这个时间不存在",
        "{what_now:sentences}",
    ),
    "schema-format:duration": (
        "{name:part}：{given:shown} 不是 ISO 8601 时长",
        "例如 PT30M（30 分钟）、PT2H（2 小时）或 P1D（1 天）",
    ),
    "schema-format:duration_near": (
        "{name:part}：{given:shown} 不是 ISO 8601 时长",
        "{what_now:sentences}",
    ),
    "schema-format:offset": (
        "{name:part} 是 {given:shown}，没有时区偏移：在不同地方表示不同的时刻",
        "请加上时区偏移，例如北京时间写 `{written}+08:00`",
    ),
    "schema-format:offset_near": (
        "{name:part} 是 {given:shown}，没有时区偏移：在不同地方表示不同的时刻",
        "{what_now:sentences}",
    ),
    "schema-length:characters_max": (
        "{name:part} 有 {size:count} 个字符；最多 {limit:count} 个",
        "请缩短或拆分",
    ),
    "schema-length:entries_max": (
        "{name:part} 有 {size:count} 项；最多 {limit:count} 项",
        "请缩短或拆分",
    ),
    "schema-length:characters_min": "{name:part} 有 {size:count} 个字符；至少需要 {limit:count} 个",
    "schema-length:entries_min": "{name:part} 有 {size:count} 项；至少需要 {limit:count} 项",
    "schema-range:minimum": "{name:part} 是 {given:shown}；不能小于 {limit}",
    "schema-range:exclusiveMinimum": "{name:part} 是 {given:shown}；必须大于 {limit}",
    "schema-range:maximum": "{name:part} 是 {given:shown}；不能大于 {limit}",
    "schema-range:exclusiveMaximum": "{name:part} 是 {given:shown}；必须小于 {limit}",
    "schema-alternatives": ("{name:part} 需要 {options:alternatives}", "请加上其中之一"),
    "schema-alternatives:several": (
        "{name:part} 有 {keys:all_codes}；只允许其中一个",
        "请保留一个",
    ),
}
