"""Rules about the plans that are kept beside a request.

Whether one is missing is for gates to say: it is made after the request is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from changeflow.checks.any_shape import mapping, sequence, text, words_of
from changeflow.documents.document import Document, found_in_file
from changeflow.model.document_paths import change_of, plan_path, plans_folder
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.playbook_words import plan_words
from changeflow.release.plan_heads import plan_head


def with_plans(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the files in folders of plans, by their changes.

    Args:
        paths: of files of the repository.
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        change = change_of(path)
        if change is not None and path.startswith(plans_folder(change)):
            found.setdefault(change, []).append(path)
    return found


def plan_problems(document: Document, contents: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield files that no step asks for, and those of another program, format or version.

    Args:
        document: the request.
        contents: what its folder of plans holds, by path.
    """
    heads = _asked(document)
    for path, data in sorted(contents.items()):
        if path not in heads:
            yield found_in_file("rfc-plan-kept", path, level="warning", case="unasked")
        elif not data.startswith(heads[path]):
            yield found_in_file("rfc-plan-kept", path, level="warning", change=document.id)


def _asked(document: Document) -> dict[str, bytes]:
    """Return how the plans that a request asks for begin, by path."""
    whole = mapping(document.spec.get("implementation"))
    found: dict[str, bytes] = {}
    for number, step in enumerate((whole, *map(mapping, sequence(whole.get("steps"))))):
        plan = mapping(step.get("plan"))
        words, format_ = words_of(plan.get("run")), text(plan.get("format"))
        if not plan and isinstance(step.get("ansible"), dict):
            words, format_ = [*plan_words(step["ansible"])], "ansible"
        if words and format_:
            path = plan_path(document.id, number, format_)
            found[path] = plan_head(format_, words).encode("utf-8", "surrogatepass")
    return found


RULES: Final = (
    FindingRule(
        "rfc-plan-kept",
        "warning",
        "A file lies among the plans of a change that no step asks for, or that another program made.",
    ),
)
