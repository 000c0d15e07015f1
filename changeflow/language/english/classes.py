"""Why a change is of its type and class, and why a change model does not cover it."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "class.not_standard": "declared standard, but names no change model",
    "class.not_standard:no_such_model": (
        "declared standard, but there is no change model {model:code} on the base"
    ),
    "class.not_standard:empty": (
        "declared standard, but names no items or steps a model could cover"
    ),
    "class.not_emergency": "declared emergency, but names no incident and no justification",
    "class.not_emergency:no_member": (
        "declared emergency, but nobody in the role {role:quoted_role} may authorise it"
    ),
    "class.by_risk": "its risk is {level:word} ({score})",
    "class.takes_away": (
        "it takes {items:codes} away, which customers may feel, although {although:sentences}"
    ),
    "class.takes_away:clause": (
        "it takes {items:codes} away, which customers may feel ({clause}), although"
        " {although:sentences}"
    ),
    "class.at_least": (
        "rule {rule:code} of the risk model asks for it because of {items:codes}, although"
        " {although:sentences}"
    ),
    "class.at_least:clause": (
        "rule {rule:code} of the risk model asks for it because of {items:codes} ({clause}),"
        " although {although:sentences}"
    ),
    "class.floor:takes_away": (
        "it takes {items:codes} away, which customers may feel (rule {rule:code})"
    ),
    "class.floor:other": "rule {rule:code} of the risk model is about {items:codes}",
    "class.floor:over": (
        "its outage exceeds what is left of the service level of {items:codes} (rule {rule:code})"
    ),
    "class.floor:unknown": (
        "what is left of the service level of {items:codes} is not known, because an outage is not"
        " stated (rule {rule:code})"
    ),
    "class.outage:over": (
        "its outage exceeds what is left of the service level of {items:codes}, although"
        " {although:sentences}"
    ),
    "class.outage:unknown": (
        "what is left of the service level of {items:codes} is not known, because an outage is not"
        " stated, although {although:sentences}"
    ),
    "class.not_standard:major": (
        "a change model covers it, but no model covers a major change: {why:sentences}"
    ),
    "class.would_be": "it would be at least {kind:word} as a normal change: {why:sentences}",
    "class.normal": "normal change, {kind:word} because {why:sentences}",
    "class.normal:so": "so it is a normal change, {kind:word} because {why:sentences}",
    "class.standard": (
        "change model {model:code} covers every item and step, and risk {score} is under its"
        " ceiling"
    ),
    "class.emergency": (
        "emergency for incident {incident}; retrospective approval and review are owed afterwards"
    ),
    # -- the change model
    "model.expired": "change model {model:code} expired on {day:date}",
    "model.expired:before_window": (
        "change model {model:code} expires on {day:date}, before the window opens"
    ),
    "model.not_yet": "change model {model:code} is valid from {day:date}",
    "model.authority": (
        "change model {model:code} was authorised by {who:person}, who does not hold"
        " {role:quoted_role}"
    ),
    "model.item": "change model {model:code} does not cover item {ci:code} ({why:sentences})",
    "model.outside:unknown": "not in the CMDB",
    "model.outside:unlisted": "not listed",
    "model.outside:action": "action {value:code}",
    "model.outside:type": "type {value:code}",
    "model.outside:environment": "environment {value:code}",
    "model.outside:empty": "the scope names nothing",
    "model.step": "change model {model:code} does not cover the step {step:code}",
    "model.step:near": (
        "change model {model:code} does not cover the step {step:code}: {why:sentences}"
    ),
    "model.edited": (
        "change model {model:code} does not cover {path:code}, which changed with the request"
    ),
    "model.mutable": (
        "change model {model:code} does not let {path:code} change while {step:code} waits: its"
        " template does not say `mutable`"
    ),
    "model.ceiling": (
        "risk score {score} is over the ceiling of {ceiling} of change model {model:code}"
    ),
    "model.suspended:share": (
        "change model {model:code} is suspended: {failures} of {changes} changes failed, surely more"
        " than {allowed} %"
    ),
    "model.suspended": (
        "change model {model:code} is suspended: {failures} failed changes, {allowed} allowed"
    ),
    # -- words of a step that its pattern does not cover
    "argument.program": "`*` never stands for a program",
    "argument.other": "{word:code} is not {want:code}",
    "argument.other:item": "{word:code} is not {want:code} for an item of the change",
    "argument.empty": "an empty argument is no word, and `*` stands for one",
    "argument.space": "{word:code} has a space in it, and `*` stands for one word",
    "argument.not_plain:option": "{word:code} is an option, which `*` never stands for",
    "argument.not_plain:path": "{word:code} is a path, which `*` never stands for",
    "argument.not_plain:file": (
        "{word:code} names a file of arguments, which `*` never stands for"
    ),
    "argument.not_plain:glob": "{word:code} stands for many things, which `*` never does",
    "argument.not_plain:shell": (
        "{word:code} has a sign in it that a shell acts on, which `*` never stands for"
    ),
    "argument.item": "{word:code} names the item {ci:code}, which the change does not touch",
}
