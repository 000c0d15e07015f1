from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.ledger import envelope
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import AssessmentBody, DecisionBody, ReviewBody
from changeflow.model.strictjson import parse
from changeflow.repo.ledger_branch import Chain
from tests.repositories import (
    BRANCH,
    CONTENT,
    NOON,
    Keys,
    Repo,
    approval,
    change_id,
    draft,
    filled,
    ledger,
    release,
    rules,
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_an_empty_ledger_is_sound_and_has_no_head(repo: Repo) -> None:
    chain = ledger(repo).read()
    assert (chain.entries, chain.problems, chain.head, chain.sound) == ((), (), None, True)


def test_entries_come_back_as_they_were_appended(repo: Repo) -> None:
    branch = ledger(repo)
    drafts = [
        approval("carol", comment="看過了 \u202e \x07 ' \" \\ \n"),
        draft(AssessmentBody(assessment={"digest": CONTENT, "score": "0.5", "列": [1, None, True]})),
        draft(DecisionBody(gate="approve", open=False, digest=CONTENT, decision={})),
        release("intent", phase="implementation", index=0, name="Promote", key="k"),
        draft(ReviewBody(by="erin", outcome="successful", digest=CONTENT)),
    ]
    written = [branch.append(item, expected_head=branch.read().head) for item in drafts]
    chain = ledger(repo).read()
    assert chain.sound
    assert list(chain.entries) == written
    assert [entry.body for entry in chain.entries] == [item.body for item in drafts]
    assert [entry.seq for entry in chain.entries] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in chain.entries] == [None, *(entry.digest for entry in chain.entries[:-1])]


def test_every_entry_is_one_commit_that_adds_one_file(repo: Repo) -> None:
    filled(repo, 4)
    log = repo("log", "--reverse", "--name-status", "--format=", BRANCH).split("\n")
    assert log == [
        f"A\t{change_id('c0')}/000001-approval.json",
        f"A\t{change_id('c1')}/000002-approval.json",
        f"A\t{change_id('c2')}/000003-approval.json",
        f"A\t{change_id('c0')}/000004-approval.json",
    ]


