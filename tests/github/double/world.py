"""The world that the double shows: accounts, pull requests and what happens to them. Verbs are what attack stories are told in.

Time is explicit: every verb takes `at`, and without it happens a minute after the last thing that happened.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from github.double.actions import Dispatched, Workflow
from github.double.store import EPOCH, Content, Store

_CO_AUTHOR = re.compile(r"^co-authored-by:\s*(.*?)\s*<([^<>]+)>\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass
class Account:
    """An account of GitHub. A deleted one is a ghost wherever it acted."""

    id: int
    login: str
    type: str = "User"
    emails: tuple[str, ...] = ()
    deleted: bool = False

    @property
    def noreply(self) -> str:
        return f"{self.id}+{self.login}@users.noreply.github.com"

    @property
    def identity(self) -> tuple[str, str]:
        return self.login, self.emails[0] if self.emails else self.noreply


@dataclass
class App:
    """A GitHub App and the bot account it acts as."""

    id: int
    slug: str
    bot: Account


@dataclass(frozen=True)
class Token:
    """What a token may do: `permissions` as GitHub names them; an App's token acts as its bot."""

    secret: str
    account: Account
    app: App | None
    permissions: Mapping[str, str]


@dataclass
class Review:
    id: int
    state: str
    author: Account | None
    commit: str | None
    submitted_at: datetime | None
    body: str = ""
    edited_at: datetime | None = None


@dataclass
class Event:
    """A timeline event; `data` holds what its GraphQL type has beyond time and actor."""

    kind: str
    at: datetime
    actor: Account | None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Comment:
    id: int
    author: Account | None
    body: str
    created_at: datetime
    updated_at: datetime


@dataclass
class Check:
    id: int
    name: str
    sha: str
    app: App
    status: str
    conclusion: str | None
    started_at: datetime
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    workflow: str | None = None


@dataclass
class Status:
    id: int
    sha: str
    context: str
    state: str
    creator: Account | None
    created_at: datetime
    description: str | None = None
    target_url: str | None = None


@dataclass
class QueueEntry:
    pull: int
    position: int
    state: str
    base: str | None
    head: str | None


