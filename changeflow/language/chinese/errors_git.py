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
    "git.stopped": "在 git {verb} 等待远程仓库时被要求结束",
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
    "append.broken": ("证据账本不完整：{problem}", "`changeflow ledger verify` 显示全部问题"),
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
}
