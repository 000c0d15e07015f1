"""What is found in sources of the CMDB and in the files that they read, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "source.not_plain:link": "{path:code} 是符号链接",
    "source.not_plain:other": "{path:code} 不是普通文件",
    "source.too_much": (
        "加上 {path:code}，该来源的文件合计超过 {most} 字节，不予读取",
        "请把它们分到几个来源",
    ),
    "source-files:none": (
        "来源没有指明任何文件",
        "请加上 `path`；格式有两个文件时，请加上 `nodes` 和 `edges`",
    ),
    "source-files:both": (
        "来源同时指明了 `path` 和 `nodes` 或 `edges`",
        "请只用其中一种方式指明文件",
    ),
    "source-files:path": (
        "格式为 {format:code} 的来源只有一个 `path`，没有 `nodes` 和 `edges`",
        "请写 `path`；它可以是文件夹",
    ),
    "source-files:digest": (
        "一个 `sha256` 不能同时属于两个文件",
        "请在 `sha256` 之下写 `nodes` 和 `edges`，各带自己的摘要",
    ),
    "source-files:mapping": (
        "`mapping` 只用于 CSV，而该来源的格式是 {format:code}",
        "请删除它；其他格式有各自固定的名称",
    ),
    "source-file": ("无法读取来源 {source:code}：{problem:sentences}", "请更正路径，或删除该来源"),
    "source-not-pinned": (
        "{path:shown} 在仓库之外，又没有 `sha256`",
        "请把它移到 `cmdb/exports/` 之下，或加上 `sha256sum` 给出的摘要",
    ),
    "source-digest": (
        "{path:shown} 不是来源 {source:code} 所指的文件：它的摘要是 {found}",
        "请先查看有何变化，再更正 `sha256`",
    ),
    "source-archive": ("该文件是 {archive} 压缩包", "请解压；只有 gzip 可以直接读取"),
    "source-archive:workbook": (
        "这是电子表格程序的工作簿，不是 CSV",
        "请打开它，把每个工作表另存为 `CSV UTF-8`，再读取该文件",
    ),
    "source-archive:broken": ("该 gzip 文件已损坏或不完整", "请重新导出"),
    "source-size": (
        "该文件解压后超过 {limit:count} 字节",
        "请拆分，或导出为 CSV；CSV 的上限比其他格式大",
    ),
    "source-encoding": (
        "该文件不是 UTF-8：此处不能出现字节 {byte}",
        "请另存为 UTF-8；`iconv -f GB18030 -t UTF-8` 可以转换",
    ),
    "source-empty": ("该文件没有内容", "请重新导出，或删除该来源"),
    "source-format": (
        "这不是 {wanted:sentences}：{problem:sentences}",
        "请对照来源所写的格式检查该文件",
    ),
    "foreign.format:backstage": "Backstage 目录",
    "foreign.format:kubernetes": "Kubernetes 清单",
    "foreign.format:terraform": "`terraform show -json` 对状态或计划的输出",
    "foreign.format:compose": "compose 文件",
    "foreign.format:netbox": "NetBox 的导出",
    "foreign.format:servicenow": "ServiceNow 的导出",
    "foreign.format:graphml": "GraphML 文件",
    "foreign.format:json": "JSON",
    "foreign.format:yaml": "YAML",
    "foreign.format:xml": "XML",
    "foreign.problem:no_values": "既没有 `values`，也没有 `planned_values`",
    "foreign.problem:no_entity": "没有可作为配置项的实体",
    "foreign.problem:no_entity_name": "没有 `metadata.name`",
    "foreign.problem:no_object": "缺少 `kind`、`apiVersion` 或 `metadata.name`",
    "foreign.problem:no_records": "既没有 `result`，也没有 `records`",
    "foreign.problem:no_results": "既没有带 `model`、`pk` 和 `fields` 的对象，也没有 `results`",
    "foreign.problem:no_services": "没有 `services`",
    "foreign.problem:no_graph": "没有 `graph`",
    "foreign.problem:undirected": "其中的边没有方向",
    "foreign.problem:undirected_edge": "有一条边没有方向",
    "foreign.problem:declaration": "声明了文档类型或实体",
    "foreign.problem:encoding": "声明的编码不受支持；请另存为 UTF-8",
    "foreign.problem:too_deep": "嵌套过深",
    "foreign.problem:too_much_merged": "合并键（`<<`）复制的内容过多",
    "foreign.problem:no_mapping": "不是映射",
    "foreign.problem:library": "解析器的说明是“{said}”",
    "source-column": (
        "此处没有 {column:code} 的值；该行有 {columns:list}",
        "请改列名，或在来源的 `mapping` 中写明列名",
    ),
    "source-row:cells": (
        "该行有 {cells} 个单元格，表头有 {columns} 个",
        "含有分隔符的文字请加引号",
    ),
    "source-row:syntax": ("无法读取该行：{problem:sentences}", "请查找没有闭合的引号"),
    "source-row:column_twice": ("有两列都叫 {column:shown}", "请改用别的列名"),
    "source-row:strength": (
        "{value:shown} 不是依赖强度",
        "请写 `hard`（强依赖）或 `soft`（弱依赖），或留空",
    ),
    "source-row:min": ("{value:shown} 不是至少保留的成员数", "请写 1 或更大的整数"),
    "source-row:edge": (
        "该行没有两个名称",
        "每行是一个配置项及其依赖，分隔符与第一行相同",
    ),
    "source-row:many": ("{id:code} 的依赖超过 {most} 个", "请改为依赖它们的共同部分"),
    "source-row:name": ("该行没有名称", "请给它名称，或不要导出它"),
    "source-row:extends": (
        "服务 {name:shown} 扩展了 {base:shown}，但这些文件中都没有它",
        "请导入两个文件所在的文件夹，或导入 `docker compose config` 的输出",
    ),
    "source-row:ambiguous": (
        "有多个配置项叫 {name:shown}，无法确定是哪一个",
        "导出关系时请用标识（`sys_id`），不要用名称",
    ),
    "source-duplicate-id": (
        "{id:shown} 已经出现在 {path} 第 {line} 行",
        "请删除其中一行，或改用别的编号",
    ),
    "source-unknown-item": (
        "任何来源和 YAML 中都没有 {ci:shown}，因此它与 {other:shown} 之间的依赖不计入",
        "请加上该配置项，或更正名称",
    ),
    "source-group-min": (
        "{id:shown} 的组 {group:shown} 需要 {min} 个成员，但只有 {members} 个",
        "请减小 `min`，或列出所有成员",
    ),
    "source-conflict": (
        "{id:shown} 的 {attribute:code} 在此处是 {other:shown}，{path} 中的 {value:shown} 为准",
        "请更正其中之一，或提高正确来源的 `precedence`",
    ),
    "source-described": (
        "{id:shown} 已在 {path} 中描述，保持原样",
        "如果要导入它，请删除那里的描述",
    ),
    "source-value:words": (
        "{id:shown} 的 {attribute:code} 是 {value:shown}，无法识别，按未知计",
        "{what_now:sentences}",
    ),
    "source-value:id": (
        "{id:shown} 的 {attribute:code} 是 {value:shown}，这不是编号，按未知计",
        "{what_now:sentences}",
    ),
    "source-relation": (
        "关系 {type:shown} 未知：按 {dependent:shown} 依赖 {dependency:shown} 计",
        "如果它与故障无关，请不要导出它",
    ),
    "source-self-dependency": ("{ci:shown} 依赖它自己；不计入", "请删除该行"),
    "source-shortened": (
        "{id:shown} 的 {attribute:code} 有 {characters:count} 个字符，已截短",
        "请在原系统中缩短它",
    ),
    "source-more": ("该文件中还有 {count:count} 条同类发现（{of}）", ""),
}
