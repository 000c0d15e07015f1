"""Words of the page that shows a blast radius. The script fills in what stays in braces."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- the bar
    "impact_page.word:skip": "跳到全部配置项的表格",
    "impact_page.word:search": "按名称或编号查找",
    "impact_page.word:previous": "上一个查找结果",
    "impact_page.word:next": "下一个查找结果",
    "impact_page.word:fold_by": "折叠方式",
    "impact_page.word:by_tier": "等级",
    "impact_page.word:by_environment": "环境",
    "impact_page.word:by_owner": "责任人",
    "impact_page.word:by_service": "服务",
    "impact_page.word:by_none": "仅按距离",
    "impact_page.word:fold_all": "全部折叠",
    "impact_page.word:zoom_out": "缩小",
    "impact_page.word:zoom_in": "放大",
    "impact_page.word:fit": "全图",
    "impact_page.word:keys": (
        "受影响配置项的图。方向键移动，+ 和 - 缩放，0 显示全图，/ 查找，Tab 键在方框之间移动。"
        "下方表格内容相同。"
    ),
    # -- boxes
    "impact_page.word:changed": "变更",
    "impact_page.word:fails": "失效",
    "impact_page.word:score": "分值 {n}",
    "impact_page.word:direct": "直接",
    "impact_page.word:steps": "{n} 步",
    "impact_page.word:deeper": "{n} 步及以上",
    "impact_page.word:items": "{n} 个",
    "impact_page.word:items_one": "1 个",
    "impact_page.word:fail": "{n} 个失效",
    "impact_page.word:fail_one": "1 个失效",
    "impact_page.word:found": "找到 {n} 个",
    "impact_page.word:found_one": "找到 1 个",
    "impact_page.word:nth": "第 {k} 个，共 {n} 个",
    "impact_page.word:changed_items": "变更 {n} 个",
    "impact_page.word:more": "另有 {n} 个",
    "impact_page.word:others": "其他 {n} 类",
    "impact_page.word:heading": "{name}：{n}",
    "impact_page.word:no_tier": "未定级",
    "impact_page.word:no_owner": "无责任人",
    "impact_page.word:no_environment": "无环境",
    "impact_page.word:no_service": "无服务",
    "impact_page.word:comma": "，",
    "impact_page.word:open": "展开",
    "impact_page.word:close": "折叠",
    # -- facts of the chosen item
    "impact_page.word:dismiss": "关闭",
    "impact_page.word:path": "影响最强的路径",
    "impact_page.word:id": "编号",
    "impact_page.word:effect": "影响",
    "impact_page.word:distance": "距离",
    "impact_page.word:tier": "等级",
    "impact_page.word:owner": "责任人",
    "impact_page.word:environment": "环境",
    "impact_page.word:service": "所经服务",
    "impact_page.word:type": "类型",
    "impact_page.word:status": "状态",
    "impact_page.word:followers": "经它受影响",
}
