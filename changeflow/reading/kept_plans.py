"""Hold the files in the folder of plans of a change against what its request asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from changeflow.model.change import ChangeRequest
from changeflow.model.document_paths import plan_path, plans_folder
from changeflow.model.kept_plans import KeptPlans
from changeflow.release.plan_heads import plan_head
from changeflow.repo.source import Source

# the modes of git for a regular file
_REGULAR: Final = ("100644", "100755")


def kept_plans(
    source: Source, change: ChangeRequest, files: Sequence[tuple[str, str, str]]
) -> KeptPlans:
    """Return which plans are kept.

    Args:
        source: where the change is read.
        change: the request.
        files: path, mode and digest of every file that is part of the change.
    """
    folder, asked = plans_folder(change.id), change.spec.plans
    there = {name: (mode, digest) for name, mode, digest in files if name.startswith(folder)}
    digests: dict[int, str] = {}
    foreign: list[str] = []
    for number, program in asked:
        path = plan_path(change.id, number, program.format)
        mode, digest = there.pop(path, ("", ""))
        if not mode:
            continue
        head = plan_head(program.format, program.run).encode()
        if mode in _REGULAR and source.read(path).startswith(head):
            digests[number] = digest
        else:
            foreign.append(path)
    return KeptPlans(digests, tuple(foreign), tuple(sorted(there)))
