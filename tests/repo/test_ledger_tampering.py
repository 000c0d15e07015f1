"""Somebody who may write to the repository changes history. Every kind of manipulation is named, and none is quiet."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.ledger import envelope, statement
from changeflow.ledger.envelope import DsseEnvelope, Signature
from changeflow.repo.ledger_anchor import LedgerAnchor
from tests.repositories import BRANCH, Keys, Repo, approval, change_id, filled, ledger, rules

FIRST = f"{change_id('c0')}/000001-approval.json"
SECOND = f"{change_id('c1')}/000002-approval.json"
LAST = f"{change_id('c2')}/000003-approval.json"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    filled(repo, 3)
    return repo


class Hand:
    """A hand that rewrites the ledger: files in the order of their commits."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        paths = repo("log", "--reverse", "--name-only", "--format=", BRANCH).split()
        self.files = {path: repo("show", f"{BRANCH}:{path}").encode() + b"\n" for path in paths}

    def rewrite(self, *, forget: bool = True) -> None:
        """Write all files again, one commit each, as a branch with a clean history; `forget` removes the anchor too."""
        self.repo("checkout", "-q", "--orphan", "rewritten")
        self.repo("rm", "-rfq", "--cached", "--ignore-unmatch", ".")
        for path, data in self.files.items():
            file = self.repo.path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            self.repo("add", path)
            self.repo("-c", "user.name=M", "-c", "user.email=m@x", "commit", "-q", "-m", "entry")
        self.repo("update-ref", f"refs/heads/{BRANCH}", "rewritten")
        if forget:
            self.forget()

    def forget(self) -> None:
        LedgerAnchor(self.repo.git.facts.common_dir, BRANCH).path.unlink()

    def commit_on_top(self, message: str = "by hand") -> None:
        """Commit the work tree as the next commit of the ledger branch itself."""
        self.repo("add", "-A")
        self.repo("-c", "user.name=M", "-c", "user.email=m@x", "commit", "-q", "--allow-empty", "-m", message)

    def check_out(self) -> None:
        self.repo("checkout", "-q", BRANCH)


def found(repo: Repo) -> set[str]:
    chain = ledger(repo).read()
    assert not chain.sound
    return rules(chain.problems)


def edited(data: bytes, **body: object) -> bytes:
    plain = json.loads(base64.b64decode(json.loads(data)["payload"]))
    plain["predicate"].update(body)
    return envelope.encode(DsseEnvelope(json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()))


