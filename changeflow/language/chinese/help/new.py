"""Help of `changeflow new` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "new": {
        "": """
写一份变更请求：changes/CHG-YYYYMMDD-SLUG/rfc.yaml，其中的注释说明各处应填写什么。

使用 `--retrospective` 时为补录：配置项、人员和时间取自该提交、标签或部署。它与其他变更一样，由未参与其中的人审批和评审，
但不再发布。`report unauthorised` 会列出需要补录的内容。

夜间应急用 `changeflow emergency` 更快：它一次写好完整的紧急变更请求。
""",
        "--type": "变更类型（默认：normal；使用 --model 时为 standard）",
        "--model": "按此变更模型填写（标准变更）",
        "--ci": "要变更的配置项；可重复",
        "--from-diff": "填入该分支自离开 REV 以来改动的配置项，包括尚未提交的内容",
        "--retrospective": "补录：为未经请求就进入主分支、打上标签或部署的内容写变更请求",
        "--title": "标题，可用任何文字（默认：取自 SLUG 或变更模型）",
        "--reason": "为什么需要这项变更",
        "--start": (
            "变更窗口的开始时间，例如 2026-11-25T22:00:00+08:00 或“周五 22:00”；时长由变更模型规定"
        ),
        "--draft": "标为草稿；--no-draft 则拒绝写不完整的请求（默认：有缺项时为草稿）",
    },
}
