"""From a place in git to records: what judges (the base), and what is judged (a change).

Policies, roster, CMDB, models and calendars come from the base, the request for change from the
head. What is not on the base yet does not judge.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.checks.calendars import unreadable_periods
from changeflow.documents.document import Document
from changeflow.documents.layout import area_of
from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.schema import problems as schema_problems
from changeflow.model.base import API_VERSION, CHANGE_ID_PATTERN, Metadata
from changeflow.model.calendars import Calendar
from changeflow.model.canonical import digest, digest_bytes
from changeflow.model.change import ChangeRequest, Step, material
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.config import Config, ConfigSpec
from changeflow.model.document_paths import (
    CONFIG,
    change_folder,
    change_of_rfc,
    review_path,
    rfc_path,
)
from changeflow.model.evidence import Subject
from changeflow.model.findings import Finding
from changeflow.model.models import ChangeModel
from changeflow.model.paths import inside, not_utf8, shown
from changeflow.model.people import Person, Roster, RosterSpec
from changeflow.model.phrases import did_you_mean, first_of, near_hint, nearest
from changeflow.model.policy import Policy, PolicyTest
from changeflow.model.riskmodel import RiskModel, RiskModelSpec
from changeflow.reading.step_files import named_files, pieces
from changeflow.repo.bare import is_bare
from changeflow.repo.checkout import Checkout, checkout_at
from changeflow.repo.git import Git
from changeflow.repo.mainbranch import MainBranch, fetch_line, main_branch
from changeflow.repo.source import Entry, Revision, Source

# problems that one error message spells out
MOST_NAMED: Final = 20
_NO_CONFIG: Final = Config(
    apiVersion=API_VERSION, kind="Config", metadata=Metadata(id="changeflow"), spec=ConfigSpec()
)
_NOBODY: Final = Roster(
    apiVersion=API_VERSION,
    kind="Roster",
    metadata=Metadata(id="roster"),
    spec=RosterSpec(people={}),
)
_HANDOVERS: Final = 4
_STARTS: Final = ("refs/remotes/origin/HEAD", "refs/heads/main", "refs/remotes/origin/main")
_GROUPS: Final = {
    "cmdb/": "cmdb",
    "policies/models/": "models",
    "policies/tests/": "tests",
    "policies/": "policies",
}


@dataclass(frozen=True)
class Places:
    """Where to read: the repository, the base that judges, and the head with the change.

    `history` is the commit whose history says who wrote the change; None: that of the head, or of
    what is checked out. `merge_base` is where the head left the base, where somebody has found that
    out already. `main` is the main branch that the base is the tip of, None where another base was
    named; `told` is what answers say about it beside their inputs. `address` is where the remote is
    whose main branch judges, as it is recorded; None without one, or where it was not asked.
    """

    root: Path
    git: Git
    base: Source
    head: Source
    history: str | None = None
    merge_base: str | None = None
    main: MainBranch | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    address: str | None = None


@dataclass(frozen=True)
class Base:
    """Everything that judges, read from one place. `problems` shut every gate."""

    label: str
    commit: str | None
    config: ConfigSpec
    roster: Roster
    policies: tuple[Policy, ...]
    tests: tuple[PolicyTest, ...]
    models: Mapping[str, ChangeModel]
    risk_model: RiskModelSpec
    calendars: tuple[Calendar, ...]
    items: Mapping[str, ConfigurationItem]
    digests: Mapping[str, str]
    problems: tuple[Finding, ...] = ()
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class ChangeContent:
    """A change as it stands at one place.

    `digest` is of the effective content: the material fields, the other files in the change's
    folder, and the files of the repository that its steps name, so that approved content and
    executed content are the same content.
    """

    change: ChangeRequest
    path: str
    digest: str
    rfc_digest: str
    files: tuple[tuple[str, str, str], ...]
    subjects: tuple[Subject, ...]


@dataclass
class _Pile:
    """Documents of the base while they are being sorted."""

    records: list[Any] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    bytes_by_group: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def locate(root: Path, base: str | None = None, head: str | None = None) -> Places:
    """Resolve base and head once. Default: the tip of the team's main branch, and the work tree.

    In a bare repository, which has no work tree, the head is the tip of the main branch, too.

    Raises:
        errors.HostFailed: when git fails or the base does not exist.
        errors.NothingToDo: for a bare repository that is no clone of a change repository.
    """
    git = Git(root)
    head_source = source_at(root, head, git)
    if base is not None:
        return Places(root, git, Revision(git, base), head_source)
    main, source = _main_branch(git, head_source)
    return Places(root, git, source, head_source, main=main, told=main.told())


def source_at(root: Path, rev: str | None = None, git: Git | None = None) -> Source:
    """One place to read from: a revision, else the work tree, or in a bare repository the tip of the main branch.

    Raises:
        errors.HostFailed: when git fails or the revision does not exist.
        errors.NothingToDo: for a bare repository that is no clone of a change repository.
    """
    if rev is None and not is_bare(root):
        return checkout_at(root, git)
    git = git or Git(root)
    if rev is not None:
        return Revision(git, rev)
    start = _start(git) or _own_head(git)
    if start is None:
        message = f"`{root}` is a bare repository, and there is no {CONFIG} on its main branch"
        raise errors.NothingToDo(message, "name a revision, or another repository with --repo DIR")
    return _main_branch(git, start)[1]


def _own_head(git: Git) -> Revision | None:
    """Where a bare repository's own HEAD points: the branch that was the first one where it was cloned from."""
    source = Revision(git, "HEAD") if git.resolve("HEAD") is not None else None
    return source if source is not None and source.exists(CONFIG) else None


