"""What `cmdb export` tells, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "export.file": "{path}：{size:count} 字节",
    "export.sizes": "已写入：{items:count} 个配置项，{relations:count} 个依赖。",
    "export.loss:field": "从该格式读不回来：{items:count} 个配置项的 {what:code}，例如 {first:codes}。",
    "export.loss:id": "读回来时编号会不同：{items:count} 个配置项，例如 {first:codes}。",
    "export.loss:alone": "该格式中没有：{items:count} 个自身没有依赖的配置项，例如 {first:codes}。",
    "export.loss:groups": "该格式没有冗余组：{items:count} 个配置项现在需要组内每个成员，例如 {first:codes}。",
    "export.loss:strength": "该格式没有弱依赖：{items:count} 个配置项的依赖现在都是强依赖，例如 {first:codes}。",
    "export.disk": ("无法写入 {folder:code}：{why:system}", "没有改动任何内容"),
    "export.no_folder": ("{path:code} 不是文件夹", "请指明一个尚不存在的文件夹；从不跟随链接"),
    "export.foreign": (
        "{path:code} 不是以 {format:code} 导出时写出的",
        "请指明一个尚不存在的文件夹：下次导出会整体替换它",
    ),
}