@dataclass
class Pull:
    number: int
    id: int
    title: str
    author: Account | None
    base_ref: str
    base_oid: str
    head_ref: str
    head_oid: str
    head_repository: int | None
    opened_at: datetime
    draft: bool = False
    state: str = "OPEN"
    locked: bool = False
    merge_commit: str | None = None
    edited_at: datetime | None = None  # the description
    landed: list[str] = field(default_factory=list)  # what a rebase made of its commits
    labels: list[str] = field(default_factory=list)
    requested: list[Account | str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Environment:
    """An environment. `policy`: None opens it to every branch, `protected` to protected ones, `custom` to `branches` (type, pattern)."""

    policy: str | None = None
    branches: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """How a commit came about, beyond what git knows."""

    via_web: bool = False
    signature: dict[str, Any] | None = None


class World:
    """One repository of one GitHub."""

    def __init__(self, folder: Path, repository: str = "acme/changes", repository_id: int = 501) -> None:
        self.owner, self.name = repository.split("/")
        self.repository_id = repository_id
        self.default_branch = "main"
        self.archived = False
        self.store = Store(folder / "github.git")
        self.now = EPOCH
        self.accounts: dict[int, Account] = {}
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        self.pulls: dict[int, Pull] = {}
        self.checks: list[Check] = []
        self.statuses: list[Status] = []
        self.queue: list[QueueEntry] = []
        self.rules: list[tuple[str, dict[str, Any]]] = []  # branch, rule as the API shows it
        self.bypass: dict[int, list[dict[str, Any]]] = {}  # ruleset -> who may pass by it
        self.environments: dict[str, Environment] = {}
        self.owner_errors: list[dict[str, Any]] | None = None  # None: there is no CODEOWNERS
        self.runs: dict[int, tuple[int, Account | None, Account | None]] = {}  # attempt, actor, triggering actor of workflow runs
        self.workflows: dict[str, Workflow] = {}  # by file
        self.dispatched: list[Dispatched] = []  # oldest first
        self.deployments: list[tuple[int, str, str, str]] = []  # run, environment, state, comment: answers to protection rules
        self.deployed: list[tuple[int, str, str, Account | None, datetime]] = []  # id, sha, environment, creator, time; newest first
        self.releases: list[dict[str, Any]] = []  # as the API shows them, beside author; newest first
        self.pushes: list[dict[str, Any]] = []  # of the main branch, as the API shows them; newest first
        self.made: dict[str, Made] = {}
        self._ids = itertools.count(9_000)
        # Reviews and comments have passed 32 bits on github.com.
        self._big_ids = itertools.count(3_000_000_000)
        self._merges: dict[tuple[str, str], str | None] = {}
        self.add_app("github-actions", 15_368, bot_id=41_898_282)

    # -- accounts --------------------------------------------------------------------------------------------------------

    def add_user(self, login: str, id: int, type: str = "User", emails: Sequence[str] = ()) -> Account:  # noqa: A002 - GitHub's words
        assert id not in self.accounts
        account = self.accounts[id] = Account(id, login, type, tuple(emails))
        return account

    def add_app(self, slug: str, id: int, bot_id: int | None = None) -> App:  # noqa: A002 - GitHub's word
        bot = self.add_user(f"{slug}[bot]", bot_id or id + 500_000, "Bot")
        app = self.apps[slug] = App(id, slug, bot)
        return app

    def user(self, who: str | Account | None) -> Account | None:
        """The account of that login as it is now."""
        if who is None or isinstance(who, Account):
            return who
        found = [account for account in self.accounts.values() if account.login.lower() == who.lower() and not account.deleted]
        assert found, f"no account `{who}`"
        return found[0]

    def rename_user(self, who: str | Account, login: str) -> None:
        account = self.user(who)
        assert account is not None
        account.login = login

    def delete_user(self, who: str | Account) -> None:
        """What the account did is a ghost's from now on."""
        account = self.user(who)
        assert account is not None
        account.deleted = True

    def token(self, who: str | Account | App, permissions: Mapping[str, str] | None = None) -> str:
        """A token of a person, or of an App's installation. Without `permissions` it may do what the gate needs."""
        everything = dict.fromkeys(("checks", "statuses", "issues", "pull_requests", "deployments", "actions"), "write")
        app = who if isinstance(who, App) else None
        account = app.bot if app else self.user(who if not isinstance(who, App) else None)
        assert account is not None
        secret = ("ghs_" if app else "ghp_") + hashlib.sha256(f"{account.id} {len(self.tokens)}".encode()).hexdigest()[:36]
        granted = everything if permissions is None else dict(permissions)
        self.tokens[secret] = Token(secret, account, app, granted)
        return secret

    # -- workflows -------------------------------------------------------------------------------------------------------

    def dispatch(self, file: str, ref: str, inputs: Mapping[str, str]) -> Dispatched:
        """A run of a workflow from the tip of a branch."""
        workflow = self.workflows[file]
        run = Dispatched(next(self._big_ids), file, ref, self.tip(ref), dict(inputs), workflow, hidden=workflow.hidden)
        self.dispatched.append(run)
        return run

    # -- git -------------------------------------------------------------------------------------------------------------

    def commit(
        self,
        branch: str,
        files: Mapping[str, Content],
        *,
        by: str | Account | tuple[str, str] = ("Somebody", "somebody@example.com"),
        committer: str | Account | tuple[str, str] | None = None,
        message: str = "Change",
        co_authors: Sequence[str | Account | tuple[str, str]] = (),
        parents: Sequence[str] | None = None,
        via_web: bool = False,
        signature: Mapping[str, Any] | None = None,
        at: datetime | None = None,
        dated: datetime | None = None,
    ) -> str:
        """A commit on a branch, which is made from the default branch where it is new. `dated` is what git believes."""
        when = self._time(at)
        ref = _ref(branch)
        if parents is None:
            start = self.store.tip(ref) or self.store.tip(_ref(self.default_branch))
            parents = [start] if start else []
        trailers = "".join(f"\nCo-authored-by: {name} <{mail}>" for name, mail in map(self._identity, co_authors))
        oid = self.store.commit(
            ref, files, message=message + ("\n" + trailers if trailers else ""), author=self._identity(by),
            committer=self._identity(committer if committer is not None else by), at=dated or when, parents=parents,
        )  # fmt: skip
        self.made[oid] = Made(via_web, dict(signature) if signature else None)
        self._follow(branch)
        return oid

    def _identity(self, who: str | Account | tuple[str, str]) -> tuple[str, str]:
        if isinstance(who, tuple):
            return who
        account = self.user(who)
        assert account is not None
        return account.identity

    def by_email(self, email: str) -> Account | None:
        """The account GitHub ties an address to."""
        for account in self.accounts.values():
            noreply = re.fullmatch(rf"{account.id}\+[^@]+@users\.noreply\.github\.com", email)
            if not account.deleted and (email in account.emails or noreply):
                return account
        return None

    def co_authors(self, message: str) -> list[tuple[str, str]]:
        return _CO_AUTHOR.findall(message)

    def tip(self, branch: str) -> str:
        oid = self.store.tip(_ref(branch))
        assert oid is not None, f"no branch `{branch}`"
        return oid

    def _follow(self, branch: str) -> None:
        """Open pull requests from a branch follow it, and remember the base of that moment."""
        for pull in self.pulls.values():
            if pull.head_ref == branch and pull.state == "OPEN":
                pull.head_oid = self.tip(branch)
                pull.base_oid = self.tip(pull.base_ref)
                self.store.move(f"refs/pull/{pull.number}/head", pull.head_oid)

    # -- pull requests ---------------------------------------------------------------------------------------------------

    def open_pull(
        self,
        branch: str,
        files: Mapping[str, Content] | None = None,
        *,
        by: str | Account = "alice",
        base: str = "main",
        title: str = "A change",
        draft: bool = False,
        number: int | None = None,
        fork: int | None = None,
        message: str = "Change",
        at: datetime | None = None,
    ) -> Pull:
        """A pull request from a branch; with `files`, after one commit with them. `fork` is the id of the head's repository."""
        when = self._time(at)
        if files is not None:
            self.commit(branch, files, by=by, message=message, at=when, parents=[self.tip(base)])
        number = number if number is not None else max(self.pulls, default=0) + 1
        pull = Pull(
            number, next(self._ids), title, self.user(by), base, self.tip(base), branch, self.tip(branch),
            self.repository_id if fork is None else fork, when, draft,
        )  # fmt: skip
        self.pulls[number] = pull
        self.store.move(f"refs/pull/{number}/head", pull.head_oid)
        return pull

    def push(self, pull: Pull, files: Mapping[str, Content], **how: Any) -> str:
        """A commit more on the pull request's branch; see `commit`."""
        how.setdefault("by", pull.author)
        return self.commit(pull.head_ref, files, **how)

    def force_push(
        self,
        pull: Pull,
        files: Mapping[str, Content] | None = None,
        *,
        to: str | None = None,
        at: datetime | None = None,
        **how: Any,
    ) -> str:
        """Move the branch to `to`, or to a new commit with `files` on the base."""
        when = self._time(at)
        before, actor = pull.head_oid, self.user(how.get("by", pull.author))
        if to is not None:
            self.store.move(_ref(pull.head_ref), to)
            self._follow(pull.head_ref)
        else:
            how.setdefault("by", pull.author)
            self.commit(pull.head_ref, files or {}, parents=[self.tip(pull.base_ref)], at=when, **how)
        self._event(pull, "HeadRefForcePushedEvent", when, actor, before=before, after=pull.head_oid)
        return pull.head_oid

    def review(
        self,
        pull: Pull,
        who: str | Account | None,
        state: str,
        *,
        commit: str | None = "head",
        body: str = "",
        at: datetime | None = None,
    ) -> Review:
        """A review. `commit` is what it is given on: `head`, an object id (a caller of the API chooses), or None."""
        when = self._time(at)
        account = self.user(who)
        oid = pull.head_oid if commit == "head" else commit
        submitted = None if state.upper() == "PENDING" else when
        review = Review(next(self._big_ids), state.upper(), account, oid, submitted, body)
        pull.reviews.append(review)
        pull.requested = [asked for asked in pull.requested if asked is not account]
        return review

    def edit_review(self, review: Review, body: str, at: datetime | None = None) -> None:
        review.body, review.edited_at = body, self._time(at)

    def dismiss(self, pull: Pull, review: Review, actor: str | Account | None, at: datetime | None = None) -> None:
        previous, review.state = review.state, "DISMISSED"
        self._event(pull, "ReviewDismissedEvent", self._time(at), self.user(actor), review=review, previous=previous)

    def retarget(self, pull: Pull, base: str, actor: str | Account | None = None, at: datetime | None = None) -> None:
        before, pull.base_ref = pull.base_ref, base
        pull.base_oid = self.tip(base)
        who = self.user(actor) or pull.author
        self._event(pull, "BaseRefChangedEvent", self._time(at), who, before=before, after=base)

    def make_draft(self, pull: Pull, actor: str | Account | None = None, at: datetime | None = None) -> None:
        pull.draft = True
        self._event(pull, "ConvertToDraftEvent", self._time(at), self.user(actor) or pull.author)

    def make_ready(self, pull: Pull, actor: str | Account | None = None, at: datetime | None = None) -> None:
        pull.draft = False
        self._event(pull, "ReadyForReviewEvent", self._time(at), self.user(actor) or pull.author)

    def rename(self, pull: Pull, title: str, actor: str | Account | None = None, at: datetime | None = None) -> None:
        pull.title = title
        self._event(pull, "RenamedTitleEvent", self._time(at), self.user(actor) or pull.author)

    def describe(self, pull: Pull, at: datetime | None = None) -> None:
        """Edit the description."""
        pull.edited_at = self._time(at)

    def label(self, pull: Pull, name: str, actor: str | Account | None = None, at: datetime | None = None) -> None:
        if name.lower() not in map(str.lower, pull.labels):
            pull.labels.append(name)
            self._event(pull, "LabeledEvent", self._time(at), self.user(actor) or pull.author, label=name)

    def unlabel(self, pull: Pull, name: str, actor: str | Account | None = None, at: datetime | None = None) -> None:
        pull.labels = [label for label in pull.labels if label.lower() != name.lower()]
        self._event(pull, "UnlabeledEvent", self._time(at), self.user(actor) or pull.author, label=name)

    def comment(self, pull: Pull, who: str | Account | None, body: str, at: datetime | None = None) -> Comment:
        when = self._time(at)
        comment = Comment(next(self._big_ids), self.user(who), body, when, when)
        pull.comments.append(comment)
        return comment

    def edit_comment(self, comment: Comment, body: str, at: datetime | None = None) -> None:
        comment.body, comment.updated_at = body, self._time(at)

    def delete_comment(self, pull: Pull, comment: Comment) -> None:
        pull.comments.remove(comment)

    def request_review(self, pull: Pull, who: str | Account, team: bool = False) -> None:
        account = who if team else self.user(who)
        if account is not None and account not in pull.requested:
            pull.requested.append(account)

    def close(self, pull: Pull, actor: str | Account | None = None, at: datetime | None = None) -> None:
        pull.state = "CLOSED"
        self._event(pull, "ClosedEvent", self._time(at), self.user(actor) or pull.author)

    def reopen(self, pull: Pull, actor: str | Account | None = None, at: datetime | None = None) -> None:
        pull.state = "OPEN"
        self._event(pull, "ReopenedEvent", self._time(at), self.user(actor) or pull.author)

    def merge(self, pull: Pull, actor: str | Account, at: datetime | None = None) -> str:
        """Merge with a merge commit."""
        when, who = self._time(at), self.user(actor)
        assert who is not None
        oid = self.store.merge(self.tip(pull.base_ref), pull.head_oid, author=who.identity, at=when)
        assert oid is not None, "conflict"
        self.store.move(_ref(pull.base_ref), oid)
        pull.state, pull.merge_commit = "MERGED", oid
        self._event(pull, "MergedEvent", when, who)
        return oid

    def merge_queue(self, pull: Pull, state: str = "AWAITING_CHECKS") -> QueueEntry:
        """Put the pull request at the end of the queue, on top of what is before it."""
        base = self.queue[-1].head if self.queue else self.tip(pull.base_ref)
        assert base is not None
        head = self.store.merge(base, pull.head_oid, author=("GitHub", "noreply@github.com"), at=self._time(None))
        entry = QueueEntry(pull.number, len(self.queue) + 1, state, base, head)
        self.queue.append(entry)
        if head:
            self.store.move(f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}", head)
        return entry

    # -- checks and statuses ---------------------------------------------------------------------------------------------

    def check(
        self,
        sha: str,
        name: str,
        conclusion: str | None,
        app: str = "github-actions",
        *,
        status: str = "completed",
        workflow: str | None = None,
        at: datetime | None = None,
        **more: Any,
    ) -> Check:
        """A check run; without a conclusion it is still running."""
        state = status if conclusion else "in_progress"
        check = Check(next(self._big_ids), name, sha, self.apps[app], state, conclusion, self._time(at), workflow=workflow, **more)
        self.checks.append(check)
        return check

    def status(
        self,
        sha: str,
        context: str,
        state: str,
        creator: str | Account | None,
        *,
        description: str | None = None,
        target_url: str | None = None,
        at: datetime | None = None,
    ) -> Status:
        status = Status(next(self._ids), sha, context, state, self.user(creator), self._time(at), description, target_url)
        self.statuses.append(status)
        return status

    def test_merge(self, pull: Pull) -> str | None:
        """The commit on which GitHub tries the merge, None where it conflicts or the pull request is not open."""
        base = self.store.tip(_ref(pull.base_ref))
        if pull.state != "OPEN" or base is None:
            return None
        key = (base, pull.head_oid)
        if key not in self._merges:
            self._merges[key] = self.store.merge(*key, author=("GitHub", "noreply@github.com"), at=EPOCH)
        return self._merges[key]

    def _event(self, pull: Pull, kind: str, at: datetime, actor: Account | None, **data: Any) -> None:
        pull.events.append(Event(kind, at, actor, data))

    def _time(self, at: datetime | None) -> datetime:
        self.now = at if at is not None else self.now + timedelta(minutes=1)
        return self.now


def _ref(branch: str) -> str:
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"


def shown(account: Account | None) -> Account | None:
    """The account as others see it: a deleted one is nobody."""
    return None if account is None or account.deleted else account


def stamp(at: datetime) -> str:
    """A time as GitHub writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
