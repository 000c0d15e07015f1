"""The core level: judge a pull request of the stage from its real git objects and what GitHub would say."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from attacks.scenario import Case
from attacks.stage import Stage
from attacks.told import facts_of
from changeflow.gate.pull_record import recorded, restored
from changeflow.model.answers.decision import Reason
from changeflow.model.canonical import canonical_json
from changeflow.model.pull_results import PullVerdict
from changeflow.reading.repository_store import Store
from changeflow.reading.view import View
from changeflow.repo.contributors import addresses
from changeflow.repo.git import Git
from changeflow.usecases.pull.judge import JudgedPull, judge_pull
from changeflow.usecases.pull.judge import judge as judge_again


def judge(case: Case, stage: Stage) -> JudgedPull:
    stage.play(case.told["steps"])
    facts = facts_of(stage.world, stage.pull)
    facts = facts.model_copy(update=case.told.get("facts", {}))
    stage.play(case.told.get("meanwhile", []))
    path = stage.world.store.path
    return judge_pull(Store(Git(path)), facts, stage.world.now)


def judged_from_record(judged: JudgedPull) -> PullVerdict:
    """The verdict from what would be recorded of a judgement, with everybody's addresses found anew."""
    facts = judged.facts.model_copy(update={"at_limit": tuple(judged.facts.at_limit)})  # a case tells it as a list
    spelt = canonical_json(recorded(facts, judged.git_facts.digests, judged.git_facts.hands))
    assert b"@example" not in spelt
    git = judged.git_facts.head.source.git  # type: ignore[attr-defined]  # a revision, as `git_facts` has it
    store = Store(git)
    people = [address for person in judged.base.roster.spec.people.values() for address in person.emails]
    told = restored(json.loads(spelt), people, lambda oid: addresses(git, oid, extra=["-1"]))
    looked = replace(judged.git_facts, digests=told.digests, hands=told.hands)
    view = View.of(store, store.at(looked.content.base), looked.head)
    return judge_again(view, told.facts, looked, judged.verdict.now).verdict


@dataclass
class Seen:
    """What a judgement came to, in the words scenarios expect it in."""

    state: str
    codes: set[str]
    warned: set[str]
    ignored: dict[str, str]
    counted: set[str]


def seen(judged: JudgedPull) -> Seen:
    verdict = judged.verdict
    reasons = [*verdict.reasons, *(reason for decision in verdict.decisions for reason in decision.reasons)]
    return Seen(
        state=verdict.state,
        codes={reason.reason_code for reason in reasons if reason.outcome in ("fail", "pending", "error")} | _rules(reasons),
        warned={reason.reason_code for reason in reasons if reason.outcome == "pass"},
        ignored={item.by: item.reason_code for item in verdict.ignored},
        counted={item.by for item in verdict.approvals},
    )


def _rules(reasons: list[Reason]) -> set[str]:
    """Rules of the policy that keep a gate shut, as `rule:ID`."""
    return {f"rule:{reason.rule}" for reason in reasons if reason.outcome in ("fail", "pending", "error")}


def complaints(expect: dict[str, Any], found: Seen) -> list[str]:
    """Where what was found differs from what is expected."""
    states = expect["state"] if isinstance(expect["state"], list) else [expect["state"]]
    said = [] if found.state in states else [f"the verdict is {found.state}, expected {' or '.join(states)}: {sorted(found.codes)} {found.ignored}"]
    said += [f"no reason {code}: {sorted(found.codes)}" for code in expect.get("codes", []) if code not in found.codes]
    said += [f"unwanted reason {code}" for code in expect.get("without", []) if code in found.codes]
    said += [f"no remark {code}: {sorted(found.warned)}" for code in expect.get("warned", []) if code not in found.warned]
    said += [f"unwanted remark {code}" for code in expect.get("not_warned", []) if code in found.warned]
    for who, code in (expect.get("ignored") or {}).items():
        if found.ignored.get(who) != code:
            said.append(f"{who} should be ignored as {code}, is {found.ignored.get(who, 'not ignored')}")
    said += [f"{who} is counted" for who in expect.get("not_counted", []) if who in found.counted]
    said += [f"{who} is not counted: {sorted(found.counted)} {found.ignored}" for who in expect.get("counted", []) if who not in found.counted]
    return said
