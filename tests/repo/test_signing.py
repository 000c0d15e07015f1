"""The key and the program that git signs with: the user's are honoured, a repository's own are named and not run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.ledger.envelope import Signature
from changeflow.repo.git import Git
from changeflow.repo.signature_verifier import own_key, sign, why_not
from changeflow.repo.signing import git_key, git_program, passed_over
from tests.repositories import Keys, Repo

CONTENT = b"what is signed"
# Stands for the program of a password manager: it holds the private half itself, is given a file, and writes beside it.
PROGRAM = """\
#!/bin/sh
while [ $# -gt 1 ]; do [ "$1" = -n ] && name=$2; shift; done
exec ssh-keygen -q -Y sign -n "$name" -f '{private}' "$1"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    mine(made, "gpg.format", "ssh")
    return made


def mine(repo: Repo, name: str, value: str) -> None:
    """Write a setting into the user's own configuration."""
    repo("config", "--global", name, value)


def script(folder: Path, text: str, name: str = "program") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def telling(folder: Path, line: str) -> tuple[Path, Path]:
    """A program that prints a line, and the file that tells whether it was run."""
    ran = folder / "ran"
    return script(folder, f"#!/bin/sh\ntouch '{ran}'\necho '{line}'\n", "command"), ran


def with_program(git: Git, key: str) -> Signature:
    return sign(CONTENT, key, git_program(git), passed_over(git))


class TestTheKey:
    def test_without_ssh_there_is_none(self, repo: Repo) -> None:
        mine(repo, "gpg.format", "openpgp")
        mine(repo, "user.signingkey", "ABCDEF")
        assert git_key(repo.git) is None

    def test_a_named_key_goes_before_the_command(self, repo: Repo, tmp_path: Path) -> None:
        command, ran = telling(tmp_path, "ssh-ed25519 AAAA")
        mine(repo, "gpg.ssh.defaultKeyCommand", str(command))
        repo("config", "user.signingkey", "~/.ssh/mine")
        assert git_key(repo.git) == "~/.ssh/mine"
        assert not ran.exists()

    @pytest.mark.parametrize("prefix", ["", "key::"])
    def test_the_users_command_is_asked_and_its_first_line_is_the_key(self, repo: Repo, keys: Keys, tmp_path: Path, prefix: str) -> None:
        command = script(tmp_path, f"#!/bin/sh\necho '{prefix}{keys.line('carol')}'\necho '{keys.line('dave')}'\n")
        mine(repo, "gpg.ssh.defaultKeyCommand", f"'{command}' --first \"of two\"")
        assert git_key(repo.git) == prefix + keys.line("carol")

    def test_the_repositorys_own_command_is_not_run_and_nothing_goes_unsigned(self, repo: Repo, tmp_path: Path) -> None:
        command, ran = telling(tmp_path, "ssh-ed25519 AAAA")
        repo("config", "gpg.ssh.defaultKeyCommand", str(command))
        with pytest.raises(errors.Refused, match="defaultKeyCommand") as refused:
            git_key(repo.git)
        assert "git config --global" in refused.value.hint
        assert not ran.exists()

    def test_neither_is_one_that_the_repository_includes(self, repo: Repo, tmp_path: Path) -> None:
        command, ran = telling(tmp_path, "ssh-ed25519 AAAA")
        included = repo.write("more.cfg", f'[gpg "ssh"]\n\tdefaultKeyCommand = {command}\n')
        repo("config", "include.path", str(included))
        with pytest.raises(errors.Refused):
            git_key(repo.git)
        assert not ran.exists()

    def test_the_users_command_holds_where_the_repository_names_another(self, repo: Repo, keys: Keys, tmp_path: Path) -> None:
        command, ran = telling(tmp_path, "ssh-ed25519 AAAA")
        repo("config", "gpg.ssh.defaultKeyCommand", str(command))
        mine(repo, "gpg.ssh.defaultKeyCommand", f"echo {keys.line('dave')}")
        assert git_key(repo.git) == keys.line("dave")
        assert not ran.exists()

    @pytest.mark.parametrize(
        ("command", "why"),
        [
            ("false", "exit code 1"),
            ("sh -c 'echo The agent has no identities. >&2; exit 1'", "no identities"),
            ("echo fingerprint", "no public key"),
            ("true", "no public key"),
            ("no-such-program-anywhere", "No such file"),
            ("echo 'unclosed", "quotation"),
        ],
    )
    def test_a_command_that_gives_no_key_is_named_with_its_reason(self, repo: Repo, command: str, why: str) -> None:
        mine(repo, "gpg.ssh.defaultKeyCommand", command)
        with pytest.raises(errors.Refused, match=why):
            git_key(repo.git)


@pytest.fixture
def agent(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    said = subprocess.run(["ssh-agent", "-s"], capture_output=True, check=True).stdout.decode("ascii")
    told = dict(part.split("=", 1) for part in said.replace("\n", ";").split(";") if "=" in part)
    for name, value in told.items():
        monkeypatch.setenv(name.strip(), value)
    subprocess.run(["ssh-add", "-q", str(keys.files["carol"])], check=True)
    yield
    subprocess.run(["ssh-agent", "-k"], check=True, capture_output=True)


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("scope", ["--global", "--local"])
def test_the_agents_first_key_signs_whoever_says_so(repo: Repo, keys: Keys, scope: str) -> None:
    """`ssh-add -L` is the command of git's manual, and starts nothing that a repository chose."""
    repo("config", scope, "gpg.ssh.defaultKeyCommand", "ssh-add -L")
    key = git_key(repo.git)
    assert key is not None
    assert with_program(repo.git, key).keyid == own_key(str(keys.files["carol"]))


class TestTheProgram:
    @pytest.fixture
    def held(self, keys: Keys, tmp_path: Path) -> Path:
        return script(tmp_path, PROGRAM.format(private=keys.files["carol"]))

    @pytest.mark.parametrize("as_file", [False, True])
    def test_the_users_program_signs_for_a_public_key(self, repo: Repo, keys: Keys, held: Path, tmp_path: Path, *, as_file: bool) -> None:
        mine(repo, "gpg.ssh.program", str(held))
        public = tmp_path / "only.pub"
        public.write_text(keys.line("carol") + "\n", encoding="ascii")
        signature = with_program(repo.git, str(public) if as_file else keys.line("carol"))
        assert signature.keyid == own_key(str(keys.files["carol"]))

    def test_a_private_key_file_needs_no_program(self, repo: Repo, keys: Keys) -> None:
        mine(repo, "gpg.ssh.program", "/no/such/program")
        assert with_program(repo.git, str(keys.files["dave"])).keyid == own_key(str(keys.files["dave"]))

    def test_the_repositorys_own_program_is_not_run_and_the_hint_names_it(self, repo: Repo, keys: Keys, tmp_path: Path) -> None:
        program, ran = telling(tmp_path, "nothing")
        repo("config", "gpg.ssh.program", str(program))
        with pytest.raises(errors.Refused) as refused:
            with_program(repo.git, keys.line("carol"))
        assert "`gpg.ssh.program` in this repository's own configuration is not run" in refused.value.hint
        assert not ran.exists()

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("#!/bin/sh\necho 'vault is locked' >&2\nexit 1\n", "vault is locked"),
            ("#!/bin/sh\nexit 0\n", "without a reason"),
            ('#!/bin/sh\nfor a in "$@"; do l=$a; done; echo rubbish > "$l.sig"\n', "no signature"),
        ],
    )
    def test_a_program_that_does_not_sign_is_named_with_its_reason(self, repo: Repo, keys: Keys, tmp_path: Path, text: str, why: str) -> None:
        mine(repo, "gpg.ssh.program", str(script(tmp_path, text)))
        with pytest.raises(errors.Refused, match=why):
            with_program(repo.git, keys.line("carol"))

    def test_a_program_that_is_not_there_is_named(self, repo: Repo, keys: Keys) -> None:
        mine(repo, "gpg.ssh.program", "/no/such/program")
        with pytest.raises(errors.Refused, match="/no/such/program"):
            with_program(repo.git, keys.line("carol"))


