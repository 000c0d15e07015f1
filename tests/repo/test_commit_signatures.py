"""Who signed a commit, by the keys of the roster: what git itself signs, and nothing that was altered, moved or made for something else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.repo.commit_signatures import signer_of_commit
from tests.repositories import Keys, make_keys

PERSON = ("-c", "user.name=Dave", "-c", "user.email=dave@example.com")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), ["dave", "mallory"])


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> bytes:
    """A commit object that git signed with dave's key, of several lines."""
    folder = tmp_path_factory.mktemp("signed")
    signing = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={keys.files['dave']}")

    def git(*words: str) -> bytes:
        return subprocess.run(["git", "-C", str(folder), *PERSON, *signing, *words], check=True, capture_output=True).stdout

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-S", "-m", "Verified\n\nA body\n\nSigned-off-by: Dave <dave@example.com>")
    return git("cat-file", "commit", "HEAD")


def test_the_holder_of_the_key_is_told_where_the_roster_lists_it(signed: bytes, keys: Keys) -> None:
    assert signer_of_commit(signed, keys.ring("dave", "mallory")) == "dave"
    assert signer_of_commit(signed, keys.ring("mallory")) is None


def _twice(data: bytes) -> bytes:
    head, _, _ = data.partition(b"\n\n")
    lines = head[head.index(b"gpgsig ") :]
    return data.replace(lines, lines + b"\n" + lines, 1)


@pytest.mark.parametrize(
    "altered",
    [
        lambda data: data.replace(b"Verified", b"verified"),
        lambda data: data.replace(b"committer Dave", b"committer Mallory"),
        lambda data: data.replace(b"gpgsig ", b"mergetag "),
        lambda data: data.replace(b"gpgsig -----BEGIN SSH", b"gpgsig -----BEGIN PGP"),
        lambda data: data.replace(b"BEGIN SSH SIGNATURE-----\n U", b"BEGIN SSH SIGNATURE-----\n V"),
        lambda data: data.partition(b"\n\n")[0][:-80],
        _twice,
        lambda _: b"",
    ],
)
def test_what_was_altered_is_signed_by_nobody(signed: bytes, keys: Keys, altered: Callable[[bytes], bytes]) -> None:
    assert altered(signed) != signed
    assert signer_of_commit(altered(signed), keys.ring("dave")) is None


def test_a_signature_made_for_something_else_is_none(signed: bytes, keys: Keys, tmp_path: Path) -> None:
    head, blank, message = signed.partition(b"\n\n")
    content = head[: head.index(b"\ngpgsig ")] + blank + message
    file = tmp_path / "content"
    file.write_bytes(content)
    for namespace, found in (("git", "dave"), ("changeflow", None), ("file", None)):
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(keys.files["dave"]), str(file)], check=True, capture_output=True)
        armoured = file.with_suffix(".sig").read_bytes().strip().replace(b"\n", b"\n ")
        file.with_suffix(".sig").unlink()
        again = content.replace(blank, b"\ngpgsig " + armoured + blank, 1)
        assert signer_of_commit(again, keys.ring("dave")) == found
