"""The static site, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- the frame
    "site.title": "变更",
    "site.skip": "跳到正文",
    "site.navigation": "网站页面",
    "site.area:start": "首页",
    "site.area:register": "台账",
    "site.area:schedule": "日程",
    "site.area:items": "配置管理数据库",
    "site.area:kpis": "指标",
    "site.area:search": "搜索",
    "site.foot": "由 changeflow 依据已提交的内容生成。首页列出所依据的提交。",
    "site.pages": "列表分页",
    # -- lists
    "site.range": "第 {first} 至 {last} 项，共 {total} 项变更，最新的在前",
    "site.between": "、",
    "site.count": "{count} 项变更",
    "site.more": "另有 {count} 项",
    "site.column:item": "配置项",
    "site.column:type": "类型",
    "site.column:tier": "重要等级",
    "site.column:owner": "责任人",
    "site.column:environment": "环境",
    "site.column:status": "状态",
    # -- search and filters
    "site.search": "按标题、编号、人员和配置项查找变更和配置项。多个词须同时出现；只写词的一部分即可。",
    "site.field:q": "关键词",
    "site.field:state": "状态",
    "site.field:type": "类型",
    "site.field:level": "风险",
    "site.field:sort": "排序",
    "site.sort:newest": "最新的在前",
    "site.sort:oldest": "最早的在前",
    "site.sort:risk": "风险高的在前",
    "site.sort:name": "按编号",
    "site.found": "找到 {count} 项",
    "site.found:found": "找到 {count} 项",
    "site.found:found_one": "找到 1 项",
    "site.found:none": "没有找到。少写几个词可以找到更多。",
    "site.found:more": "显示更多",
    "site.found:any": "不限",
    "site.found:item": "配置项",
    "site.found:change": "变更",
    "site.noscript": "搜索和筛选需要 JavaScript；没有它也可以阅读列表。",
    # -- first page
    "site.open": "进行中的变更",
    "site.next": "最近的变更窗口",
    "site.all_measures": "全部指标",
    "site.whole_schedule": "完整日程",
    # -- schedule
    "site.period": "{start} 至 {end}，时间按 {zone}",
    "site.calendar": "每天开始的变更数",
    "site.begin": "{count} 项变更",
    "site.frozen": "封网期",
    "site.freeze": "封网期：{name}，{start} 至 {end}",
    "site.span": "{start} 至 {end}",
    "site.weekday:1": "周一",
    "site.weekday:2": "周二",
    "site.weekday:3": "周三",
    "site.weekday:4": "周四",
    "site.weekday:5": "周五",
    "site.weekday:6": "周六",
    "site.weekday:7": "周日",
    # -- a change
    "site.connected": "相关内容",
    "site.relation:items": "配置项",
    "site.relation:depends_on": "须等待",
    "site.relation:fixes": "解决",
    "site.relation:conflicts": "冲突",
    "site.relation:incidents": "事件",
    "site.decisions": "门禁的判定",
    "site.gate": "门禁“{gate:word}”目前：{verdict:word}",
    "site.gate:recorded": "门禁“{gate:word}”，{at:minute}：{verdict:word}（账本条目 {entry}）",
    "site.clause": "（{clause}）",
    # -- an item
    "site.changes": "该配置项的变更",
    "site.group": "至少需要其中 {least} 个",
    # -- measures
    "site.behind": "数字所依据的记录",
    "site.records": "{measure}：{count} 条记录",
    "site.no_measures": "无法计算指标：{why:sentence}",
    # -- the command
    "site.made": "{folder}：{pages} 个页面（写入 {written} 个，删除 {removed} 个）。用浏览器打开 {start}。",
}
