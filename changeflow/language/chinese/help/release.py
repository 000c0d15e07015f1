"""Help of `changeflow release` in Chinese."""

from __future__ import annotations

from typing import Final

_CHANGE: Final = "变更：其编号，或唯一能确定它的一部分"
_CHANGE_OR_RELEASE: Final = f"{_CHANGE}。也可以是包含多个变更的发布的编号"
_AS: Final = "以谁的身份：人员名册中的编号"
_BASE: Final = "从此版本读取策略、人员名册和 CMDB（默认：主分支）"
_WAIT: Final = "等待确认的最长时间，例如 PT10M（默认：在终端上一直等待，不在终端上则不等待）"
_RUN: Final = "运行编号（见 `release status`）：你确认该次运行已不存在"
_LOCAL: Final = "发布只在这份克隆中执行：证据账本不必另有副本"

HELP: Final[dict[str, dict[str, str]]] = {
    "release": {
        "": """
执行、跟踪、继续、回退和确认发布。

每一步在执行前后都记入证据账本。某一步失败时，执行回退计划。
""",
    },
    "release plan": {
        "": """
逐步列出发布将执行的操作。

不执行任何操作。
""",
        "CHANGE-or-RELEASE": _CHANGE_OR_RELEASE,
        "--base": _BASE,
    },
    "release run": {
        "": """
执行一项变更的发布：通过门禁、占用环境、逐步实施并验证；有步骤失败时执行回退计划。

退出码：0 变更已实施（再次运行时如已实施，则不再执行）；1 被拒绝、已回退、回退失败，或正在等待人工处理。
如果变更窗口在下一实施步骤之前结束，则在该步骤之前回退。
""",
        "CHANGE-or-RELEASE": _CHANGE_OR_RELEASE,
        "--as": _AS,
        "--wait": _WAIT,
        "--preconditions-met": "你已确认回退计划中须人工检查的前置条件均已满足",
        "--base": _BASE,
        "--local": _LOCAL,
    },
    "release resume": {
        "": """
继续执行进程中断或丢失的发布。

结果不明的步骤用其 `verify` 查明；没有 `verify` 的，由人用 `release confirm` 说明。
对于包含多项变更的发布，已开始的变更继续执行，其余的按顺序开始。退出码与 `release run` 相同。
""",
        "CHANGE-or-RELEASE": _CHANGE_OR_RELEASE,
        "--as": _AS,
        "--wait": _WAIT,
        "--preconditions-met": "你已确认回退计划中须人工检查的前置条件均已满足",
        "--base": _BASE,
        "--run": _RUN,
        "--local": _LOCAL,
    },
    "release rollback": {
        "": """
下令回退正在进行或刚刚实施的发布。

对于包含多项变更的发布，所有已开始的变更都会回退，最后一项最先回退。退出码：0 已回退，或执行发布的进程将会回退；1 未能回退。
""",
        "CHANGE-or-RELEASE": _CHANGE_OR_RELEASE,
        "--as": _AS,
        "--wait": _WAIT,
        "--base": _BASE,
        "--run": _RUN,
        "--local": _LOCAL,
    },
    "release rehearse": {
        "": """
在沙箱中演练发布及其回退：在每一步之后都回退一次，如同发布在那里失败。

先执行第一步并回退，再执行前两步并回退，依此类推，最后执行整个计划并验证。程序此时此地以你的身份执行，
`CHANGEFLOW_ENVIRONMENT` 为沙箱的名称：程序只能在沙箱中操作，因此请先阅读变更请求。
结果将每次回退所用的时间与允许的时间相比。证据账本将其记为演练；变更的状态不变。

退出码：0 每一次都按时回退；1 否；2 该环境不是沙箱；130 被中断，演练不作数。
""",
        "CHANGE": _CHANGE,
        "--environment": "在哪里：类型为 sandbox 的环境（默认：唯一的那一个）",
        "--as": _AS,
        "--preconditions-met": "你已确认回退计划中须人工检查的前置条件在沙箱中均已满足",
        "--run": "你确认另一台机器上开始而未结束的这次演练已不存在",
        "--base": _BASE,
    },
    "release confirm": {
        "": """
记录对人工步骤、结果不明的步骤或失败的回退的人工确认。

不执行任何操作：此后由 `release run` 继续发布。
""",
        "CHANGE": _CHANGE,
        "--step": "哪一步，例如 implementation/1（默认：正在等待的那一步）",
        "--as": _AS,
        "--done": "已完成（默认）",
        "--not-done": "未完成：将会执行",
        "--failed": "失败：执行回退计划",
        "--resolved": "失败的回退，或日志自相矛盾的发布，已由人工处理完毕，服务已恢复",
        "--base": _BASE,
        "--run": _RUN,
    },
    "release status": {
        "": """
显示发布进行到哪一步；发布之前和之后，显示变更的状态。
""",
        "CHANGE-or-RELEASE": _CHANGE_OR_RELEASE,
        "--base": _BASE,
    },
}
