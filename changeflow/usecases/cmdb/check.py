"""Check the CMDB: its documents, and its records against what the ledger says was released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from changeflow import errors
from changeflow.checks.baseline_differences import unauthorised
from changeflow.checks.cmdb_health import AGAIN, findings_of
from changeflow.checks.outdated_items import not_updated, unknown
from changeflow.cmdb.health.table import health
from changeflow.cmdb.outdated_items import outdated
from changeflow.cmdb.survey import Survey, survey
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import key_ring
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.evidence import LedgerEntry
from changeflow.model.finding_rules import at_levels
from changeflow.model.findings import Findings
from changeflow.reading.audits import found_right
from changeflow.reading.binding_entries import Journals
from changeflow.reading.documents import excerpts, tidy
from changeflow.reading.estate import estate_of
from changeflow.reading.item_places import ItemPlaces
from changeflow.reading.ledger_reader import open_ledger
from changeflow.reading.native_items import item_documents
from changeflow.reading.other_changes import released_actions
from changeflow.reading.past_rules import PastRules
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View, locate, state_at
from changeflow.usecases.check.check import Checked, check
from changeflow.usecases.check.target import CheckTarget
from changeflow.usecases.cmdb.diff import compare
from changeflow.usecases.cmdb.impact import readable


@dataclass(frozen=True)
class CmdbChecked:
    """Findings of `check` about the CMDB, and a survey where the items can be read.

    `lists_all` is whether the text lists every finding of each rule.
    """

    checked: Checked
    survey: Survey | None
    lists_all: bool = False


@dataclass(frozen=True)
class CmdbQuestion:
    """What to check.

    Attributes:
        now: the time, for what has to be confirmed again.
        rev: the revision; None: the work tree.
        lists_all: whether to list every finding of each rule, and every single point of failure.
    """

    now: datetime
    rev: str | None = None
    lists_all: bool = False


def check_cmdb(root: Path, asked: CmdbQuestion) -> CmdbChecked:
    """Check the documents in `cmdb/`, the CMDB as a whole, and what releases have left behind.

    The latter is read on the main branch. Where the items can be read, there is also a survey of
    the graph.

    Raises:
        errors.NothingToDo: when there are no items.
    """
    state = state_at(root, asked.rev)
    # first, so that the check of documents finds the items remembered
    base, problem = _readable(state)
    checked = check(
        CheckTarget(root, ("cmdb",)), state.source if state.commit is not None else None
    )
    if base is None:
        if isinstance(problem, errors.NothingToDo):
            raise problem
        if problem is not None and not checked.findings.errors:
            raise problem
        return CmdbChecked(_with(checked, _after_releases(root, {})), None, asked.lists_all)
    levels = base.config.cmdb.levels
    released = _after_releases(root, base.items)
    audited = found_right(state, base) if base.config.cmdb.confirm_within else {}
    estate = estate_of(base, asked.now, audited, lists_all=asked.lists_all)
    found = health(estate)
    places = ItemPlaces(state, base.columns, found.items)
    findings = Findings(tuple(findings_of(found.found, places.found, levels)), 0)
    lines = excerpts((one.source for one in places.documents.values()), findings.findings)
    behind = at_levels(list(released.findings.findings), levels)
    released = replace(released, findings=Findings(tuple(behind), 0))
    result = _with(_with(_once(checked), Checked(findings, lines)), released)
    return CmdbChecked(result, survey(estate, found.single_points), asked.lists_all)


def _readable(state: State) -> tuple[Rulebook | None, errors.ChangeflowError | None]:
    """Return the rulebook at a place, or why there is none."""
    try:
        return readable(state), None
    except (errors.Unreadable, errors.NothingToDo) as error:
        return None, error


def _once(checked: Checked) -> Checked:
    """Return the findings about documents without those that the checks of the whole ask again."""
    kept = [one for one in checked.findings.findings if one.rule not in AGAIN]
    return replace(checked, findings=replace(checked.findings, findings=tuple(kept)))


def checked_against(
    result: CmdbChecked, view: View, against: str, rev: str | None, now: datetime
) -> CmdbChecked:
    """Return the result of a check with each difference from a baseline that has no change.

    Where the items cannot be read, nothing is compared.

    Args:
        result: of the check.
        view: where the main branch and the ledger are.
        against: the baseline, or a revision.
        rev: the revision that was checked; None: the work tree.
        now: the time by which changes have their states.

    Raises:
        errors.HostFailed, errors.NothingToDo, errors.Unreadable: as `compare`.
    """
    if result.survey is None:
        return result
    found = tuple(unauthorised(compare(view, against, rev, now)))
    return replace(result, checked=_with(result.checked, Checked(Findings(found, 0))))


def _with(checked: Checked, more: Checked) -> Checked:
    """Return the findings of a check with further ones, sorted."""
    found = tidy((*checked.findings.findings, *more.findings.findings))
    return replace(
        checked,
        findings=replace(checked.findings, findings=tuple(found)),
        excerpts={**more.excerpts, **checked.excerpts},
    )


def _after_releases(root: Path, items: Mapping[str, ConfigurationItem]) -> Checked:
    """Return items whose record on the main branch has the status from before a release.

    Args:
        root: the repository.
        items: the CMDB that was checked, which may be corrected already.
    """
    try:
        view = locate(root)
        base = view.base.rulebook
        found = outdated(released_actions(view.base, _journals(view, base)), base.items)
    except (errors.HostFailed, errors.Unreadable, errors.NothingToDo, errors.CannotJudge) as error:
        return Checked(Findings((unknown(error.message, error.hint),), 0))
    wanted = sorted({one.done.ci for one in found})
    corrected = set[str]()
    if items:
        left = outdated((one.done for one in found), items)
        corrected = set(wanted) - {one.done.ci for one in left}
    documents = item_documents(view.base, base.columns, wanted)
    rows = {ci: base.columns.place(ci) for ci in wanted if ci in base.items}
    findings = tuple(not_updated(found, documents, rows, base.config.main_branch, corrected))
    lines = excerpts((one.source for one in documents), findings)
    return Checked(Findings(findings, 0), lines)


def _journals(view: View, base: Rulebook) -> Sequence[LedgerEntry]:
    """Return the ledger, with the journals of releases weighed.

    Raises:
        errors.HostFailed: when it is not in this clone and may be elsewhere, or git fails.
        errors.Unreadable: when the chain does not hold.
    """
    people = base.roster.spec.people
    ledger = open_ledger(view.git, base.config, key_ring(people), base.commit)
    chain = ledger.read()
    ledger.require_here()
    past = PastRules(view.git, base.commit)
    return Journals(ledger, past, base.config, people).weighed(chain.require_sound(), None)
