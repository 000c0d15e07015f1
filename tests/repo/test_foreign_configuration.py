"""A folder from a stranger: its git configuration, attributes and hooks name programs everywhere, and none of them ever runs."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.repo.git import Git, TreeEntry
from changeflow.repo.git_settings import Settings, with_settings
from changeflow.repo.refs import tracking_ref
from changeflow.repo.remote import fetch_branch, push_branch
from tests.hosts.office import CHANGE, Office, call
from tests.repositories import BRANCH, Keys, Repo

pytestmark = pytest.mark.once

Capfd = pytest.CaptureFixture[str]
NOW = ("--now", "2026-11-20T10:00:00Z")

KEYS = (
    "alias.log", "alias.status", "core.alternateRefsCommand", "core.askPass", "core.editor", "core.fsmonitor", "core.gitProxy", "core.pager",
    "core.sshCommand", "credential.helper", "credential.http://127.0.0.1.helper", "diff.external", "diff.trap.command",
    "diff.trap.textconv", "filter.trap.clean", "filter.trap.process", "filter.trap.smudge", "gpg.program", "gpg.ssh.defaultKeyCommand",
    "gpg.ssh.program", "gpg.x509.program", "interactive.diffFilter", "merge.trap.driver", "pager.log", "pager.status",
    "remote.origin.receivepack", "remote.origin.uploadpack", "sequence.editor", "submodule.part.update", "trailer.change.cmd",
    "trailer.change.command", "uploadpack.packObjectsHook",
)  # fmt: skip
SWITCHES = {
    "commit.gpgSign": "true", "extensions.partialClone": "origin", "extensions.worktreeConfig": "true", "filter.trap.required": "true",
    "gpg.format": "ssh", "log.showSignature": "true", "merge.default": "trap", "protocol.allow": "always", "protocol.ext.allow": "always",
    "protocol.ssh.allow": "always", "push.gpgSign": "if-asked", "remote.origin.promisor": "true", "trailer.change.ifmissing": "add",
    "fetch.recurseSubmodules": "true", "submodule.recurse": "true", "core.repositoryFormatVersion": "1",
}  # fmt: skip
HOOKS = (
    "fsmonitor-watchman", "post-commit", "post-index-change", "pre-auto-gc", "pre-commit", "pre-push", "reference-transaction",
    "commit-msg", "prepare-commit-msg", "post-checkout", "post-merge", "pre-merge-commit", "pre-receive", "update", "post-update",
)  # fmt: skip
READERS = [
    ("check",), ("check", "--rev", "main"), ("assess", CHANGE, *NOW), ("gate", "approve", CHANGE, *NOW), ("gate", "deploy", CHANGE, *NOW),
    ("when", CHANGE, *NOW), ("schedule", *NOW), ("list", *NOW), ("todo", "--as", "carol", *NOW), ("impact", "payments-db"), ("policy", "list"), ("cmdb", "check"), ("risk", "explain", CHANGE, *NOW),
    ("ledger", "log"), ("ledger", "verify"), ("ledger", "replay"), ("ledger", "show", "1"), ("release", "plan", CHANGE), ("release", "status", CHANGE),
]  # fmt: skip
ADDRESSES = ["ssh://127.0.0.1:9/x.git", "git://127.0.0.1:9/x.git", "trap::x", "ext::sh -c true"]


def setting(key: str, value: str) -> str:
    """The lines of a configuration that `git config KEY VALUE` would add, without a process for each."""
    section, _, name = key.rpartition(".")
    first, _, rest = section.partition(".")
    heading = f'{first} "{rest}"' if rest else first
    return f'[{heading}]\n\t{name} = "{value}"\n'


class Trapped:
    """A change repository with an approval on its ledger, whose every setting, hook and driver leaves a mark."""

    def __init__(self, folder: Path, approved: Path) -> None:
        self.repo = Repo(shutil.copytree(approved, folder / "office", symlinks=True))
        # git looks at the copied files once, and then knows that they are those of the commit
        self.repo("update-index", "-q", "--refresh")
        self.marks = folder / "marks"
        self.marks.mkdir()

    def trap(self, name: str) -> str:
        """A program that leaves a mark of this name."""
        file = self.marks.parent / "traps" / name.replace("/", "_")
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\ntouch '{self.marks}/{file.name}'\nexit 1\n", encoding="ascii")
        file.chmod(0o755)
        return str(file)

    def arm(self, address: str) -> None:
        """Set every trap: in the configuration, in a file it includes, in the work tree's own one, and as hooks."""
        included = self.marks.parent / "included"
        switches = SWITCHES | {"remote.origin.url": address, "include.path": str(included)}
        for file, prefix, more in (
            (self.repo.path / ".git/config", "", switches),
            (included, "included-", {}),
            (self.repo.path / ".git/config.worktree", "worktree-", {}),
        ):
            with file.open("a", encoding="ascii") as text:
                for key, value in ({key: self.trap(f"{prefix}{key}") for key in KEYS} | more).items():
                    text.write(setting(key, value))
        for hook in HOOKS:
            file = self.repo.path / ".git/hooks" / hook
            file.parent.mkdir(exist_ok=True)
            shutil.copy(self.trap(f"hook-{hook}"), file)

    def nest(self) -> None:
        """Bring a submodule along that has traps of its own, and in which a file was edited."""
        part = Repo(self.repo.path / "part")
        part.write("file", "one\n")
        part.commit()
        self.repo("add", "part")
        for key in ("core.fsmonitor", "filter.part.clean", "filter.part.process"):
            part("config", key, self.trap(f"part-{key}"))
        (part.path / ".git/info").mkdir(exist_ok=True)
        (part.path / ".git/info/attributes").write_text("* filter=part\n", encoding="ascii")
        part.write("file", "two\n")

    def lose(self, path: str) -> None:
        """Take an object away, so that git would ask the promisor for it."""
        oid = self.repo("rev-parse", f"main:{path}")
        (self.repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()

    @property
    def ran(self) -> list[str]:
        return sorted(file.name for file in self.marks.iterdir())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the repository is that every test here takes a copy of."""
    return tmp_path_factory.mktemp("approved") / "office"


@pytest.fixture
def approved(kept: Path, keys: Keys, capfd: Capfd) -> Path:
    """A repository whose change is requested and approved, made once."""
    if not kept.exists():
        office = Office(kept, keys)
        office.repo.write(".gitattributes", "* filter=trap diff=trap merge=trap\n")
        office.repo.commit("The request", author="Alice <alice@example.com>")
        said = call(capfd, "--repo", str(kept), "approve", CHANGE, "--as", "carol", "--key", str(keys.files["carol"]))
        assert said.code == 0, said.err
    return kept


@pytest.fixture
def trapped(tmp_path: Path, approved: Path, monkeypatch: pytest.MonkeyPatch) -> Trapped:
    made = Trapped(tmp_path, approved)
    program = made.trap("git-remote-trap")  # a transport that only the address names
    monkeypatch.setenv("PATH", f"{Path(program).parent}:{Path('/usr/bin')}:/bin")
    return made


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_what_only_reads_starts_nothing(trapped: Trapped, capfd: Capfd, words: tuple[str, ...]) -> None:
    trapped.nest()
    trapped.arm("ssh://127.0.0.1:9/x.git")
    code = call(capfd, "--repo", str(trapped.repo.path), *words).code
    assert trapped.ran == []
    assert code != errors.BUG


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("words", [("gate", "approve", CHANGE, *NOW), ("check", "--rev", "main"), ("ledger", "verify"), ("release", "status", CHANGE)])
def test_a_missing_object_is_not_fetched_but_named(trapped: Trapped, capfd: Capfd, words: tuple[str, ...], address: str) -> None:
    trapped.arm(address)
    trapped.lose("policies/roster.yaml")
    said = call(capfd, "--repo", str(trapped.repo.path), *words)
    assert trapped.ran == []
    assert said.code == errors.HOST_FAILED
    assert "git fetch --refetch" in said.err


def test_what_writes_the_ledger_starts_nothing_either(trapped: Trapped, capfd: Capfd, keys: Keys) -> None:
    trapped.arm("ssh://127.0.0.1:9/x.git")
    repo = ("--repo", str(trapped.repo.path))
    said = call(capfd, *repo, "reject", CHANGE, "--as", "dave", "--key", str(keys.files["dave"]), "--comment", "no")
    assert (said.code, trapped.ran) == (0, [])
    assert call(capfd, *repo, "gate", "approve", CHANGE, "--record").code in (0, 1)
    assert trapped.ran == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_exchange_with_a_remote_starts_only_what_the_user_names(trapped: Trapped, address: str) -> None:
    trapped.arm(address)
    with pytest.raises(errors.HostFailed) as said:
        fetch_branch(trapped.repo.git, "origin", BRANCH)
    with pytest.raises(errors.HostFailed):
        push_branch(trapped.repo.git, "origin", BRANCH, trapped.repo("rev-parse", BRANCH), None)
    assert [name for name in trapped.ran if name != "git-remote-trap"] == []  # a transport on the user's PATH is the user's
    assert "`core.sshcommand`" in said.value.hint


def test_a_remote_that_asks_for_a_password_gets_no_help_from_the_repository(trapped: Trapped, guarded: str) -> None:
    trapped.arm(guarded)
    trapped.repo("config", f"credential.{guarded}.helper", trapped.trap("exact-helper"))
    with pytest.raises(errors.HostFailed):
        fetch_branch(trapped.repo.git, "origin", BRANCH)
    with pytest.raises(errors.HostFailed):
        trapped.repo.git.run("ls-remote", "--", "origin", online=True)
    assert trapped.ran == []


def test_the_users_own_helper_is_asked(trapped: Trapped, guarded: str) -> None:
    trapped.arm(guarded)
    trapped.repo("config", "--global", "credential.helper", trapped.trap("users-own"))
    with pytest.raises(errors.HostFailed):
        fetch_branch(trapped.repo.git, "origin", BRANCH)
    assert trapped.ran == ["users-own"]


@pytest.fixture
def guarded() -> Iterator[str]:
    """The address of a server that wants a password."""

    class Guard(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Guard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x.git"
    server.shutdown()
    server.server_close()


def test_verbs_that_look_at_content_use_no_driver_of_the_repository(trapped: Trapped) -> None:
    repo, git = trapped.repo, trapped.repo.git
    base = repo("rev-parse", "main")
    blob = git.hash_object(b"other\n")
    trees = [git.mktree((*(one for one in git.ls_level(base) if one.path != "new"), TreeEntry("100644", "blob", blob, name))) for name in ("a", "b")]
    sides = [git.commit_tree(tree, [base], "side") for tree in trees]
    trapped.arm("ssh://127.0.0.1:9/x.git")
    repo.write("cmdb/items.yaml", "kind: x\n")
    git = repo.git
    git.status()
    git.run("diff-index", "-r", "-z", "--name-only", base)
    git.run("merge-tree", "--write-tree", *sides, accept=(0, 1))
    git.run("interpret-trailers", "--parse", stdin=b"subject\n\nChange: CHG-20261121-x\n")
    git.run("add", "--all")
    git.run("diff", base, accept=(0, 1, 128))
    assert trapped.ran == []


def test_git_itself_would_have_run_them(trapped: Trapped) -> None:
    """The traps are real: plain git walks into many of them, so that the other tests here can fail."""
    trapped.arm("ssh://127.0.0.1:9/x.git")
    trapped.lose("policies/roster.yaml")
    trapped.repo.write("cmdb/items.yaml", "kind: x\n")
    for words in (["status"], ["diff"], ["cat-file", "-p", "main:policies/roster.yaml"], ["tag", "x"], ["log", "-1", "-p"], ["fetch", "origin"]):
        subprocess.run(["git", *words], cwd=trapped.repo.path, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    kinds = {name.removeprefix("worktree-").removeprefix("included-") for name in trapped.ran}
    assert {"core.fsmonitor", "core.sshCommand", "hook-reference-transaction", "filter.trap.process"} <= kinds


# -- what is published -----------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Repo, Repo]:
    origin, clone = Repo(tmp_path / "origin.git", "--bare"), Repo(tmp_path / "clone")
    clone("remote", "add", "origin", "../origin.git")
    return origin, clone


PUBLISHING = {
    "push.followTags": "true", "push.default": "matching", "remote.origin.push": "refs/*:refs/*", "remote.origin.mirror": "true",
    "push.gpgSign": "true", "push.pushOption": "said-too-much", "push.recurseSubmodules": "on-demand", "push.useForceIfIncludes": "true",
    "push.autoSetupRemote": "true", "remote.pushDefault": "elsewhere", "push.negotiate": "true",
}  # fmt: skip


@pytest.mark.parametrize("scope", ["--local", "--global"])
def test_exactly_one_ref_is_published(pair: tuple[Repo, Repo], scope: str) -> None:
    origin, clone = pair
    first, second = clone.commit("one"), clone.commit("two")
    clone("-c", "user.name=A", "-c", "user.email=a@example.com", "tag", "-a", "-m", "secret plans", "internal", first)
    clone("branch", "other")
    for key, value in PUBLISHING.items():
        if scope == "--local" or key not in ("remote.origin.mirror", "remote.origin.push"):
            clone("config", scope, key, value)
    push_branch(clone.git, "origin", BRANCH, second, None)
    assert origin("for-each-ref", "--format=%(refname)").split() == [f"refs/heads/{BRANCH}"]
    assert clone("rev-parse", tracking_ref("origin", BRANCH)) == second


def test_an_address_relative_to_the_top_is_found_from_a_folder_inside(pair: tuple[Repo, Repo]) -> None:
    _, clone = pair
    clone.write("teams/payments/changeflow.yaml")
    tip = clone.commit("one")
    inside = Git(clone.path / "teams/payments")
    push_branch(inside, "origin", BRANCH, tip, None)
    assert fetch_branch(inside, "origin", BRANCH) == tip


def test_what_is_here_is_not_fetched_again(pair: tuple[Repo, Repo], tmp_path: Path) -> None:
    origin, clone = pair
    push_branch(clone.git, "origin", BRANCH, clone.commit("one"), None)
    before = sum(1 for _ in (clone.path / ".git/objects").rglob("*"))
    other = Repo(tmp_path / "other")
    other("remote", "add", "origin", str(origin.path))
    seen = fetch_branch(other.git, "origin", BRANCH)
    two = clone.commit("two")
    push_branch(clone.git, "origin", BRANCH, two, seen)
    assert fetch_branch(clone.git, "origin", BRANCH) == two
    assert fetch_branch(other.git, "origin", BRANCH) == two
    assert sum(1 for _ in (clone.path / ".git/objects").rglob("*")) <= before + 2  # the one commit, and its folder


def test_a_shallow_clone_can_fetch_and_push(pair: tuple[Repo, Repo], tmp_path: Path) -> None:
    origin, clone = pair
    clone.commit("one")
    push_branch(clone.git, "origin", BRANCH, clone.commit("two"), None)
    place = tmp_path / "shallow"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", "-b", BRANCH, f"file://{origin.path}", str(place)], check=True, capture_output=True
    )
    shallow = Repo(place)
    old = shallow("rev-parse", "HEAD")
    new = shallow.commit("three")
    push_branch(shallow.git, "origin", BRANCH, new, old)
    assert fetch_branch(clone.git, "origin", BRANCH) == new
    newest = clone.commit("four")
    push_branch(clone.git, "origin", BRANCH, clone.git.commit_tree(clone("rev-parse", f"{newest}^{{tree}}"), [new], "five"), new)
    assert fetch_branch(shallow.git, "origin", BRANCH) is not None


# -- telling apart whose a setting is --------------------------------------------------------------------------------------


def test_the_users_program_takes_the_place_of_the_repositorys() -> None:
    listing = (
        "global\0filter.lfs.clean\ngit-lfs clean\0local\0filter.lfs.clean\nevil\0local\0filter.lfs.required\ntrue\0"
        "worktree\0diff.x.textconv\nevil\0command\0core.editor\nvi\0local\0core.bare\0"
    )
    settings = Settings.parse(listing.encode())
    assert settings.disarmed() == (("filter.lfs.clean", "git-lfs clean"), ("diff.x.textconv", ""))
    assert settings.listed[-1] == ("local", "core.bare", "true")


def test_settings_are_added_after_those_of_the_environment() -> None:
    given = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"}
    added = with_settings(given, [("url.x=y.insteadOf", "z\n")])
    assert added == given | {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_1": "url.x=y.insteadOf", "GIT_CONFIG_VALUE_1": "z\n"}
    assert with_settings({"HOME": "/"}, []) == {"HOME": "/"}


def test_every_setting_that_leaves_a_mark_here_is_one_that_is_replaced() -> None:
    names = [f"{key.rpartition('.')[0]}.{key.rpartition('.')[2].lower()}" for key in KEYS]
    listing = "".join(f"local\0{name}\nevil\0" for name in names)
    assert {name for name, _ in Settings.parse(listing.encode()).disarmed()} >= set(names)
