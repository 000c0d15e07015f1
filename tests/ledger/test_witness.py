"""Witnesses: a cosigned checkpoint names a ledger that was set back, rewritten or forked since, from a bare clone and by anybody."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.ledger.checkpoint import (
    Checkpoint,
    Cosignature,
    Note,
    NoteError,
    WitnessKey,
    is_name,
    read_key,
    read_note,
)
from changeflow.model.evidence import DecisionBody
from tests.hosts.office import CHANGE, Office, Said, call
from tests.repositories import BRANCH, CONTENT, Keys, draft, ledger

ID = "r-0123456789abcdef"


class Scene:
    """A team's repository, and an auditor with a bare clone and a key of their own."""

    def __init__(self, folder: Path, keys: Keys, capfd: Any, **config: Any) -> None:
        self.capfd, self.folder, self.keys = capfd, folder, keys
        self.office = Office(folder / "team", keys, repository=ID, **config)
        self.office.repo.commit("A request")
        self.grow(3)
        self.clone = folder / "audit.git"
        self.office.repo("clone", "-q", "--bare", "--no-local", f"file://{self.office.repo.path}", str(self.clone))

    def grow(self, count: int, text: str = "change") -> None:
        from changeflow.ledger.chain import RepositoryId

        branch = ledger(self.office.repo, repository=RepositoryId(ID))
        for number in range(count):
            branch.append_deciding(lambda _, number=number: draft(DecisionBody(gate="deploy", open=False, digest=CONTENT, decision={"n": text}), f"{text}{number}"))  # type: ignore[misc]

    def set_back(self, count: int) -> None:
        self.office.repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~{count}")
        shutil.rmtree(self.office.repo.path / ".git" / "changeflow", ignore_errors=True)

    def fetch(self) -> None:
        """What cron does: take what the team has, whatever it is. The clone forgets what it saw."""
        git = ["git", "-C", str(self.clone)]
        subprocess.run([*git, "fetch", "-q", "--force", f"file://{self.office.repo.path}", "+refs/heads/main:refs/heads/main", f"+refs/heads/{BRANCH}:refs/heads/{BRANCH}"], check=True)
        shutil.rmtree(self.clone / "changeflow", ignore_errors=True)

    def __call__(self, *arguments: str) -> Said:
        return call(self.capfd, "--repo", str(self.clone), "ledger", *arguments)

    def witness(self, *more: str, name: str = "audit", key: str = "mallory") -> Said:
        return self("witness", "--name", name, "--key", str(self.keys.files[key]), *more)

    def notes(self) -> list[str]:
        return subprocess.check_output(["git", "-C", str(self.clone), "ls-tree", "--name-only", "changeflow/witness/audit"], text=True).split()


@pytest.fixture
def scene(tmp_path: Path, keys: Keys, capfd: Any) -> Scene:
    return Scene(tmp_path, keys, capfd)


def rules(said: Said) -> list[str]:
    return [problem["rule"] for problem in said.json["problems"]]


def test_a_witness_cosigns_once_what_it_sees_and_again_what_is_new(scene: Scene) -> None:
    first = scene.witness()
    assert (first.code, first.out.splitlines()[0]) == (0, "audit cosigned 3 entries: `refs/heads/changeflow/witness/audit`")
    again = scene.witness("--format", "json").json
    assert (again["ok"], again["new"], scene.notes()) == (True, False, ["000000003.note"])
    scene.grow(2, "more")
    scene.fetch()
    assert scene.witness("--format", "json").json["new"] is True
    assert scene.notes() == ["000000003.note", "000000005.note"]
    verified = scene("verify", "--witness-key", read_verifier_key(first))
    assert verified.code == 0
    assert "seen by audit at" in verified.out
    assert "5 entries, signed by its key" in verified.out


def read_verifier_key(said: Said) -> str:
    return said.out.splitlines()[1].rpartition(" ")[2]


