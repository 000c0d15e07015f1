"""What is wrong between this program and GitHub, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hub.traced": "{hint}（GitHub 请求编号 {number}）",
    "hub.give_access": "该令牌看不到这个仓库；请授予工作流或 App 访问权限",
    # -- the job
    "hub.output_name": "`{name}` 不能作为输出项的名称",
    "hub.output_delimiter": ("输出项 `{name}` 含有它自己的分隔符", "这里的随机数可以被预测"),
    "hub.unwritten": (
        "无法写入 `{path}`：{why:system}",
        "该文件由 {variable} 指定，而此变量由运行器设置",
    ),
    "hub.other_event": ("changeflow 不处理事件 `{event}`", "它处理的事件：{events:list}"),
    "hub.other_event_repository": ("该事件所属的仓库与 GITHUB_REPOSITORY 不同", "请勿重放事件内容"),
    "hub.unset": (
        "未设置 {variable}",
        "`changeflow ci` 在 GitHub Actions 中运行；见 docs/guides/github.md",
    ),
    "hub.no_api": (
        "未设置 GITHUB_API_URL，而 GITHUB_GRAPHQL_URL 指定了自建服务器",
        "自建服务器上它以 /api/v3 结尾；GITHUB_GRAPHQL_URL 可以省略，GITHUB_API_URL 不能",
    ),
    "hub.event_too_large": ("{file} 中的事件过大", "GitHub 最多发送 25 MB"),
    "hub.event_unread": ("无法读取事件：{why:system}", "见 GITHUB_EVENT_PATH"),
    "hub.event_no_json": ("事件不是 JSON：{why}", "见 GITHUB_EVENT_PATH"),
    "hub.event_no_object": ("事件不是 JSON 对象", "见 GITHUB_EVENT_PATH"),
    "hub.event_lacks": ("事件中没有 {what}", "见 GITHUB_EVENT_PATH"),
    "hub.event_lacks:group": ("事件中没有合并组", "见 GITHUB_EVENT_PATH"),
    "hub.event_lacks:deployment": ("事件中没有部署", "见 GITHUB_EVENT_PATH"),
    "hub.answer_elsewhere": ("该事件要求把回答发往本仓库以外的地方", "未发送任何内容"),
    # -- address and token
    "hub.no_token": ("GITHUB_TOKEN 和 GH_TOKEN 均未设置", "`export GITHUB_TOKEN=$(gh auth token)`"),
    "hub.no_origin": (
        "这里没有远程仓库 `origin`，无法得知指的是 GitHub 上的哪个仓库",
        "请指定：--repository OWNER/NAME；自建服务器还须设置 GITHUB_API_URL",
    ),
    "hub.origin_elsewhere": (
        "`origin` 不是 github.com 上的仓库",
        "请指定：--repository OWNER/NAME；自建服务器还须设置 GITHUB_API_URL",
    ),
    "hub.repository_form": (
        "仓库 `{text}` 没有写成 `owner/name` 的形式",
        "例如 `acme/changes`；--repository 和 GITHUB_REPOSITORY 都这样写",
    ),
    "hub.bad_token": ("GitHub 令牌为空，或含有令牌中不会出现的字符", "见 GITHUB_TOKEN"),
    "hub.bad_address": ("GitHub API 的地址不是普通的 URL", "例如 `https://api.github.com`"),
    "hub.not_https": (
        "`{host}`：令牌只能经 https 传输",
        (
            "请在 GITHUB_API_URL 和 GITHUB_GRAPHQL_URL 中写 `https://{place}`；`http://` 只用于本机回环"
            "地址"
        ),
    ),
    "hub.two_hosts": (
        "GitHub 的两个 API 不在同一主机上",
        "见 GITHUB_API_URL 和 GITHUB_GRAPHQL_URL",
    ),
    # -- limits and time
    "hub.own_ceiling": (
        "{name}：本次运行已发送 {count} 个请求，达到自身上限",
        "下一个事件或定时任务会再次判定",
    ),
    "hub.reserve": (
        "{name}：GitHub 的 `{resource}` 限额还剩 {left} 个请求，留作发布判定之用",
        "限额于 {until} UTC 恢复；届时定时任务会再次判定",
    ),
    "hub.limited:hourly": (
        "{name}：已达到 GitHub 的每小时限额",
        "GitHub 要求等待 {pause} 秒；稍后定时任务会再次判定",
    ),
    "hub.limited:secondary": (
        "{name}：已达到 GitHub 的次级限额",
        "GitHub 要求等待 {pause} 秒；稍后定时任务会再次判定",
    ),
    "hub.out_of_time": "{name}：GitHub 用时超过了本次运行允许的 {seconds} 秒",
    "hub.no_date": ("GitHub 的应答缺少 `Date` 头，无法得知其时间", "是否被中间的代理去掉了？"),
    "hub.no_time": "GitHub 还没有告知时间",
    "hub.clock_skew": ("本机时钟与 GitHub 的时钟相差 {seconds} 秒", "请校准运行门禁的机器的时钟"),
    # -- answers
    "hub.detail": "（{said}）",
    "hub.detail:needs": "；需要权限 `{permission}`",
    "hub.detail:both": "（{said}）；需要权限 `{permission}`",
    "hub.failed": (
        "{name}：GitHub 出错（{status}）{details:sentences}",
        "`https://www.githubstatus.com` 说明服务是否中断",
    ),
    "hub.unauthorised": (
        "{name}：GitHub 不接受该令牌{details:sentences}",
        "令牌有误、已过期或已吊销",
    ),
    "hub.expired": "{name}：App 安装的令牌已过期",
    "hub.forbidden": ("{name}：该令牌无权执行此操作{details:sentences}", "指南中列有所需的权限"),
    "hub.no_permission": "请为工作流或 App 授予该权限",
    "hub.not_visible": (
        "{name}：不存在，或该令牌看不到{details:sentences}",
        "两种情况 GitHub 都回答 404",
    ),
    "hub.elsewhere": "{name}：GitHub 要求转往别处（{status}）",
    "hub.refused": "{name}：GitHub 拒绝了请求（{status}）{details:sentences}",
    "hub.query_forbidden": "{name}：该令牌无权读取{details:sentences}",
    "hub.query_not_visible": "{name}：不存在，或该令牌看不到（{said}）",
    "hub.query_unknown": "{name}：此版本的 GitHub 不支持该查询（{said}）",
    "hub.query_failed": "{name}：GitHub 的应答含有错误（{said}）",
    "hub.garbled:kind": ("{name}：应答是 `{kind}`，而不是 JSON", "中间是否有代理？"),
    "hub.garbled:json": ("{name}：应答不是正确的 JSON（{why}）", "中间是否有代理？"),
    "hub.garbled:value": ("{name}：应答是 `{kind}`，既不是对象也不是列表", "中间是否有代理？"),
    "hub.too_large": "{name}：应答超过 {size} 字节",
    "hub.no_answer": ("{name}：GitHub 没有应答（{kind}）", "网络是否正常？"),
    "hub.other_host": "{name}：GitHub 要求转往另一主机，而令牌不会发往那里",
    "hub.renamed": ("{name}：该仓库已迁移或改名", "请使用新名称；未写入任何内容"),
    "hub.circles": "{name}：GitHub 的重定向形成循环",
    "hub.next_page_elsewhere": "{name}：下一页在另一主机上",
    "hub.incomplete": ("{name}：列表不完整：{why:sentence}", "下次运行会重新读取"),
    "hub.list:pages": "有一页出现两次，或页数过多",
    "hub.list:promised": "共 {wanted} 页，只收到 {found} 页",
    "hub.list:count": "共 {wanted} 项，收到 {found} 项",
    "hub.list:twice": "有一项出现两次：读取期间列表发生了变化",
    "hub.list:cursors": "有一个游标出现两次，或页数过多",
    "hub.list:changed": "读取期间总数发生了变化",
    "hub.list:moved": "读取期间总数由 {found} 变为 {wanted}",
    "hub.some_came": "{where}：共 {wanted} 项，收到 {found} 项",
    "hub.no_number": "GitHub 没有给出编号：{where} 为空",
    "hub.unexpected": "GitHub 的应答不符合预期：{where} 是 {found}，应为 {expected}",
    "hub.unexpected:missing": "GitHub 的应答不符合预期：缺少 {where}",
    "hub.unexpected:branch": "GitHub 的应答不符合预期：分支名不是 git 允许的名称",
    "hub.other_verdict": "门禁检查：GitHub 收下了判定，应答却是另一个判定",
    # -- pull requests and their commits
    "hub.base_gone": "目标分支 `{branch}` 已不存在",
    "hub.neither": (
        "`{remote}` 上既没有 `{ref}`，也没有提交 {commit}",
        "请把远程仓库设为拉取请求所在的仓库",
    ),
    "hub.head_moved": ("拉取请求 {number} 现在位于 {head}，而不是 {wanted}", "请重新读取"),
    "hub.base_rewritten": ("`{branch}` 已不再包含 {commit}", "该分支的历史被改写"),
    "hub.no_common_history": "拉取请求与其目标分支没有共同的历史",
    "hub.fetch_needed:ledger": (
        "证据账本 `{branch}` 不在这里，也无法取回：{why:sentence}",
        "请先取回：`git fetch --unshallow`，或检出时使用 `fetch-depth: 0`",
    ),
    "hub.fetch_needed:rest": (
        "本克隆是浅克隆，其余历史无法取回：{why:sentence}",
        "请先取回：`git fetch --unshallow`，或检出时使用 `fetch-depth: 0`",
    ),
    "hub.fetch_needed:shallow": (
        "本克隆是浅克隆，无法得知变更新增了什么",
        "请先取回：`git fetch --unshallow`，或检出时使用 `fetch-depth: 0`",
    ),
    "hub.no_queue": "`{branch}` 没有合并队列",
    "hub.not_queued": "`{branch}` 的合并队列中没有位于 {head} 的条目",
    "hub.other_repository": "`{repository}` 现在是另一个仓库",
    "hub.no_pull": "拉取请求 {number}：不存在",
    "hub.no_repository": "`{repository}`：不存在，或该令牌看不到",
    "hub.pushed": "读取期间有人向拉取请求推送了提交",
    "hub.no_last_commit": "没有收到拉取请求的最后一个提交",
    "hub.heads_differ": "拉取请求的头与最后一个提交不同：读取期间有人推送了提交",
    "hub.no_commit": "`{repository}` 没有提交 {commit}",
    "hub.checks_gone": "检查结果：在读取之前已不存在",
}
