"""The stage on which the corpus plays: a shared change repository behind the double of GitHub, and steps told in YAML.

Each method `do_VERB` plays the step VERB; README.md beside this file explains the steps and their keys.
"""

from __future__ import annotations

import copy
import functools
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from github.double.settings import as_in_the_guide, owner_error, without
from github.double.store import Content, Link
from github.double.world import Account, Environment, Pull, Review, World

from changeflow.model.times import parse_duration, parse_instant

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent.parent / "policies"
REQUEST = "changes/CHG-20261125-cache/rfc.yaml"
PEOPLE = {"alice": 1_001, "bob": 1_002, "carol": 1_003, "dave": 1_004, "erin": 1_005, "frank": 1_006, "mallory": 1_666}
BY_GITHUB = {"isValid": True, "state": "VALID", "wasSignedByGitHub": True, "signer": None}
WEB_FLOW = ("GitHub", "noreply@github.com")
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
# Keys of every step that makes a commit: its files, and how it is made.
COMMIT = frozenset({"by", "files", "rfc", "many", "author", "committer", "co_authors", "signed", "dated", "message", "onto"})


@functools.cache
def base_files() -> dict[str, str]:
    """The shared repository: the policies that ship, and a small roster, CMDB and the rest beside them."""
    own = {path.relative_to(HERE / "base").as_posix(): path for path in (HERE / "base").rglob("*") if path.is_file()}
    names = ["approve.yaml", "submit.yaml", "deploy.yaml", "close.yaml", "calendar.yaml", "debt.yaml", "risk.yaml", "models/service-restart.yaml"]
    shipped = {f"policies/{name}": SHIPPED / name for name in names}
    return {name: path.read_text(encoding="utf-8") for name, path in {**shipped, **own}.items()}


# By libyaml where it is there, which is ten times as fast.
_SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAFE_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(_SAFE_LOADER):
    """YAML as changeflow reads it: no timestamps, and `on` is a word."""


_OTHERWISE = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OTHERWISE]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


def read_yaml(text: str) -> Any:
    return yaml.load(text, _Loader)  # noqa: S506 - a safe loader without timestamps


def edited(document: Any, edits: Mapping[str, Any]) -> str:
    """A document with keys changed; a route is `spec.items.0.ci`, null takes a key away."""
    data = copy.deepcopy(document)
    for route, value in edits.items():
        *way, last = [int(part) if part.isdigit() else part for part in route.split("/" if "/" in route else ".")]
        place = data
        for part in way:
            place = place.setdefault(part, {}) if isinstance(place, dict) else place[part]
        if value is None and isinstance(place, dict):
            place.pop(last, None)
        elif isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value
    return str(yaml.dump(data, Dumper=_SAFE_DUMPER, allow_unicode=True, sort_keys=False))


