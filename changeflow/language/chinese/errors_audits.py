"""What goes wrong with audits of the CMDB, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit.no_seed": ("抽样需要种子", "`--seed` 可以是任何不由审计人按结果挑选的文本，例如日期"),
    "audit.with_sample": (
        "{options:codes} 只能与 `--sample` 一起使用",
        "没有 `--sample` 时评估已有的审计",
    ),
    "audit.without_sample": (
        "{options:codes} 不能与 `--sample` 一起使用",
        "请先抽样，填写之后再看结果",
    ),
    "audit.too_small": (
        "样本 {size} 太小：要让一级、二级和等级未知的每一层各有一个配置项，至少需要 {least}",
        "`--sample {least}`",
    ),
    "audit.nothing_left": (
        "没有可以抽取的配置项：{left_out} 个由审计人自己负责，已排除",
        "请由他人审计；已退役的配置项不审计",
    ),
    "audit.auditor": ("人员名册中没有 `{name}`；没有抽样", "{hint:sentences}"),
    "audit.auditor:agent": ("`{name}` 是自动化程序，不能审计；没有抽样", "请写上核对配置项的人"),
    "audit.people": "审计人是被审计提交的人员名册中的人员",
    "audit.none": ("还没有审计", "`changeflow cmdb audit --sample 60 --seed 2026-11-27` 抽取样本"),
    "audit.unknown": ("没有这个审计：`{name}`", "已有：{names:most 8}"),
    "audit.unknown:none": (
        "没有这个审计：`{name}`",
        "还没有审计；`changeflow cmdb audit --sample 60 --seed 2026-11-27` 抽取样本",
    ),
    "audit.bare": ("裸仓库没有可以写入审计的工作区", "`--out FILE` 写到别处"),
    "audit.bare:improvements": ("裸仓库没有可以写入改进措施的工作区", "请在有工作区的克隆中运行"),
    "audit.not_ok": (
        "审计尚不可信：{why:sentences}",
        "没有写入任何内容；改进措施以填写完成的审计为依据",
    ),
}
