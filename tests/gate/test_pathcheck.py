"""What changed paths say by themselves, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from changeflow.gate.changed_paths import path_reasons
from changeflow.gate.path_categories import categorise
from changeflow.model.pull_results import PathChange

CHANGE = "changes/CHG-20261121-a"


def changed(path: str, mode: str | None = "100644") -> PathChange:
    return PathChange(path=path, mode=mode, content="x" if mode else None)


def said(*changes: PathChange, covering: Sequence[str] = (), tree: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    categorised = [categorise(item.path, ("docs/**",)) for item in changes]
    here = [*tree, *(item.path for item in changes if not item.gone)]
    reasons = path_reasons(changes, categorised, here, covering=covering)
    return [(item.rule.removeprefix("changeflow."), item.outcome, item.reason_code, item.message, item.hint) for item in reasons]


def test_no_path_at_all_is_said_alone() -> None:
    assert said(tree=["a", "A"]) == [("paths", "fail", "rfc.none", "the pull request changes nothing, so there is nothing to authorise", "")]


def test_a_path_that_is_spelt_oddly_is_named_with_the_reason() -> None:
    (found,) = said(changed("docs/a\u200bb"))
    assert found == ("paths", "fail", "path.not_canonical", "'docs/a\\u200bb' is not written the canonical way: it has invisible characters", "")


def test_an_oddly_spelt_path_may_go_away_and_nothing_else() -> None:
    assert said(changed("docs/a\u200bb", None)) == []
    (found,) = said(changed("docs/C:a"))
    assert found[2:] == ("path.not_canonical", "'docs/C:a' is not written the canonical way: `C:a` has a colon", "")


def test_two_spellings_of_a_name_are_named_and_one_that_goes_makes_room() -> None:
    (found,) = said(changed("docs/A.md"), tree=["docs/a.md"])
    assert found == ("paths", "fail", "path.collision", "`docs/A.md` and `docs/a.md` differ in spelling only", "")
    assert said(changed("docs/a.md", None), changed("docs/A.md")) == []


@pytest.mark.parametrize(
    ("path", "mode", "kind"),
    [
        (f"{CHANGE}/x", "120000", "a symbolic link"),
        ("policies/x.yaml", "120000", "a symbolic link"),
        ("docs/x", "120000", "a symbolic link"),
        ("app/x", "120000", None),
        ("app/x", "160000", "a submodule"),
        ("docs/x", "160000", "a submodule"),
        ("policies/x.yaml", "100755", None),
    ],
)
def test_what_is_no_file_is_refused_wherever_it_would_be_read(path: str, mode: str, kind: str | None) -> None:
    found = [item for item in said(changed(path, mode), covering=["normal"]) if item[1] == "fail"]
    message = f"`{path}` is {kind}; what it points to is not reviewed"
    assert found == ([("paths", "fail", "path.not_regular", message, "")] if kind else [])


@pytest.mark.parametrize("path", ["changes/CHG-2026-a/rfc.yaml", "Changes/CHG-20261121-a/rfc.yaml", "changes/README.md"])
def test_a_folder_of_changes_whose_name_is_no_id_belongs_to_none(path: str) -> None:
    found = said(changed(path), covering=["normal"])[0]
    message = f"{path!r} belongs to no change: its folder is not named like CHG-20261121-payments-db-upgrade"
    assert found == ("request", "fail", "rfc.id_invalid", message, "ids are ASCII: CHG-<yyyymmdd>-<slug>")
    assert said(changed(f"{CHANGE}/rfc.yaml")) == said(changed("docs/changes/x")) == []


def test_a_request_stays_and_what_is_beside_it_may_go() -> None:
    (found,) = said(changed(f"{CHANGE}/rfc.yaml", None))
    message = "the request CHG-20261121-a is taken away or renamed; its id is its identity"
    assert found == ("request", "fail", "rfc.removed", message, "withdraw it instead: `changeflow withdraw`")
    assert said(changed(f"{CHANGE}/notes.md", None)) == said(changed("docs/rfc.yaml", None)) == []


OTHERS = [changed(f"app/{number}") for number in range(7)]


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, "`app/0`"),
        (5, "`app/0`, `app/1`, `app/2`, `app/3`, `app/4`"),
        (6, "`app/0`, `app/1`, `app/2`, `app/3`, `app/4` and 1 more"),
        (7, "`app/0`, `app/1`, `app/2`, `app/3`, `app/4` and 2 more"),
    ],
)
def test_what_nothing_covers_is_listed_and_what_a_request_covers_too(count: int, shown: str) -> None:
    hint = "`changeflow new SLUG` writes one; add it to this pull request"
    assert said(*OTHERS[:count]) == [("paths", "fail", "rfc.none", f"no request for change covers {shown}", hint)]
    covered = ("paths", "pass", "path.covered", f"covered by the request in this pull request: {shown}", "")
    assert said(*OTHERS[:count], covering=["normal"]) == said(*OTHERS[:count], covering=["standard", "emergency"]) == [covered]
    text = f"a standard change is authorised by its model, which says nothing about {shown}"
    hint = "declare `type: normal`, or open a pull request of its own"
    assert said(*OTHERS[:count], covering=["standard"]) == [("paths", "fail", "path.beside_standard", text, hint)]


def test_the_document_of_a_release_wants_no_request_and_a_file_beside_it_does() -> None:
    text = (
        "`releases/r/release.yaml`: a release says which changes are deployed together, and whether that is accepted; no class and no risk is"
        " judged for it, and each change goes through its own gates"
    )
    document, beside = changed("releases/r/release.yaml"), changed("releases/r/run.sh")
    assert said(document) == [("paths", "pass", "path.release", text, "")]
    assert [item[1:3] for item in said(document, beside)] == [("pass", "path.release"), ("fail", "rfc.none")]
    assert [item[2] for item in said(changed("releases/release.yaml"))] == ["rfc.none"]
    assert [item[2] for item in said(document, covering=["normal"])] == ["path.covered"]
    assert said(document, covering=["standard"]) == []


def test_exempt_governed_and_cmdb_paths_want_no_request() -> None:
    assert said(changed("docs/x"), changed("policies/x.yaml"), changed("cmdb/x.yaml")) == []
