"""What a request that is written afterwards says of what was done before it: items, times, people."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from changeflow import errors
from changeflow.gate_cases.deliveries import find_delivery
from changeflow.gate_cases.told_by_host import told_by_host
from changeflow.model.answers.completeness import Delivery
from changeflow.model.change import Retrospective
from changeflow.model.phrases import Told, told
from changeflow.reading.items_from_diff import ItemFromDiff, items_of_commit
from changeflow.reading.view import View, locate
from changeflow.repo.contributors import contributors_of_landing

# characters of a commit that a sentence shows
_SHORT = 12


class DoneBefore(NamedTuple):
    """What was done.

    Attributes:
        says: what the request says of it.
        items: that it touched, each with what it did to it.
        implementer: the one person of the roster who made it; None: there is none, or several.
        title: of the commit; may be empty.
        shown: the sentence that says what it was.
        found: items that its difference shows, each with the sentence that says why.
    """

    says: Retrospective
    items: Mapping[str, str]
    implementer: str | None
    title: str
    shown: Told
    found: tuple[ItemFromDiff, ...]


def done_before(root: Path, name: str, now: datetime, variables: Mapping[str, str]) -> DoneBefore:
    """Return what was done by a commit of the main branch, a tag or a deployment.

    Args:
        root: the change repository.
        name: as a person types it.
        now: the time.
        variables: the environment, with a token for the code host, which knows deployments.

    Raises:
        errors.NothingToDo: when there is no such delivery, or it is accounted for.
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = locate(root).of_base().for_many()
    found = find_delivery(view, name, now)
    if found is None and name.isdecimal():
        found = find_delivery(view, name, now, told_by_host(view, variables).delivered)
    if found is None:
        raise errors.NothingToDo.of("unknown.delivery", name=name)
    if found.standing != "open":
        data = {"name": name, "changes": list(found.changes)}
        raise errors.NothingToDo.of("unknown.delivery", case=found.standing, **data)
    roster = view.base.rulebook.roster
    made_by = found.who
    if not made_by and found.commit is not None:
        # a tag without a tagger
        made = contributors_of_landing(view.git, found.commit, roster)
        made_by = (*made.people, *made.unknown)
    humans = [who for who in made_by if roster.is_human(who)]
    items, differing = _items(view, found)
    return DoneBefore(
        says=Retrospective(
            commit=found.commit,
            tag=found.name if found.what == "tag" else None,
            deployment=found.name if found.what == "deployment" else None,
            started=found.at,
            ended=found.at,
            made_by=made_by,
        ),
        items=items,
        implementer=humans[0] if len(humans) == 1 else None,
        title=found.title,
        shown=_told(found),
        found=differing,
    )


def _told(found: Delivery) -> Told:
    name = found.name[:_SHORT] if found.name == found.commit else found.name
    data = {"name": name, "at": found.model_dump(mode="json")["at"], "people": list(found.who)}
    return told("new.afterwards", case=found.what, **data)


def _items(view: View, found: Delivery) -> tuple[Mapping[str, str], tuple[ItemFromDiff, ...]]:
    """Return the items of a delivery by what was done to each, and those that its difference shows."""
    actions = dict.fromkeys(found.items, "modify")
    differing: tuple[ItemFromDiff, ...] = ()
    parent = view.git.resolve(f"{found.commit}^1") if found.commit is not None else None
    if parent is None or found.commit is None:
        return actions, ()
    # what the maps of today show is enough where documents of that time cannot be read
    with contextlib.suppress(errors.Unreadable):
        differing = items_of_commit(view.git, parent, found.commit)
    for one in differing:
        actions[one.ci] = one.action
    return actions, differing