def team_main(git: Git, head: Source) -> MainBranch:
    """The main branch that judges: the remote's as last fetched where there is a remote, otherwise the local one.

    Raises:
        errors.HostFailed: when it has no commit here.
    """
    return _main_branch(git, head)[0]


def _main_branch(git: Git, head: Source) -> tuple[MainBranch, Revision]:
    start = _start(git) or _self_named(git)
    asked: Source = start if start is not None else head
    name, remote = "", None
    for _ in range(
        _HANDOVERS
        # an old state of the main branch may not know yet where the team's is
    ):
        config = config_of(asked)
        name = config.main_branch
        found = main_branch(git, name, config.remote or config.ledger.remote or remote)
        if found is None:
            break
        if not found.fetched or (asked.commit == found.commit and isinstance(asked, Revision)):
            return found, asked if isinstance(
                asked, Revision
            ) and asked.label == found.ref else Revision(git, found.ref)
        asked, remote = Revision(git, found.ref), found.remote
    raise errors.HostFailed(
        f"the main branch `{name}` has no commit here, and policies are read from it",
        f"{_way_to(git, name)}; or set spec.main_branch in {CONFIG}",
    )


def _way_to(git: Git, name: str) -> str:
    """How a main branch comes here that is not."""
    remotes = git.remotes()
    if not remotes:
        return f"commit to `{name}`"
    remote = "origin" if "origin" in remotes else remotes[0]
    return f"`{fetch_line(remote, name)}` brings it, where the remote has it"


def _start(git: Git) -> Revision | None:
    """Who says which the main branch is: the branch that new clones start on, or `main`.

    A branch must not choose its own judge.

    Only where neither of them carries a configuration the head is asked.
    """
    found = git.refs(*_STARTS)
    for ref in (ref for ref in _STARTS if ref in found):
        source = Revision(git, ref)
        if source.exists(CONFIG):
            return source
    return None


def _self_named(git: Git) -> Revision | None:
    """The branch that names itself as the main one, where nothing else tells which it is.

    Raises:
        errors.HostFailed: when several do: whoever sets up another one must not choose the judge.
    """
    refs = git.text("for-each-ref", "--format=%(refname)", "refs/heads").splitlines()
    found = [
        source
        for ref in refs
        if (source := Revision(git, ref)).exists(CONFIG) and _names(source, ref)
    ]
    if len(found) > 1:
        names = ", ".join(f"`{one.label.removeprefix('refs/heads/')}`" for one in found)
        raise errors.HostFailed(
            f"each of the branches {names} names itself as the main one in {CONFIG}",
            "delete the one that is not, or correct spec.main_branch there",
        )
    return found[0] if found else None


