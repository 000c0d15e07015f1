"""Help of `changeflow improve` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "improve": {
        "": """
写一项改进措施，并跟踪到由他人验证为止。

写入 improvements/NAME.yaml，来源可以是评审的后续措施、审核、趋势或不符合项。`changeflow todo`
先把它列给责任人，完成之后列给可以验证的人。`report improvements` 列出所有改进措施。

验证须由所写的人本人表明才算数：由其本人提交，或在文件写明之后用 `--verified-by` 记入证据账本；否则只是声称。

退出码：0 已写好；1 同名的已存在，或该验证不会被认可；2 缺少选项；3 所写的对象不存在。
""",
        "NAME": "改进措施的编号，也是文件名：小写字母、数字和连字符",
        "--review": "来自该变更的评审；`CHANGE#2` 表示其中第二项后续措施",
        "--audit": "来自 CMDB 的该次审核",
        "--period": "来自该期间的评审（趋势）",
        "--nonconformity": "什么不符合要求",
        "--clause": "未满足的要求",
        "--ci": "所涉及的配置项",
        "--finding": "发现了什么（默认：评审的经验教训）",
        "--action": "采取什么措施（默认：后续措施的内容）",
        "--owner": "负责的角色或人员（默认：后续措施的责任人）",
        "--due": "完成期限（默认：后续措施的期限）",
        "--done-by": "写明该改进措施由什么变更或提交完成",
        "--verified-by": "写明由谁确认其有效：既非责任人，也未参与实施",
        "--evidence": "查看了什么，结果如何",
        "--key": "为所记录内容签名的密钥（默认：git 所用的密钥）",
    },
}
