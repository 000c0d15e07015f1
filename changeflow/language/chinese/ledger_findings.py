"""What `ledger verify` finds, and every command that reads the ledger, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_TAMPERED: Final = "证据账本事后被改动；请与其他克隆比对"
_SEEN: Final = (
    "只要 git 还保留着，`git update-ref refs/heads/{branch} {commit}` 可以恢复当时看到的状态；或从其他"
    "克隆获取该分支"
)
_SEEN_BY_OTHERS: Final = "请查明是谁所为：其他克隆中仍有这些条目；切勿在其上追加"
_ONLY_CHANGEFLOW: Final = "只有 changeflow 写入该分支；请查明是谁写入的"
_ELSEWHERE: Final = "它在本仓库不算数：需要在这里重新记录"
_UNCHECKED: Final = "人员名册中没有人用该密钥签名：请将该条目视为伪造，并与其他克隆比对"
_IN_ORDER: Final = "程序按顺序写入日志：请查明是谁写入了该条目"
_ITS_PERSON: Final = "它不算数：须由其中写明的人本人给出"

SENTENCES: Final[dict[str, Template]] = {
    # -- entries and their places
    "ledger-extra-file": (
        "该文件不是账本条目：条目的路径是 `<change>/<seq>-<kind>.json`",
        _TAMPERED,
    ),
    "ledger-version": (
        "无法判断：{why}",
        "它由更新版本的 changeflow 写入；请先升级，再以证据账本为准",
    ),
    "ledger-unreadable": ("已不是账本条目：{why}", _TAMPERED),
    "ledger-misplaced": ("自称是 {named:code}：被移动、改名或重放", _TAMPERED),
    "ledger-sequence": ("编号 {seq} 出现在 {place} 的位置：它之前缺少条目", _TAMPERED),
    "ledger-sequence:used": ("编号 {seq} 出现在 {place} 的位置：该编号已经用过", _TAMPERED),
    "ledger-predecessor": (
        "写明的前一条目是 {named}，而它之前的是 {found}：被编辑、删除或调换了顺序",
        _TAMPERED,
    ),
    "ledger-predecessor:first": (
        "写明的前一条目是 {named}，而它之前没有条目：被编辑、删除或调换了顺序",
        _TAMPERED,
    ),
    "ledger-predecessor:none": (
        "没有写明前一条目，而它之前的是 {found}：被编辑、删除或调换了顺序",
        _TAMPERED,
    ),
    "ledger-replayed": ("与 {first:code} 的内容完全相同", _TAMPERED),
    "ledger-repository": (
        "是为仓库 {recorded:code} 记录的；本仓库是 {here:code}",
        _ELSEWHERE,
    ),
    "ledger-repository:unnamed": (
        "是为没有标识的仓库记录的；本仓库是 {here:code}",
        _ELSEWHERE,
    ),
    "ledger-repository:unnamed_here": (
        (
            "是为仓库 {recorded:code} 记录的；本仓库没有标识：它写在 changeflow.yaml 的 "
            "`spec.repository`"
        ),
        _ELSEWHERE,
    ),
    # -- signatures
    "ledger-unsigned": (
        "没有签名",
        "本仓库要求签名：请设置 CHANGEFLOW_KEY，或 user.signingkey 和 gpg.format=ssh",
    ),
    "ledger-signature": ("{keyid} 的签名与内容不符：被伪造或编辑", _TAMPERED),
    "ledger-signature:twice": ("同一密钥签名两次", _TAMPERED),
    "ledger-signature:unreadable": ("有一个签名无法读取：{why}", _TAMPERED),
    "ledger-signature:other_key": ("写明的密钥是 {claimed}，而签名出自 {keyid}", _TAMPERED),
    "ledger-signature:namespace": (
        "签名用于 {found:code}，而不是 {wanted:code}：该签名另有用途",
        _TAMPERED,
    ),
    "ledger-unchecked": (
        "签名所用的密钥 {keyid} 不在人员名册中，其签名在此无法验证；ssh-keygen 的说明是：{why}",
        _UNCHECKED,
    ),
    "ledger-unchecked:kind": (
        "签名所用的密钥 {keyid} 属于 {kind:code} 类型，人员名册无法列出这种密钥",
        _UNCHECKED,
    ),
    "ledger-unknown-key": (
        "签名所用的密钥 {keyid} 不在人员名册中",
        "人员名册没有为任何人列出该密钥：请加到其持有人的 `keys` 下，或将该条目视为伪造",
    ),
    "ledger-forged": ("是 {by:person} 的意见，却由 {signers:people} 签名", _TAMPERED),
    # -- who made an entry
    "ledger-speaker:unnamed": ("应出自某个人，却没有写明是谁", _ITS_PERSON),
    "ledger-speaker:forged": (
        "以 {speaker:person} 的名义写入，却由 {signer:person} 签名",
        _ITS_PERSON,
    ),
    "ledger-speaker:unknown": ("以 {speaker} 的名义写入，而此人不在人员名册中", _ITS_PERSON),
    "ledger-speaker:unsigned": (
        "以 {speaker:person} 的名义写入，却没有用人员名册为其登记的密钥签名",
        _ITS_PERSON,
    ),
    "ledger-speaker:required": (
        "以 {speaker:person} 的名义写入，却没有签名，而本仓库要求签名",
        _ITS_PERSON,
    ),
    "ledger-speaker:other_committer": (
        "以 {speaker:person} 的名义写入，却由 {committer} 提交，这不是其地址",
        _ITS_PERSON,
    ),
    "ledger-speaker:no_committer": (
        "以 {speaker:person} 的名义写入，而提交没有写明提交者的地址",
        _ITS_PERSON,
    ),
    "ledger-speaker:started": (
        "写明由 {speaker:person} 启动，却由 {signer:person} 签名",
        "无法得知是谁启动的",
    ),
    # -- time
    "ledger-time": (
        "所注时间比在其之前的条目 {before} 早 {span:rough}：时钟设置有误",
        (
            "由团队在主分支的 changeflow.yaml 中写明是哪一条：如果是条目 {seq} 的时钟偏慢，写 "
            "`spec.ledger.wrong_clocks: [{digest}]`；如果是条目 {before} 的时钟偏快，写 "
            "`[{before_digest}]`"
        ),
    ),
    "ledger-time:commit": (
        "所注时间比其所针对的提交早 {span:rough}：时钟设置有误",
        "请重新征求该意见",
    ),
    "ledger-ahead": (
        "所注时间 {at:time} 比本机时钟晚 {span:rough}",
        (
            "如果是条目 {seq} 的时钟偏快，由团队在主分支的 changeflow.yaml 中写明："
            "`spec.ledger.wrong_clocks: [{digest}]`"
        ),
    ),
    # -- the branch
    "ledger-anchor": (
        "{file:code} 无法读取（{why}）：无法得知证据账本是否被截短",
        "请与其他克隆比对，然后删除该文件",
    ),
    "ledger-truncated": (
        "此前在这里看到过条目 {seq}，现在已经没有：分支 {branch:code} 被重置或改写",
        _SEEN,
    ),
    "ledger-rewritten": (
        "此前在这里看到过条目 {seq}，现在换成了另一条：分支 {branch:code} 被重置或改写",
        _SEEN,
    ),
    "ledger-truncated:witness": (
        "{by} 于 {at:time} 见过条目 {seq}，现在已经没有：{branch:code} 被重置",
        _SEEN_BY_OTHERS,
    ),
    "ledger-truncated:unknown_witness": (
        "{by}（其密钥在此未知）称于 {at:time} 见过条目 {seq}，现在已经没有：{branch:code} 被重置",
        _SEEN_BY_OTHERS,
    ),
    "ledger-rewritten:witness": (
        "{by} 于 {at:time} 见到的条目 {seq} 与现在不同：{branch:code} 被改写或分叉",
        _SEEN_BY_OTHERS,
    ),
    "ledger-rewritten:unknown_witness": (
        "{by}（其密钥在此未知）称于 {at:time} 见到的条目 {seq} 与现在不同：{branch:code} 被改写或分叉",
        _SEEN_BY_OTHERS,
    ),
    "ledger-witness:unreadable": ("不是联署的检查点：{why}", "请与见证人自己的副本比对"),
    "ledger-witness:origin": (
        "这是 {origin:code} 的检查点，而这里是 {here:code}",
        "请查找该仓库的检查点",
    ),
    "ledger-witness:unproven": (
        "所给的密钥都没有签署该检查点",
        "这是该见证人的密钥吗？`changeflow ledger witness` 会显示",
    ),
    "ledger-witness:signature": (
        "{by} 的签名不符：检查点或其时间被改动",
        "请与见证人自己的副本比对",
    ),
    "ledger-diverged": (
        "{branch:code} 在本地与远程仓库已经分叉：其中之一被改写",
        "请查明哪一个是真的；切勿合并两者",
    ),
    "ledger-commit:parents": (
        "提交 {commit} 有 {count} 个父提交：历史不是一条直线",
        _ONLY_CHANGEFLOW,
    ),
    "ledger-commit:files": (
        "提交 {commit} 涉及 {count} 个文件：一个条目是一个文件",
        _ONLY_CHANGEFLOW,
    ),
    "ledger-commit:edits": ("提交 {commit} 编辑了一个条目", _ONLY_CHANGEFLOW),
    "ledger-commit:deletes": ("提交 {commit} 删除了一个条目", _ONLY_CHANGEFLOW),
    "ledger-commit:retypes": ("提交 {commit} 改变了一个条目的文件类型", _ONLY_CHANGEFLOW),
    "ledger-commit:touches": ("提交 {commit} 改动了一个条目", _ONLY_CHANGEFLOW),
    "ledger-commit:not_plain": ("提交 {commit} 添加的不是普通文件", _ONLY_CHANGEFLOW),
    # -- journals of releases
    "ledger-undecided": (
        "启动了发布，而没有与之一同记录 `deploy` 门禁对同一内容放行的判定",
        "没有证据说明该发布获得许可：请询问签名的人",
    ),
    "ledger-journal:started_before": ("启动了此前已经启动的发布", _IN_ORDER),
    "ledger-journal:never_started": ("{event:code} 所属的发布从未启动", _IN_ORDER),
    "ledger-journal:other_content": ("{event:code} 所针对的内容与发布启动时的不同", _IN_ORDER),
    "ledger-journal:ended": (
        "{event:code} 出现在发布结束之后：{ended:spelt_word}",
        _IN_ORDER,
    ),
    "ledger-journal:old_run": ("{event:code} 出自此前接管过的运行 {run}", _IN_ORDER),
    "ledger-journal:other_run": (
        "{event:code} 出自运行 {run}，而当时负责的是运行 {in_charge}",
        _IN_ORDER,
    ),
    "ledger-journal:direction": ("{step:step}的 {event:code} 与发布的方向相反", _IN_ORDER),
    "ledger-journal:step_twice": ("{step:step}开始了两次", _IN_ORDER),
    "ledger-journal:never_begun": ("{step:step}有 {event:code}，却从未开始", _IN_ORDER),
    "ledger-journal:undo_of_nothing": ("{step:step}撤销了一个从未开始的步骤", _IN_ORDER),
    "ledger-journal:step_ended": ("{step:step}有 {event:code}，而它已经结束", _IN_ORDER),
    "ledger-journal:not_awaited": ("{step:step}有 {event:code}，却不需要确认", _IN_ORDER),
    "ledger-journal:rollback_twice": ("回退开始了两次", _IN_ORDER),
    "ledger-journal:unnamed": ("{event:code} 没有写明人员", _IN_ORDER),
    "ledger-journal:end_turned": ("以 {state:word} 结束，而回退已经开始", _IN_ORDER),
    "ledger-journal:end_not_turned": ("以 {state:word} 结束，而回退从未开始", _IN_ORDER),
    "ledger-journal:end_turned_nothing": ("结束时没有状态，而回退已经开始", _IN_ORDER),
    "ledger-journal:end_not_turned_nothing": ("结束时没有状态，而回退从未开始", _IN_ORDER),
    "ledger-journal:under_way": ("结束时{step:step}仍在进行", _IN_ORDER),
    "ledger-journal:not_done": ("结束时状态为已实施，而{step:step}未完成", _IN_ORDER),
}
