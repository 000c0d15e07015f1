"""What stands on stderr about the call itself, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "line.error": "错误：{text}",
    "line.hint": "提示：{text}",
    "line.note": "注意：{text}",
    "line.warning": "警告：{text}",
    "failure.text": "{text}",
    "failure.hint": "{what:hint}",
    "failure.more": "另有 {count} 项",
    # -- what click finds
    "usage.line": "用法：{command} {rest}",
    "usage.help": "运行 `{command} --help` 查看帮助。",
    "usage.no_command": "没有 `{name}` 这个命令",
    "usage.commands": "`changeflow --help` 列出全部命令",
    "usage.no_option": "没有 `{name}` 这个选项",
    "usage.name": "`{name}`",
    "usage.name:variable": "`{name}`（环境变量 {variable}）",
    "usage.missing:argument": "缺少参数 {name:sentence}",
    "usage.missing:option": "缺少选项 {name:sentence}",
    "usage.missing:parameter": "缺少 {name:sentence}",
    "usage.choices": "可选值：{names:list}",
    "usage.value:choice": "{name:sentence} 的值无效",
    "usage.value:at_least": "{name:sentence} 的值无效：应为不小于 {least} 的整数",
    "usage.value:path": "{name:sentence} 的值无效：这个路径不可用",
    "usage.value:utf8": (
        "{name:sentence} 的值不是 UTF-8",
        "请用 UTF-8 书写，或先转换（`iconv -t UTF-8`）",
    ),
    "usage.value:other": "{name:sentence} 的值无效：{why}",
    "usage.option:takes_none": "选项 `{name}` 不带值",
    "usage.option:needs_value": "选项 `{name}` 需要一个值",
    "usage.too_many": "多余的参数：{names:list}",
    "usage.command_missing": (
        "没有给出子命令",
        "`{command} --help` 列出全部子命令",
    ),
    # -- variables
    "variable.unread": "环境变量 {name} 不会被读取",
    "variable.pattern": "环境变量的命名方式是 CHANGEFLOW_<COMMAND>_<OPTION>",
    # -- the machine, and ourselves
    "machine.interrupted": "已中断",
    "machine.memory": (
        "内存不足，无法完成",
        "请释放内存，或提高容器或作业的内存上限",
    ),
    "machine.process": (
        "系统结束了本命令的一个进程（{signal}）；缺少它的部分，无法给出结果",
        (
            "多半是内存不足：请释放内存、提高容器或作业的内存上限，或只用一个进程运行，"
            "所需内存较少：`taskset -c 0 changeflow ...`"
        ),
    ),
    "machine.refuses": (
        "系统拒绝了操作：{why:system}",
        "设置 CHANGEFLOW_DEBUG=1 可以看到出错的位置",
    ),
    "machine.refuses:file": (
        "系统拒绝了操作：{file}：{why:system}",
        "空间是否足够？当前用户在那里是否有读写权限？设置 CHANGEFLOW_DEBUG=1 可以看到出错的位置",
    ),
    "machine.unwritten": "有内容无法写出：{why:system}",
    "machine.bug": (
        "这是 changeflow 的缺陷：{what}（{place}，第 {number} 行）",
        "请设置 CHANGEFLOW_DEBUG=1 再运行一次以取得调用栈，并连同所运行的命令一起报告",
    ),
    "answer.closed": "无法输出结果：标准输出已关闭",
    "answer.unwritten": "无法输出结果：{why:system}",
}
