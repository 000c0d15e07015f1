"""Approvals, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_EXPIRED: Final = (
    "请重新提请审批；有效期由 `spec.emergency_validity` 和 `spec.approval_validity` 规定"
)

SENTENCES: Final[dict[str, Template]] = {
    # -- the approval a release rests on
    "approval.unknown": "审批情况尚未判定",
    "approval.sealed": "该内容已在代码托管平台上获得批准，于 {at:time} 记录",
    "approval.complete": "该内容已获批准（{count} 项审批）",
    "approval.expired": (
        "{by:people} 的审批已超过有效期 {validity:duration}（发布须在有效期内开始）",
        _EXPIRED,
    ),
    "approval.expired:none": (
        "审批已超过有效期 {validity:duration}（发布须在有效期内开始）",
        _EXPIRED,
    ),
    "approval.stale": "{by:people} 批准的是另一版内容；此后内容已被修改",
    "approval.missing": "该内容尚未通过审批门禁",
}
