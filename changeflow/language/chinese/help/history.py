"""Help of `changeflow history` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "history": {
        "": """
导入其他系统的记录，导出本仓库的记录，并显示已知的过往。
""",
    },
    "history import": {
        "": """
将导出文件中的记录加入历史记录的表。

已有的记录连同其所有行一起被替换。再次导入相同内容不会有任何改动。无法读取的行会列为问题并略去，其余的行照常导入。
需要安装附加组件 `changeflow[insight]`。

退出码：0 已导入，或没有改动；1 有行被略去；3 没有该文件；4 无法读取对应关系或导出文件，没有写入任何内容。
""",
        "EXPORT": "要导入的文件",
        "--mapping": "HistoryMapping：导出文件的含义",
        "--into": "存放表的文件夹（默认：变更仓库或当前目录中的 history/）",
        "--dry-run": "只显示会有什么改动，不写入任何内容",
    },
    "history export": {
        "": """
将本仓库自己的记录写入历史记录的表。

记录来自主分支上的变更请求、证据账本和事件。文件夹中的其他记录保持不变。需要安装附加组件 `changeflow[insight]`。

退出码：0 已写入，或没有改动；1 有变更请求或事件无法读取，已略过；4 无法读取某个表或证据账本。
""",
        "--into": "存放表的文件夹（默认：变更仓库中的 history/）",
    },
    "history show": {
        "": """
显示历史记录的表：行数、来源、期间，以及哪些内容未知。

退出码：0 已显示；3 没有历史记录；4 某个文件不是历史记录的表。
""",
        "DIR": "存放表的文件夹（默认：变更仓库或当前目录中的 history/）",
    },
}
