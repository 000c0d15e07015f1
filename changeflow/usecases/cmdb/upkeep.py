"""Compare the CMDB on the main branch with what the ledger says was released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from changeflow import errors
from changeflow.checks.upkeep import not_updated, unknown
from changeflow.cmdb.upkeep import outdated
from changeflow.ledger.keyring import key_ring
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.evidence import LedgerEntry
from changeflow.model.findings import Findings
from changeflow.reading.binding_entries import Journals
from changeflow.reading.documents import excerpts
from changeflow.reading.evidence import open_ledger
from changeflow.reading.other_changes import released_actions
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View, locate
from changeflow.usecases.check.check import Checked


def after_releases(root: Path, items: Mapping[str, ConfigurationItem]) -> Checked:
    """Items whose record on the main branch has the status from before a release.

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
    wanted = {one.done.ci: one.wanted for one in found}
    corrected = {ci for ci in wanted.keys() & items.keys() if items[ci].spec.status is wanted[ci]}
    findings = tuple(not_updated(found, base.documents, base.config.main_branch, corrected))
    named = {finding.path for finding in findings}
    lines = excerpts((one.source for one in base.documents if one.path in named), findings)
    return Checked(Findings(findings, 0), lines)


def _journals(view: View, base: Rulebook) -> Sequence[LedgerEntry]:
    """The ledger, with the journals of releases weighed.

    Raises:
        errors.HostFailed: when it is not in this clone and may be elsewhere, or git fails.
        errors.Unreadable: when the chain does not hold.
    """
    people = base.roster.spec.people
    ledger = open_ledger(view.git, base.config, key_ring(people), base.commit)
    chain = ledger.read()
    ledger.require_here()
    return Journals(ledger, base.commit, base.config, people).weighed(chain.require_sound(), None)
