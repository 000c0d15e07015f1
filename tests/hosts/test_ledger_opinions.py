"""What the local host says of opinions and contributors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.gate.ledger_opinions import ledger_opinions
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.opinions import NO_CONTRIBUTORS, Contributors
from changeflow.model.people import Account, Roster
from changeflow.reading.ledger_reader import counting
from changeflow.repo.contributors import contributors
from changeflow.repo.git import Git
from tests.repositories import (
    CONTENT,
    NOON,
    Repo,
    approval,
    change_id,
    draft,
    filled,
    ledger,
    release,
)

KEY = "ssh-ed25519 AAAA"


def roster(**people: dict[str, Any]) -> Roster:
    return Roster.model_validate(
        {"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}, "spec": {"people": people}}
    )


def entry(by: str = "carol", signer: str | None = None, **facts: Any) -> LedgerEntry:
    body = ApprovalBody(decision=facts.pop("decision", "approve"), by=by, role="cab", digest=CONTENT)
    defaults = {
        "seq": 1, "previous": None, "digest": CONTENT, "path": "p", "change": change_id(), "at": NOON, "recorded_at": NOON,
        "simulated": False, "signer": signer, "subject": (), "body": body,
    }  # fmt: skip
    return LedgerEntry.model_validate(defaults | facts)


PEOPLE = roster(carol={"keys": [KEY]}, erin={"emails": ["erin@example.com"]}, frank={}, renovate={"kind": "agent"})


FILES = [f"changes/{change_id()}/{name}" for name in ("rfc.yaml", "run.sh")]


class TestReviews:
    def test_an_opinion_keeps_its_words_role_time_and_content(self) -> None:
        (review,) = ledger_opinions([entry(signer="carol")], PEOPLE, ConfigSpec())
        assert (review.by, review.shown_as, review.decision, review.role) == ("carol", "carol", "approve", "cab")
        assert (review.at, review.digest, review.ineligible) == (NOON, CONTENT, None)

    @pytest.mark.parametrize(
        ("found", "config", "code"),
        [
            (entry("carol", None), {}, "approval.unsigned"),
            (entry("carol", "carol"), {}, None),
            (entry("carol", "erin"), {}, "approval.forged"),
            (entry("erin", committer="Erin@Example.COM"), {}, None),
            (entry("erin", committer="carol@example.com"), {}, "approval.other_committer"),
            (entry("erin"), {}, "approval.other_committer"),
            (entry("frank", committer=""), {}, "approval.other_committer"),
            (entry("carol", committer="carol@example.com"), {}, "approval.unsigned"),
            (entry("erin", "carol", committer="erin@example.com"), {}, "approval.forged"),
            (entry("erin", committer="erin@example.com", decision="reject"), {}, None),
            (entry("erin", committer="erin@example.com"), {"require_signatures": True}, "approval.unsigned"),
            (entry("erin", "erin", elsewhere=True), {}, "approval.other_repository"),
            (entry("erin", None), {"require_signatures": True}, "approval.unsigned"),
            (entry("nobody", None), {"require_signatures": True}, "approval.unsigned"),
            (entry("carol", "carol", simulated=True), {}, "approval.simulated"),
            (entry("carol", "carol", simulated=True), {"allow_simulated_clock": True}, None),
            (entry("carol", None, simulated=True), {"allow_simulated_clock": True}, "approval.unsigned"),
        ],
    )
    def test_a_statement_that_proves_nothing_says_why(self, found: LedgerEntry, config: dict[str, Any], code: str | None) -> None:
        (review,) = ledger_opinions([found], PEOPLE, ConfigSpec(**config))
        assert review.ineligible == code
        assert bool(review.message) == (code is not None)

    def test_somebody_the_roster_does_not_know_is_nobody_and_still_named(self) -> None:
        (review,) = ledger_opinions([entry("ghost")], PEOPLE, ConfigSpec())
        assert (review.by, review.shown_as) == (None, "ghost")

    def test_only_opinions_are_opinions_in_the_order_of_the_ledger(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "repo")
        for item in (approval("erin"), release(), approval("erin", decision="reject", later=1)):
            ledger(repo).append_deciding(lambda _, item=item: item)  # type: ignore[misc]
        found = ledger_opinions(ledger(repo).read().entries, PEOPLE, ConfigSpec())
        assert [review.decision for review in found] == ["approve", "reject"]


class TestContributors:
    PEOPLE = roster(
        alice={"emails": ["Alice@Example.com"]}, bob={"emails": ["bob@example.com"]}, carol={"emails": ["carol@example.com"], "github_id": 77}
    )

    @pytest.fixture
    def repo(self, tmp_path: Path) -> Repo:
        repo = Repo(tmp_path / "repo")
        repo.write("README.md")
        repo.commit("base", author="Erin <erin@example.com>")
        repo("checkout", "-q", "-b", "proposal")
        return repo

    def edit(self, repo: Repo, text: str, message: str = "edit", **who: str) -> str:
        repo.write(f"changes/{change_id()}/rfc.yaml", text)
        return repo.commit(message, **who)  # type: ignore[arg-type]

    def found(self, repo: Repo, head: str | None = None) -> Contributors:
        return contributors(repo.git, head, FILES, self.PEOPLE)

    def test_authors_committers_and_co_authors_are_contributors(self, repo: Repo) -> None:
        message = "edit\n\nCo-authored-by: Carol <CAROL@example.com>\nSigned-off-by: X <x@example.com>"
        self.edit(repo, "1", message, author="A <alice@example.com>", committer="B <bob@EXAMPLE.com>")
        assert self.found(repo) == Contributors(people=("alice", "bob", "carol"), unknown=())

    def test_an_address_that_fits_nobody_is_unknown(self, repo: Repo) -> None:
        self.edit(repo, "1", "edit\n\nCo-authored-by: somebody", author="M <mallory@example.com>")
        assert self.found(repo) == Contributors(people=(), unknown=("mallory@example.com", "somebody"))

    def test_an_account_s_private_address_is_known_by_its_number(self, repo: Repo) -> None:
        self.edit(repo, "1", author="C <77+any-login@users.noreply.github.com>", committer="D <78+carol@users.noreply.github.com>")
        assert self.found(repo) == Contributors(people=("carol",), unknown=("78+carol@users.noreply.github.com",))

    def test_a_further_account_s_address_is_the_same_person_s(self, repo: Repo) -> None:
        carol = self.PEOPLE.spec.people["carol"].model_copy(update={"accounts": (Account(github_id=78),)})
        people = self.PEOPLE.spec.model_copy(update={"people": {**self.PEOPLE.spec.people, "carol": carol}})
        self.edit(repo, "1", author="C <78+second@users.noreply.github.com>", committer="C <77+first@users.noreply.github.com>")
        found = contributors(repo.git, None, FILES, self.PEOPLE.model_copy(update={"spec": people}))
        assert found == Contributors(people=("carol",), unknown=())

    def test_commits_to_other_files_do_not_count(self, repo: Repo) -> None:
        repo.write("docs/a.md")
        repo.write(f"changes/{change_id('other')}/rfc.yaml")
        repo.commit(author="Bob <bob@example.com>")
        assert self.found(repo) == NO_CONTRIBUTORS

    def test_who_wrote_it_counts_before_and_after_it_was_merged(self, repo: Repo) -> None:
        self.edit(repo, "1", author="Bob <bob@example.com>")
        self.edit(repo, "2", author="Alice <alice@example.com>")
        repo("checkout", "-q", "main")
        repo("merge", "-q", "--ff-only", "proposal")
        assert self.found(repo).people == ("alice", "bob")

    def test_who_wrote_the_review_afterwards_did_not_write_the_change(self, repo: Repo) -> None:
        self.edit(repo, "1", author="Bob <bob@example.com>")
        repo.write(f"changes/{change_id()}/review.yaml")
        repo.commit(author="Carol <carol@example.com>")
        assert self.found(repo).people == ("bob",)

    def test_any_file_in_the_change_s_folder_counts_and_a_branch_that_was_merged_in_too(self, repo: Repo) -> None:
        self.edit(repo, "1", author="Alice <alice@example.com>")
        repo("checkout", "-q", "-b", "side")
        repo.write(f"changes/{change_id()}/run.sh")
        repo.commit(author="Bob <bob@example.com>")
        repo("checkout", "-q", "proposal")
        repo.write("other")
        repo.commit(author="Alice <alice@example.com>")
        repo("-c", "user.name=Carol", "-c", "user.email=carol@example.com", "merge", "-q", "--no-ff", "--no-edit", "side")
        assert self.found(repo).people == ("alice", "bob")

    def test_the_mailmap_of_a_proposal_renames_nobody(self, repo: Repo) -> None:
        repo.write(".mailmap", "Erin <erin@example.com> <bob@example.com>\n")
        self.edit(repo, "1", author="Bob <bob@example.com>")
        assert self.found(repo).people == ("bob",)

    def test_in_a_part_of_a_larger_repository_the_folder_is_found_there(self, repo: Repo) -> None:
        repo.write(f"ops/changes/{change_id()}/rfc.yaml")
        repo.commit(author="Bob <bob@example.com>")
        self.edit(repo, "1", author="Carol <carol@example.com>")
        inside = Git(repo.path / "ops")
        assert contributors(inside, None, FILES, self.PEOPLE).people == ("bob",)

    def test_without_commits_there_are_none(self, tmp_path: Path) -> None:
        empty = Repo(tmp_path / "empty")
        assert contributors(empty.git, None, FILES, self.PEOPLE) == NO_CONTRIBUTORS

    def test_a_shallow_clone_never_hides_an_author(self, repo: Repo, tmp_path: Path) -> None:
        for text in ("1", "2", "3"):
            self.edit(repo, text, author="Bob <bob@example.com>")
        repo("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.path}", str(tmp_path / "shallow"))
        git = Git(tmp_path / "shallow")
        head = git.rev_parse("origin/proposal")
        with pytest.raises(errors.HostFailed) as failure:
            contributors(git, head, FILES, self.PEOPLE)
        assert "fetch needed" in failure.value.hint


class TestEvidenceThatCounts:
    @pytest.mark.parametrize(("allowed", "count"), [(False, 0), (True, 1)])
    def test_a_fixed_clock_counts_only_where_it_is_allowed(self, tmp_path: Path, allowed: bool, count: int) -> None:
        repo = Repo(tmp_path / "repo")
        ledger(repo).append_deciding(lambda _: draft(approval().body, real=NOON.replace(year=2027)))
        assert len(counting(ledger(repo).read().entries, ConfigSpec(allow_simulated_clock=allowed))) == count

    def test_unsigned_entries_do_not_count_where_signatures_are_required(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "repo")
        entries = filled(repo, 1).read().entries
        assert counting(entries, ConfigSpec(require_signatures=True)) == ()
        assert counting(entries, ConfigSpec()) == entries

    def test_a_journal_of_a_release_counts_as_it_was_weighed(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "repo")
        ledger(repo).append_deciding(lambda _: release())
        assert len(counting(ledger(repo).read().entries, ConfigSpec(require_signatures=True))) == 1
