"""An audit of changes, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit_paper.title": "变更管理内部审核",
    "audit_paper.sampled": "内审样本 {change}",
    "audit_paper.section:result": "结果",
    "audit_paper.section:compared": "记录是否完整？",
    "audit_paper.section:strata": "总体与样本",
    "audit_paper.section:sample": "样本变更",
    "audit_paper.section:totals": "检查清单汇总",
    "audit_paper.section:again": "抽样方法",
    "audit_paper.section:conclusions": "审核员结论",
    "audit_paper.section:checklist": "检查清单",
    "audit_paper.section:check_it": "不使用 changeflow 如何核验",
    # -- result
    "audit_paper.result": "在 {drawn} 个样本变更和记录核对中共发现 {gaps} 处缺口",
    "audit_paper.result:none": "在 {drawn} 个样本变更中未发现缺口；未抽到的变更未经审核",
    "audit_paper.result:broken": "账本未通过校验：其中关于这些变更的内容不能证明任何事",
    "audit_paper.result:no_ledger": "尚无证据账本：批准和发布无法证明",
    "audit_paper.result:unreadable": "{count} 份文件无法读取",
    "audit_paper.result:unmatched": "无法核对交付与变更请求：{why:sentence}",
    "audit_paper.section:unauthorised": "未授权的交付",
    # -- records compared
    "audit_paper.count:requests": "本期变更请求",
    "audit_paper.count:merged": "其中已合并到主分支",
    "audit_paper.count:in_ledger": "其中账本有条目",
    "audit_paper.count:released": "其中已发布",
    "audit_paper.count:ledger_changes": "账本中的变更（不限期间）",
    "audit_paper.count:entries": "账本条目",
    "audit_paper.mismatch:no_request": "{change}：账本有条目（首条：{seq}），但任何分支上都没有其变更请求",
    "audit_paper.more": "另有 {count} 项：见 `audit.json`，或执行 `changeflow report unauthorised`",
    # -- strata and sample
    "audit_paper.stratum:emergency": "紧急变更",
    "audit_paper.stratum:failed": "失败或已回退",
    "audit_paper.stratum:high_risk": "高风险",
    "audit_paper.stratum:late": "迟录",
    "audit_paper.stratum:out_of_hours": "周末或非工作时间",
    "audit_paper.stratum:rest": "其余变更",
    "audit_paper.most": "{most}，共 {of}",
    "audit_paper.meaning": (
        "一个变更可以属于几个层。有缺口：该层给出的样本中，有问题回答为否或缺少证据的变更数。"
        "至多：在 {percent}% 的置信度下，该层有缺口的变更不多于此数（精确值，超几何分布；"
        "在大的层中抽 n 个而无缺口时，约为 3/n，即“三法则”）。"
        "对检查清单未问的问题和没有留下记录的变更，本样本不能说明任何情况。"
    ),
    "audit_paper.no_change": "本期没有变更",
    "audit_paper.kind": "{kind:word}，{state:word}",
    "audit_paper.brief:no": "否：{checks:list}。",
    "audit_paper.brief:not_known": "缺少证据：{checks:list}。",
    "audit_paper.brief:none": "无缺口",
    "audit_paper.check:requested": "先申请后实施",
    "audit_paper.check:justified": "紧急变更理由",
    "audit_paper.check:classified": "级别和风险",
    "audit_paper.check:effects": "影响说明",
    "audit_paper.check:rollback_plan": "回退计划",
    "audit_paper.check:approved": "先授权后实施",
    "audit_paper.check:independent": "审批人独立",
    "audit_paper.check:signed": "签名",
    "audit_paper.check:as_approved": "发布内容与批准一致",
    "audit_paper.check:ci_checks": "CI 检查",
    "audit_paper.check:window": "变更窗口",
    "audit_paper.check:verified": "验证",
    "audit_paper.check:ended": "结果记录",
    "audit_paper.check:rolled_back": "回退用时",
    "audit_paper.check:retrospective": "事后补审",
    "audit_paper.check:reviewed": "评审及时",
    "audit_paper.check:reviewer": "评审人独立",
    "audit_paper.check:followed_up": "后续措施",
    "audit_paper.check:obeyed": "否决得到遵守",
    "audit_paper.check:evidence": "证据完好",
    # -- columns
    "audit_paper.column:stratum": "层",
    "audit_paper.column:population": "变更数",
    "audit_paper.column:given": "样本数",
    "audit_paper.column:deviating": "有缺口",
    "audit_paper.column:most": "至多",
    "audit_paper.column:change": "变更",
    "audit_paper.column:kind": "类型、状态",
    "audit_paper.column:drawn_for": "抽自",
    "audit_paper.column:answers": "缺口",
    "audit_paper.column:question": "问题",
    "audit_paper.column:answer": "回答",
    "audit_paper.column:why": "说明",
    "audit_paper.column:clause": "条款",
    "audit_paper.column:evidence": "文件",
    "audit_paper.column:yes": "是",
    "audit_paper.column:no": "否",
    "audit_paper.column:not_known": "缺证据",
    "audit_paper.column:not_applicable": "不适用",
    "audit_paper.column:title": "标题",
    "audit_paper.column:type": "类型",
    "audit_paper.column:state": "状态",
    "audit_paper.column:outcome": "结果",
    "audit_paper.column:started": "开始",
    "audit_paper.column:ended": "结束",
    "audit_paper.column:strata": "所属各层",
    "audit_paper.column:rank": "次序值",
    "audit_paper.column:concluded": "事项",
    "audit_paper.column:conclusion": "结论",
    # -- how it was drawn
    "audit_paper.fact:audit": "所属审核",
    "audit_paper.fact:seed": "种子",
    "audit_paper.fact:asked": "要求的样本量",
    "audit_paper.fact:population": "本期变更总数",
    "audit_paper.fact:stratum": "抽自",
    "audit_paper.fact:rank": "次序值（种子与编号的 SHA-256）",
    "audit_paper.fact:gaps": "缺口",
    "audit_paper.rule": (
        "变更的次序值是种子、换行符与编号连接后的 SHA-256；次序值最小的在前。"
        "各层按上表顺序轮流给出其下一个变更，直到达到样本量；已经抽到的变更同时计入两层，只抽一次。"
        "第一轮中每层都有机会，因此有变更的层不会被遗漏。工作时间为周一至周五 `08:00` 至 `18:00`"
        "（按期间的时区），不考虑节假日。高风险指记录的等级为 `high` 或 `critical`；没有记录时按当前等级。"
    ),
    "audit_paper.by_hand": "在审核文件夹中，下列每条命令列出一个层给出的变更及其次序值：",
    # -- conclusions
    "audit_paper.concluded:complete": "记录是否完整？",
    "audit_paper.concluded:effective": "变更管理是否按规定运行？",
    "audit_paper.concluded:nonconformities": "不符合项及条款",
    "audit_paper.concluded:improvements": "改进机会",
    # -- guides
    "audit_paper.guide": "如何核验本文件夹",
    "audit_paper.guide:about": (
        "请打开 index.html。audit.json 是供程序使用的相同内容，sample.csv 是供电子表格使用的样本清单。"
        "samples/ 下每个文件夹对应一个变更，自带说明。"
    ),
    "audit_paper.guide:whole": "所有文件与写入时一致：",
    "audit_paper.guide:in_ledger": (
        "样本中的每个条目都是账本中的条目（ledger.sha256 按顺序列出全部条目；"
        "每个条目以 `previous` 记载前一条目的摘要）。应无任何输出："
    ),
    "audit_paper.check_it:about": (
        "只需 POSIX shell、`sha256sum`、`base64` 和 `ssh-keygen`。请在本文件夹中执行下列命令。"
    ),
    "audit_paper.check_it:whole": "所有文件与写入时一致：",
    "audit_paper.check_it:statements": "每份声明都是其账本条目所载的内容。应无任何输出：",
    "audit_paper.check_it:signatures": (
        "每个签名都由所列人员作出，其密钥在 `allowed_signers` 中，取自当时的人员名册。"
        '每条命令应输出 `Good "changeflow" signature`：'
    ),
    "audit_paper.check_it:strange_keys": "下列签名的密钥不在任何名册中，不能证明任何事：",
    "audit_paper.check_it:request": "关于 {file} 所载变更请求的条目。应输出其文件名：",
    "audit_paper.check_it:no_entries": "账本中没有关于该变更的条目。",
    "audit_paper.check_it:unsigned": (
        "所有条目均未签名：它们未被事后改动，只能依据摘要链和他人持有的账本副本。"
    ),
    "audit_paper.check_it:missing": "条目提到的下列变更请求版本不在本克隆中：{digests:first}",
    "audit_paper.check_it:policies": (
        "`policies-then` 是提交 {commit} 中的策略、人员名册和配置，最后一次判定以此为依据。"
    ),
    "audit_paper.check_it:no_policies": "判定所依据的策略未知，或不在本克隆中。",
    "audit_paper.check_it:chain": (
        "是否有条目被遗漏、后来的条目是否推翻了这些内容，只有账本本身能够说明："
        "审核文件夹中的 `ledger.sha256`，以及 `changeflow ledger verify`。"
    ),
    "audit_paper.no_record": "无法生成该变更的变更记录单：{why}",
    "audit_paper.written": "已写入 {folder}：请打开 `index.html`",
}
