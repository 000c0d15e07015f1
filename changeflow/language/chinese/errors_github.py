"""What is wrong between this program and GitHub, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hub.traced": "{hint}（GitHub 请求编号 {number}）",
    "hub.give_access": "该令牌看不到这个仓库；请授予工作流或 App 访问权限",
}
