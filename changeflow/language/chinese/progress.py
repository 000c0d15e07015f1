"""What is being done while a person waits at a terminal, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "progress.share": "{what}：{percent}%",
    "progress.time": "{what}：{seconds} 秒",
    "progress.ledger": "正在读取证据账本",
    "progress.signatures": "正在校验签名",
    "progress.check": "正在检查文档",
    "progress.items": "正在读取配置管理数据库",
    "progress.requests": "正在读取变更请求",
    "progress.changes": "正在评判变更",
    "progress.replay": "正在重新计算决定",
    "progress.backtest": "用以往变更试行规则",
    "progress.remote": "正在等待远程仓库",
    "progress.lock": "正在等待另一个写入证据账本的进程",
    "progress.host": "正在等待代码托管平台",
    "progress.import": "正在导入记录",
    "progress.records": "正在读取历史记录",
    "progress.resamples": "正在用重新抽取的变更拟合",
}
