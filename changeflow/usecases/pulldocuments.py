"""Every document that a pull request brings or changes is held to the rules of `check`, whatever kind it is of.

What a gate needs a document for it reads by itself; this sees what nobody would read before it has landed: a review that cannot
be read, a release that names no change, two policies of one name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from changeflow.documents.layout import is_canonical
from changeflow.gate.pull import pull_reason
from changeflow.model.answers import Reason
from changeflow.model.findings import Finding
from changeflow.model.pull import PathChange
from changeflow.usecases.check import check
from changeflow.usecases.checks.files import is_document
from changeflow.usecases.checks.target import Target
from changeflow.usecases.load import Places

MOST_NAMED = 5


def errors_in_documents(places: Places, changes: Iterable[PathChange], known: Collection[Finding]) -> tuple[Finding, ...]:
    """Errors that `check` finds at the head in documents that changed, without those that are known already."""
    wanted = tuple(one.path for one in changes if not one.gone and is_document(one.path) and is_canonical(one.path))
    if not wanted:
        return ()
    seen = {_key(finding) for finding in known}
    found = check(Target(places.root, wanted), places.head).findings.findings
    return tuple(one for one in found if one.level == "error" and one.path in wanted and _key(one) not in seen)


def document_reasons(found: Sequence[Finding], told: Collection[str]) -> Iterable[Reason]:
    """One reason for each document with errors, but for those that are spoken of already."""
    for path in sorted({finding.path for finding in found} - set(told)):
        mine = [finding for finding in found if finding.path == path]
        listed = "; ".join(f"line {finding.line}: {finding.message}" for finding in mine[:MOST_NAMED])
        more = f" and {len(mine) - MOST_NAMED} more" if len(mine) > MOST_NAMED else ""
        text = f"`{path}` has {len(mine)} error{'s' if len(mine) > 1 else ''}: {listed}{more}"
        yield pull_reason("document", "fail", "document.invalid", text, mine[0].hint)


def _key(finding: Finding) -> tuple[str, str, tuple[str | int, ...]]:
    return finding.path, finding.rule, tuple(finding.route)