def test_verify_says_who_saw_what_when_and_what_a_signature_is_worth(scene: Scene) -> None:
    key = read_verifier_key(scene.witness())
    (seen,) = scene("verify", "--format", "json").json["witnesses"]
    last = scene("log", "--format", "json").json["entries"][-1]
    assert {name: seen[name] for name in ("by", "size", "digest", "key", "agrees")} == {"by": "audit", "size": 3, "digest": last["digest"], "key": "unknown", "agrees": True}
    (seen,) = scene("verify", "--format", "json", "--witness-key", key).json["witnesses"]
    assert seen["key"] == "holds"
    other = scene.witness(name="other", key="dave")
    found = scene("verify", "--format", "json", "--witness-key", read_verifier_key(other).replace("other+", "audit+", 1))
    assert found.code == 2  # the id of a verifier key covers its name
    assert {one["by"]: one["key"] for one in scene("verify", "--format", "json", "--witness-key", read_verifier_key(other)).json["witnesses"]} == {"audit": "unknown", "other": "holds"}


def test_a_checkpoint_that_no_given_key_signed_proves_nothing(scene: Scene) -> None:
    note = scene.folder / "seen.note"
    scene.witness("--to", str(note))
    said = scene("verify", "--checkpoint", str(note), "--witness-key", str(scene.keys.files["dave"].with_suffix(".pub")), "--format", "json")
    assert (said.code, rules(said)) == (1, ["ledger-witness"])


def test_a_person_of_the_roster_is_a_witness_under_their_own_name_and_settings_name_others(tmp_path: Path, keys: Keys, capfd: Any) -> None:
    other = WitnessKey("audit", base64.b64decode(keys.line("mallory").split()[1])[-32:])
    scene = Scene(tmp_path, keys, capfd, ledger={"witnesses": [other.text]})
    said = scene("witness", "--key", str(keys.files["carol"]))
    assert (said.code, "carol cosigned 3 entries" in said.out) == (0, True)
    assert scene.witness().code == 0
    assert {one["by"]: one["key"] for one in scene("verify", "--format", "json").json["witnesses"]} == {"carol": "holds", "audit": "holds"}


@pytest.mark.parametrize(("by", "rule"), [("set back", "ledger-truncated"), ("forked", "ledger-rewritten"), ("written anew", "ledger-rewritten")])
def test_one_cosignature_finds_a_ledger_that_was(scene: Scene, by: str, rule: str) -> None:
    note = scene.folder / "seen.note"
    assert scene.witness("--to", str(note)).code == 0
    honest = scene("verify", "--checkpoint", str(note))
    assert honest.code == 0
    scene.set_back(2)
    if by != "set back":
        scene.grow(2 if by == "forked" else 4, "else")
    scene.fetch()
    assert scene("verify").code == 0, "it is consistent in itself"
    said = scene("verify", "--checkpoint", str(note), "--format", "json")
    assert (said.code, rules(said)) == (1, [rule])
    refused = scene.witness("--to", str(note), "--format", "json")
    assert (refused.code, refused.json["new"], rules(refused)) == (1, False, [rule])
    assert scene("verify", "--checkpoint", str(note)).out.startswith("NOT OK: 1 problem")


def test_the_branch_of_a_witness_finds_it_without_a_file(scene: Scene) -> None:
    assert scene.witness().code == 0
    scene.set_back(1)
    scene.fetch()
    said = scene("verify", "--format", "json")
    assert (said.code, rules(said)) == (1, ["ledger-truncated"])
    assert "whose key is not known here" in said.json["problems"][0]["message"]
    assert scene.witness().code == 1


