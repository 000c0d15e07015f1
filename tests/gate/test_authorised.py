"""Programs a change model trusts are those that were there before the request: rewriting one takes an approval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from attacks.stage import HERE, edited, read_yaml

from changeflow.gate.standard_change import uncovered
from changeflow.gate_cases.edited_steps import edited_files
from changeflow.language.sentences import in_english
from changeflow.reading.view import locate
from tests.git_isolation import fresh_git
from tests.repositories import Repo

__all__ = ["fresh_git"]

CHANGE = "CHG-20261125-cache"
REQUEST = f"changes/{CHANGE}/rfc.yaml"
STANDARD = {"spec.type": "standard", "spec.model": "cache-flush", "spec.rollback.steps.0.run": ["./scripts/flush", "cache"]}


@pytest.fixture
def repo(tmp_path: Path, fresh_git: None) -> Repo:  # noqa: ARG001 - for its effect
    """What judges and two scripts on main; the request on no branch yet."""
    repo = Repo(tmp_path / "repo")
    for name in ("flush", "is-warm"):
        repo.write(f"scripts/{name}", "#!/bin/sh\n")
    for path in sorted((HERE / "base").rglob("*.yaml")):
        repo.write(path.relative_to(HERE / "base").as_posix(), path.read_text(encoding="utf-8"))
    repo.write("scripts/other", "#!/bin/sh\n")
    repo.commit("What judges")
    return repo


def ask(repo: Repo, **edits: Any) -> None:
    form = read_yaml((HERE / "request.yaml").read_text(encoding="utf-8"))
    repo.write(REQUEST, edited(form, {**STANDARD, **edits}))


def found(repo: Repo, **where: str) -> tuple[str, ...]:
    view = locate(repo.path, **where)
    return edited_files(view, view.head.change(CHANGE))


def test_a_request_alone_runs_what_the_model_trusts(repo: Repo) -> None:
    ask(repo)
    assert found(repo) == ()
    repo("switch", "-q", "-c", "change")
    repo.write("scripts/other", "exit 1\n")
    repo.commit()
    assert found(repo) == found(repo, head="change") == (), "no step names that script"


def test_a_script_rewritten_on_the_request_s_branch_is_found_in_the_work_tree_and_at_a_revision(repo: Repo) -> None:
    ask(repo)
    repo.write("scripts/flush", "#!/bin/sh\nexit 1\n")
    assert found(repo) == ("scripts/flush",)
    repo("switch", "-q", "-c", "change")
    repo.commit()
    assert found(repo, head="change") == ("scripts/flush",)


def test_a_script_that_comes_with_the_request_or_becomes_a_program_with_it_is_found(repo: Repo) -> None:
    ask(repo, **{"spec.verification.0.run": ["./scripts/new", "cache"]})
    repo.write("scripts/new")
    (repo.path / "scripts" / "is-warm").chmod(0o755)
    assert found(repo) == ("scripts/is-warm", "scripts/new")


def test_merging_does_not_launder_it(repo: Repo) -> None:
    repo("switch", "-q", "-c", "change")
    ask(repo)
    repo.write("scripts/flush", "#!/bin/sh\nexit 1\n")
    repo.commit()
    repo("switch", "-q", "main")
    repo("-c", "user.name=m", "-c", "user.email=m@example.com", "merge", "-q", "--no-ff", "-m", "Merge", "change")
    assert found(repo) == found(repo, head="main") == ("scripts/flush",)


def test_neither_does_rewriting_it_after_the_request_has_landed(repo: Repo) -> None:
    ask(repo)
    repo.commit("The request")
    assert found(repo, head="main") == ()
    repo.write("scripts/flush", "#!/bin/sh\nexit 1\n")
    repo.commit("Another script")
    assert found(repo, head="main") == ("scripts/flush",)


def test_what_main_changed_meanwhile_is_not_held_against_a_branch_that_did_not(repo: Repo) -> None:
    repo("switch", "-q", "-c", "change")
    ask(repo)
    repo.commit()
    repo("switch", "-q", "main")
    repo.write("scripts/flush", "#!/bin/sh\n# reviewed\n")
    repo.commit("A better script, approved on its own")
    assert found(repo, head="change") == ()


def test_a_payload_in_the_request_s_own_folder_was_never_authorised(repo: Repo) -> None:
    payload = f"changes/{CHANGE}/payload.sh"
    ask(repo, **{"spec.verification.0.run": ["./scripts/is-warm", payload]})
    repo.write(payload)
    assert found(repo) == (payload,)
    repo("switch", "-q", "-c", "change")
    repo.commit()
    assert found(repo, head="change") == (payload,)


def test_a_note_in_the_request_s_own_folder_runs_nowhere(repo: Repo) -> None:
    ask(repo)
    repo.write(f"changes/{CHANGE}/notes.txt")
    assert found(repo) == ()


def test_a_repository_that_begins_with_its_requests_has_nothing_to_compare(tmp_path: Path, fresh_git: None) -> None:  # noqa: ARG001
    repo = Repo(tmp_path / "young")
    ask(repo)
    repo.write("scripts/flush")
    repo.commit()
    assert found(repo) == ()


def test_other_types_of_change_are_approved_by_people_and_may_bring_what_they_like(repo: Repo) -> None:
    ask(repo, **{"spec.type": "normal", "spec.model": None})
    repo.write("scripts/flush", "exit 1\n")
    assert found(repo) == ()


def test_the_model_does_not_cover_a_change_whose_program_was_rewritten(repo: Repo) -> None:
    from datetime import date

    from changeflow.risk.history import NOTHING

    ask(repo)
    base = locate(repo.path).base.rulebook
    change = locate(repo.path).head.change(CHANGE).change
    known = (change, base.models["cache-flush"], base.items, base.roster, 0, NOTHING, date(2026, 11, 21))
    assert uncovered(*known) == ()
    assert tuple(map(in_english, uncovered(*known, ["scripts/flush"]))) == (
        "change model `cache-flush` does not cover `scripts/flush`, which changed with the request",
    )
    assert yaml.safe_load((repo.path / REQUEST).read_text(encoding="utf-8"))["spec"]["type"] == "standard"
