"""Papers, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "report.kpi": "变更管理指标",
    "report.column:measure": "指标",
    "report.column:value": "本期",
    "report.column:previous": "上期",
    "report.column:target": "目标",
    "report.column:of": "分子与分母",
    "report.listed:id": "指标编号",
    "report.listed:value": "本期",
    "report.listed:unit": "单位",
    "report.listed:numerator": "分子",
    "report.listed:denominator": "分母",
    "report.listed:unknown": "无法判断的记录数",
    "report.listed:previous": "上期",
    "report.listed:target": "目标",
    "report.listed:met": "是否达成",
    "report.listed:measure": "指标",
    "report.listed:definition": "定义（分子 / 分母）",
    "report.unit:%": "%",
    "report.unit:count": "个",
    "report.unit:h": "小时",
    "report.unit:min": "分钟",
    "report.unit:per_day": "次/天",
    "report.target": "{target}：未知",
    "report.target:met": "{target}：已达成",
    "report.target:missed": "{target}：未达成",
    "report.at_least": "至少 {value}",
    "report.value:%": "{value}%",
    "report.value:count": "{value}",
    "report.value:h": "{value} 小时",
    "report.value:min": "{value} 分钟",
    "report.value:per_day": "每天 {value}",
    "report.share": "{numerator} / {denominator}",
    "report.section:volume": "变更数量",
    "report.section:outcome": "结果",
    "report.section:time": "时间",
    "report.section:records": "记录",
    "report.not_measured": "无法计算的指标",
    "report.not_told": "{measure}：{why}",
    "report.no_value": "本期没有可用于计算的记录",
    "report.no_value:missing": "没有以下记录：{tables:codes}",
    "report.definitions": "指标定义",
    "report.among": "{numerator}；占其百分比的总体：{denominator}",
    "report.among:quantile": "{numerator}；依据：{denominator}",
    "report.untold": "{said}（其中 {count} 条无法判断）",
    "objectives.twice": (
        "有两份文件写有指标的目标",
        "请都写在同一个文件 policies/objectives.yaml 中",
    ),
    "report.no_records": (
        "没有可供报告的记录",
        "用 `changeflow history import` 将其他系统的导出转为记录，再用 --history 指定其文件夹",
    ),
    "report.agenda_period": (
        "议程针对当前时间，没有期间",
        "加上 --minutes 可查看一个期间的纪要",
    ),
}
