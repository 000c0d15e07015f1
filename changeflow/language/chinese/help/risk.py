"""Help of `changeflow risk` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "risk": {
        "": """
解释变更的风险得分，用实际结果检验它，并据此拟合。
""",
    },
    "risk explain": {
        "": """
逐项列出变更风险得分中的每一分，附理由和来源。

最后是两项合计在风险矩阵中对应的一格，以及使风险降一级所需的最少工作。
""",
    },
    "risk backtest": {
        "": """
用以往变更的实际结果检验风险得分。

需要拟合的部分用较早的变更拟合，再用较晚的变更检验。不使用变更开始时还不知道的任何信息。与已提交的风险模型并列的有：按你们的记录拟合的评分卡、人工申报的风险、仅看配置项事件数的得分等。

需要附加组件 `changeflow[insight]`；提升树模型另需 `changeflow[boosted]`。

退出码：0 已检验；2 没有这样的定义，或未安装附加组件；3 没有记录，或某一部分中没有同时包含两类变更；4 有文件不是记录表。
""",
        "--history": "存放记录的文件夹（默认：history）",
        "--label": "什么算作问题：failed、caused-incident、incident-within:D、incident-excess:D、reverted-within:D",
        "--from": "不计入更早开始的变更",
        "--to": "不计入在此时或之后开始的变更",
        "--train-until": "用此前开始的变更拟合，用其余变更检验（默认：前三分之二）",
    },
    "risk fit": {
        "": """
为风险模型提出一张根据实际结果拟合的评分卡。

各行（`policies/risk.yaml` 的 `spec.likelihood.record`）由较早的变更得出，用较晚的变更检验，并与现行的各行对比。
页面说明每一行有多可靠，以及评分卡看不到什么。没有任何一行针对个人。

没有 --write 或 --out 时什么也不写入。写入的内容与策略的任何改动一样，通过拉取请求提出。需要附加组件 `changeflow[insight]`。

退出码：0 已提出建议；1 结果太少，或没有可判定的变更；2 没有这样的定义，或未安装附加组件；3 没有记录；4 记录表或风险模型无法读取。
""",
        "--history": "存放记录的文件夹（默认：history）",
        "--label": "什么算作问题：failed、caused-incident、incident-within:D、incident-excess:D、reverted-within:D",
        "--from": "排除更早开始的变更",
        "--to": "排除此时或之后开始的变更",
        "--train-until": "用此前开始的变更拟合，用其余变更检验（默认：前三分之二）",
        "--lines": "最多这么多行",
        "--resamples": "重新抽取变更的次数，用于说明各行有多可靠",
        "--write": "把这些行写入风险模型",
        "--out": "把含有这些行的风险模型写到这个文件",
    },
}
