"""Every pull request of the corpus is judged the same from what would be recorded of it as from what GitHub said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from attacks.core import judge as judged_by_github
from attacks.scenario import Case, cases
from attacks.stage import Stage
from changeflow.gate.pullrecord import recorded, restored
from changeflow.hosts.local import addresses
from changeflow.model.canonical import canonical_json
from changeflow.repo.git import Git
from changeflow.repo.source import Revision
from changeflow.usecases.load import Places
from changeflow.usecases.pull import judge


@pytest.mark.parametrize("case", cases("core"), ids=lambda case: case.name)
def test_what_is_recorded_is_enough(case: Case, staged: Callable[[Case], Stage]) -> None:
    stage = staged(case)
    first = judged_by_github(case, stage)
    git = Git(stage.world.store.path)
    bytes_of_record = canonical_json(recorded(first.facts, first.looked.digests, first.looked.hands))
    assert b"@example" not in bytes_of_record
    roster = [address for person in first.base.roster.spec.people.values() for address in person.emails]
    told = restored(json.loads(bytes_of_record), roster, lambda oid: addresses(git, oid, extra=["-1"]))
    looked = replace(first.looked, digests=told.digests, hands=told.hands)
    places = Places(git.root, git, Revision(git, looked.content.base), looked.head)
    again = judge(places, told.facts, looked, first.base, first.verdict.now)
    assert canonical_json(again.verdict.model_dump(mode="json")) == canonical_json(first.verdict.model_dump(mode="json"))
