"""A scorecard that is fitted to the past, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- written into the risk model
    "fit.heading": (
        "根据 {since} 至 {until} 之前开始的 {changes} 项变更拟合，其中 {positive} 项出现\n"
        "{label}（`changeflow risk fit`）。"
    ),
    # -- the page
    "fit.title": "根据实际结果拟合的评分卡",
    "fit.fact:label": "问题的定义",
    "fit.fact:train": "拟合部分",
    "fit.fact:test": "检验部分",
    "fit.fact:open": "尚不能判定",
    "fit.fact:file": "文件",
    "fit.part": (
        "{since:time} 至 {until:time} 之前开始的 {changes} 项变更；其中 {positive} 项出现问题（{share}）"
    ),
    "fit.open": "{count} 项变更，记录结束时其观察期尚未结束",
    "fit.file": "{path}（建议，未写入）",
    "fit.file:written": "{path}（已写入）",
    "fit.label:failed": "变更失败或已回退",
    "fit.label:caused-incident": "有事件指明该变更，且在变更开始之后才发生",
    "fit.label:incident-within": "结束后 {within:duration} 内，其配置项之一发生事件",
    "fit.label:incident-excess": (
        "结束后 {within:duration} 内其配置项的事件多于开始前同样长的时间"
    ),
    "fit.label:reverted-within": "{within:duration} 内被另一项变更撤销",
    "fit.section:card": "评分卡",
    "fit.section:totals": "总分的含义",
    "fit.section:models": "前后对比（未用于拟合的变更）",
    "fit.section:levels": "这些变更的风险等级",
    "fit.section:moved": "风险等级会改变的变更",
    "fit.section:blind": "它看不到什么",
    "fit.section:diff": "对 {path} 的改动",
    "fit.column:range": "总分",
    "fit.column:changes": "变更",
    "fit.column:positive": "出现问题",
    "fit.column:observed": "比例",
    "fit.column:chance": "预测",
    "fit.column:measure": "指标",
    "fit.column:committed": "现行",
    "fit.column:proposed": "建议",
    "fit.column:level": "等级",
    "fit.column:before": "之前",
    "fit.column:after": "之后",
    "fit.column:class": "类别",
    "fit.column:type": "类型",
    "fit.column:higher": "升高",
    "fit.column:lower": "降低",
    "fit.of_fact": "{fact}（{resamples} 张卡中有 {chosen} 张）",
    "fit.line": "不少于 {value}：{points} 分（{low} 至 {high}）",
    "fit.line:any": "任何值：{points} 分（{low} 至 {high}）",
    "fit.line:flag": "是：{points} 分（{low} 至 {high}）",
    "fit.between": "{low} 至 {high}",
    "fit.with_interval": "{value}（{low} 至 {high}）",
    "fit.measure:auc": "排对顺序的变更对的比例（AUC，95% 区间）",
    "fit.measure:recall": "风险最高的 {share}% 变更所含问题的比例",
    "fit.measure:recall_interval": "风险最高的 {share}% 变更所含问题的比例（95% 区间）",
    "fit.measure:brier": "Brier 分数",
    "fit.measure:calibration_error": "概率的平均误差（十个分段）",
    "fit.how_card": (
        "每一行是达到该值的变更在这项事实上得到的分值，各项事实相加。未知的事实按其各行可能给出的最差情况计算。"
        "可靠程度由另外 {resamples} 张卡说明，它们用重新抽取的变更拟合：有多少张含有该事实，十分之九的卡的分值在什么范围。"
    ),
    "fit.how_totals": (
        "最多 {most} 分。出现问题的概率由总分得出，所用回归基于拟合评分卡的那些变更。"
    ),
    "fit.how_levels": (
        "记录中没有申请人的说明，也没有失败的影响程度。因此每项变更都按一般申请人的说明计 {other} 分，影响取中间一档。"
    ),
    "fit.blind:failed": "有人记录为失败的变更才算失败：没有记录的失败会被当作成功。",
    "fit.blind:caused-incident": (
        "很少有事件指明变更，而且是否指明由人决定：没有关联的问题会被当作没有问题。"
    ),
    "fit.blind:incident-within": (
        "时间上接近变更的事件不一定由变更引起。评分卡指出的更多是哪里会发生事件，而不是哪项变更引起事件。"
    ),
    "fit.blind:incident-excess": (
        "平静的一周之后，事件增多往往只是偶然；糟糕的一周之后则相反。评分卡也会找出这样的周。"
    ),
    "fit.blind:reverted-within": "撤销可能是计划之内的，而由另一项变更修复的缺陷在这里不算问题。",
    "fit.blind:positives": "评分卡依据 {count} 个出现问题的变更。少于一百项时，很多只是偶然。",
    "fit.blind:drift": (
        "情况会变化：用于拟合的变更中有 {earlier:percent} 出现问题，之后的变更中有 {later:percent}。"
    ),
    "fit.blind:placebo": (
        "{after:percent} 的变更出现这样的问题；而在变更“之前”同样长的时间内，"
        "也有 {before:percent} 的变更其配置项上有事件，这不可能由变更引起。"
    ),
    "fit.blind:placebo_excess": (
        "{after:percent} 的变更出现这样的问题；而在变更“之前”同样长的时间内，"
        "也有 {before:percent} 的变更其配置项的事件比再之前更多，这不可能由变更引起。"
    ),
    "fit.blind:coin": "对之后的变更，它的排序与抛硬币无法区分：正确排序比例的区间包含二分之一。",
    "fit.blind:as_exported": (
        "{facts:list} 取自记录现在的内容，无法得知变更开始前是否已经如此。{changes} 个变更中有 {count} 个在开始之后才被记录。"
    ),
    "fit.blind:never": "这些记录中从未出现，因此没有任何一行涉及：{facts:sentences}。",
    "fit.blind:unknown": "{changes} 项变更中有 {count} 项未知，按最差情况计算：{what:sentences}。",
    "fit.blind:teams": "没有任何一行涉及团队：{teams:list} 只有一个人，而评分不针对个人。",
    "fit.blind:open": "{count} 项变更尚不能判定：记录结束时，定义所看的时间还没有结束。",
    "fit.blind:declared": (
        "申请人的说明（复杂度、测试、回退）不在这些记录中：这部分分值保持不变。"
    ),
    "fit.blind:stopped": "被阻止的变更没有结果，无从得知它本来会怎样。",
    "fit.next": "提示：认可此页后，加上 `--write` 再次运行，然后提交拉取请求",
    "fit.next:written": "提示：用 {path} 提交拉取请求，此文件由策略责任人审批",
    # -- refusals
    "fit.no_records": (
        "{folder} 中没有变更",
        "`changeflow history import` 可由其他系统的导出文件生成记录",
    ),
    "fit.label": (
        "`{label}` 不是问题的定义",
        "可以写 {kinds:list}；后三个带时长，例如 `incident-within:P7D`",
    ),
    "fit.not_judged": (
        "{changes} 项变更都不能用 `{label}` 判定：其中 {open} 项的观察期在记录结束时尚未结束",
        "请导入更新的记录，或选择其他 `--label` 或时间段",
    ),
    "fit.empty_part:train": (
        "没有结果已知且在 {until:time} 之前开始的变更，因此没有可用于拟合的数据",
        "请选择更晚的 --train-until 或更早的 --from",
    ),
    "fit.empty_part:test": (
        "没有结果已知且在 {until:time} 或之后开始的变更，因此无法检验评分卡",
        "请选择更早的 --train-until",
    ),
    "fit.few": (
        "结果太少：{changes} 项变更中有 {positive} 项出现问题，而评分卡需要两种结果各 {fewest} 项",
        "请导入更多记录，选择更宽的 `--label`，或保留现有的评分卡",
    ),
    "fit.few:none": (
        "{changes} 项变更都没有出现问题，因此无法区分",
        "用 `changeflow history show` 查看是否导入了结果和事件",
    ),
    "fit.few:all": (
        "{changes} 项变更全部出现问题，因此无法区分",
        "请选择更窄的 `--label`",
    ),
    "fit.nothing": (
        "没有任何事实能把 {changes} 项变更中出现问题的与其他的区分开",
        "请导入更多记录，或保留现有的评分卡",
    ),
    "fit.edit": (
        "无法在不改动其他内容的情况下修改 {path}",
        "请把 `spec.likelihood.record` 写成 `likelihood:` 之下单独的列表",
    ),
    "fit.both": "`--write` 和 `--out` 指定了两个位置，只需要一个",
}
