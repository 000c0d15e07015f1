"""Reasons for the points of a risk."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- likelihood
    "risk.answer": "`assessment.{question}` is declared as {answer:word}",
    "risk.answer:missing": (
        "`assessment.{question}` is not declared, so it counts as the worst answer"
    ),
    "risk.no_verification": "no `verification` says how success will be seen",
    "risk.steps": "{manual} of {steps} steps are done by hand",
    "risk.steps:unwritten": "the steps are not written down yet",
    "risk.emergency": "an emergency leaves less time to prepare and to check",
    "risk.history": ("{failures} of {seen} {what:sentences} failed; smoothed rate {rate:percent}"),
    "risk.history:little": (
        "too little is known about {what:sentences} ({seen} seen, {enough} needed)"
    ),
    "risk.history:new": (
        "too little is known about changes to {items:few_items} (fewer than {enough} seen)"
    ),
    "risk.history:no_items": "no configuration items are named, so there is no record of them",
    "risk.record": "{what:sentences}: {value}",
    "risk.record:unknown": "not known, so it counts as the worst: {what:sentences}",
    "risk.record_floor": (
        "a good record alone lowers nothing: the points of the record add up to {total}"
    ),
    "risk.changes:item": "changes to {ci:item}",
    "risk.changes:type": "{type:word} changes",
    "risk.changes:model": "changes under model {model}",
    # -- impact
    "risk.no_items": "no configuration items are named, so the impact counts as the highest",
    "risk.changed": "changes {items:few_items} ({tier:word})",
    "risk.changed:unknown": (
        "the criticality of {items:few_items} is unknown, so it counts as the highest"
    ),
    "risk.affected:one": "affects 1 {tier:word} item: {items:few_of}, with score {score}",
    "risk.affected:many": (
        "affects {count} {tier:word} items: {items:few_of}; worst is {worst:item} with score {score}"
    ),
    "risk.affected:one_unknown": (
        "affects 1 item of unknown criticality, counted as the highest: {items:few_of}, with score"
        " {score}"
    ),
    "risk.affected:many_unknown": (
        "affects {count} items of unknown criticality, counted as the highest: {items:few_of};"
        " worst is {worst:item} with score {score}"
    ),
    "risk.breadth:one_none_fails": "1 item is affected, none of them fail",
    "risk.breadth:one_one_fails": "1 item is affected, 1 of them fails",
    "risk.breadth:many_none_fails": "{hit:count} items are affected, none of them fail",
    "risk.breadth:many_one_fails": "{hit:count} items are affected, 1 of them fails",
    "risk.breadth:many_fail": "{hit:count} items are affected, {failing:count} of them fail",
    "risk.outage": "an outage of {outage:duration} is expected for {ci:item}",
    "risk.outage:undeclared": (
        "no expected outage is declared for {items:few_items} (PT0S says none)"
    ),
    "risk.removal": "removes {removed:few_items} and transfers {transferred:few_items}",
    "risk.removal:removed": "removes {removed:few_items}",
    "risk.removal:transferred": "transfers {transferred:few_items}",
    "risk.unknown_item": "not in the CMDB, so not all is known: {items:few_items}",
    "risk.no_owner": "nobody is named as owner of {items:few_of}",
    "risk.no_rollback": "nothing that is planned undoes every step",
    # -- both sides
    "risk.cap": ("{side:word} weighs at most {most} points; the reasons above come to {total}"),
    # -- what would lower it
    "lower.verify": "write down in `verification` how success will be seen",
    "lower.plan_rollback": "plan the rollback, with steps",
    "lower.state_outage": (
        "find out the outage of {items:few_items} and state it, if it is {to:duration} at most"
    ),
    "lower.fill_owner": "name an owner in the CMDB for {items:few_of}",
    "lower.test": "test it: {to:word}",
    "lower.automate": "let programs do the {to} steps that are done by hand",
    "lower.move_window": "move the window into working hours: {to:time}",
    "lower.take_out": "take {items:few_items} out, into a change of its own",
    "lower.split": "split it into changes of {to:word} complexity",
}
