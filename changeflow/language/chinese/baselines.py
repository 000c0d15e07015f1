"""Baselines of the CMDB, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "baselines.none": "还没有基线：`changeflow cmdb baseline NAME` 记录一个",
    "baselines.column:name": "名称",
    "baselines.column:at": "时间",
    "baselines.column:by": "记录人",
    "baselines.column:commit": "提交",
    "baselines.column:items": "配置项",
    "baselines.column:relations": "依赖关系",
    "baselines.column:digest": "摘要",
    "baselines.column:signed": "签名",
    "baselines.unsigned": "无",
    "baselines.simulated": "{at:time}（模拟时钟）",
    "baselines.recorded": "已记录基线 {name}：证据账本第 {seq} 条",
}
