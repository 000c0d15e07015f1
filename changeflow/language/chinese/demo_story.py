"""What the demonstration tells between its commands."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "story.title_opening": "网店的变更",
    "story.opening": (
        "一家网店用 git 管理变更：变更请求、依赖关系图、策略，以及谁可以决定，都在其中。没有服务"
        "器。Alice 申请变更，Bob 实施，Carol 和 Dave 是变更顾问委员会的成员。B"
        "ob、Carol 和 Dave 用刚刚生成的密钥签名。下面的每条命令都真实执行；只有时钟是设"
        "定的，以免等到夜里。"
    ),
    "story.title_standard": "1. 标准变更：人人熟悉的重启",
    "story.restart_asked": (
        "推荐服务变慢，重启即可解决。这是例行工作：委员会曾一次性授权这一做法，写成变更模型，限定了配"
        "置项、程序和风险。因此 Alice 让变更模型填写变更请求，无须开会。"
    ),
    "story.restart_open": (
        "门禁无须签名即放行，因为每个配置项和每个步骤都在变更模型之内。Alice 自己多加一个步骤，"
        "它就会成为常规变更。夜里，在变更窗口之内，Bob 发布它："
    ),
    "story.restart_closed": (
        "每个步骤都已完成，在变更窗口之内，也没有人需要帮忙。对这样完成的标准变更，策略不要求评审：它"
        "已关闭，门禁说明了原因。"
    ),
    "story.title_normal": "2. 常规变更：失败了，计划使网店恢复",
    "story.shipping_review": "找出原因，失败才最有价值。Carol 的评审不能略过这一点：",
    "story.shipping_asked": (
        "Alice 想要新的配送服务。她的变更请求写明要做什么、怎样看出成功，以及怎样撤销。chan"
        "geflow 根据依赖关系图算出它可能影响什么，风险有多大。"
    ),
    "story.shipping_plan": "步骤将要做什么，保存在变更请求旁边，并一同批准：",
    "story.shipping_decided": (
        "配送服务失败，结账就会失败，在线销售也随之失败。风险很高，因此须有两名委员同意。每人都对自己"
        "读过的内容签名：如果 Alice 之后移动变更窗口，他们的批准就不再有效；改正一个错字则没有"
        "影响。"
    ),
    "story.shipping_differs": (
        "变更窗口已经开始。但今天下午有人手工上线了 shipping 2.3.2，因此发布会做与批准"
        "内容不同的事。在执行任何步骤之前，它被拒绝："
    ),
    "story.shipping_run": "版本已改回。网店运行正常，Bob 开始发布：",
    "story.shipping_back": (
        "新版本已上线，而测试订单发现了先前测试没有发现的问题：二十个地址中有七个没有价格。夜里无须作"
        "任何决定。经批准的回退计划立即执行，测试订单证明它有效："
    ),
    "story.title_emergency": "3. 紧急变更：先行动，再补齐",
    "story.rates_debt": (
        "快速行动有其代价。在另一名委员事后同意并且评审完成之前，变更不能关闭。这两点门禁都知道："
    ),
    "story.rates_broken": (
        "电话响了。凌晨 4 点 05 分收到一份错误的汇率表，价格显示为 0.00，而客户正在下单。没有时间召"
        "集委员会。Alice 写下紧急变更请求，写明事件以及为何不能等待。"
    ),
    "story.rates_no_return": "汇率可以重新载入。已发出的邮件无法收回，计划在批准之前就说明了这一点：",
    "story.rates_approved": "只须一名紧急变更顾问委员会成员即可开始。Carol 醒着：",
    "story.rates_died": (
        "屏幕黑了：Bob 的笔记本电脑在邮件刚发出时没电了（在此演示中，进程由 `kill -9` "
        "终止）。邮件发出了吗？已开始的一切都在账本上，什么都不必记住："
    ),
    "story.rates_resumed": (
        "该步骤可能已经完成，因此不会直接再执行一次。先询问它的 `verify`，它找到了邮件，发布"
        "便从它之后继续。没有客户会收到第二封邮件："
    ),
    "story.title_tampering": "4. 有人修饰了一条记录",
    "story.ledger_whole": (
        "以上一切都在单独的分支上留下了证据：每个条目一个提交，每个条目写明前一个条目，并有签名。审计"
        "员只需要一个克隆和一条命令："
    ),
    "story.ledger_edited": (
        "假设一个有推送权限的人希望十一月那次失败的发布变成成功。他改了一个条目中的一个词，并把提交称"
        "为日常整理："
    ),
    "story.ledger_found": (
        "找到了：是哪个条目，以及它为何不可能属实。账本如此，任何门禁都不放行，下一次发布也会被拒绝。"
        "未被改动的分支仍在其他每个克隆中；放回之后，验证再次通过："
    ),
    "story.title_end": "到此结束",
    "story.end": (
        "三项变更：一项事先已决定，一项失败而没有中断服务，一项不能等待。每一项都说明谁根据什么决定了"
        "什么、做了什么、学到了什么，而无须另写报告。"
    ),
    "story.end_site": "没有克隆的人以网站的形式阅读：",
    "story.end_open": "请在浏览器中打开 {path}。",
    "story.end_kept": "仓库在 {shop}，密钥在 {keys}。",
    "story.end_next": ("`changeflow init` 建立你自己的仓库；docs/quickstart.md 只需十分钟。"),
}
