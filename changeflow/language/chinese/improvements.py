"""What is owed to improvements, and why a verification does not count, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "improvement.title": "改进措施",
    "improvement.owed:action": "{name}：待实施",
    "improvement.owed:verification": "{name}：待验证",
    "improvement.owed:claimed": "{name}：声称已验证，未经证明",
    "improvement.day:due": "期限 {day}",
    "improvement.day:overdue": "已逾期，期限为 {day}",
    "improvement.whom": "由 {by:people} 负责",
    "improvement.whom:none": "未写明责任人",
    "improvement.evidence": "证据：{evidence}",
    "improvement.doubt": "不予认可：{why:sentences}",
    # -- why a verification does not count
    "improvement.undone": "没有写明由什么完成",
    "improvement.not_done": "{by:code} 尚未完成：变更以证据账本记为已实施为准，提交以进入主分支为准",
    "improvement.unlisted": "{who:person} 不是人员名册中的人员",
    "improvement.owns": "{who:person} 是责任人",
    "improvement.wrote": "{who:person} 参与了其实施",
    "improvement.too_early": "{day:date} 早于完成的日期",
    "improvement.ahead": "{day:date} 尚未到来",
    # -- `improve`
    "improvement.written": "{path}：已写好；提交后由 `changeflow todo` 跟踪",
    "improvement.edited:done": "{path}：已写明由什么完成，等待验证",
    "improvement.edited:verified": (
        "{path}：已由 {who:person} 验证；由其本人提交，或输入"
        " `changeflow improve {name} --verified-by {who}` 后才算数"
    ),
    "improvement.edited:recorded": "{path}：{who:person} 的验证已记入证据账本",
    "improvement.to_answer": "尚待填写：{fields:codes}",
    "improvement.taken": ("{path} 已存在", "请换一个名称，或用 `--done-by` 写明由什么完成"),
    "improvement.unknown": (
        "没有改进措施 {name:code}",
        "`changeflow report improvements` 会列出所有改进措施",
    ),
    "improvement.one_source": (
        "改进措施只有一个来源",
        "请使用 `--review`、`--audit`、`--period`、`--nonconformity` 之一",
    ),
    "improvement.one_source:later": (
        "来源在写下时已经说明",
        "使用 `--done-by` 和 `--verified-by` 时请不要再写来源",
    ),
    "improvement.no_commit": ("没有提交 {name:code}", "请写变更编号，或本仓库中的提交"),
    "improvement.no_follow_up": (
        "{change:code} 的评审没有第 {number} 项后续措施",
        "不写 `#NUMBER` 则针对整个评审：请用 `--action` 和 `--finding` 说明",
    ),
    "improvement.no_review": (
        "{change:code} 没有评审",
        "`changeflow review {change}` 可以开始评审",
    ),
    "improvement.no_document": ("没有 {path:code}", "编号就是文件名或文件夹名"),
    "improvement.other_verifier": (
        "{path} 没有写明由 {who:person} 验证",
        "请先写明：`--evidence` 说明查看了什么",
    ),
    "improvement.missing_option": ("缺少 {option:code}", "改进措施需要这一项，而目前没有写明"),
    "improvement.not_accepted": (
        "该验证不会被认可：{why:sentences}",
        "完成之后，由既非责任人也未参与实施的人验证",
    ),
}
