"""How often each change of a schedule was updated: by commits of its request, and by evidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from changeflow.model.document_paths import change_of
from changeflow.model.event_versions import EventVersion
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.view import View
from changeflow.repo.request_commits import request_commits


def event_versions(view: View, changes: Iterable[str]) -> dict[str, EventVersion]:
    """Return the version of each change: the commits that touched its folder, and its evidence.

    Neither ever becomes less, so that the number rises with each update. The time is that of the
    newest of them. A work tree has no commit, and its changes are left out.

    Args:
        view: where the base and the ledger are.
        changes: those that are asked about.

    Raises:
        errors.HostFailed: when git fails.
    """
    moments: dict[str, list[datetime]] = {name: [] for name in changes}
    if view.base.commit is None:
        return {}
    for seconds, paths in request_commits(view.git, view.base.commit):
        for name in {change_of(path) for path in paths}:
            if name in moments:
                moments[name].append(commit_time(seconds, END_OF_TIME))
    for name, found in moments.items():
        found += [entry.moment for entry in view.evidence(name).of_change(name)]
    return {name: EventVersion(len(found), max(found)) for name, found in moments.items() if found}
