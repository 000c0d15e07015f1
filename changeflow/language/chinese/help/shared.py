"""Help of arguments and options that mean the same in several commands, in Chinese."""

from __future__ import annotations

from typing import Final

PARAMETERS: Final[dict[str, str]] = {
    "CHANGE": "变更：其编号，或唯一能确定它的一部分（默认：当前分支上的变更）",
    "SLUG": "变更编号的末段：小写字母、数字和连字符",
    "--all": "列出全部受影响的配置项，而不只是前 1,000 个",
    "--bom": "CSV 以字节顺序标记（BOM）开头，便于 Excel 识别 UTF-8",
    "--base": "从此版本读取策略、人员名册、CMDB、变更模型和日历（默认：主分支）",
    "--comment": "写入记录的说明",
    "--format": "输出格式",
    "--head": "从此版本读取变更（默认：工作区）",
    "--help": "显示本帮助并退出",
    "--implementer": "实施人（默认：申请人）",
    "--key": "签名所用的 SSH 密钥（默认：CHANGEFLOW_KEY，其次是 git 自己的签名密钥）",
    "--note": "写入记录的说明",
    "--out": "将报表写入此文件，替换其原有内容",
    "--now": "以此为当前时间（RFC 3339 格式，须带时区偏移）",
    "--requester": "申请人（默认：git 中的你，按人员名册中的电子邮件地址识别）",
    "--rev": "从此版本读取（默认：工作区）",
}
