"""What goes wrong with holds."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hold_wish.type": (
        "there is no type of change {name:shown}",
        "a scope of a type is one of: {types:list}, written `type:normal`",
    ),
    "hold_wish.type_alone": (
        "{name:shown} is a type of change",
        "a scope of a type is written `type:{name}`",
    ),
    "hold_wish.ambiguous": (
        "{name:shown} may mean several things: {meanings:list}",
        "write the one that is meant",
    ),
    "hold_wish.unknown_scope": "{name:shown} is no environment and no item; nothing was recorded",
    "hold_wish.scopes": "a scope is an environment, an item, `type:normal` or `all`",
    "hold_wish.unknown": "there is no hold {name:shown}",
    "hold_wish.list": "`changeflow hold list` shows those there are",
    "hold_wish.over:ended": (
        "the hold {name:code} has ended already",
        "there is nothing to say of it",
    ),
    "hold_wish.over:lifted": (
        "the hold {name:code} is lifted already",
        "there is nothing to say of it",
    ),
    "hold_wish.no_reason": ("a hold has a reason", "say why: `--reason TEXT`"),
    "hold_wish.past": (
        "the hold would end at {until:time}, which is past",
        "choose a later `--until`",
    ),
}
