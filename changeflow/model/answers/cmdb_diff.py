"""Answer of `cmdb diff`: how two states of the CMDB differ, and which changes made that."""

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from changeflow.model.document_parts import Instant, Record, format_instant
from changeflow.model.phrases import Told, told

# characters of a commit that a sentence shows
_SHORT: Final = 12


class ComparedState(Record):
    """One of the states: what it was named by, and its commit; null for the work tree."""

    name: str
    commit: str | None
    baseline: bool


class NamedChange(Record):
    """A change that came with a difference and does not account for it, with its state.

    The state is null where the change is not on the main branch.
    """

    change: str
    state: str | None

    @property
    def told(self) -> Told:
        """Return the change with its state, as a sentence."""
        if self.state is None:
            return told("cmdb_diff.named", case="not_on_main", change=self.change)
        return told("cmdb_diff.named", change=self.change, state=self.state)


class AttributeDifference(Record):
    """An attribute of an item that differs, and what made it so.

    `before` and `after` are null where the attribute is not known. `commit` landed on the branch
    and made it what it is; `how` says by what it belongs to `changes`. Without a change `why` says
    what is missing.
    """

    attribute: str
    before: str | None
    after: str | None
    commit: str | None
    at: Instant | None
    author: str | None
    changes: tuple[str, ...]
    how: Literal["request", "trailer", "approval", "release"] | None
    why: (
        Literal["no_change", "not_listed", "not_agreed", "closed", "uncommitted", "no_commit"]
        | None
    )
    named: tuple[NamedChange, ...]

    @property
    def told(self) -> Told:
        """Return why it has no change, as a sentence."""
        data: dict[str, Any] = {"case": self.why}
        if self.commit is not None and self.at is not None:
            data |= {
                "commit": self.commit[:_SHORT],
                "author": self.author,
                "at": format_instant(self.at),
                "named": [one.told for one in self.named],
            }
        return told("cmdb_diff.why", **data)


class DifferingItem(Record):
    """An item that differs.

    `changes` made its differences, `authorised` tells whether all of them have one. `path` and
    `line` are where the item is described; null where that is not known.
    """

    ci: str
    what: Literal["added", "changed", "removed"]
    path: str | None
    line: int | None
    authorised: bool
    changes: tuple[str, ...]
    attributes: tuple[AttributeDifference, ...]


class CmdbDiffAnswer(Record):
    """Answer of `cmdb diff`."""

    model_config = ConfigDict(populate_by_name=True)

    schema_: Literal["changeflow/cmdb-diff/v1"] = Field(
        default="changeflow/cmdb-diff/v1", alias="schema"
    )
    from_: ComparedState = Field(alias="from")
    to: ComparedState
    added: int
    changed: int
    removed: int
    unauthorised: int
    differences: tuple[DifferingItem, ...]
