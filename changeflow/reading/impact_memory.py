"""What answers about the CMDB alone need of the rulebook, as an earlier command found it.

It is kept beside the CMDB (`reading.cmdb_memory`), as long as every other governing file is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from changeflow.cmdb.graph import Graph, Needs
from changeflow.model.config import ConfigSpec
from changeflow.model.riskmodel import ImpactWeights
from changeflow.reading.state import State

if TYPE_CHECKING:
    from changeflow.reading.rulebook import Rulebook

_SPACE: Final = "impact"
# what is kept: one for the work tree, and one for commits
_WORK_TREE: Final = "work tree"
_COMMIT: Final = "commit"


@dataclass(frozen=True)
class KnownCmdb:
    """What answers about the CMDB alone need.

    Attributes:
        graph: items and what needs them.
        needs: what items need.
        weights: how much of its score a dependency passes on.
        config: language, time zone and names of environments.
        people: person -> name.
        roles: role -> name.
    """

    graph: Graph
    needs: Needs
    weights: ImpactWeights
    config: ConfigSpec
    people: Mapping[str, str]
    roles: Mapping[str, str]

    @classmethod
    def of(cls, base: Rulebook) -> KnownCmdb:
        """Return it as a rulebook has it."""
        roster = base.roster.spec
        people = {who: person.name for who, person in roster.people.items() if person.name}
        weights = base.risk_model.weights
        graph, needs = base.graph, base.columns.needs
        return cls(graph, needs, weights, base.config, people, roster.role_names)


def cmdb_at(state: State, read: Callable[[State], Rulebook]) -> KnownCmdb:
    """Return the CMDB at one place, remembered or read.

    Args:
        state: the place.
        read: returns its rulebook, and raises an error where the CMDB cannot be read.
    """
    memory = state.cmdb_memory
    if memory is None:
        return KnownCmdb.of(read(state))
    name = _WORK_TREE if state.commit is None else _COMMIT
    key, record = memory.key_of_rest, memory.index.get(_SPACE, name)
    told: dict[str, Any] = json.loads(record) if record is not None else {}
    cmdb = memory.recall() if told.get("key") == key else None
    if cmdb is not None:
        return KnownCmdb(
            cmdb.columns.graph,
            cmdb.columns.needs,
            ImpactWeights.model_validate(told["weights"]),
            ConfigSpec.model_validate(told["config"]),
            told["people"],
            told["roles"],
        )
    before = memory.key_of_all
    base = read(state)
    known = KnownCmdb.of(base)
    if not base.problems and memory.is_still(before):
        said = {
            "key": key,
            "weights": known.weights.model_dump(mode="json"),
            "config": known.config.model_dump(mode="json", by_alias=True),
            "people": dict(known.people),
            "roles": dict(known.roles),
        }
        memory.index.put(_SPACE, name, json.dumps(said).encode())
    return known
