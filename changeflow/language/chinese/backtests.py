"""How well scores told trouble of the past beforehand, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "backtest.title": "风险得分的回测",
    "backtest.fact:label": "问题的定义",
    "backtest.fact:history": "历史记录",
    "backtest.fact:model": "风险模型",
    "backtest.fact:train": "拟合部分",
    "backtest.fact:test": "检验部分",
    "backtest.fact:left_out": "未计入",
    "backtest.fact:placebo": "安慰剂对照",
    "backtest.label_means:failed": "变更失败或被回退",
    "backtest.label_means:caused-incident": "有事件指明该变更，且在其开始之后发生",
    "backtest.label_means:incident-within": "变更结束后 {within:duration} 内其配置项上发生事件",
    "backtest.label_means:incident-excess": (
        "变更结束后 {within:duration} 内其配置项上的事件多于开始前同样长时间内的事件"
    ),
    "backtest.label_means:reverted-within": "变更结束后 {within:duration} 内被另一变更撤销",
    "backtest.risk_model:committed": "已提交的风险模型",
    "backtest.risk_model:built-in": "内置的风险模型，因为这里不是变更仓库",
    "backtest.part": (
        "{start:time} 至 {end:time} 开始的 {changes} 项变更；其中 {positive} 项有问题（{share}）"
    ),
    "backtest.left_out": (
        "{not_started} 项没有实际开始时间，{open} 项在记录结束时观察期未满，{unknown} 项结果"
        "没有记录；{overlapping} 项结束太晚，不用于拟合"
    ),
    "backtest.placebo": (
        "开始前同样长的时间内 {before} 的变更在其配置项上有事件；判定为有问题的占 {after}"
    ),
    "backtest.placebo:excess": (
        "{before} 的变更在开始前同样长的时间内，其配置项上的事件比再之前的同样长时间内多；判定为有问题的占 {after}"
    ),
    "backtest.scores": "得分",
    "backtest.column:score": "得分",
    "backtest.column:auc": "AUC [95%]",
    "backtest.column:r05": "前 5%",
    "backtest.column:r10": "前 10%",
    "backtest.column:r20": "前 20%",
    "backtest.column:what": "说明",
    "backtest.column:brier": "Brier 分数",
    "backtest.column:error": "误差",
    "backtest.column:predicted": "预测",
    "backtest.column:observed": "实际",
    "backtest.column:changes": "变更数",
    "backtest.model:changeflow": "已提交的风险模型",
    "backtest.model:fitted": "按你们的记录拟合的评分卡",
    "backtest.model:declared": "人工申报的风险",
    "backtest.model:item-incidents": "仅看配置项 30 天内的事件数",
    "backtest.model:emergency": "仅看是否紧急变更",
    "backtest.model:logistic": "对全部事实的逻辑回归",
    "backtest.model:boosted": "梯度提升树，无法人工复核",
    "backtest.missing:few": "有问题的变更太少，无法拟合",
    "backtest.missing:unrecorded": "任何变更都没有这项记录",
    "backtest.missing:extra": "需要附加组件：pip install 'changeflow[boosted]'",
    "backtest.reading": (
        "AUC 是得分把一项有问题的变更和一项没有问题的变更排对顺序的比例：0.5 如同抛硬币，"
        "1 表示从不出错。其后三列是风险最高的 5%、10%、20% 变更中包含了多少问题。"
    ),
    "backtest.chances": (
        "概率偏离多少：Brier 是概率与结果之差的平方的平均值，误差是下面十个分段的平均距离。越小越好。"
    ),
    "backtest.beware": "请注意",
    "backtest.warning:proximity": (
        "时间接近不等于因果：变更之前发生事件的几乎与之后一样多。此定义找到的是本来就常有事件"
        "的配置项。"
    ),
    "backtest.warning:few": "其中一部分只有 {positive} 项变更有问题：请看区间，不要看单个数字。",
    "backtest.warning:related": (
        "许多事件指明的是修复它的变更，而不是引起它的变更。变更开始之前发生的事件不计入；其余"
        "的也不都是变更引起的。"
    ),
    "backtest.label_named": "{label}：{meaning}",
    "backtest.reliability": "可靠性",
    "backtest.curve": "概率是否兑现",
    "backtest.predicted": "预测的问题比例",
    "backtest.observed": "实际比例",
    "backtest.point": "预测 {predicted}，实际 {observed}，{changes} 项变更",
    "backtest.bands": "{name} 的十个分段，概率由低到高：",
    "backtest.limits": "回测不能说明什么",
    "backtest.limit:past": (
        "它说明得分过去的表现，而不是将来的表现。配置项、团队和记录方式都会改变。"
    ),
    "backtest.limit:done": (
        "只检验实际实施的变更。被否决的变更，或因有人检查而及时改正的变更，在这里看不到。"
    ),
    "backtest.limit:recorded": "它只能发现有记录的内容。没有记录的事件和记错的原因都不在其中。",
    "backtest.limit:noise": (
        "区间表示偶然性对数字的影响：同一配置项一周内的变更一起抽取，因为一个事件可能是它们"
        "共同的问题。区间大幅重叠的两个得分可能同样好。"
    ),
    "backtest.label": (
        "{label:code} 不是问题的定义",
        "可以写：{labels:list}；也可以用其他时长，例如 `P14D`（14 天）",
    ),
    "backtest.no_incidents": (
        "`{folder}` 中没有事件记录，因此 `{label}` 无从判断",
        "请导入事件，或改用 `--label failed`",
    ),
    "backtest.no_changes:nothing": (
        "`{folder}` 中没有可按 `{label}` 判断的变更",
        "`changeflow history show` 显示有哪些记录；也许应换用别的定义",
    ),
    "backtest.no_changes:train": (
        "按 `{label}`，在检验部分之前没有可用于拟合的变更",
        "请给出更晚的 `--train-until`，或更长时间的记录",
    ),
    "backtest.no_changes:test": (
        "按 `{label}`，没有可检验的变更",
        "请给出更早的 `--train-until`，或更长时间的记录",
    ),
    "backtest.one_kind:train": (
        "按 `{label}`，用于拟合的 {changes} 项变更中有 {positive} 项有问题：只有一类变更时无法拟合",
        "请给出别的 `--train-until`、别的定义，或更长时间的记录",
    ),
    "backtest.one_kind:test": (
        "按 `{label}`，用于检验的 {changes} 项变更中有 {positive} 项有问题：只有一类变更时无从判断",
        "请给出别的 `--train-until`、别的定义，或更长时间的记录",
    ),
}
