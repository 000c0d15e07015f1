"""Help of the program in Chinese, with a line for each command."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "": {
        "": """
以 GitOps 方式进行变更与发布管理。

变更请求是 git 仓库中的 YAML 文件。changeflow 校验这些文件，计算变更会影响什么，说明必须由谁批准、为什么，
连同回退计划一起执行发布，并保留任何人都能用一份克隆核验的证据。
""",
        "--repo": "变更仓库（默认：从当前目录向上查找）",
        "--lang": "回答所用的语言（默认：changeflow.yaml 中的 `spec.language`）",
        "--verbose": "在终端上也显示理由代码和规则编号；管道和 JSON 中始终包含",
        "--no-color": "不使用颜色，在终端上也不用；NO_COLOR 的作用相同",
        "--version": "显示版本并退出",
        "init": "新建一个能通过自身检查的变更仓库",
        "new": "写一份带填写说明的变更请求",
        "emergency": "写一份完整的紧急变更请求",
        "demo": "在临时仓库中观看三个变更从申请到关闭的全过程",
        "check": "检查文档的格式、引用和合理性",
        "impact": "显示配置项变更可能影响什么",
        "assess": "判定变更的类型和级别，为风险打分，说明必须由谁批准",
        "gate": "说明门禁是否放行及理由",
        "approve": "以签名声明批准变更",
        "reject": "以签名声明否决变更",
        "withdraw": "撤回先前的意见",
        "schedule": "显示变更日程",
        "when": "说明变更最早何时可以开始，以及这一答案何时会变",
        "list": "列出变更台账及各变更的状态",
        "show": "显示一项变更从申请到评审的全过程",
        "todo": "显示等你处理的事项，最紧急的在前",
        "release": "执行、跟踪、继续、回退和确认发布",
        "review": "开始或检查实施后评审",
        "improve": "写一项改进措施，并跟踪到验证为止",
        "ledger": "列出、显示和核验证据",
        "evidence": "记录 CI 对某个提交所证明的内容",
        "report": "生成报表：期间的指标及其依据的记录",
        "audit": "审核一个期间：核对记录，抽取附有证据的样本",
        "site": "生成静态网站：台账、日程、变更、配置管理数据库、指标",
        "policy": "列出、解释、测试和模拟策略",
        "cmdb": "显示、检查和导入配置项",
        "history": "导入其他系统的记录，显示已知的过往",
        "risk": "解释变更的风险得分",
        "schema": "列出和导出 JSON Schema",
        "doctor": "说明 GitHub 是否真的强制执行门禁",
        "ci": "运行 GitHub Actions 机器人：判定拉取请求，记录已合并的内容",
        "epilog": """\b
退出码：
  0    是：没有错误、门禁放行、已完成
  1    否：有错误、门禁未放行、发布未成功
  2    命令行有误
  3    无事可做，或所指的对象不存在
  4    文档或证据账本无法读取
  5    git、网络或代码托管平台出错
  70   changeflow 自身的缺陷
  130  被中断
""",
    },
}
