"""What fails between this program, git, keys and the ledger, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "git.shallow_authors": (
        "本克隆是浅克隆，无法得知变更由谁编写",
        "请先取回全部历史：`git fetch --unshallow`",
    ),
    "git.shallow_ledger": (
        "本克隆是浅克隆，缺少证据账本 `{branch}` 的一部分",
        "请先取回全部历史：`git fetch --unshallow`",
    ),
    "git.no_revision": ("git 在这里找不到版本 `{rev}`", "请先取回（`git fetch`），或换一个版本"),
    "git.no_revision:zeros": (
        "git 在这里找不到版本 `{rev}`",
        "全零表示分支已删除或刚新建：钩子应跳过它",
    ),
    "git.moved": ("另一个进程先移动了 `{ref}`", "请重新读取证据账本，再作判定"),
    "git.moved:remote": (
        "另一个进程先移动了 `{remote}` 上的 `{ref}`",
        "请重新读取证据账本，再作判定",
    ),
    "git.no_remote": ("git 中没有远程仓库 `{remote}`", "`git remote add {remote} URL` 可以添加"),
    "git.late": (
        "git {verb}：远程仓库在 {seconds} 秒内没有应答",
        "网络能否连通？`spec.ledger.timeout` 规定了等待远程仓库的时间",
    ),
    "git.late:here": (
        "git {verb} 在 {seconds} 秒内没有结束",
        "磁盘是否有应答？`git fsck` 可以检查仓库",
    ),
    "git.stopped": "在 git {verb} 等待远程仓库时被要求结束",
    "git.stopped:here": "在 git {verb} 运行时被要求结束",
    # -- locks
    "lock.held": ("另一个进程持有本次运行的锁", "`changeflow release status` 显示正在进行的运行"),
    "lock.none": (
        "该文件系统不支持锁（{why:system}），没有锁就可能同时进行两次发布",
        "请在本地磁盘上的克隆中发布",
    ),
    "lock.unwritten": (
        "`{folder}` 无法写入，而发布要在那里放锁：{why:system}",
        "请在当前用户对 git 目录有写权限的克隆中发布",
    ),
    "lock.unknown": ("无法得知这里是否正在发布：`{file}`：{why:system}", "请以启动发布的用户查看"),
    # -- the ledger
    "append.first": ("另一个进程先在 `{branch}` 上追加了条目", "请重新读取证据账本，再作判定"),
    "append.unsigned": (
        "本仓库只接受签名的证据",
        (
            "请指定人员名册中列出的密钥：CHANGEFLOW_KEY=FILE，或 git 的 user.signingkey（"
            "gpg.format=ssh）"
        ),
    ),
    "append.simulated": ("使用 --now 的证据在这里不算数", "请去掉 --now"),
    "append.simulated_release": (
        "使用 --now 的证据在这里不算数",
        "主分支上的 spec.allow_simulated_clock 只用于演示和测试",
    ),
    "append.broken": (
        "证据账本不完整：{problem:phrases}",
        "`changeflow ledger verify` 显示全部问题",
    ),
    "append.busy": ("其他进程不断追加证据账本，因此未能记录", "请再试一次"),
    "append.no_opinion": (
        "{person} 对 {change} 没有可撤回的意见",
        "`changeflow ledger log {change}`",
    ),
    # -- keys
    "key.none_required": (
        "本仓库要求签名，而人员名册中没有 {person} 的密钥；未作任何记录",
        "请在人员名册的 `keys` 下列出 {person} 的公钥（`ssh-keygen -t ed25519` 可以生成一个）",
    ),
    "key.no_file": ("没有密钥文件 `{key}`", "`ssh-keygen -t ed25519` 可以生成一个"),
    "key.not_listed": (
        "人员名册没有为 {person} 列出密钥 `{key}`（{keyid}）",
        "未写入任何内容；密钥写在人员名册的 `keys` 下，进入主分支后才算数",
    ),
    "key.not_listed:held": (
        "人员名册没有为 {person} 列出密钥 `{key}`（{keyid}）；它属于 {holder}",
        "未写入任何内容；密钥写在人员名册的 `keys` 下，进入主分支后才算数",
    ),
    "key.not_listed:anybody": (
        "人员名册没有为任何人列出密钥 `{key}`（{keyid}）",
        "未写入任何内容；密钥写在人员名册的 `keys` 下，进入主分支后才算数",
    ),
    # -- git itself
    "git.failed": "git {verb} 失败：{said}",
    "git.not_understood": (
        "无法理解 git {verb} 的输出",
        "`git --version` 应为 2.36 或更新版本；这里名为 `git` 的是否是别的程序？",
    ),
    "git.no_object_name": "`{oid}` 不是 git 对象名",
    "git.left_out": (
        "{names:codes} 未被采用，因为它们写在仓库自己的配置中，而不在你的配置中（`git config "
        "--global`）"
    ),
    "git.hidden_edit": (
        "`{path}` 与 git 的索引不同，而索引被设为不检查它（{bit}）：检出的内容与看上去的不一致",
        "`git update-index --no-{bit} -- PATH` 让 git 重新检查；或用 --head 指定版本",
    ),
    "git.foreign_filter": (
        (
            "`{path}` 要经过本仓库自己的 git 配置中的过滤器 `{driver}`，而它从不运行：无法得知 git "
            "会存入什么"
        ),
        (
            "请先 `git add` 该文件，或用 --head 指定版本；写在你自己配置中的过滤器（`git config "
            "--global`）会运行"
        ),
    ),
    # -- what git's messages mean
    "git.advice:name_taken": (
        "两个名称中一个是另一个的开头，git 只能保留其一：请改名，或设置 `spec.ledger.branch`"
    ),
    "git.advice:quarantine": "判定推送的钩子不作记录；`post-receive` 可以记录",
    "git.advice:rejected": "服务器拒绝了推送；必须允许该用户向那里推送此分支",
    "git.advice:forbidden": "这些凭据在那里只能读取而不能推送，或没有任何权限",
    "git.advice:not_writable": "当前用户对 git 目录没有写权限；请使用自己的克隆",
    "git.advice:read_only": "git 目录无法写入；请使用另一磁盘上的克隆",
    "git.advice:no_repository": "`git init` 可以新建仓库；changeflow 把证据保存在 git 中",
    "git.advice:other_owner": (
        "该目录属于另一用户；如果信任它：`git config --global --add safe.directory DIR`"
    ),
    "git.advice:partial": (
        "本克隆是部分克隆，而读取时从不取回：请用 `git fetch --refetch --no-filter` 取回全部内容"
    ),
    "git.advice:shallow": "请先取回全部历史：`git fetch --unshallow`",
    "git.advice:missing": (
        "本克隆是浅克隆、部分克隆或已损坏，请重新取回：`git fetch --unshallow` 或 `git fetch "
        "--refetch --no-filter`"
    ),
    "git.advice:not_there": "请重新取回：对方已没有这个提交",
    "git.advice:no_object": "本克隆没有该对象，请先取回：`git fetch --unshallow`",
    "git.advice:no_tree": (
        "本克隆是浅克隆、部分克隆或已损坏，请重新取回：`git fetch --refetch --no-filter`"
    ),
    "git.advice:no_blob": "本克隆是部分克隆，请重新取回：`git fetch --refetch --no-filter`",
    "git.advice:locked": (
        "另一个 git 正在运行，或某个 git 异常退出后留下了锁：如果没有 git 在运行，请删除该文件"
    ),
    "git.advice:remote": "远程仓库是否已配置？`git remote -v` 列出全部",
    "git.advice:unreachable": "网络能否连通？`git fetch` 会显示同样的失败",
    "git.advice:no_access": (
        "地址是否正确，网络能否连通？`git remote -v` 显示地址，`git fetch` 显示失败原因"
    ),
    "git.advice:credentials": "git 没有该远程仓库的凭据；请配置凭据助手或 SSH 密钥",
    "git.advice:address": "地址是否正确，网络能否连通？`git remote -v` 显示地址",
    "git.advice:install": "请安装 git",
    "git.advice:version": "`git --version` 应为 2.36 或更新版本",
    "git.advice:room": "请腾出空间，然后重试",
    "git.advice:rights": "当前用户在那里是否有读写权限？",
    "git.advice:memory": "内存是否充足？再次运行同一命令也许能成功",
    # -- the ledger's branch
    "append.not_held": (
        "证据账本不完整：{problem:phrases}",
        "`changeflow ledger verify` 列出全部问题",
    ),
    "append.none_tried": "没有尝试过向 `{branch}` 追加条目",
    "append.not_read_again": "无法记录，因为写入后将无法重新读取：{problems:sentences}",
    "append.lacking": (
        "存放证据的分支 `{branch}` 不在本克隆中，而 `{remote}` 上有",
        "`git fetch {remote} {branch}:{branch}` 可以取回；没有它就无法得知哪些已经发布",
    ),
    "append.lacking:unasked": (
        "存放证据的分支 `{branch}` 不在本克隆中，也无法询问 `{remote}`：{why:sentence}",
        "`git fetch {remote} {branch}:{branch}` 可以取回；没有它就无法得知哪些已经发布",
    ),
    "append.former": (
        "`spec.ledger.branch` 现在是 `{branch}`，而证据仍在 `{former}` 上",
        (
            "`git branch --no-track {branch} {found}` 可以把证据带过来；或把 `spec.ledger.branch` "
            "改回 `{former}`"
        ),
    ),
    "append.before_newest": (
        "--now 比固定时钟下的最新证据早 {span:rough}：条目 {seq} 的时间是 {when:time}",
        "证据账本上的时间不能倒退；请指定更晚的 --now",
    ),
    "append.behind": (
        "本机时钟比证据账本慢 {span:rough}；请校准时钟（条目 {seq} 的时间是 {when:time}）",
        "未作任何记录；{way_out:sentence}",
    ),
    "append.behind:several": (
        "本机时钟比证据账本慢 {span:rough}；请校准时钟（条目 {seq} 的时间是 {when:time}）",
        (
            "未作任何记录；{way_out:sentence}；`changeflow ledger verify` 列出时间晚于本机时钟的所"
            "有条目"
        ),
    ),
    "append.way_out": (
        "如果是条目 {seq} 的时钟偏快，由团队在主分支的 changeflow.yaml 中写明："
        "`spec.ledger.wrong_clocks: [{digest}]`"
    ),
    "append.behind_commit": (
        "本机时钟比意见所针对的提交慢 {span:rough}；请校准时钟（该提交的时间是 {when:time}）",
        "未作任何记录；如果是提交者的时钟偏快，请其重新提交",
    ),
    # -- signatures
    "key.cannot_sign": "密钥 `{key}` 无法签名：{why}",
    "key.which_kind": "它是私钥，还是 ssh-agent 持有其私钥的公钥？",
    "key.signed_other:namespace": (
        "密钥 `{key}` 无法签名：返回的签名用于 `{found}`，而不是 `{wanted}`",
        "这里名为 `ssh-keygen` 的，或 git 的 `gpg.ssh.program` 指定的，是否是别的程序？",
    ),
    "key.signed_other:content": (
        "密钥 `{key}` 无法签名：返回的签名与要签名的内容不符",
        "这里名为 `ssh-keygen` 的，或 git 的 `gpg.ssh.program` 指定的，是否是别的程序？",
    ),
    "key.program_failed": (
        "密钥 `{key}` 无法签名：`{program}`（git 的 `gpg.ssh.program`）：{why}",
        "它是否持有该密钥的私钥？自己的密钥文件用 --key FILE 指定",
    ),
    "key.no_signature": "密钥 `{key}` 无法签名：返回的不是签名：{why}",
    "key.no_temporary": (
        "无法为 ssh-keygen 准备文件：{why}",
        "临时目录是否还有空间？TMPDIR 可以指定另一目录",
    ),
    "key.unchecked": (
        "无法在此检查 {keyid} 的签名：ssh-keygen：{why}",
        (
            "这不说明证据账本有问题：请查看 `ssh -V`（需要 8.2 或更新版本）和密钥类型，或换一处检查"
            "；库 `cryptography` 在此不能判定它"
        ),
    ),
    "key.no_keygen:sign": (
        "未安装 ssh-keygen：在此无法签名",
        "请安装 OpenSSH 8.2 或更新版本（软件包 openssh-client）",
    ),
    "key.no_keygen:verify": (
        "未安装 ssh-keygen：库 `cryptography` 不能判定的签名在此无法检查",
        "请安装 OpenSSH 8.2 或更新版本（软件包 openssh-client）",
    ),
    "key.keygen_failed": (
        "无法启动 ssh-keygen：{why:system}",
        "这不说明证据账本有问题：请查看 `ssh -V`（需要 8.2 或更新版本）和密钥类型，或换一处检查",
    ),
    "key.stopped": "在 ssh-keygen 执行 {verb} 时被要求结束",
    "key.command_not_run": (
        "git 在这里用 `gpg.ssh.defaultKeyCommand` 给出的密钥签名",
        (
            "写在本仓库自己配置中的 `gpg.ssh.defaultKeyCommand` 不会运行；`git config --global "
            "gpg.ssh.defaultKeyCommand ...` 使它成为你自己的设置"
        ),
    ),
    "key.command_failed": (
        "`gpg.ssh.defaultKeyCommand`（`{command}`）没有给出密钥：{why:sentence}",
        "请把密钥加入代理（`ssh-add FILE`），或用 --key FILE 或 CHANGEFLOW_KEY 指定",
    ),
    # -- whose word it is
    "key.not_at_hand": (
        "{person} 须以自己的密钥签名，而手头没有人员名册为 {person} 列出的密钥{ending:sentences}"
    ),
    "key.not_at_hand:other": (
        "{person} 须以自己的密钥签名，而手头的密钥 {found} 未在人员名册中列在 {person} 名下{ending:sentences}"
    ),
    "key.lists:none": (
        "请指定已列出的密钥：--key FILE，或 CHANGEFLOW_KEY；人员名册中没有可读取的密钥"
    ),
    "key.lists": "请指定已列出的密钥：--key FILE，或 CHANGEFLOW_KEY；人员名册列出的是 {keys:list}",
    "key.other_committer": (
        "{person} 在人员名册中没有密钥，以本人的提交为准；git 在这里以 {address} 提交{ending:sentences}"
    ),
    "key.other_committer:owned": (
        "{person} 在人员名册中没有密钥，以本人的提交为准；git 在这里以 {address}（{owners:list}）提"
        "交{ending:sentences}"
    ),
    "key.own_address": (
        "请在本人的机器上运行 `git config user.email {email}`；或在人员名册中列出本人的密钥并签名"
    ),
    "key.own_address:none": (
        "请在 `emails` 下列出只属于 {person} 的地址；或在人员名册中列出本人的密钥并签名"
    ),
    # -- a pull request's history
    "git.no_common_history": ("拉取请求与主分支没有共同的历史", "无法比较"),
    "key.not_recorded": "；未作任何记录",
    "key.command_said:no_key": "其输出的第一行不是公钥",
    "key.command_said:unstarted": "无法启动",
    "key.command_said:late": "{seconds} 秒内没有应答",
    "key.command_said:exit": "退出码 {number}",
}
