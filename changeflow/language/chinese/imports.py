"""What `cmdb import` tells, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "import.counts": "新增 {added:count}，变化 {changed:count}，移除 {removed:count}，未变 {unchanged:count}",
    "import.sizes": "{folder}：{items:count} 个配置项，{relations:count} 个依赖",
    "import.written": "已写入。下一步：`changeflow check`。",
    "import.same": "无需写入：内容已经相同。",
    "import.dry": "没有写入任何内容（--dry-run）。",
    "import.refused": "没有写入任何内容：请先更正错误。",
    "import.disk": ("无法写入 {folder:code}：{why:system}", "没有改动任何内容"),
    "import.one_path": (
        "{format:code} 只从一个文件或文件夹读取",
        "请写成 PATH，不要用 --nodes 和 --edges",
    ),
    "import.nothing:one_file": ("没有可导入的内容", "请指明文件或文件夹"),
    "import.nothing:two_files": (
        "没有可导入的内容",
        "请指明文件或文件夹，或用 --nodes FILE --edges FILE",
    ),
    "import.missing": ("{path:code} 不存在", "请检查路径"),
    "import.empty": (
        "{path:code} 中没有该格式的文件",
        "读取的文件名以 {suffixes:codes} 结尾，或再加上 `.gz`",
    ),
    "import.place": ("{path:code} 不能存放配置项", "配置项在 `cmdb/` 之下，例如 `cmdb/imported`"),
    "import.place:name": (
        "{path:code} 不能存放配置项：{problem}",
        "门禁会拒绝那里的文件；请用 --into 指明别的文件夹",
    ),
    "import.place:nested": (
        "{path:code} 是另一个导入的文件夹",
        "请选用它的上一级文件夹，或 `cmdb/` 之下单独的文件夹",
    ),
    "import.place:submodule": (
        "{path:code} 是子模块",
        "配置项应放在变更仓库本身；请用 --into 指明别的文件夹",
    ),
    "import.link": ("{path:code} 是符号链接", "从不跟随链接；请用 --into 指明别的文件夹"),
    "import.foreign": (
        "{path:code} 不是由导入写出的",
        "请把它移到 `cmdb/` 之下别的文件夹，或换一个 --into 导入",
    ),
    "import.no_source": (
        "没有来源 {name:code}，也没有这个文件",
        "请用编号指明 `cmdb/sources/` 中的 `ConfigurationSource`，或指明含有它的文件",
    ),
    "import.other_format": (
        "来源 {name:code} 的格式是 {format:code}，而导入的是 {wanted:code}",
        "请指明格式相同的来源",
    ),
    "import.more": "还有 {count:count} 个",
    "import.conflict": "{ci:shown} 的 {attribute} 在 YAML 中是 {value:shown}，在来源中是 {other:shown}",
}
