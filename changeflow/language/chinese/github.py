"""What GitHub did not answer, by its reason code, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "github.base_gone": "拉取请求的目标分支已不存在（{message}）",
    "github.budget": "本次运行的请求数已达到自设上限，下一个事件或定时检查会继续（{message}）",
    "github.clock_skew": "运行机与 GitHub 的时钟相差过大，无法确定时间（{message}）",
    "github.conflict": "GitHub 表示请求与当前状态冲突（409）（{message}）",
    "github.deadline": "本次运行的时限到达之前，GitHub 来不及应答（{message}）",
    "github.failed": "GitHub 没有给出可信的应答（{message}）",
    "github.fetch_needed": "克隆缺少部分历史，且无法获取（{message}）",
    "github.forbidden": "令牌缺少权限（403）（{message}）",
    "github.garbled": "应答不是应有的 JSON（{message}）",
    "github.graphql": "GitHub 对 GraphQL 查询的应答含有错误，部分数据不予采信（{message}）",
    "github.incomplete": "列表未能读取完整，读到的部分不予采信（{message}）",
    "github.invisible": "仓库不存在，或令牌无权查看（{message}）",
    "github.moved": "读取的内容在此期间已变化，或已移到别处（{message}）",
    "github.no_merge_base": "拉取请求与其目标分支没有共同历史（{message}）",
    "github.no_server_time": "GitHub 的应答没有说明当前时间（{message}）",
    "github.not_found": "请求的对象不存在，或令牌无权查看（{message}）",
    "github.not_offered": "该 GitHub 不支持此查询（较旧的 Enterprise Server 不支持）（{message}）",
    "github.other_host": "应答指向另一主机，令牌不会发送到那里（{message}）",
    "github.other_repository": "该名称现在属于另一个仓库（{message}）",
    "github.primary_limit": "GitHub 的每小时请求限额已用完，或余量须保留（{message}）",
    "github.rejected": "GitHub 拒绝了请求（{message}）",
    "github.secondary_limit": "已达到 GitHub 的并发请求限制（{message}）",
    "github.server_error": "GitHub 出错（5xx）（{message}）",
    "github.unauthorised": "GitHub 不接受该令牌（401）：错误、过期或已撤销（{message}）",
    "github.unexpected": "应答的结构是本版本未知的（{message}）",
    "github.unreachable": "GitHub 没有应答（{message}）",
}
