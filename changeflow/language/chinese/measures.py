"""Moments by which records belong to a period, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "measure.moment:change": "变更按计划开始时间归入期间，没有则按实际开始时间，再没有则按记录时间。",
    "measure.moment:opened": "事件按发生时间归入期间。",
    "measure.moment:due": "按到期时间归入期间，无论是否完成；编制时尚未到期且未完成的不计入。",
    "measure.moment:deployed": "部署按开始时间归入期间。",
    "measure.moment:delivered": "按交付时间归入期间。",
    "measure.moment:said": "意见按给出时间归入期间。",
    "measure.moment:audited": "配置项按其审计的抽样时间归入期间。",
    "measure.moment:budget": "停机预算归入与其期间有重叠的各期间。",
    "measure.moment:targets": "目标按本期指标判断。",
}