class TestKeyFilesThatSshKeygenRefuses:
    @pytest.fixture
    def file(self, keys: Keys, tmp_path: Path) -> Path:
        path = tmp_path / "key"
        path.write_bytes(keys.files["carol"].read_bytes())
        path.chmod(0o600)
        return path

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
    def test_others_may_read_it(self, file: Path, mode: int) -> None:
        file.chmod(mode)
        with pytest.raises(errors.Refused, match=f"Permissions {mode:04o}") as refused:
            sign(CONTENT, str(file))
        assert "chmod 600" in refused.value.hint

    @pytest.mark.parametrize(
        ("spoil", "hint"),
        [
            (lambda data: data.replace(b"\n", b"\r\n"), "as on Windows"),
            (lambda data: b"\xef\xbb\xbf" + data, "byte order mark"),
            (lambda data: data.rstrip(b"\n"), "no line end"),
        ],
    )
    def test_its_bytes_are_not_as_written(self, file: Path, spoil: object, hint: str) -> None:
        file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
        assert hint in why_not(file)

    def test_a_file_in_order_gets_no_such_hint(self, file: Path) -> None:
        assert why_not(file) == ""

    @pytest.mark.skipif(os.geteuid() == 0, reason="an administrator reads every file")
    def test_it_cannot_be_read_at_all(self, file: Path) -> None:
        file.chmod(0o000)
        with pytest.raises(errors.Refused) as refused:
            sign(CONTENT, str(file))
        assert "cannot be read" in refused.value.hint