def test_the_file_is_an_in_toto_statement_in_a_dsse_envelope(repo: Repo) -> None:
    filled(repo, 1)
    plain = json.loads(repo("show", f"{BRANCH}:{change_id('c0')}/000001-approval.json"))
    assert plain["payloadType"] == "application/vnd.in-toto+json"
    statement = parse(envelope.decode(json.dumps(plain, separators=(",", ":"), sort_keys=True).encode() + b"\n").payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://changeflow.dev/approval/v1"
    assert statement["subject"][0]["digest"] == {"sha256": "cd" * 32, "gitCommit": "ef" * 20}
    assert statement["predicate"]["ledger"]["seq"] == 1


def test_work_tree_and_index_are_never_touched(repo: Repo) -> None:
    repo.write("a", "committed")
    repo.commit()
    repo.write("a", "edited")
    before = (repo.path / ".git" / "index").read_bytes()
    filled(repo, 2)
    assert (repo.path / ".git" / "index").read_bytes() == before
    assert repo("status", "--porcelain") == "M a"
    assert repo("branch", "--show-current") == "main"


def test_entries_that_belong_together_come_in_their_order_with_a_commit_each(repo: Repo) -> None:
    branch = ledger(repo)
    branch.append(approval("carol"), expected_head=None)
    pair = [draft(DecisionBody(gate="deploy", open=True, digest=CONTENT, decision={})), release("started")]
    written = branch.append_together(pair, expected_head=branch.head)
    chain = ledger(repo).read()
    assert (chain.sound, chain.head) == (True, branch.head)
    assert chain.entries[1:] == written
    assert [entry.kind for entry in chain.entries] == ["approval", "decision", "release"]
    assert repo("rev-list", "--count", BRANCH) == "3"


def test_of_entries_that_belong_together_none_is_there_when_the_race_is_lost(repo: Repo) -> None:
    branch = ledger(repo)
    branch.read()
    ledger(repo).append(approval("carol"), expected_head=None)
    with pytest.raises(errors.LostRace):
        branch.append_together([release("started"), release("resumed")], expected_head=None)
    assert [entry.kind for entry in ledger(repo).read().entries] == ["approval"]


def test_of_entries_that_belong_together_none_is_there_when_one_cannot_be_recorded(repo: Repo) -> None:
    branch = ledger(repo)
    branch.read()
    large = release("started", note="x" * 5_000_000)
    with pytest.raises(errors.Unreadable):
        branch.append_together([release("started"), large], expected_head=None)
    assert ledger(repo).read().entries == ()


def test_a_decision_on_an_outdated_reading_loses(repo: Repo) -> None:
    one, other = ledger(repo), ledger(repo)
    head = one.read().head
    assert other.read().head == head
    one.append(approval("carol"), expected_head=head)
    with pytest.raises(errors.LostRace):
        other.append(approval("dave"), expected_head=head)
    assert [entry.body.by for entry in ledger(repo).read().entries] == ["carol"]  # type: ignore[union-attr]


def test_a_race_lost_between_reading_and_moving_the_branch_is_noticed(repo: Repo) -> None:
    one, other = filled(repo, 1), ledger(repo)
    head = one.read().head

    def overtaken(payload: bytes) -> envelope.Signature:
        other.append_deciding(lambda _: approval("dave"))
        return envelope.Signature("SHA256:x", payload[:4])

    with pytest.raises(errors.LostRace):
        one.append(approval("carol"), expected_head=head, signer=overtaken)
    assert len(ledger(repo).read().entries) == 2


def test_who_lost_reads_again_and_decides_again(repo: Repo) -> None:
    branch, other = ledger(repo), ledger(repo)
    read: list[int] = []

    def decide(chain: Chain) -> object:
        read.append(len(chain.entries))
        if len(read) == 1:
            other.append(approval("dave"), expected_head=other.read().head)
        return approval("carol")

    entry = branch.append_deciding(decide)  # type: ignore[arg-type]
    assert read == [0, 1]
    assert entry is not None
    assert entry.seq == 2


def test_nothing_is_appended_when_the_decision_is_nothing(repo: Repo) -> None:
    assert ledger(repo).append_deciding(lambda _: None) is None
    assert ledger(repo).read().head is None


def test_always_losing_ends_in_an_error(repo: Repo) -> None:
    branch, other = ledger(repo), ledger(repo)

    def decide(_: Chain) -> object:
        other.append(approval("dave"), expected_head=other.read().head)
        return approval("carol")

    with pytest.raises(errors.LostRace):
        branch.append_deciding(decide, attempts=3)  # type: ignore[arg-type]
    assert len(ledger(repo).read().entries) == 3


def test_nothing_is_appended_to_a_ledger_that_does_not_hold(repo: Repo) -> None:
    branch = filled(repo, 2)
    repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
    with pytest.raises(errors.Unreadable, match="set back") as failure:
        branch.append_deciding(lambda _: approval())
    assert "ledger verify" in failure.value.hint


def test_what_cannot_be_read_back_is_not_written(repo: Repo) -> None:
    with pytest.raises(errors.Unreadable, match="cannot be recorded"):
        ledger(repo).append_deciding(lambda _: draft(AssessmentBody(assessment={"digest": CONTENT, "deep": nested(80)})))
    assert ledger(repo).read().head is None


def nested(depth: int) -> list[object]:
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value


def test_a_fixed_clock_is_marked_and_keeps_the_real_time(repo: Repo) -> None:
    real = NOON + timedelta(days=3)
    ledger(repo).append_deciding(lambda _: draft(approval().body, real=real))
    entry = ledger(repo).read().entries[0]
    assert entry.simulated
    assert (entry.at, entry.recorded_at) == (NOON, real)


class TestReadingOn:
    """A ledger that is read again reads only what is new, and judges it as if it had read everything."""

    def test_what_others_appended_meanwhile_is_found(self, repo: Repo) -> None:
        branch = filled(repo, 2)
        filled(repo, 2)
        assert branch.read() == ledger(repo).read()
        assert len(branch.read().entries) == 4

    @pytest.mark.parametrize("back", [1, 2])
    def test_a_branch_that_was_set_back_meanwhile_is_noticed(self, repo: Repo, back: int) -> None:
        branch = filled(repo, 3)
        repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~{back}")
        chain = branch.read()
        assert rules(chain.problems) == {"ledger-truncated"}
        assert len(chain.entries) == 3 - back

    def test_a_branch_that_was_rewritten_meanwhile_is_noticed(self, repo: Repo, tmp_path: Path) -> None:
        branch = filled(repo, 2)
        other = Repo(tmp_path / "other")
        for _ in range(3):
            ledger(other).append_deciding(lambda _: approval("mallory"))
        repo("fetch", "-q", str(other.path), f"+refs/heads/{BRANCH}:refs/heads/{BRANCH}")
        chain = branch.read()
        assert rules(chain.problems) == {"ledger-rewritten"}
        assert len(chain.entries) == 3

    def test_an_edit_on_top_is_judged_with_everything_before_it(self, repo: Repo) -> None:
        branch = filled(repo, 2)
        repo("checkout", "-q", BRANCH)
        repo.write(f"{change_id('c0')}/000001-approval.json", "{}")
        repo.commit()
        assert rules(branch.read().problems) == rules(ledger(repo).read().problems) >= {"ledger-commit", "ledger-unreadable"}

    def test_signatures_that_were_not_asked_about_before_are_checked_when_they_are(self, repo: Repo, keys: Keys) -> None:
        branch = ledger(repo, ring=keys.ring("carol"))
        branch.append_deciding(lambda _: approval("carol", "one"), signer=keys.signer("carol"))
        fresh = ledger(repo, ring=keys.ring("carol"))
        assert fresh.read(only=change_id("two")).entries[0].signer is None
        assert fresh.read(only=change_id("one")).entries[0].signer == "carol"
        assert fresh.read().entries[0].signer == "carol"


class TestSigning:
    def test_a_signed_entry_names_its_signer_when_it_is_read(self, repo: Repo, keys: Keys) -> None:
        branch = ledger(repo, ring=keys.ring("carol"))
        written = branch.append_deciding(lambda _: approval("carol"), signer=keys.signer("carol"))
        assert written is not None
        assert written.signer == "carol"
        assert branch.read().entries == (written,)

    def test_signatures_of_other_changes_are_not_checked_when_one_is_asked_for(self, repo: Repo, keys: Keys) -> None:
        branch = ledger(repo, ring=keys.ring("carol"))
        for name in ("one", "two"):
            branch.append_deciding(lambda _, name=name: approval("carol", name), signer=keys.signer("carol"))  # type: ignore[misc]
        fresh = ledger(repo, ring=keys.ring("carol"))
        assert [entry.signer for entry in fresh.read(only=change_id("two")).entries] == [None, "carol"]
        strict = ledger(repo, ring=keys.ring("carol"), require_signatures=True)
        assert [entry.signer for entry in strict.read(only=change_id("two")).entries] == ["carol", "carol"]

    def test_where_signatures_are_required_unsigned_evidence_is_refused(self, repo: Repo) -> None:
        with pytest.raises(errors.Refused, match="signed evidence only"):
            ledger(repo, require_signatures=True).append_deciding(lambda _: approval())
        assert ledger(repo).read().head is None

    def test_older_unsigned_entries_are_reported_and_do_not_stop_the_ledger(self, repo: Repo, keys: Keys) -> None:
        filled(repo, 1)
        branch = ledger(repo, ring=keys.ring("carol"), require_signatures=True)
        branch.append_deciding(lambda _: approval("carol"), signer=keys.signer("carol"))
        chain = branch.read()
        assert rules(chain.problems) == {"ledger-unsigned"}
        assert chain.sound
        assert chain.problems == ledger(repo, ring=keys.ring("carol"), require_signatures=True).read().problems

    def test_a_signer_whose_key_left_the_roster_is_nobody_and_the_chain_still_holds(self, repo: Repo, keys: Keys) -> None:
        ledger(repo, ring=keys.ring("carol")).append_deciding(lambda _: approval("carol"), signer=keys.signer("carol"))
        chain = ledger(repo, ring=keys.ring("dave")).read()
        assert rules(chain.problems) == {"ledger-unknown-key"}
        assert chain.entries[0].signer is None
        assert chain.sound


class TestClones:
    def test_a_bare_clone_reads_and_appends(self, repo: Repo, tmp_path: Path) -> None:
        filled(repo, 2)
        repo("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
        bare = Repo(tmp_path / "bare.git", "--bare")
        assert len(ledger(bare).read().entries) == 2
        ledger(bare).append_deciding(lambda _: approval())
        assert len(ledger(bare).read().entries) == 3

    def test_a_fresh_clone_reads_what_the_remote_has_and_carries_on_from_there(self, repo: Repo, tmp_path: Path) -> None:
        filled(repo, 2)
        repo.commit()
        repo("clone", "-q", str(repo.path), str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        assert len(ledger(clone).read().entries) == 2
        entry = ledger(clone).append_deciding(lambda _: approval())
        assert entry is not None
        assert entry.seq == 3
        assert clone("rev-list", "--count", BRANCH) == "3"

    def test_a_stale_branch_yields_to_the_newer_one_of_the_remote(self, repo: Repo, tmp_path: Path) -> None:
        filled(repo, 1)
        repo.commit()
        repo("clone", "-q", str(repo.path), str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        clone("branch", "-q", BRANCH, f"origin/{BRANCH}")
        filled(repo, 1)
        clone("fetch", "-q")
        assert len(ledger(clone).read().entries) == 2
        ledger(clone).append_deciding(lambda _: approval())
        assert clone("rev-list", "--count", BRANCH) == "3"

    def test_branches_that_went_apart_are_a_problem(self, repo: Repo, tmp_path: Path) -> None:
        filled(repo, 1)
        repo.commit()
        repo("clone", "-q", str(repo.path), str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        ledger(clone).append_deciding(lambda _: approval("dave"))
        filled(repo, 1)
        clone("fetch", "-q")
        assert "ledger-diverged" in rules(ledger(clone).read().problems)

    def test_a_shallow_clone_says_that_a_fetch_is_needed(self, repo: Repo, tmp_path: Path) -> None:
        filled(repo, 3)
        repo.commit()
        repo("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.path}", str(tmp_path / "clone"))
        with pytest.raises(errors.HostFailed) as failure:
            ledger(Repo(tmp_path / "clone")).read()
        assert "fetch needed" in failure.value.hint

    def test_a_repository_of_sha256_objects_keeps_a_ledger_too(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "repo", "--object-format=sha256")
        filled(repo, 2)
        chain = ledger(repo).read()
        assert chain.sound
        assert len(chain.head or "") == 64

    def test_a_change_repository_inside_a_larger_one_keeps_its_ledger_there(self, repo: Repo) -> None:
        repo.write("ops/changeflow.yaml")
        repo.commit()
        inside = Repo.__new__(Repo)
        inside.path = repo.path / "ops"
        filled(inside, 2)
        assert len(ledger(repo).read().entries) == 2


class TestRemotes:
    def test_an_append_reaches_the_remote_before_the_local_branch(self, tmp_path: Path) -> None:
        one, other = clones(tmp_path)
        ledger(one, remote="origin").append_deciding(lambda _: approval("carol"))
        ledger(other, remote="origin").append_deciding(lambda _: approval("dave"))
        ledger(one, remote="origin").append_deciding(lambda _: approval("erin"))
        origin = Repo(tmp_path / "origin.git", "--bare")
        assert [entry.body.by for entry in ledger(origin).read().entries] == ["carol", "dave", "erin"]  # type: ignore[union-attr]

    def test_who_did_not_fetch_loses_and_nothing_changes_here(self, tmp_path: Path) -> None:
        one, other = clones(tmp_path)
        stale = ledger(other, remote="origin")
        head = stale.read(fetch=True).head
        ledger(one, remote="origin").append_deciding(lambda _: approval("carol"))
        with pytest.raises(errors.LostRace):
            stale.append(approval("dave"), expected_head=head)
        assert other.git.resolve(f"refs/heads/{BRANCH}") is None

    def test_a_remote_that_refuses_leaves_nothing_behind(self, tmp_path: Path) -> None:
        one, _ = clones(tmp_path)
        hook = tmp_path / "origin.git" / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho protected branch; exit 1\n", encoding="ascii")
        hook.chmod(0o755)
        with pytest.raises(errors.HostFailed, match="push failed") as failure:
            ledger(one, remote="origin").append_deciding(lambda _: approval())
        assert not isinstance(failure.value, errors.LostRace)
        assert ledger(one).read().head is None

    def test_a_remote_that_was_set_back_is_noticed(self, tmp_path: Path) -> None:
        one, other = clones(tmp_path)
        for _ in range(2):
            ledger(one, remote="origin").append_deciding(lambda _: approval())
        assert len(ledger(other, remote="origin").read(fetch=True).entries) == 2
        origin = Repo(tmp_path / "origin.git", "--bare")
        origin("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
        assert "ledger-truncated" in rules(ledger(other, remote="origin").read(fetch=True).problems)

    def test_a_clone_that_still_has_everything_restores_a_remote_that_was_set_back(self, tmp_path: Path) -> None:
        one, _ = clones(tmp_path)
        for _ in range(2):
            ledger(one, remote="origin").append_deciding(lambda _: approval())
        origin = Repo(tmp_path / "origin.git", "--bare")
        origin("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
        ledger(one, remote="origin").append_deciding(lambda _: approval())
        assert origin("rev-list", "--count", BRANCH) == "3"


def clones(folder: Path) -> tuple[Repo, Repo]:
    Repo(folder / "origin.git", "--bare")
    found = [Repo(folder / name) for name in ("one", "other")]
    for clone in found:
        clone("remote", "add", "origin", str(folder / "origin.git"))
    return found[0], found[1]


WRITER = textwrap.dedent("""
    import os, sys, traceback
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    from tests.repositories import Repo, approval, ledger

    def write(name):
        repo = Repo.__new__(Repo)
        repo.path = Path(sys.argv[2])
        branch = ledger(repo, remote=sys.argv[6] if len(sys.argv) > 6 else None)
        for number in range(int(sys.argv[5])):
            branch.append_deciding(lambda _: approval(comment=f"{name}/{number}"))

    children = []
    for number in range(int(sys.argv[4])):
        child = os.fork()
        if child == 0:
            try:
                write(f"{sys.argv[3]}{number}")
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    print("off", flush=True)
    sys.exit(max(os.waitpid(child, 0)[1] for child in children) and 1)
""")


def writers(folder: Path, name: str, processes: int, entries: int, *remote: str) -> subprocess.Popen[bytes]:
    """So many processes, forked at once, that append so many entries each."""
    project = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", WRITER, project, str(folder), name, str(processes), str(entries), *remote]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def finished(*started: subprocess.Popen[bytes]) -> None:
    said = [process.communicate()[1].decode() for process in started]
    assert [(process.returncode, text) for process, text in zip(started, said, strict=True)] == [(0, "")] * len(started), "\n".join(said)


@pytest.mark.once
@pytest.mark.parametrize("polite", [True, False], ids=["taking turns", "racing"])
def test_many_writers_at_once_leave_every_entry_exactly_once(repo: Repo, polite: bool) -> None:
    if not polite:  # a folder where the file of the turn would be: nobody waits, the branch alone decides
        (repo.path / ".git" / "changeflow" / "turn").mkdir(parents=True)
    processes, each = (20, 2) if polite else (8, 1)
    finished(writers(repo.path, "w", processes, each))
    chain = ledger(repo).read()
    assert chain.problems == ()
    assert [entry.seq for entry in chain.entries] == list(range(1, processes * each + 1))
    counted = Counter(entry.body.comment for entry in chain.entries)  # type: ignore[union-attr]
    assert counted == {f"w{number}/{index}": 1 for number in range(processes) for index in range(each)}


@pytest.mark.once
def test_writers_in_different_clones_of_one_remote_leave_every_entry_exactly_once(tmp_path: Path) -> None:
    one, other = clones(tmp_path)
    finished(*(writers(clone.path, clone.path.name, 2, 2, "origin") for clone in (one, other)))
    chain = ledger(Repo(tmp_path / "origin.git", "--bare")).read()
    assert chain.problems == ()
    assert len({entry.body.comment for entry in chain.entries}) == len(chain.entries) == 8  # type: ignore[union-attr]


@pytest.mark.once
def test_a_writer_killed_at_any_moment_leaves_the_branch_old_or_new(repo: Repo) -> None:
    filled(repo, 1)
    for attempt in range(10):
        before = len(ledger(repo).read().entries)
        process = writers(repo.path, f"doomed {attempt}", 1, 1)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.005 * attempt)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        remove_locks(repo)
        chain = ledger(repo).read()
        assert chain.problems == ()
        assert len(chain.entries) - before in (0, 1)
    ledger(repo).append_deciding(lambda _: approval("carol"))
    repo("fsck", "--strict", "--no-dangling")


def remove_locks(repo: Repo) -> None:
    """What the hint about a lock left behind tells people to do."""
    for lock in (repo.path / ".git").rglob("*.lock"):
        lock.unlink()


@pytest.mark.parametrize("signed", [False, True])
def test_what_is_appended_is_on_the_disk_before_the_branch_moves(
    repo: Repo, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signed: bool
) -> None:
    repo("config", "user.name", "Carol")
    repo("config", "user.email", "carol@example.com")
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
    ledger(repo, ring=keys.ring("carol")).append_deciding(lambda _: approval("carol"), signer=keys.signer("carol") if signed else None)
    events = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    verbs = {event["sid"]: name for event in events if event["event"] == "cmd_name" and (name := event["name"])}
    wrote = [sid for sid, name in verbs.items() if name in ("hash-object", "unpack-objects", "commit-tree", "update-ref", "mktree", "write-tree")]
    synced = {event["sid"] for event in events if event.get("category") == "fsync"}
    assert [verbs[sid] for sid in wrote] == ["unpack-objects", "commit-tree", "update-ref"]
    assert [verbs[sid] for sid in wrote if sid not in synced] == []


def long(size: int) -> Draft:
    """An assessment that is about so many bytes long."""
    return draft(AssessmentBody(assessment={"digest": CONTENT, "note": "x" * size}))


@pytest.mark.parametrize("size", [1_000_000, 3_100_000, 3_500_000, 4_100_000])
def test_whatever_can_be_appended_can_be_read_again(repo: Repo, keys: Keys, size: int) -> None:
    branch = ledger(repo, ring=keys.ring("carol"))
    branch.append_deciding(lambda _: long(size), signer=keys.signer("carol"))
    again = ledger(repo, ring=keys.ring("carol")).read()
    assert (again.problems, again.entries[-1].signer) == ((), "carol")
    assert again.entries == branch.read().entries


@pytest.mark.parametrize("size", [4_194_304, 5_000_000, 12_000_000])
def test_what_nobody_could_read_again_is_refused_and_nothing_moves(repo: Repo, size: int) -> None:
    branch = filled(repo, 1)
    tip = repo("rev-parse", BRANCH)
    with pytest.raises(errors.Unreadable, match=r"could not be read again: .* bytes are too many"):
        branch.append_deciding(lambda _: long(size))
    assert repo("rev-parse", BRANCH) == tip
    assert ledger(repo).read().sound
    branch.append_deciding(lambda _: approval("carol", comment="goes on"))
