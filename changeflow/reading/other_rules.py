"""A state of the repository under other rules: those of a later commit, or of a proposal.

Rules are the policies, the risk model and the change models. Roster, settings, calendars and items
stay those of the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import filterfalse
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.documents.document import Document
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change_model import ChangeModel
from changeflow.model.policy import Policy
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.repo.policy_folder import PolicyFolder

_KINDS: Final = frozenset({"Policy", "PolicyTest", "RiskModel", "ChangeModel"})
_GROUPS: Final = ("policies", "models")
# the digest of no files
_NOTHING: Final = "sha256:" + "0" * 64


@dataclass(frozen=True)
class Rules:
    """The rules of one place.

    Attributes:
        label: what to call the place.
        policies: with the rules of all gates.
        models: change models by id.
        risk_model: how risk is scored.
        documents: of all of them.
        digests: of their files, by group.
    """

    label: str
    policies: tuple[Policy, ...]
    models: Mapping[str, ChangeModel]
    risk_model: RiskModelSpec
    documents: tuple[Document, ...]
    digests: Mapping[str, str]

    @classmethod
    def of(cls, book: Rulebook) -> Rules:
        """Return the rules of a rulebook."""
        return cls(
            label=book.label,
            policies=book.policies,
            models=book.models,
            risk_model=book.risk_model,
            documents=tuple(filter(_is_rule, book.documents)),
            digests={name: book.digests[name] for name in _GROUPS if name in book.digests},
        )

    def same_as(self, other: Rules) -> bool:
        """Return whether no rule differs, wherever and however it is written."""
        return (
            self.policies == other.policies
            and self.models == other.models
            and self.risk_model == other.risk_model
        )

    def put_into(self, book: Rulebook) -> Rulebook:
        """Return a rulebook with these rules in the place of its own."""
        kept = filterfalse(_is_rule, book.documents)
        digests = {**dict(book.digests), **dict.fromkeys(_GROUPS, _NOTHING), **self.digests}
        return replace(
            book,
            policies=self.policies,
            models=self.models,
            risk_model=self.risk_model,
            documents=(*kept, *self.documents),
            digests=digests,
        )


def _is_rule(document: Document) -> bool:
    return document.kind in _KINDS


class RuledState(State):
    """A state whose rulebook has other rules.

    Args:
        found: the state.
        rules: in the place of its own.
    """

    def __init__(self, found: State, rules: Rules) -> None:
        super().__init__(found.source)
        # What was read there is not read again.
        vars(self).update(vars(found))
        vars(self).pop("rulebook", None)
        self._found, self._rules = found, rules

    @property
    def files(self) -> State:
        """See `State.files`."""
        return self._found

    @cached_property
    def rulebook(self) -> Rulebook:
        """Return everything that judges."""
        return self._rules.put_into(self._found.rulebook)


def rules_in(folder: Path) -> Rules:
    """Return the rules of a folder with policies, or of the `policies/` in it.

    Raises:
        errors.UsageError: when there is no such folder.
        errors.NothingToDo: when it holds no policy.
        errors.Unreadable: when something in it cannot be read.
    """
    if not folder.is_dir():
        raise errors.UsageError.of("repository.no_folder", folder=str(folder))
    return rules_at(State(PolicyFolder(folder)))


def rules_at(state: State) -> Rules:
    """Return the rules of a state.

    Raises:
        errors.NothingToDo: when it holds no policy.
        errors.Unreadable: when something that judges cannot be read there.
    """
    book = state.require_readable()
    if not book.policies:
        raise errors.NothingToDo.of("unknown.policies", place=state.label)
    return Rules.of(book)
