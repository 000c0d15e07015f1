"""The paper of a post-implementation review, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "review_paper.title": "实施后评审报告 {change}",
    "review_paper.section:follow_ups": "后续措施",
    "review_paper.section:independence": "评审人独立性声明",
    "review_paper.section:recorded": "评审记录与签名",
    "review_paper.no_follow_up": "无",
    "review_paper.overdue": "已逾期",
    "review_paper.verified": "由 {by:person} 验证",
    "review_paper.none": "无",
    "review_paper.part:requested": "申请人",
    "review_paper.part:implemented": "实施人",
    "review_paper.part:wrote": "其他编写人",
    "review_paper.part:ran": "运行发布的人员",
    "review_paper.part:confirmed": "步骤确认人",
    "review_paper.part:approved": "审批人",
    "review_paper.independent:yes": "{who:person} 未参与上述任何工作",
    "review_paper.independent:no": "不独立：{who:person} 参与了该变更",
    "review_paper.independent:unknown": "未填写评审人",
    "review_paper.due": "期限 {at:time}",
    "review_paper.due:kept": "期限 {at:time}：按期完成",
    "review_paper.due:missed": "期限 {at:time}：逾期完成",
    "review_paper.on_record": "现有内容已于 {at:time} 记入账本",
    "review_paper.not_on_record": "现有内容尚未记入账本",
    "review_paper.problem": "不予认可：{said}",
}
