"""`init`: a new change repository in a folder, under git unless it is already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.documents.starter import (
    NO_ACTION,
    Newcomer,
    fits_email,
    person_id,
    repository_files,
)
from changeflow.hosts.table import host_named
from changeflow.lazy_dataclass import dataclass
from changeflow.model.branches import MAIN_BRANCH
from changeflow.model.config import HostName
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.model.zones import zone_names
from changeflow.repo.git import Git
from changeflow.repo.new_files import in_the_way, place

KEY_KINDS: Final = ("ssh-", "ecdsa-", "sk-")


@dataclass(frozen=True)
class Created:
    """Files that `init` wrote, and files left as they were.

    `committed` is false where git was there before (`inside_git`), or was not wanted.
    """

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    me: Newcomer | None
    committed: bool
    inside_git: bool
    without_address: tuple[str, ...] = ()


def create(
    folder: Path,
    me: Newcomer | None,
    members: Sequence[Newcomer],
    today: date,
    *,
    with_git: bool = True,
    skip_existing: bool = False,
    host: HostName = "local",
    action: str = NO_ACTION,
    timezone: str = "UTC",
    language: LanguageName = ENGLISH,
) -> Created:
    """Write a new change repository.

    Raises:
        errors.Refused: when a file it would write exists, unless `skip_existing`; nothing is
            written then.
        errors.UsageError: when the folder cannot be written, or one person is named twice.
        errors.HostFailed: when git fails; nothing is left behind.
    """
    folder = folder.absolute()
    people = [me, *members] if me else list(members)
    _refuse_doubles(people)
    files = repository_files(
        me,
        members,
        today,
        host_named(host).starter(),
        action,
        timezone=timezone,
        language=language,
    )
    kept, wanted = set[str](), {}
    for name, text in files.items():
        existing = in_the_way(folder, name) if skip_existing else None
        if existing:
            kept.add(existing)
        else:
            wanted[name] = text
    inside = _inside_git(folder)
    commit = with_git and not inside
    place(folder, wanted, _first_commit if commit else (lambda _: None))
    without = tuple(one.id for one in people if not fits_email(one.email))
    return Created(
        folder,
        tuple(wanted),
        tuple(sorted(kept)),
        me,
        committed=commit,
        inside_git=inside,
        without_address=without,
    )


def machine_zone(variables: Mapping[str, str], localtime: Path = Path("/etc/localtime")) -> str:
    """Return the IANA name of the machine's time zone.

    It comes from `TZ` or the link that most systems set, and is `UTC` without both.
    """
    try:
        linked = str(localtime.readlink())
    except OSError:
        linked = ""
    for name in (variables.get("TZ", "").lstrip(":"), linked.partition("zoneinfo/")[2]):
        if name in zone_names():
            return name
    return "UTC"


def _refuse_doubles(people: Sequence[Newcomer]) -> None:
    seen: set[str] = set()
    for person in people:
        if person.id in seen:
            raise errors.UsageError.of("option.person_twice", name=person.id)
        seen.add(person.id)


def whoami(git: Git, variables: Mapping[str, str]) -> Newcomer | None:
    """Return the person git commits as, with their public SSH key; None without an identity.

    As for git, the environment comes before the configuration: the address in the roster is the one
    that commits will carry.
    """
    name = variables.get("GIT_AUTHOR_NAME") or git.config("user.name") or ""
    email = (
        variables.get("GIT_AUTHOR_EMAIL")
        or git.config("user.email")
        or variables.get("EMAIL")
        or ""
    )
    if not name and not email:
        return None
    return Newcomer(person_id(name, email), name, email, find_key(git))


def find_key(git: Git, home: Path | None = None) -> str:
    """Return the public key git signs with, or the usual one in `~/.ssh`; empty without one."""
    ssh = (home or Path.home()) / ".ssh"
    configured = (git.config("user.signingkey") or "").removeprefix("key::")
    if configured.startswith(KEY_KINDS):
        return configured
    candidates = [ssh / "id_ed25519", ssh / "id_ecdsa"]
    if "/" in configured:
        candidates.insert(0, Path(configured).expanduser())
    for path in candidates:
        key = read_key(path)
        if key:
            return key
    return ""


def read_key(path: Path) -> str:
    """Return the line of a public key file, `path` or `path`.pub; empty when there is none."""
    return _public_key(path) or _public_key(path.with_name(path.name + ".pub"))


def address_in(key: str) -> str:
    """Return the e-mail address in the comment of a public key.

    It is empty where the comment names a machine of a local network.
    """
    comment = " ".join(key.split()[2:])
    domain = comment.rpartition("@")[2].lower()
    local = "." not in domain or domain.endswith(
        (".local", ".lan", ".localdomain", ".internal", ".home")
    )
    if local or not fits_email(comment):
        return ""
    return comment


def _public_key(path: Path) -> str:
    try:
        line = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
    return line if line.startswith(KEY_KINDS) and "\n" not in line else ""


def _inside_git(folder: Path) -> bool:
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), folder)
    done = Git(there).run("rev-parse", "--is-inside-work-tree", accept=(0, 128))
    return done.stdout.strip() == b"true"


def _first_commit(folder: Path) -> None:
    git = Git(folder)
    git.run("init", "--quiet", f"--initial-branch={MAIN_BRANCH}")
    git.run("add", "--all")
    tree = git.text("write-tree")
    git.update_ref(
        f"refs/heads/{MAIN_BRANCH}", git.commit_tree(tree, [], "Start a change repository\n"), None
    )
