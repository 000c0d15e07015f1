"""Workflows that a step dispatches, and what is said while their runs are followed."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "workflow.dispatched": "已派发：{url}",
    "workflow.found": "此前已派发，继续跟踪：{url}",
    "workflow.nameless": (
        "运行名称中没有 `{key}`，之后无法再找到它：请在工作流的 `run-name` 中写入"
        " `${{{{ inputs.{input} }}}}`"
    ),
    "workflow.status": "{url}：{status}",
    "workflow.status:waiting": "{url}：{status}，需有人在该页面上批准",
    "workflow.away": "没有应答，将再次询问：{why}",
    "workflow.back": "已恢复应答",
    "workflow.lost": "派发的应答已丢失，正在查找其运行：{why}",
    "workflow.cancelling": "正在取消 {url}",
    "workflow.ended": "工作流运行 {url}：{conclusion}",
    "workflow.too_long": "工作流运行 {url}：{conclusion}，因超过 {seconds} 秒而取消",
    "workflow.other_commit": ("工作流运行 {url}：{conclusion}，因其取自 {at} 而非 {commit} 而取消"),
    "workflow.going": "工作流运行 {url}：取消后结局未知：{why}",
    "workflow.unread": "工作流运行 {url}：结局未知：{why}",
    "workflow.unseen": "不知道是否有名称含 `{key}` 的工作流运行：{why}",
    "workflow.missing": "没有名称含 `{key}` 的工作流运行，因此不知道是否曾派发",
    "workflow.refused": "未派发工作流：{why}",
    "workflow.moved": "未派发工作流：{ref} 位于 {at}，而不是 {commit}",
    "workflow.nowhere": "未派发工作流：`rehearsal` 未写明演练时的输入",
    "playbook.nowhere": "未运行剧本：`rehearsal` 未写明演练时的清单",
    "workflow.said": "{said}",
    "workflow.broken": "工作流的结果未知：{why}",
}
