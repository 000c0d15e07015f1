"""Findings of `check` about standards, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "standard-clause-twice": ("条款 {clause:shown} 出现两次", "保留其中一条"),
    "standard-no-reason": (
        "条款 {clause:shown} 的 scope 为 {scope:shown}，但未说明理由",
        "请用两种语言填写 `reason`",
    ),
    "standard-outside": (
        "条款 {clause:shown} 在范围外，却列有证据",
        "删去 `evidence`，或写 `scope: partly`",
    ),
    "standard-no-evidence": (
        "条款 {clause:shown} 未说明由哪些文件和记录证明",
        "请在 `evidence.document` 和 `evidence.records` 下列出查找项，或写 `scope: outside`",
    ),
    "standard-probe": ("查找项未写明查找什么", "{what_now:sentences}"),
    "standard-probe:several": ("一个查找项写了多个查找对象", "{what_now:sentences}"),
    "standard-unknown-probe": ("没有 `{kind}: {name}` 这样的查找项", "{what_now:sentences}"),
    "standard-scale": (
        "评分标准中下列分值缺失或重复：{scores:list}",
        "请列出 0 至 5 分，每个分值一次",
    ),
    "standard-scale-order": (
        "{score} 分的要求低于下一级分值",
        "请在 `needs` 中列出下一级分值的全部要求，并至少增加一项",
    ),
    "standard-unknown-clause": ("没有条款 {clause:shown}", "{what_now:sentences}"),
}
