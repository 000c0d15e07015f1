"""Help of `changeflow report` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "report": {
        "": """
生成关于变更和发布的报表，每个数字都附有其依据的记录。
""",
    },
    "report kpi": {
        "": """
计算一个期间的指标：数量、失败、用时、补录，并与上期比较。

变更属于其计划开始时间所在的期间；没有计划时间的，按实际开始时间；再没有的，按记录时间。一天从仓库所在时区的零点开始。
没有人记录的内容不计算，单独列出。

退出码：0 报表已生成；2 未安装附加组件；3 没有记录；4 有文件不是记录表。
""",
        "--from": "期间的开始，例如 2026-10-01（默认：第一条记录）",
        "--to": "期间的结束，不含在期间之内，例如 2027-01-01 或 +3mo",
        "--engine": "由什么计算：本进程中的 DuckDB，或 Apache Spark（附加组件 `spark`）",
        "--history": "用此文件夹中的记录代替本仓库的记录；可重复给出，用于多个仓库",
    },
}
