"""What could have caused trouble on items, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "upstream.title": "可能导致 {items:items} 出现问题的原因",
    "upstream.incomplete": "以下内容可能不完整",
    "upstream.problem": "部分变更无法读取或不予计入：{why}",
    "upstream.unreadable": "无法读取、可能涉及其中的变更请求：{changes:codes}",
    "upstream.changes": "自 {since:time} 以来的变更，可能性最大的在前",
    "upstream.none": "这段时间没有变更涉及它或它所依赖的配置项。",
    "upstream.none:unknown": "能够读取的变更都没有涉及它或它所依赖的配置项。",
    "upstream.change:began": "{state:word}，自 {began:time} 起，由 {by:person} 执行",
    "upstream.change:ended": "{state:word}，{began:time} 至 {ended:time}，由 {by:person} 执行",
    "upstream.change:untimed": "{state:word}，由 {by:person} 执行",
    "upstream.touched": "涉及 {items:items}，分值 {score}",
    "upstream.touched:own": "直接涉及它：{items:items}",
    "upstream.rests_on": "它所依赖的配置项：{count:count} 个",
    "upstream.sum": "{count:count} 个配置项中有 {hitting:count} 个单独失效时会影响它。",
    "upstream.sum:none": "这 {count:count} 个配置项单独失效时都不会影响它。",
    "upstream.sum:nothing": "它不依赖 CMDB 中的任何配置项。",
    "upstream.more": "另外 {count:count} 个；`--format json --all` 列出全部。",
    "upstream.column:score": "分值",
    "upstream.column:steps": "步数",
    "upstream.column:tier": "等级",
    "upstream.column:owner": "责任人",
    "upstream.column:item": "配置项",
}