def test_the_note_is_checked_with_nothing_but_its_page(scene: Scene) -> None:
    """With ssh-keygen's key, SHA-256 and an Ed25519 of another library: OpenSSL's own command."""
    note = scene.folder / "seen.note"
    key = read_verifier_key(scene.witness("--to", str(note)))
    text, _, lines = note.read_text(encoding="utf-8").partition("\n\n")
    origin, size, root, commit = text.split("\n")
    assert (origin, size) == (f"changeflow.dev/ledger/{ID}", "3")
    tip = subprocess.check_output(["git", "-C", str(scene.clone), "rev-parse", BRANCH], text=True).strip()
    assert commit == f"commit {tip}"
    path = scene("log", "--format", "json").json["entries"][-1]["path"]
    blob = subprocess.check_output(["git", "-C", str(scene.clone), "cat-file", "blob", f"{tip}:{path}"])
    assert base64.b64decode(root) == hashlib.sha256(blob).digest()
    packed = base64.b64decode(lines.split()[2])
    public = base64.b64decode(key.rpartition("+")[2] if key.count("+") == 2 else key.split("+", 2)[2])[1:]
    assert packed[:4] == hashlib.sha256(b"audit\n\x04" + public).digest()[:4]
    message = f"cosignature/v1\ntime {int.from_bytes(packed[4:12], 'big')}\n{text}\n".encode()
    for name, data in {"message": message, "sig": packed[12:], "key": bytes.fromhex("302a300506032b6570032100") + public}.items():
        (scene.folder / name).write_bytes(data)
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-keyform", "DER", "-rawin", "-in", "message", "-sigfile", "sig"], cwd=scene.folder, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in done.stdout, done.stderr


def test_keys_that_cannot_bear_witness_are_refused_with_a_way_out(scene: Scene, capfd: Any) -> None:
    folder = scene.folder
    for name, more in {"locked": ["-t", "ed25519", "-N", "secret"], "curve": ["-t", "ecdsa", "-N", ""]}.items():
        subprocess.run(["ssh-keygen", "-q", *more, "-f", str(folder / name)], check=True)
    said = {name: scene("witness", "--name", "audit", "--key", str(folder / name)) for name in ("locked", "curve", "curve.pub", "nothing")}
    assert {one.code for one in said.values()} == {1}
    assert "has a passphrase" in said["locked"].err
    assert "no Ed25519 key" in said["curve"].err
    assert "is no private SSH key" in said["curve.pub"].err
    assert "cannot be read" in said["nothing"].err
    assert scene("witness", "--key", str(scene.keys.files["mallory"])).code == 2
    assert "cannot be the name" in scene.witness(name="../x").err
    assert "验证密钥" in call(capfd, "--repo", str(scene.clone), "--lang", "zh", "ledger", "witness", "--name", "audit", "--key", str(scene.keys.files["mallory"])).out


def test_an_empty_ledger_has_nothing_to_witness(tmp_path: Path, keys: Keys, capfd: Any) -> None:
    office = Office(tmp_path / "new", keys)
    said = call(capfd, "--repo", str(office.repo.path), "ledger", "witness", "--name", "audit", "--key", str(keys.files["mallory"]))
    assert (said.code, CHANGE in said.err) == (3, False)


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}", fullmatch=True)


@given(names, st.integers(0, 10**8), st.binary(min_size=32, max_size=32), st.lists(st.tuples(names, st.binary(min_size=4, max_size=4), st.integers(0, 2**33), st.binary(min_size=64, max_size=64)), min_size=1, max_size=3))
def test_a_note_is_read_as_it_was_written(origin: str, size: int, root: bytes, lines: Sequence[tuple[str, bytes, int, bytes]]) -> None:
    note = Note(Checkpoint(origin, size, root, "ab" * 20), tuple(Cosignature(*line) for line in lines))
    assert read_note(note.data) == note


@given(st.binary(max_size=300))
def test_other_bytes_are_no_note_and_no_key(data: bytes) -> None:
    with pytest.raises(NoteError):
        read_note(data)
    with pytest.raises(NoteError):
        read_key(data.decode("latin-1"))


def test_names_of_witnesses_are_names_of_branches() -> None:
    good = ("audit", "audit.example.com", "example.com/audit", "A_1-b")
    bad = ("", "a..b", "a/", "/a", "a.lock", "a.lock/b", "a b", "a+b", "-a", ".a", "é", "a" * 101)
    assert [name for name in (*good, *bad) if is_name(name)] == list(good)


def test_json_of_a_witness_fits_its_schema(scene: Scene) -> None:
    import jsonschema

    from changeflow.resources import folder

    schema = json.loads((folder("schemas") / "answers" / "witness.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(scene.witness("--format", "json").json)