def _names(source: Revision, ref: str) -> bool:
    try:
        return f"refs/heads/{config_of(source).main_branch}" == ref
    except errors.Unreadable:
        return False


def config_of(source: Source) -> ConfigSpec:
    """The configuration at one place; defaults where there is no file.

    Raises:
        errors.Unreadable: when the file is there and cannot be read.
    """
    if not source.exists(CONFIG):
        return ConfigSpec()
    pile = _Pile()
    _read_into(pile, CONFIG, source.read(CONFIG))
    for found in pile.records:
        if isinstance(found, Config):
            return found.spec
    raise unreadable(
        pile.findings
        or [Finding("config-missing", "error", f"{CONFIG} holds no Config document", path=CONFIG)]
    )


def people_of(source: Source) -> Mapping[str, Person]:
    """The people of the roster at a place, read alone: evidence needs their keys, not the whole base."""
    for path, data in source.read_many(_policy_files(source)):
        loaded = load(data, path).documents if b"Roster" in data else ()
        for document in loaded:
            found = (
                None
                if any(problem.level == "error" for problem in schema_problems(document))
                else record(document)
            )
            if isinstance(found, Roster):
                return found.spec.people
    return {}


def _policy_files(source: Source) -> Iterable[str]:
    plain = (path for path, entry in source.entries().items() if entry.regular)
    return sorted(
        path for path in plain if path.startswith("policies/") and path.endswith((".yaml", ".yml"))
    )


def unreadable(findings: Iterable[Finding]) -> errors.Unreadable:
    """One error that names every place, the first with its hint."""
    found = list(findings)
    lines = [f"{item.path}:{item.line}:{item.column}: {item.message}" for item in found]
    hint = found[0].hint or "`changeflow check` explains every problem"
    return errors.Unreadable("\n".join(first_of(lines, MOST_NAMED)), hint)


def load_base(source: Source) -> Base:
    """Read everything that judges from one place."""
    pile = _Pile()
    entries = source.entries()
    wanted = sorted(path for path in entries if _group(path) and path.endswith((".yaml", ".yml")))
    for path in [path for path in wanted if entries[path].mode not in ("100644", "100755")]:
        pile.findings.append(
            Finding("file-not-regular", "error", f"`{path}` is not a regular file", path=path)
        )
        wanted.remove(path)
    for path in [path for path in wanted if area_of(path) is None]:
        # Whoever put it there meant it to judge; passing it over would be a rule that silently does
        # not hold.
        text = f"`{path}` lies where no document is read"
        pile.findings.append(
            Finding("layout-place", "error", text, "`changeflow check` says where it belongs", path)
        )
        wanted.remove(path)
    for path, data in source.read_many(wanted):
        _read_into(pile, path, data)
    items = _by_id(pile, ConfigurationItem)
    models = _by_id(pile, ChangeModel)
    config = _one(pile, Config, _NO_CONFIG).spec
    _read_calendars(pile, config.timezone)
    return Base(
        label=source.label,
        commit=source.commit,
        config=config,
        roster=_one(pile, Roster, _NOBODY),
        policies=tuple(found for found in pile.records if isinstance(found, Policy)),
        tests=tuple(found for found in pile.records if isinstance(found, PolicyTest)),
        models=models,
        risk_model=_risk_model(pile),
        calendars=tuple(
            found.in_zone(config.timezone) for found in pile.records if isinstance(found, Calendar)
        ),
        items=items,
        digests={
            name: digest(sorted(files)) for name, files in sorted(pile.bytes_by_group.items())
        },
        problems=tuple(finding for finding in pile.findings if finding.level == "error"),
        documents=tuple(pile.documents),
    )


def _read_calendars(pile: _Pile, zone: str) -> None:
    """Point out freezes and windows of which nobody can tell when they are."""
    for document in pile.documents:
        if document.kind == "Calendar":
            pile.findings.extend(unreadable_periods(document, zone))


def governs(path: str) -> bool:
    """Whether a file is one of those that judge."""
    return _group(path) is not None


