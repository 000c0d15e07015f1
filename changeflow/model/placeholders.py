"""Words that fill a field without content, in English and Chinese: the program's one lexicon.

Four kinds are told apart, because each is refused in other places:

- A *marker* says that the text is still to be written: `TODO`, `tbd - ask Bob`, `待补充`. It is
  refused everywhere, also where it only leads.
- *Hollow* words say nothing about how: `Revert`, `执行回退`. They are refused in plans, where they are
  all there is. `Revert the DNS record to 10.0.0.4` says it all.
- *Nothing* is an answer to a question that allows it, such as which deviations there were: `none`,
  `无`.
- *Praise* says nothing about what was seen: `all went well`, `一切正常`. It is refused in a review
  where a result or a lesson is asked for.

Hollow words and praise are built from parts in both languages, so they are patterns beside the
lists: an optional verb of doing, a verb of undoing, an object that names nothing, and a condition
that says nothing. An object with a name of its own (`the old gateway`, `旧主库`) makes a plan of the
same verb. Traditional characters are read as simplified ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from changeflow.model.late_pattern import LatePattern

MARKERS: Final = frozenset({
    "todo", "to do", "tbd", "tba", "tbc", "t b d", "t b a", "t b c", "fixme", "fix me", "xxx",
    "changeme", "change me", "placeholder", "lorem", "to be done", "to be defined",
    "to be determined", "to be decided", "to be confirmed", "to be announced", "to be filled",
    "to be filled in", "to be completed", "to be written", "to be added", "to be provided",
    "to follow", "fill in", "fill this in", "fill me in", "fill in later", "add later", "later",
    "pending", "coming soon", "not yet known", "not known yet", "n a yet", "not decided yet",
    "not yet decided", "insert text here", "your text here", "description here", "wip",
    "work in progress", "占位", "占位符", "草稿",
})  # fmt: skip
HOLLOW: Final = frozenset({
    "n a", "na", "none", "nothing", "nil", "null", "no", "not applicable", "not needed",
    "not required", "no rollback", "no plan", "unknown", "same as above", "same", "see above",
    "as above", "ditto", "as discussed", "as agreed", "as usual", "the usual", "as planned",
    "as documented", "see ticket", "see docs", "see documentation", "see wiki", "ask me", "asdf",
    "foo", "bar", "revert", "revert it", "revert this", "revert change", "revert the change",
    "revert changes", "revert the changes", "revert commit", "revert the commit",
    "revert everything", "rollback", "roll back", "roll it back", "roll everything back",
    "rollback the change", "roll back the change", "rollback change", "rollback changes",
    "roll back changes", "roll back the changes", "do a rollback", "do the rollback",
    "perform rollback", "perform a rollback", "perform the rollback", "execute rollback",
    "execute the rollback", "run rollback", "run the rollback", "start rollback",
    "standard rollback", "undo", "undo it", "undo this", "undo change", "undo the change",
    "undo changes", "undo the changes", "undo everything", "undo all", "back out", "backout",
    "back out the change", "backout the change", "back it out", "restore", "restore it",
    "restore everything", "restore previous state", "restore the previous state",
    "restore original state", "restore the original state", "go back", "put it back",
    "reverse the change", "fix it", "fix forward", "do it", "make the change", "implement",
    "implement it", "implement the change", "apply the change", "execute the change",
    "perform the change", "just do it", "when needed", "if needed", "if necessary",
    "in case of problems", "in case of failure", "when it fails", "if it fails", "on failure",
    "not possible", "impossible", "irreversible", "cannot be rolled back", "back to normal",
    "manual rollback", "on error", "on errors", "if something goes wrong",
    "when something goes wrong",
})  # fmt: skip
NOTHING: Final = frozenset({
    "n a", "na", "none", "nothing", "nil", "no", "not applicable", "no deviations",
    "none observed", "as planned", "all as planned", "as expected", "none at all",
    "nothing special", "nothing unusual", "no deviation", "no deviations at all",
    "everything as planned", "none known",
})  # fmt: skip
PRAISE: Final = frozenset({
    "ok", "okay", "fine", "good", "great", "well", "yes", "y", "done", "success", "successful",
    "successfully", "completed", "complete", "perfect", "all good", "all fine", "all ok",
    "all well", "all done", "all went well", "all went fine", "all went good", "all is well",
    "everything ok", "everything okay", "everything fine", "everything is fine",
    "everything is ok", "everything went well", "everything went fine", "everything worked",
    "it went well", "it worked", "went well", "went fine", "went smoothly", "no problems",
    "no problem", "no issues", "works", "works fine", "works as expected", "as expected", "lgtm",
    "the change was successful", "change was successful", "change successful", "change completed",
    "the change was completed", "change completed successfully", "completed successfully",
    "successfully completed",
})  # fmt: skip

_UNWRITTEN: Final = LatePattern(
    r"(?:still )?to be (?:done|defined|determined|decided|confirmed|announced|filled|filled "
    r"in|completed|written|added"
    r"|provided|discussed|agreed|clarified)(?: "
    r"(?:by|with|in|at|on|before|after|when|once|later|soon|tomorrow|next)(?: .*)?)?"
)
_ENGLISH_CHANGE: Final = (
    r"(?:changes?|commits?|pr|prs|mr|pull "
    r"request|merge|deployment|release|update|upgrade|modifications?|services?|system)"
)
_ENGLISH_HOLLOW: Final = LatePattern(
    r"(?:(?:just|simply|please|then|we|i|you|ll|will|would|can|could|must|should|need to|have "
    r"to|manually|automatically"
    r"|quickly|immediately|do|perform|execute|run|start|a|an|the|git|manual|automatic|full"
    r"|complete|standard|normal|usual) )*"
    r"(?:revert|reverse|undo|rollback|roll back|roll it back|backout|back out|back it "
    r"out|restore|redo)(?: back)?"
    r"(?: (?:it|this|that|everything|all|things"
    r"|(?:(?:the|this|that|my|our|all|all the|all our|all my|all of the|these|those) "
    rf")?{_ENGLISH_CHANGE}))?"
    r"(?: to (?:normal|previous|(?:the |its )?(?:previous|old|original|last|prior|former) "
    r"(?:state|status|situation)))?"
    r"(?: (?:if|when|as|where|whenever) "
    r"(?:needed|necessary|required|appropriate|possible|applicable|it fails|this fails"
    r"|anything fails|something fails|something goes wrong|there is a problem|there are problems))?"
)
_ENGLISH_REFERENCE: Final = LatePattern(
    r"(?:please )?(?:see|follow|use|execute|apply|according to|as per|per|as in|refer to|as "
    r"described in)"
    r" (?:(?:the|our|usual|standard"
    r"|normal|existing|attached) )*(?:(?:rollback|back out|backout|recovery) "
    r")?(?:plan|runbook|procedure|process|manual|playbook"
    r"|documentation|docs|attachment|ticket|wiki|instructions)"
)
_ENGLISH_PRAISE: Final = LatePattern(
    r"(?:(?:the|a|this|our|all|everything|things|it|s|we|that|is|was|were|went|has|have|had|been"
    r"|are|very|really|so|quite|and|with"
    r"|without|any|no|change|changes|deployment|release|upgrade|update|rollout|objective"
    r"|objectives|goal|goals"
    r"|target|targets|result|results|outcome|as|according|to|plan|systems|go|were "
    r"all|expectations) )*"
    r"(?:ok|okay|fine|good|great|well|smooth|smoothly|perfect|perfectly|successful|successfully"
    r"|met|reached|achieved|fulfilled"
    r"|success|planned|expected|plan|problems?|issues?|found|done|deployed|completed|job|go"
    r"|expectations|thanks|change|nicely)"
    r"(?: (?:ok|fine|well|smoothly|perfectly|successfully|found|were "
    r"found|change|met|done|thanks|completed|deployed))*"
)

_TRADITIONAL: Final = str.maketrans(
    "補確認寫滾復銷無變還撤執進行實檢備註處後運轉沒問題順圓滿誤發現見內詳稱係計劃預訂應該過環節圖標經營據數庫觸條錯異壞時報錄說論議評態撰續狀樣類別領導測試張驗審隨穩團隊廠業務達離與嚴結並參冊",
    "补确认写滚复销无变还撤执进行实检备注处后运转没问题顺圆满误发现见内详称系计划预订应该过环节图标经营据数库触条错异坏时报录说论议评态撰续状样类别领导测试张验审随稳团队厂业务达离与严结并参册",
)
_CHINESE_MARKERS: Final = LatePattern(
    r"(?:暂|暂时|此处|这里|内容|信息|具体内容|细节|详情|请|我|先|还|仍|尚|均|有|等|原因|理由|标题|方案|计划|步骤|回退|回滚|变更|时间)*"
    r"(?:"
    r"待(?:领导|客户|主管|经理|总监|老板|甲方|厂商|团队|会议|评审|测试|负责人"
    r"|[张王李赵刘陈杨黄周吴徐孙朱马胡郭林何罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万"
    r"钱严覃武戴莫孔向汤][\u4e00-\u9fff]{1,2}|后续|进一步|会后|日后|以后|之后|稍后|开发|运维|业务)?"
    r"(?:补充|补|定|确认|确定|填写|填|完善|更新|办|写|撰写|编写|商议|商定|讨论|评估|核实|核对|提供|明确|处理|议|续|查|细化|决定|决|分析|添加|补录|补全"
    r"|通知|测试|验证|评审|审批)(?:后|之后)?(?:再|来)?(?:补充|补|填写|填|确认|更新|定)?(?:中|内容|说明)?"
    r"|未(?:想好|填|填写|定|决定|确定|确认|完成|补充|编写)(?:内容)?"
    r"|(?:稍后|以后|回头|晚点|后续|随后|之后|事后|日后|会后)(?:再|会|将)?(?:补充|补|写|填|填写|说|完善|更新|提供|确认|确定|补录|定)"
    r"|暂?缺|(?:先|暂时?)?(?:空着|留空|不填写?)|[还尚]?没(?:有)?想好|随便(?:写|填)(?:写|填|的|点)?|敬请期待|(?:请(?:在这里)?(?:输入"
    r"|补充|描述|填写)|填写)(?:变更|回退)?(?:原因|理由|标题|方案|内容|步骤)"
    r"|后补|另行(?:通知|补充|说明|确认)|(?:在此|在此处|此处|这里)(?:请)?(?:填写|输入|补充|描述)(?:内容|说明|文字)?"
    r"|请(?:自行|在这里|在此处?)?(?:填写|输入|补充|完善)(?:内容|说明|文字)?|占位(?:符|文字|文本|内容)?"
    r")(?:中|吧|的|了)?"
)
_CHINESE_HOLLOW: Final = LatePattern(
    r"(?:必要|必要时|视情况|看情况|如有需要|有需要时?|无法|不可|不能|请|需|需要|可|可以|应|应该|直接|手动|手工|人工|自动|立即|立刻|马上|及时|先|再|就|将|对"
    r"|把|执行|进行|实施|开始|启动|做|采取|按|按照|依|依照|根据"
    r"|照|既定|原|原有|标准|常规|正常|相关|相应|本|本次|此|此次|该|这个|这次|当前|全部|所有|计划|方案|预案|流程|步骤|变更|更改|修改|改动|发布|操作|问题|出现"
    r"|发生|失败|异常|出错|有|若|如|如果|一旦|则|时|后|的)*"
    r"(?:回滚|回退|还原|恢复|撤销|撤回|撤消|取消|退回|复原|倒回|回撤|回切|反向操作|反向执行|逆向操作|原路返回|改回|切回|换回|倒退|退回)"
    r"(?:到|至|为|回|成|去|来)*"
    r"(?:本|本次|此|此次|该|这个|这次|当前|全部|所有|一切|所做的?|已做的?|相关|原|原来|原先|以前|之前|先前|变更前|修改前|更改前|操作前|的|前|照)*"
    r"(?:变更|更改|修改|改动|发布|操作|处理|动作|步骤|流程|方案|计划|预案|原状|原样|原态|状态|样子|内容|正常|如初|业务|服务|系统|生产|环境|运行|它|之|即可"
    r"|一下|就行|就好|便可|吧|了)*"
)
_CHINESE_EMPTY: Final = LatePattern(
    r"(?:暂时?|目前|尚|都|均)?(?:无|没有|没|不需要|无需|不用|无法|不可|不能|不支持|不适用|不涉及|未知|不详|不清楚|不知道|空)(?:回滚|回退|方案|计划|内容"
    r"|要求|说明|此项)*"
    r"|(?:内容)?(?:同上|同前|如上|如前|见上|见上文|参见上文|详见上文|同上文|与上相同|略|从略|如题|照旧|照常|老样子)"
    r"|(?:请)?(?:见|详见|参见|参考|参照|查看)(?:附件|文档|工单|方案|计划|标题|备注|说明|手册|预案|流程|操作|运维|回退|回滚|变更|应急)+"
    r"|(?:请)?(?:按照?|依照?|依据|根据|参照)(?:既定|原|标准|常规|相关|回退|回滚|变更|应急|操作|运维|恢复)*(?:方案|预案|手册|文档|计划|流程|步骤"
    r"|规范)(?:来|进行|去)*(?:执行|处理|操作|实施|处置|做|办)?(?:即可)?"
    r"|(?:视|看|根据)(?:具体|实际)?情况(?:来|再)?(?:处理|处置|决定|定|操作|执行)"
    r"|(?:执行|实施|进行|做|开始|完成)(?:本次|此次|该)?(?:变更|更改|修改|操作)"
    r"|如?有需要(?:的话|时)?|(?:必要|需要|如有|如有必要|有需要|视情况|看情况|出问题|有问题|出现问题|发生问题|失败|异常|出错)(?:时|的时候|而定|再说)?"
)
_CHINESE_PRAISE: Final = LatePattern(
    r"(?:本次|此次|该|这次)?(?:变更|发布|升级|上线|操作|实施|执行|部署|效果|ok|挺|完全|系统|服务|业务|运行|结果|一切|全部|全都|都|均|全|整体|总体|目标"
    r"|情况|过程|已|已经|比较|非常|很|十分|基本|的|也|得)*"
    r"(?:正常|良好|顺利|成功|完成|圆满|好|好的|不错|没问题|没有问题|无问题|可以|行|通过|达成|达到|实现|符合预期|如预期|按计划|按预期|无异常|没有异常|未见异常"
    r"|未发现异常|无误|稳定|平稳|完美|没毛病|ok"
    r"|(?:无|没有|没|未|毫无)(?:任何|什么|发现|出现|发生|出|见)*(?:问题|异常|故障|毛病))"
    r"(?:正常|上线|稳定|平稳|良好|顺利|成功|完成|结束|运行|进行|实施|执行|达成|达到|目标|预期|了|的|地|啦)*"
)

_CHINESE_NOTHING: Final = LatePattern(
    r"(?:暂时?|目前|尚|都|均)?(?:无|没有|没|不适用|不涉及|没有偏差|无偏差|按计划(?:执行|进行|完成)?)"
    r"|(?:完全|严格|全部|均|都)*(?:按照?|与|和|同|跟)(?:原)?计划(?:一致|相同|执行|进行|完成|实施)?"
    r"|(?:并)?(?:无|没有|没|未)(?:任何|什么|出现|发生|发现)*(?:偏差|偏离)(?:原)?(?:计划)?"
)

_LEAD: Final = re.compile(r"\W*(\w+)(\W*)")
# dashes, ellipsis, Chinese comma and stop among them
_AFTER_A_NOTE: Final = frozenset(":.-\u2013\u2014!?\u2026),;\u3001\u3002/(")
# a text of more words is a placeholder only if it begins like one
_MOST_SPACES: Final = 4
# characters of a Chinese text that may be a placeholder
_LONGEST: Final = 16
_CLAUSES: Final = re.compile(r"[,.;:!?/()\u3001\u3002\n]+")
# a longer English text says something, whatever its words are
_MOST_WORDS: Final = 12
_SIGNS: Final = re.compile(r"[\W_]+")
_CROSSES: Final = re.compile(r"x{2,}")
_TEMPLATE: Final = re.compile(
    r"<[^<>]{1,60}>|\$?\{{1,2}[^{}]{0,60}\}{1,2}|\[[^\[\]]{1,60}\]"
    r"|\u3010[^\u3010\u3011]{1,60}\u3011|%[A-Z_]{2,60}%"
)


def is_marker(text: str) -> bool:
    """Return whether a text is, or begins with, a note that something is still to be written."""
    folded = _in_one_script(text)
    lead = _LEAD.match(folded)
    word = lead[1].casefold() if lead is not None else ""
    if folded.count(" ") > _MOST_SPACES and not _is_plain_marker(word):
        return False
    plain = _words_only(folded)
    if (
        _is_plain_marker(plain)
        or plain.startswith("lorem ipsum")
        or _TEMPLATE.fullmatch(folded.strip()) is not None
    ):
        return True
    # signs only, such as `-`, `???` or `……`; a picture may be meant
    if not plain:
        return not _has_picture(folded)
    if lead is None or not _is_plain_marker(word):
        return False
    # `TODO write this` and `todo: write this` are notes; `Todo list: restart the service` is a
    # name, `WIP limit` a thing.
    return (
        (lead[1].isupper() and word != "wip")
        or lead[2].strip()[:1] in _AFTER_A_NOTE
        or (lead[2] != "" and not word.isascii())
    )


def is_hollow(text: str) -> bool:
    """Return whether a text is a marker, or does not say how."""
    return is_marker(text) or _each_clause(text, _is_hollow)


def is_nothing(text: str) -> bool:
    """Return whether a text answers "nothing": an answer where allowed, and never a plan."""
    plain = comparable(text)
    return plain in NOTHING or _is_all_chinese(plain, _CHINESE_NOTHING)


def is_praise(text: str) -> bool:
    """Return whether a text says only that all is well, without any observation."""
    return _each_clause(text, _is_praise) or _is_picture(text)


def comparable(text: str) -> str:
    """Return a text reduced to its meaning: one case, width and script, no signs, single spaces."""
    return _words_only(_in_one_script(text))


def _is_picture(text: str) -> bool:
    """Return whether a text has no word, but a picture such as a thumb."""
    return not _words_only(text) and _has_picture(text)


def _has_picture(text: str) -> bool:
    return "So" in map(unicodedata.category, text)


def _is_hollow(plain: str) -> bool:
    if plain in HOLLOW or _is_all_english(plain, _ENGLISH_HOLLOW, _ENGLISH_REFERENCE):
        return True
    return _is_all_chinese(plain, _CHINESE_HOLLOW, _CHINESE_EMPTY)


def _is_praise(plain: str) -> bool:
    return (
        plain in PRAISE
        or _is_all_english(plain, _ENGLISH_PRAISE)
        or _is_all_chinese(plain, _CHINESE_PRAISE)
    )


def _each_clause(text: str, test: Callable[[str], bool]) -> bool:
    """Return whether a test holds for a text as a whole, or for each of its clauses."""
    folded = _in_one_script(text)
    if test(_words_only(folded)):
        return True
    clauses = list(filter(None, map(_words_only, _CLAUSES.split(folded))))
    return len(clauses) > 1 and all(map(test, clauses))


def _is_plain_marker(plain: str) -> bool:
    if (
        plain in MARKERS
        or _CROSSES.fullmatch(plain) is not None
        or _is_all_english(plain, _UNWRITTEN)
    ):
        return True
    if " " in plain and MARKERS.issuperset(plain.split()):
        return True
    return _is_all_chinese(plain, _CHINESE_MARKERS)


def _is_all_english(plain: str, *patterns: LatePattern) -> bool:
    """Return whether a pattern fits all of an English text."""
    return (
        plain.isascii()
        and plain.count(" ") < _MOST_WORDS
        and any(pattern.fullmatch(plain) for pattern in patterns)
    )


def _is_all_chinese(plain: str, *patterns: LatePattern) -> bool:
    """Return whether a pattern fits all of a Chinese text.

    A long text says something, whatever its words are.
    """
    if plain.isascii():
        return False
    text = plain.replace(" ", "")
    if len(text) > _LONGEST:
        return False
    return any(pattern.fullmatch(text) for pattern in patterns)


def _in_one_script(text: str) -> str:
    """Return the text in one width and one script."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)


def _words_only(folded: str) -> str:
    return _SIGNS.sub(" ", folded.casefold()).strip()
