"""Options that are wrong, or do not go together, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- times and periods
    "option.period": ("期间的结束早于开始", "--from 应早于 --to"),
    "option.time": ("{option}：{why:sentence}", "例如 `{option} 2026-11-25T22:00:00+08:00`"),
    "option.moment": ("{option}：{why:sentence}", "{why:hint}"),
    "option.understood": "{option} 理解为 {moment}",
    "option.understood_period": "{option} 理解为自 {since} 起至 {until} 前的期间",
    "option.wait": "选项 --wait：{why:sentence}",
    "option.timezone": (
        "选项 --timezone：{why:sentence}",
        "时区使用 IANA 名称，例如 Asia/Shanghai",
    ),
    # -- what does not go together
    "option.record_and_judge": (
        "--record 与 --judge 同时给出，就没有可做的事了",
        "两者都不写，就两件事都做",
    ),
    "option.no_starter": ("门禁 `{gate}` 不问由谁启动", "--as 只用于 `gate deploy`"),
    "option.change_twice": (
        "CHANGE 与 --change-from 不能同时给出",
        "--change-from REV 查询的是提交所指明的变更",
    ),
    "option.revert_and_steps": (
        "--revert 采用已批准的回退步骤，而 --step 和 --undo 给出的是别的步骤",
        "请去掉其中之一",
    ),
    "option.model_and_type": ("--model 表示标准变更，而 --type 写的是 {type}", "请去掉其中之一"),
    "option.afterwards": (
        "--retrospective 已说明何时完成、触及什么",
        "请去掉 --model、--start 和 --from-diff",
    ),
    "option.rev_outside": ("`{path}` 在仓库之外，任何版本中都没有它", "请去掉 --rev，或去掉该路径"),
    "option.two_proposals": (
        "--proposed 与 --proposed-rev 都指定了拟议策略",
        "请只指定文件夹，或只指定版本",
    ),
    "option.nested_repository": (
        "`{path}` 中有变更仓库 `{folder}`，它只能整体检查",
        "请运行 `changeflow --repo {folder} check`",
    ),
    "option.library": ("格式 {format} 需要库 `{library}`", "pip install 'changeflow[calendar]'"),
    "option.binary": (
        "格式 {format} 不是可在终端显示的文本",
        "写入文件：--out FILE",
    ),
    "option.head_of_review": ("实施后评审写在工作区中", "请去掉 --head"),
    "option.note_missing": ("请说明最终结果", "--note TEXT 会作为证据保存"),
    # -- who requests
    "whom.requests": "无法确定申请人",
    "whom.waits": "没有说明为谁查询",
    "whom.name": "请指定人员：--as PERSON",
    "whom.unset": "{question:sentence}：git 不知道这里由谁提交",
    "whom.commits:unlisted": (
        "{question:sentence}：git 在这里以 `{address}` 提交，而人员名册中没有这个地址"
    ),
    "whom.commits:shared": (
        "{question:sentence}：git 在这里以 `{address}` 提交，而该地址在人员名册中属于 "
        "{people:joined}"
    ),
    "option.say_requester": "请用 --requester PERSON 指定申请人",
    "option.automation": "`{name}` 是自动化账号；变更的申请人和实施人必须是人",
    # -- texts
    "option.slug": (
        "`{slug}` 不能用作变更编号的一部分：只能有 1 到 {most} 个字符，取自 `a-z`、`0-9` 和 `-`"
    ),
    "option.slug_example": "例如 `payments-db-upgrade`；标题可以用任何文字",
    "option.slug_near": "改用 `{slug}` 如何？",
    "option.one_line:title": ("标题为空，或含有控制字符或不可见字符", "请写成一行，可以用任何文字"),
    "option.one_line:reason": (
        "原因为空，或含有控制字符或不可见字符",
        "请写成一行，可以用任何文字",
    ),
    "option.one_line:option": (
        "{option} 的内容为空，或含有控制字符或不可见字符",
        "请写成一行，可以用任何文字",
    ),
    "option.too_long": (
        "{option} 的内容有 {length} 个字符，最多允许 {most} 个",
        "其余内容请写在事件单里",
    ),
    "option.no_items": (
        "没有说明变更哪些配置项：`--ci ID`",
        "可以写一个或多个配置项；--revert CHANGE 采用另一个变更的配置项",
    ),
    "option.step_unreadable": (
        "{option}：步骤 `{step}` 的命令无法解析：{why}",
        '例如 --step "Put 1.9 live=./scripts/set-version website 1.9"',
    ),
    "option.step_shape": (
        "{option} `{text}` 不是 NAME=COMMAND 的形式",
        '例如 --step "Put 1.9 live=./scripts/set-version website 1.9"',
    ),
    "option.step_words": ("{option}：`{step}` 不能用作步骤", "命令应有 1 到 100 个词，且都不为空"),
    "option.no_model": ("标准变更需要变更模型：--model MODEL", "现有：{names:list}"),
    "option.no_model:none": ("标准变更需要变更模型：--model MODEL", "目前一个也没有"),
    "option.incomplete": (
        "不足以写成完整的变更请求，缺少：{names:list}",
        "不加 --no-draft 时会写出草稿，并用注释说明要填写什么",
    ),
    "option.invalid": "这样的变更请求无效：{problem}",
    "option.invalid:more": "这样的变更请求无效：{problem}（另有 {more} 处）",
    "option.nothing_written": "未写入任何内容",
    "option.correct": "请更正选项",
    # -- of init
    "option.email": (
        "`{address}` 不是电子邮件地址",
        "`--member carol:carol@example.com=carol.pub`",
    ),
    "option.action": (
        "`{text}` 不是某个提交上的仓库",
        "请写完整的提交编号，而不是分支或标签：{example:code}",
    ),
    "option.action_host": (
        "--action 不能与 --host {host} 一起使用",
        "这种平台上的仓库不需要工作流",
    ),
    "option.person_id": (
        "`{name}` 不能用作人员编号",
        "编号由字母、数字、`.`、`_`、`-` 组成，例如 `alice`",
    ),
    "option.public_key": ("`{file}` 不是 SSH 公钥", "{command:code} 可以生成一个"),
    "option.person_twice": ("`{name}` 写了两次", "人员名册中每个人都有自己的编号"),
    "option.bom": ("--bom 不能与 --format {format} 同用", "只有 CSV 以字节顺序标记开头"),
    "option.days": (
        "--days 只能与 --upstream 一起使用",
        "`changeflow impact ITEM --upstream --days N`",
    ),
    "option.upstream": (
        "--upstream 不能与 --format {format} 一起使用",
        "可用的格式为 text、json、markdown 和 html",
    ),
    "option.upstream_alone": (
        "--upstream 不能与 {option} 一起使用",
        "--upstream 逐个说明每个配置项单独失效时的影响",
    ),
    "option.fold": (
        "--fold 不能与 --format {format} 同用",
        "只有图形会折叠配置项：mermaid、dot、svg 和 html",
    ),
    "whom.other_job": (
        "指定了 `--as {person}`，但 {host} 上的这个作业由 {who} 启动",
        "请去掉 --as：在作业中以启动它的账号为准",
    ),
}