def _group(path: str) -> str | None:
    if path == CONFIG:
        return "config"
    return next((name for folder, name in _GROUPS.items() if path.startswith(folder)), None)


def _read_into(pile: _Pile, path: str, text: bytes) -> None:
    group = _group(path) or "other"
    pile.bytes_by_group.setdefault(group, []).append((path, digest_bytes(text)))
    loaded = load(text, path, many=group == "cmdb")
    pile.findings.extend(loaded.findings)
    pile.documents.extend(loaded.documents)
    for document in loaded.documents:
        found = schema_problems(document)
        pile.findings.extend(found)
        if not any(finding.level == "error" for finding in (*found, *loaded.findings)):
            pile.records.append(record(document))


def _by_id(pile: _Pile, kind: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in (item for item in pile.records if isinstance(item, kind)):
        if item.metadata.id in found:
            pile.findings.append(
                Finding(
                    "duplicate-id",
                    "error",
                    f"{kind.__name__} `{item.metadata.id}` is defined twice",
                )
            )
        found[item.metadata.id] = item
    return found


def _one(pile: _Pile, kind: type[Any], default: Any) -> Any:
    found = [item for item in pile.records if isinstance(item, kind)]
    if len(found) > 1:
        pile.findings.append(
            Finding(
                "duplicate-kind",
                "error",
                f"there are {len(found)} documents of kind {kind.__name__}",
            )
        )
    return found[0] if found else default


def _risk_model(pile: _Pile) -> RiskModelSpec:
    model = _one(pile, RiskModel, None)
    return model.spec if model is not None else RiskModelSpec()


_ID: Final = re.compile(CHANGE_ID_PATTERN.removesuffix(r"(?!\n)").strip("^$"), re.ASCII)


def change_id_of(argument: str) -> str:
    """The change id in an argument: an id, or a path to the change's folder or file.

    Raises:
        errors.NothingToDo: when it is neither.
    """
    for part in (argument, *reversed(Path(argument).parts)):
        if _ID.fullmatch(part):
            return part
    raise errors.NothingToDo(
        f"no such change: `{argument}`", "ids look like CHG-20261121-payments-db-upgrade"
    )


def change_ids(source: Source) -> tuple[str, ...]:
    """Ids of all changes at one place, sorted."""
    return tuple(sorted(change for path in source.entries() if (change := change_of_rfc(path))))


def named_in(source: Source, argument: str) -> str:
    """The change an argument names (`change_id_of`); what is no id is looked for among the slugs of what is there.

    Raises:
        errors.NothingToDo: when it names none.
    """
    try:
        return change_id_of(argument)
    except errors.NothingToDo as error:
        ids = [name for name in change_ids(source) if _ID.fullmatch(name)]
        slugs = {name.split("-", 2)[2]: name for name in ids}
        slug = argument.strip("/").rpartition("/")[2].casefold()
        near = [name for name in ids if name.endswith(f"-{slug}") or name.casefold() == slug]
        near += [slugs[name] for name in nearest(slug, slugs)]
        raise errors.NothingToDo(
            error.message, did_you_mean(near[0]) if near else error.hint
        ) from error


def load_change(source: Source, argument: str) -> ChangeContent:
    """Read one change with its effective content.

    Raises:
        errors.NothingToDo: when there is no such change, with near misses in the hint.
        errors.Unreadable: when it, or a file it names, cannot be read.
    """
    change_id = named_in(source, argument)
    path = rfc_path(change_id)
    if not source.exists(path):
        hint = near_hint(change_id, change_ids(source)) or f"looked for {path} in {source.label}"
        raise errors.NothingToDo(f"no such change: `{change_id}`", hint)
    text = source.read(path)
    change = parse_change(text, path)
    if change.id != change_id:
        raise errors.Unreadable(
            f"{path}: its id is `{change.id}`, its folder says `{change_id}`",
            "the folder name is the id",
        )
    files = effective_files(source, change)
    return ChangeContent(
        change=change,
        path=path,
        digest=digest({"change": material(change), "files": files}),
        rfc_digest=digest_bytes(text),
        files=tuple((name, mode, content) for name, mode, content in files),
        subjects=(
            Subject(
                name=path, sha256=digest_bytes(text).removeprefix("sha256:"), commit=source.commit
            ),
        ),
    )


def parse_change(text: bytes, path: str) -> ChangeRequest:
    """The request for change in a file's bytes.

    Raises:
        errors.Unreadable: naming every problem and its place.
    """
    loaded = load(text, path)
    found = [
        *loaded.findings,
        *(problem for document in loaded.documents for problem in schema_problems(document)),
    ]
    bad = [finding for finding in found if finding.level == "error"]
    if bad:
        raise unreadable(bad)
    built = record(loaded.documents[0]) if loaded.documents else None
    if not isinstance(built, ChangeRequest):
        raise errors.Unreadable(
            f"{path}: not a ChangeRequest",
            "the first lines are `apiVersion: changeflow/v1`, `kind: ChangeRequest`",
        )
    return built


def effective_files(source: Source, change: ChangeRequest) -> list[list[str]]:
    """Path, mode and digest of every file that is part of a change at a place: in its folder, or named by a step; sorted."""
    entries = source.entries()
    folder, documents = change_folder(change.id), (rfc_path(change.id), review_path(change.id))
    own = {path for path in entries if path.startswith(folder) and path not in documents}
    _refuse_ignored_programs(source, change)
    for path in sorted(own):
        if not_utf8(path):
            raise errors.Unreadable(
                f"`{shown(path)}`: the name of this file is not UTF-8",
                "rename it (`git mv`), then commit",
            )
    return _described(source, own | _named(entries, change))


def _refuse_ignored_programs(source: Source, change: ChangeRequest) -> None:
    """Stop where a step would run a file that git ignores: no commit holds it, so no approval could be about it.

    A step runs its program, and where that is found on PATH (an interpreter) the first word that is
    no option.
    """
    if not isinstance(source, Checkout):
        return
    for argv in (argv for step in _steps(change) for argv in (step.run, step.verify) if argv):
        program = (
            argv[0]
            if "/" in argv[0]
            else next((word for word in argv[1:] if not word.startswith("-")), "")
        )
        path = posixpath.normpath(program)
        if inside(path) and source.left_out(path):
            raise errors.Unreadable(
                f"`{path}` would be run by a step, and git ignores it: no commit holds what would "
                "be approved",
                "take it out of .gitignore and commit it, or install it where PATH finds it",
            )


def files_of_steps(source: Source, change: ChangeRequest) -> list[list[str]]:
    """Path, mode and digest of every file that a step names, as it is at a place; sorted."""
    return _described(source, _named(source.entries(), change))


def described(source: Source, words: Iterable[str]) -> list[list[str]]:
    """Path, mode and digest of every file that these words name, as it is at a place; sorted.

    Raises:
        errors.Unreadable: when one cannot be read, or leads through a symbolic link.
    """
    return _described(source, named_files(source.entries(), words))


def ignored(source: Source, words: Iterable[str]) -> list[list[str]]:
    """Return path, mode and digest of every file that these words lead to straight, and that git ignores: it is no content."""
    if not isinstance(source, Checkout):
        return []
    named = {posixpath.normpath(piece) for word in words for piece in pieces(word)}
    found = sorted(path for path in named if inside(path) and source.left_out(path))
    return [[path, "100644", digest_bytes(source.as_on_disk(path))] for path in found]


def _named(entries: Mapping[str, Entry], change: ChangeRequest) -> set[str]:
    return named_files(
        entries,
        (word for step in _steps(change) for word in (*(step.run or ()), *(step.verify or ()))),
    )


def _described(source: Source, paths: Iterable[str]) -> list[list[str]]:
    entries = source.entries()
    return [
        [path, entries[path].mode, digest_bytes(data)]
        for path, data in source.read_many(sorted(paths))
    ]


def _steps(change: ChangeRequest) -> tuple[Step, ...]:
    spec = change.spec
    forward = spec.implementation.steps if spec.implementation else ()
    back = (*spec.rollback.steps, *spec.rollback.preconditions) if spec.rollback else ()
    return (*forward, *spec.verification, *back)
