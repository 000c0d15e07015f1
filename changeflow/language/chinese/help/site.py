"""Help of `changeflow site` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "site": {
        "": """
生成变更台账的静态网站，可用于 GitHub Pages、GitLab Pages，或放在文件夹中浏览。

网站有带搜索和筛选的台账、变更日程、从申请到评审的每项变更的页面、每个配置项的页面，以及各项指标。
它只依据已提交的内容生成，有英文和中文两种语言；指定了语言时只生成该语言。
它不向任何其他机器请求内容。再次生成时只写入有变化的文件，并删除已不存在的页面。

退出码：0 网站已生成；1 文件夹中有其他内容；4 策略、人员名册或配置管理数据库无法读取。
""",
        "--out": "网站的文件夹：新文件夹、空文件夹，或先前生成的网站",
    },
}
