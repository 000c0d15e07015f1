"""Words of the data in Chinese: types, classes, levels and states."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- types and classes of a change
    "word.standard": "标准变更",
    "word.normal": "常规变更",
    "word.emergency": "紧急变更",
    "word.minor": "轻微",
    "word.significant": "重要",
    "word.major": "重大",
    # -- levels of a risk
    "word.low": "低",
    "word.medium": "中",
    "word.high": "高",
    "word.critical": "极高",
    # -- importance of an item
    "word.tier1": "一级",
    "word.tier2": "二级",
    "word.tier3": "三级",
    "word.tier4": "四级",
    # -- sides of a risk, where its points come from, answers about it
    "word.likelihood": "可能性",
    "word.impact": "影响",
    "word.declared": "申报",
    "word.computed": "计算",
    "word.history": "历史",
    "word.routine": "例行",
    "word.done-before": "做过",
    "word.first-time": "首次",
    "word.none": "无",
    "word.partly": "部分测试",
    "word.production-like": "已在类生产环境测试",
    # -- kinds of a conflict, status of an item
    "word.item": "配置项",
    "word.dependency": "依赖",
    "word.environment": "环境",
    "word.planned": "计划中",
    "word.retired": "已退役",
    # -- gates, and their verdicts
    "word.submit": "提交",
    "word.approve": "审批",
    "word.deploy": "部署",
    "word.close": "关闭",
    "word.open": "放行",
    "word.shut": "未放行",
    "word.pending": "待定",
    "word.error": "出错",
    # -- what people are to a change
    "word.requester": "申请人",
    "word.approver": "审批人",
    "word.implementer": "实施人",
    # -- states of a change, and of its release
    "word.not started": "尚未开始",
    "word.draft": "草稿",
    "word.submitted": "已提交",
    "word.assessed": "已评估",
    "word.approved": "已批准",
    "word.scheduled": "已排期",
    "word.implementing": "实施中",
    "word.implemented": "已实施",
    "word.rolled_back": "已回退",
    "word.rollback_failed": "回退失败",
    "word.in_review": "评审中",
    "word.closed": "已关闭",
    "word.rejected": "已否决",
    "word.withdrawn": "已撤回",
    "word.unknown": "未知",
    # -- actions on items
    "word.add": "新增",
    "word.modify": "修改",
    "word.remove": "移除",
    "word.transfer": "移交",
    # -- effects that were considered
    "word.customers": "客户",
    "word.availability": "可用性",
    "word.capacity": "容量",
    "word.continuity": "连续性",
    "word.security": "安全",
    "word.cost": "成本",
    # -- phases and outcomes of steps
    "word.implementation": "实施",
    "word.verification": "验证",
    "word.rollback": "回退",
    "word.done": "完成",
    "word.failed": "失败",
    "word.timed_out": "超时",
    "word.skipped": "未开始",
    "word.waiting": "等待确认",
    # -- outcomes of a review
    "word.successful": "成功",
    "word.successful-with-issues": "成功但有问题",
    "word.rolled-back": "已回退",
    "word.past its window": "已过变更窗口",
    # -- what is known of a setting
    "word.holds": "成立",
    "word.does_not_hold": "不成立",
    # -- what stands in the place of a file
    "word.a symbolic link": "符号链接",
    "word.a special file": "特殊文件",
    "word.a folder": "目录",
    "word.a submodule": "子模块",
    "word.on": "已生效",
    "word.off": "未生效",
    "word.refused": "被拒绝",
    "word.started": "已开始",
    # -- dependencies, items in use, levels of rules, events of a release
    "word.group": "冗余组",
    "word.weakened": "冗余减弱",
    "word.hard": "强依赖",
    "word.soft": "弱依赖",
    "word.live": "在用",
    "word.deny": "阻止",
    "word.warn": "警告",
    "word.resumed": "已继续",
    "word.intent": "即将执行",
    "word.outcome": "步骤结果",
    "word.confirmed": "已确认",
    "word.rolling_back": "开始回退",
    "word.interrupted": "已中断",
    "word.finished": "已结束",
    "word.resolved": "已人工恢复",
    # -- kinds of entries
    "word.approval": "意见",
    "word.assessment": "评估",
    "word.decision": "判定",
    "word.release": "发布",
    "word.review": "评审",
}