class TestHistoryIsKept:
    """Manipulations that leave the old commits in place."""

    def test_an_edit_on_top(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        (repo.path / SECOND).write_bytes(edited(hand.files[SECOND], decision="reject"))
        hand.commit_on_top()
        assert {"ledger-commit", "ledger-predecessor"} <= found(repo)

    def test_a_deletion_on_top(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        (repo.path / SECOND).unlink()
        hand.commit_on_top()
        assert {"ledger-commit", "ledger-sequence"} <= found(repo)

    def test_an_edit_that_is_taken_back_again(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        repo.write(SECOND, "{}")
        hand.commit_on_top()
        (repo.path / SECOND).write_bytes(hand.files[SECOND])
        hand.commit_on_top()
        assert "ledger-commit" in found(repo)

    def test_a_file_that_does_not_belong_there(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        repo.write("README.md", "hello")
        hand.commit_on_top()
        assert "ledger-extra-file" in found(repo)

    @pytest.mark.parametrize("content", ["", "garbage", "{}", "[" * 100_000, "\0", '{"payload":1,"payload":2}', "null", '"\\ud800"'])
    def test_garbage_as_the_next_entry(self, repo: Repo, content: str) -> None:
        hand = Hand(repo)
        hand.check_out()
        repo.write(f"{change_id('c0')}/000004-approval.json", content)
        hand.commit_on_top()
        assert "ledger-unreadable" in found(repo)

    def test_two_entries_in_one_commit(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        for number in (4, 5):
            (repo.path / f"{change_id('c0')}/00000{number}-approval.json").write_bytes(hand.files[FIRST])
        hand.commit_on_top()
        assert "ledger-commit" in found(repo)

    def test_an_empty_commit(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        hand.commit_on_top()
        assert found(repo) == {"ledger-commit"}

    def test_a_symbolic_link_as_an_entry(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        (repo.path / f"{change_id('c0')}/000004-approval.json").symlink_to("/etc/passwd")
        hand.commit_on_top()
        assert "ledger-commit" in found(repo)

    def test_a_merge_commit(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        repo("checkout", "-q", "-b", "side", f"{BRANCH}~1")
        (repo.path / f"{change_id('c9')}").mkdir()
        (repo.path / f"{change_id('c9')}/000003-approval.json").write_bytes(hand.files[LAST])
        hand.commit_on_top("side")
        repo("checkout", "-q", BRANCH)
        repo("-c", "user.name=M", "-c", "user.email=m@x", "merge", "-q", "--no-edit", "side")
        assert "ledger-commit" in found(repo)
        assert any("2 parents" in problem.message for problem in ledger(repo).read().problems)

    def test_a_branch_that_is_glued_to_the_main_branch(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        repo("checkout", "-q", "--orphan", "other")
        repo("rm", "-rfq", "--cached", ".")
        repo.write("x")
        main = repo.commit()
        tree = repo("rev-parse", f"{BRANCH}^{{tree}}")
        glued = repo("-c", "user.name=M", "-c", "user.email=m@x", "commit-tree", tree, "-p", main, "-m", "glued")
        repo("update-ref", f"refs/heads/{BRANCH}", glued)
        assert "ledger-commit" in found(repo)

    def test_a_newer_kind_of_entry_is_refused_not_ignored(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.check_out()
        newer = hand.files[LAST]
        plain = json.loads(base64.b64decode(json.loads(newer)["payload"]))
        plain["predicateType"] = "https://changeflow.dev/approval/v2"
        payload = json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
        (repo.path / f"{change_id('c0')}/000004-approval.json").write_bytes(envelope.encode(DsseEnvelope(payload)))
        hand.commit_on_top()
        assert found(repo) == {"ledger-version"}


class TestHistoryIsRewritten:
    """Manipulations with a clean history of their own, and the anchor removed."""

    def test_an_edited_entry(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.files[FIRST] = edited(hand.files[FIRST], comment="never said")
        hand.rewrite()
        assert found(repo) == {"ledger-predecessor"}

    def test_a_deleted_entry(self, repo: Repo) -> None:
        hand = Hand(repo)
        del hand.files[SECOND]
        hand.rewrite()
        assert {"ledger-sequence", "ledger-predecessor"} <= found(repo)

    def test_a_deleted_first_entry(self, repo: Repo) -> None:
        hand = Hand(repo)
        del hand.files[FIRST]
        hand.rewrite()
        assert {"ledger-sequence", "ledger-predecessor"} <= found(repo)

    def test_reordered_entries(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.files = {path: hand.files[path] for path in (SECOND, FIRST, LAST)}
        hand.rewrite()
        assert {"ledger-sequence", "ledger-predecessor"} <= found(repo)

    def test_a_replayed_statement_under_the_next_number(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.files[f"{change_id('c0')}/000004-approval.json"] = hand.files[FIRST]
        hand.rewrite()
        assert {"ledger-misplaced", "ledger-replayed", "ledger-sequence"} <= found(repo)

    def test_a_statement_moved_to_another_change(self, repo: Repo) -> None:
        hand = Hand(repo)
        moved = f"{change_id('c1')}/000003-approval.json"
        hand.files[moved] = hand.files.pop(LAST)
        hand.rewrite()
        assert found(repo) == {"ledger-misplaced"}


class TestTheAnchorRemembers:
    """Manipulations that are consistent in themselves: only an earlier reading can tell."""

    def test_a_branch_that_was_cut_short(self, repo: Repo) -> None:
        repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
        assert found(repo) == {"ledger-truncated"}

    def test_a_branch_that_was_removed(self, repo: Repo) -> None:
        repo("update-ref", "-d", f"refs/heads/{BRANCH}")
        assert found(repo) == {"ledger-truncated"}

    def test_the_hint_brings_the_seen_state_back(self, repo: Repo) -> None:
        repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~2")
        hint = ledger(repo).read().problems[0].hint
        command = hint.split("`")[1].split()
        assert command[:2] == ["git", "update-ref"]
        repo(*command[1:])
        assert ledger(repo).read().problems == ()

    def test_a_newest_entry_that_was_replaced_by_a_consistent_other(self, repo: Repo) -> None:
        hand = Hand(repo)
        hand.files[LAST] = edited(hand.files[LAST], decision="reject")
        hand.rewrite(forget=False)
        assert found(repo) == {"ledger-rewritten"}

    def test_a_branch_cut_short_and_filled_up_again(self, repo: Repo, tmp_path: Path) -> None:
        repo("clone", "-q", "--bare", str(repo.path), str(tmp_path / "forger.git"))
        forger = Repo(tmp_path / "forger.git", "--bare")
        forger("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
        for _ in range(3):
            ledger(forger).append_deciding(lambda _: approval("mallory"))
        repo("fetch", "-q", str(forger.path), f"+refs/heads/{BRANCH}:refs/heads/{BRANCH}")
        assert found(repo) == {"ledger-rewritten"}

    def test_the_same_content_under_other_commits_holds(self, repo: Repo) -> None:
        Hand(repo).rewrite(forget=False)
        assert ledger(repo).read().sound


class TestForgery:
    """An entry that fits the chain, by somebody who is not who it says."""

    def test_an_opinion_in_carol_s_name_signed_by_dave(self, repo: Repo, keys: Keys) -> None:
        ring = keys.ring("carol", "dave")
        with pytest.raises(errors.Unreadable, match="could not be read again: is an opinion of carol, signed by dave"):
            ledger(repo, ring=ring).append_deciding(lambda _: approval("carol"), signer=keys.signer("dave"))
        ledger(repo).append_deciding(lambda _: approval("carol"), signer=keys.signer("dave"))  # one that knows nobody's key
        chain = ledger(repo, ring=ring).read()
        assert rules(chain.problems) == {"ledger-forged"}
        assert chain.entries[-1].signer is None
        assert not chain.sound

    def test_an_opinion_in_carol_s_name_signed_by_a_stranger_is_nobody_s(self, repo: Repo, keys: Keys) -> None:
        ring = keys.ring("carol")
        ledger(repo, ring=ring).append_deciding(lambda _: approval("carol"), signer=keys.signer("mallory"))
        chain = ledger(repo, ring=ring).read()
        assert rules(chain.problems) == {"ledger-unknown-key"}
        assert chain.entries[-1].signer is None

    def test_a_signature_copied_from_another_entry(self, repo: Repo, keys: Keys) -> None:
        stolen: list[Signature] = []

        def steal(payload: bytes) -> Signature:
            stolen.append(keys.signer("carol")(payload))
            return stolen[0]

        ring = keys.ring("carol")
        for _ in range(2):
            ledger(repo, ring=ring).append_deciding(lambda _: approval("carol"), signer=steal)
            stolen = stolen[:1]
        # The second append signed, and then used the first signature.
        chain = ledger(repo, ring=ring).read()
        assert rules(chain.problems) == {"ledger-signature"}
        assert not chain.sound

    def test_one_key_that_signs_twice_counts_once_and_is_named(self, repo: Repo, keys: Keys) -> None:
        self._append_with(repo, lambda signature: (signature, signature), keys)
        assert rules(ledger(repo, ring=keys.ring("carol")).read().problems) == {"ledger-signature"}

    def test_one_key_under_two_names_is_refused(self, repo: Repo, keys: Keys) -> None:
        self._append_with(repo, lambda signature: (signature, Signature("SHA256:other", signature.sig)), keys)
        assert "ledger-signature" in rules(ledger(repo, ring=keys.ring("carol")).read().problems)

    def test_a_payload_of_another_type(self, repo: Repo) -> None:
        hand = Hand(repo)
        payload = envelope.decode(hand.files[LAST]).payload
        hand.files[LAST] = envelope.encode(DsseEnvelope(payload, payload_type="text/plain"))
        hand.rewrite()
        assert found(repo) == {"ledger-unreadable"}

    @staticmethod
    def _append_with(repo: Repo, signatures: object, keys: Keys) -> None:
        hand = Hand(repo)
        chain = ledger(repo).read()
        payload = statement.encode(approval("carol", "c0"), 4, chain.entries[-1].digest, "test")
        wrapped = DsseEnvelope(payload)
        signature = keys.signer("carol")(wrapped.signed_bytes)
        hand.check_out()
        (repo.path / f"{change_id('c0')}/000004-approval.json").write_bytes(
            envelope.encode(DsseEnvelope(payload, signatures(signature)))  # type: ignore[operator]
        )
        hand.commit_on_top()