@dataclass
class Stage:
    """A world with the shared repository on `main`, played step by step. `named` holds what steps called `as`."""

    world: World
    pull: Pull = field(init=False, repr=False)
    named: dict[str, Any] = field(default_factory=dict)

    # -- files -----------------------------------------------------------------------------------------------------------

    def files(self, told: Mapping[str, Any], branch: str | None) -> dict[str, Content]:
        return {path: self.content(path, value, branch) for path, value in told.items()}

    def content(self, path: str, value: Any, branch: str | None) -> Content:
        match value:
            case None | str():
                return value
            case {"link": target}:
                return Link(target)
            case {"of": word, **more}:
                return self.world.store.git("show", f"{self.oid(word)}:{more.get('from', path)}") + "\n"
            case {"doc": data}:
                return edited(data, {})
            case {"edit": edits}:
                return edited(self.document(path, branch), edits)
            case {"request": edits}:
                return edited(read_yaml((HERE / "request.yaml").read_text(encoding="utf-8")), edits or {})
            case _:
                raise AssertionError(f"no such content: {value}")

    def document(self, path: str, branch: str | None) -> Any:
        """The document as it stands on a branch, or the form where it is a request that is not there yet."""
        ref = branch or "main"
        there = self.world.store.tip(f"refs/heads/{ref}") is not None
        text = self.world.store.git("show", f"refs/heads/{ref}:{path}", accept=(0, 128)) if there else ""
        if text:
            return read_yaml(text)
        assert path.startswith("changes/"), f"{path} is not there"
        form = read_yaml((HERE / "request.yaml").read_text(encoding="utf-8"))
        form["metadata"]["id"] = path.split("/")[1]
        return form

    def told_files(self, step: Mapping[str, Any], branch: str | None) -> dict[str, Content]:
        """`files`, and under `rfc` the request with edits (`{}`: as it is in the form)."""
        told = dict(step.get("files") or {})
        if "rfc" in step:
            told[REQUEST] = {"edit": step["rfc"] or {}}
        told |= {f"docs/pages/{number:04}.md": f"{number}\n" for number in range(step.get("many", 0))}
        return self.files(told, branch)

    # -- steps -----------------------------------------------------------------------------------------------------------

    def play(self, steps: list[Mapping[str, Any]]) -> None:
        for step in steps:
            ((verb, what),) = ((key, value) for key, value in step.items() if key not in ("as", "why"))
            done = getattr(self, f"do_{verb}")(**(what if isinstance(what, dict) else {} if what is None else {"what": what}))
            if "as" in step:
                self.named[step["as"]] = done

    def do_open(
        self,
        by: str = "alice",
        branch: str = "change",
        base: str = "main",
        title: str = "A larger page cache",
        draft: bool = False,
        fork: int | None = None,
        **step: Any,
    ) -> Pull:
        made = step if {"rfc", "files"} & set(step) else {"rfc": {}}
        files = self.told_files(made, None if base == "main" else base)
        self._commit(branch, files, by=by, parents=[self.world.tip(base)], **self._how(step))
        self.pull = self.world.open_pull(branch, by=by, base=base, title=title, draft=draft, fork=fork)
        self.named["opened"] = self.pull.head_oid
        return self.pull

    def do_push(self, branch: str | None = None, by: Any = None, **step: Any) -> str:
        branch = branch or self.pull.head_ref
        ours = hasattr(self, "pull") and branch == self.pull.head_ref
        by = by or (self.pull.author if ours else "alice")
        return self._commit(branch, self.told_files(step, branch), by=by, **self._how(step))

    do_commit = do_push

    def do_main(self, **step: Any) -> str:
        """A commit on the main branch."""
        return self.do_push(branch="main", **step)

    def do_force_push(self, to: str | None = None, **step: Any) -> str:
        how = self._how(step)
        by = step.get("by", self.pull.author)
        if to is not None:
            return self.world.force_push(self.pull, to=self.oid(to), by=by)
        base = how.pop("parents", None)
        if base:
            self.world.store.move(f"refs/heads/{self.pull.head_ref}", base[0])
        return self.world.force_push(self.pull, self.told_files(step, None), by=by, **how)

    def do_merge_main(self, by: Any = None, files: Any = None, **step: Any) -> str:
        """`Update branch`: main merged into the pull request's branch, with `files` laid over the merge."""
        head, main = self.pull.head_oid, self.world.tip("main")
        merged = self.world.store.merge(head, main, author=("x", "x@example.com"), at=self.world.now)
        tree = self.world.store.changed(head, merged) if merged else []
        there = {path: self.world.store.git("show", f"{merged}:{path}") + "\n" for path in tree}
        overlay = self.files(files or {}, self.pull.head_ref)
        return self._commit(self.pull.head_ref, {**there, **overlay}, by=by or "alice", parents=[head, main], **self._how(step))

    def do_absorb(self, commit: str) -> None:
        """An earlier commit of the branch lands on main by another way."""
        oid = self.oid(commit)
        assert oid is not None
        merged = self.world.store.merge(self.world.tip("main"), oid, author=WEB_FLOW, at=self.world.now)
        self.world.now += timedelta(minutes=1)
        self.world.store.move("refs/heads/main", merged)

    def do_merge(self, how: str = "merge", by: str = "alice") -> str:
        """The pull request lands on main, the way GitHub does it, whatever any gate says."""
        before = self.world.tip("main")
        commits = self.world.store.log(self.pull.head_oid, before)
        oid = self.world.merge(self.pull, by)
        if how == "squash":
            oid = self._on(before, f"{oid}^{{tree}}", "Squashed")
        if how == "rebase":
            oid = before
            for one in commits:
                oid = self.replayed(one.oid, oid)
                self.pull.landed.append(oid)
        self.world.store.move("refs/heads/main", oid)
        self.pull.merge_commit = oid
        return oid

    def replayed(self, commit: str, onto: str) -> str:
        """A commit's own difference, on top of another one."""
        parent = self.world.store.git("rev-parse", f"{commit}^")
        beside = self._on(parent, f"{onto}^{{tree}}", "for the merge")  # so that the merge starts from the commit's parent
        return self._on(onto, self.world.store.git("merge-tree", "--write-tree", beside, commit), "Rebased")

    def _on(self, parent: str, tree: str, message: str) -> str:
        """A commit as GitHub writes it when it squashes or rebases."""
        name = ("-c", "user.name=GitHub", "-c", "user.email=noreply@github.com")
        oid = self.world.store.git("rev-parse", tree)
        return self.world.store.git(*name, "commit-tree", oid, "-p", parent, "-m", message)

    def do_review(self, by: Any, state: str = "approved", commit: str | None = "head", body: str = "") -> Review:
        return self.world.review(self.pull, self.account(by), state, commit=self.oid(commit), body=body)

    def do_reviews(self, by: str, state: str, count: int) -> None:
        for _ in range(count):
            self.do_review(by, state)

    def do_queue(self) -> str:
        """The pull request joins the merge queue; the head of its group."""
        return str(self.world.merge_queue(self.pull).head)

    def do_queue_extra(self, files: Mapping[str, Any]) -> str:
        """A commit on top of the group, which then is the group's head."""
        entry = self.world.queue[-1]
        assert entry.head is not None
        branch = f"gh-readonly-queue/main/pr-{entry.pull}-{entry.base}"
        entry.head = self.world.commit(branch, self.files(files, None), parents=[entry.head])
        return entry.head

    def do_edit_comment(self, comment: str, body: str) -> None:
        self.world.edit_comment(self.named[comment], body)

    def do_dismiss(self, review: str, by: Any = None) -> None:
        self.world.dismiss(self.pull, self.named[review], self.account(by))

    def do_retarget(self, base: str, by: str | None = None) -> None:
        self.world.retarget(self.pull, base, by)

    def do_draft(self) -> None:
        self.world.make_draft(self.pull)

    def do_ready(self) -> None:
        self.world.make_ready(self.pull)

    def do_title(self, what: str) -> None:
        self.world.rename(self.pull, what)

    def do_describe(self) -> None:
        self.world.describe(self.pull)

    def do_label(self, what: str) -> None:
        self.world.label(self.pull, what)

    def do_comment(self, by: Any, body: str) -> Any:
        return self.world.comment(self.pull, self.account(by), body)

    def do_edit_review(self, review: str, body: str) -> None:
        self.world.edit_review(self.named[review], body)

    def do_user(self, login: str, id: int, type: str = "User", emails: Any = ()) -> Account:  # noqa: A002 - GitHub's words
        return self.world.add_user(login, id, type, emails)

    def do_rename_user(self, who: str, login: str) -> None:
        self.world.rename_user(who, login)

    def do_delete_user(self, what: str) -> None:
        self.world.delete_user(what)

    def do_check(self, name: str, conclusion: str | None = "success", on: str = "head", app: str = "github-actions") -> None:
        oid = self.oid(on)
        assert oid is not None
        self.world.check(oid, name, conclusion, app)

    def do_status(self, context: str, state: str = "success", by: str = "mallory", on: str = "head") -> None:
        oid = self.oid(on)
        assert oid is not None
        self.world.status(oid, context, state, by)

    def do_settings(self, app: int | None = 7_001) -> None:
        """Rulesets, environment and CODEOWNERS as the guide says; `app` is the source of the required check."""
        as_in_the_guide(self.world, app)

    def do_weaken(self, rule: str, branch: str = "main") -> None:
        without(self.world, rule, branch)

    def do_environment(self, branches: list[list[str]] | None) -> None:
        """Who may use the environment with the App's key: (type, pattern), null for everybody."""
        named = [(kind, pattern) for kind, pattern in branches or []]
        self.world.environments["changeflow"] = Environment("custom" if branches is not None else None, named)

    def do_owner_error(self, what: int) -> None:
        self.world.owner_errors = [owner_error(what)]

    def do_ref(self, name: str, to: str) -> None:
        """A branch or tag, named in full."""
        self.world.store.move(self.oid_in(name), self.oid(to))

    def do_reset_main(self, to: str) -> None:
        self.world.store.move("refs/heads/main", self.oid(to))

    def do_wait(self, what: str) -> None:
        self.world.now += parse_duration(what)

    def do_now(self, what: str) -> None:
        self.world.now = parse_instant(what)

    def do_switch(self, what: str) -> None:
        """Speak of another pull request from now on."""
        self.pull = self.named[what]

    def do_ledger(self, change: str, decision: Any = None, base: str = "main", release: Sequence[str] = ()) -> None:
        """What an earlier decision or release left on the ledger."""
        from attacks.entries import append

        append(self, change, decided_by=base if decision else None, events=release)

    # -- words -----------------------------------------------------------------------------------------------------------

    def account(self, who: Any) -> Account | None:
        return self.named[who] if isinstance(who, str) and isinstance(self.named.get(who), Account) else self.world.user(who)

    def oid(self, word: str | None) -> str | None:
        """A commit by what a step called it; `head`, `main`, an object id, or None."""
        if word is None or (len(word) == 40 and set(word) <= set("0123456789abcdef")):
            return word
        if word == "head":
            return self.pull.head_oid
        if word == "main":
            return self.world.tip("main")
        if word == "test_merge":
            return self.world.test_merge(self.pull)
        if word == "older":
            return self.world.store.git("rev-parse", "refs/heads/main~1")
        found = self.named[word]
        return found.head_oid if isinstance(found, Pull) else str(found)

    def oid_in(self, name: str) -> str:
        """A ref's name in which `{word}` stands for an object id."""
        if "{" not in name:
            return name
        before, _, rest = name.partition("{")
        word, _, after = rest.partition("}")
        return f"{before}{self.oid(word)}{after}"

    def identity(self, who: Any) -> Any:
        return WEB_FLOW if who == "github" else (who, f"{who}@example.net") if who == "stranger" else tuple(who) if isinstance(who, list) else who

    def _how(self, step: Mapping[str, Any]) -> dict[str, Any]:
        how: dict[str, Any] = {}
        if "author" in step:
            how["author"] = self.identity(step["author"])
        if "committer" in step:
            how["committer"] = self.identity(step["committer"])
        if "co_authors" in step:
            how["co_authors"] = [self.identity(who) for who in step["co_authors"]]
        if step.get("signed") == "github":
            how |= {"signature": BY_GITHUB, "via_web": True}
        if "dated" in step:
            how["dated"] = parse_instant(step["dated"])
        if "message" in step:
            how["message"] = step["message"]
        if "onto" in step:
            how["parents"] = [self.oid(step["onto"])]
        return how

    def _commit(self, branch: str, files: dict[str, Content], *, by: Any, author: Any = None, parents: Any = None, **how: Any) -> str:
        return self.world.commit(branch, files, by=author or self.identity(by), parents=parents, **how)


def set_stage(folder: Path, template: Path, base: Mapping[str, Any] | None = None) -> Stage:
    """A stage from a prepared repository (copied: cheaper than building it), with files of the scenario laid over it."""
    shutil.copytree(template, folder / "github.git")
    world = World(folder)  # `git init` keeps what it finds
    stage = Stage(world)
    people(world)
    world.now = START
    if base:
        world.commit("main", stage.files(base, "main"), by="dave", message="Set the stage")
    return stage


def people(world: World) -> None:
    for login, number in PEOPLE.items():
        world.add_user(login, number, emails=(f"{login}@example.com",))
    world.add_app("changeflow-bot", 7_001)
    world.add_app("renovate", 7_002, bot_id=1_099)


def template(folder: Path) -> Path:
    """A bare repository with the shared files on `main`, made once per run."""
    world = World(folder)
    world.now = START - timedelta(days=1)
    files: dict[str, Content] = dict(base_files())
    world.commit("main", files, by=("Dave", "dave@example.com"), message="The shared repository")
    return folder / "github.git"
