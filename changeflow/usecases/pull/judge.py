"""Judge a pull request: what judges comes from the base by object id, what is judged from the head, nothing is executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from changeflow import errors
from changeflow.cases.assessment import Assessed, assess_content
from changeflow.cases.ci_checks import prerequisite_checks
from changeflow.cases.for_approve import for_approve_on_pull
from changeflow.cases.gate_inputs import GateInputs
from changeflow.cases.gather import standings
from changeflow.cases.governed_paths import governed_reasons, owed_for
from changeflow.cases.release_facts import release_facts
from changeflow.gate.case import Panel
from changeflow.gate.gates.approve import ApproveCase
from changeflow.gate.opinions import excluded_from
from changeflow.gate.owed import Owed
from changeflow.gate.pathcheck import path_reasons
from changeflow.gate.paths import Place, place
from changeflow.gate.pull import PullCase, decide_pull
from changeflow.gate.pullnotes import notes
from changeflow.gate.pullpace import pace, sentence
from changeflow.gate.pullreviews import Heard, contributors, hear
from changeflow.gate.reasons import pull_reason
from changeflow.model.answers import Reason
from changeflow.model.deployer import NOBODY
from changeflow.model.document_paths import change_folder, change_of_review, review_path, rfc_path
from changeflow.model.findings import Finding
from changeflow.model.opinions import Check, Contributors
from changeflow.model.pull import PullVerdict
from changeflow.model.pullrequest import PullRequestFacts
from changeflow.reading.pull_content import PullContent, content_of, digests
from changeflow.reading.pull_history import absorbed, detours, earlier_hands
from changeflow.reading.request_findings import problems_of_request
from changeflow.reading.role_history import role_history
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.store import Store
from changeflow.reading.view import View
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.usecases.pull.documents import document_reasons, errors_in_documents


@dataclass(frozen=True)
class JudgedPull:
    """A verdict with what it was made from, for those who explain it."""

    verdict: PullVerdict
    content: PullContent
    assessed: tuple[Assessed, ...]
    findings: tuple[Finding, ...]
    heard: Heard
    base: Rulebook
    facts: PullRequestFacts
    looked: Looked

    @property
    def ledger(self) -> str | None:
        """The commit the ledger was read from; None where it was empty, or nothing was asked of it."""
        found: str | None = next(
            (decision.inputs["ledger"] for decision in self.verdict.decisions), None
        )
        return found


@dataclass(frozen=True)
class Looked:
    """What git said about a pull request: with GitHub's facts, the base and the ledger all that its judgement rests on.

    Attributes:
        content: what changes. `content.head` is the head that is judged.
        head: its files.
        commit: the commit they are read from; another than `content.head` only where that one is
            gone.
        digests: reviewed commit -> digest of the effective content there, for those that are known.
        hands: addresses in commits that are no longer in the pull request.
    """

    content: PullContent
    head: State
    commit: str
    digests: Mapping[str, str]
    hands: frozenset[str]


def look(store: Store, facts: PullRequestFacts) -> Looked:
    """Ask git about a pull request whose commits were fetched.

    Raises:
        errors.HostFailed: when git lacks something.
    """
    git, base, head = store.git, base_of(facts), facts.head_oid
    reviewed = {review.commit for review in facts.reviews if review.commit is not None}
    return Looked(
        content=content_of(git, base, head),
        head=store.at(head),
        commit=head,
        digests=digests(git, base, reviewed),
        hands=earlier_hands(git, base, facts),
    )


def base_of(facts: PullRequestFacts) -> str:
    """The commit that judges: where the base branch is now, or where GitHub saw it last."""
    return facts.base_tip or facts.base_oid


def judge_pull(store: Store, facts: PullRequestFacts, now: datetime) -> JudgedPull:
    """Judge a pull request whose commits were fetched.

    Args:
        store: the change repository in the clone.
        facts: everything GitHub said; `base_tip` and `head_oid` are what is read.
        now: the time.

    Raises:
        errors.HostFailed: when git lacks something.
    """
    looked = look(store, facts)
    view = View.of(store, store.at(base_of(facts)), looked.head)
    return judge(view, facts, looked, now)


def judge(view: View, facts: PullRequestFacts, looked: Looked, now: datetime) -> JudgedPull:
    """Judge a pull request by what was read of it.

    Args:
        view: the repository, with the base and the head.
        facts: everything GitHub said.
        looked: everything git said.
        now: the time.
    """
    judged = _Judging(view, facts, looked, now)
    judged.requests()
    heard = judged.hear()
    verdict = decide_pull(judged.case(heard), now)
    return JudgedPull(
        verdict,
        looked.content,
        tuple(judged.assessed),
        tuple(judged.findings),
        heard,
        view.base.rulebook,
        facts,
        looked,
    )


def dismissers_of(base: Rulebook) -> tuple[str, ...]:
    """Who may dismiss somebody else's rejection: the policy owners, or the CAB where there are none."""
    owners = base.roster.members(base.config.policy_owners)
    return owners or base.roster.members(base.config.cab)


@dataclass(frozen=True)
class _Request:
    """A request of the pull request as it was read, with the errors that `check` finds in it."""

    inputs: GateInputs
    problems: tuple[str, ...]


class _Judging:
    """One judgement in the making."""

    def __init__(self, view: View, facts: PullRequestFacts, looked: Looked, now: datetime) -> None:
        self.view = replace(view, merge_base=looked.content.merge_base)
        self.facts, self.looked, self.content, self.now = facts, looked, looked.content, now
        self.base = base = view.base.rulebook
        self.makers: Contributors = contributors(facts, base.roster, looked.hands)
        self.placed: tuple[Place, ...] = tuple(
            place(one.path, base.config.exempt_paths) for one in looked.content.changes
        )
        self.read: list[_Request] = []
        self.assessed: list[Assessed] = []
        self.findings: list[Finding] = []
        self.reasons: list[Reason] = []

    def requests(self) -> None:
        """Assess every request that the pull request touches, and hold every document in it to the rules."""
        changed = {item.path for item in self.content.changes}
        gone = {item.path for item in self.content.changes if item.gone}
        unreadable: list[str] = []
        for name in sorted({one.change for one in self.placed if one.change is not None}):
            own = {path for path in changed if path.startswith(change_folder(name))}
            if own == {review_path(name)} or rfc_path(name) in gone:
                # a review is about a change that is over; that a request was taken away is a reason
                # of its own
                continue
            try:
                self._request(name)
            except (errors.NothingToDo, errors.Unreadable) as error:
                unreadable.append(rfc_path(name))
                self.reasons.append(
                    pull_reason("request", "fail", "request.unreadable", error.message, error.hint)
                )
            except RecurrenceError as error:
                self.reasons.append(
                    pull_reason(
                        "calendar",
                        "error",
                        "calendar.unreadable",
                        f"a calendar cannot be read: {error}",
                    )
                )
        judged = [one.content.path for one in self.assessed]
        found = errors_in_documents(self.view, self.base, self.content.changes, judged)
        self.findings += found
        self.reasons += document_reasons(found, unreadable)

    def _request(self, name: str) -> None:
        content = self.view.head.change(name)
        evidence = self.view.evidence(name)
        others = standings(self.view, self.now)
        assessed = assess_content(self.view, content, self.base, self.now, evidence.entries, others)
        found = problems_of_request(self.view.head, content.path, self.view.base)
        self.findings += found
        self.assessed.append(assessed)
        inputs = GateInputs(self.view, assessed, evidence, others, None, NOBODY, self.now)
        self.read.append(_Request(inputs, tuple(finding.message for finding in found)))
        released = release_facts(inputs.mine)
        if released.state:
            text = f"{name} has a release already ({released.state}); its request is history"
            self.reasons.append(
                pull_reason(
                    "released", "fail", "release.exists", text, "a new attempt is a new change"
                )
            )

    def _case(self, request: _Request, panel: Panel) -> ApproveCase:
        recorded = {
            "digest": request.inputs.content.digest,
            "effective": self.content.digest,
            "pull_request": self.facts.number,
            "ledger": request.inputs.evidence.head,
        }
        return for_approve_on_pull(request.inputs, panel, self.checks(), request.problems, recorded)

    def checks(self) -> tuple[Check, ...]:
        """CI checks of the head as conditions see them."""
        return prerequisite_checks(self.facts.checks)

    def hear(self) -> Heard:
        """Opinions, once it is known whose change it is: nobody dismisses an objection to a change of their own."""
        git, content = self.view.git, self.content
        parties = {
            person for one in self.read for person in excluded_from(one.inputs.change, self.makers)
        } | set(self.makers.people)
        return hear(
            self.facts,
            self.base.roster,
            self.looked.digests,
            [person for person in dismissers_of(self.base) if person not in parties],
            absorbed(git, content.base, content.merge_base),
        )

    def case(self, heard: Heard) -> PullCase:
        """Everything about the pull request as a whole."""
        owed = (*owed_for(self.view, self.base, self.placed), *self._reviews_owed())
        roles = role_history(self.view.store, self.base, heard.reviews, self.now)
        panel = Panel(
            digest=self.content.digest,
            roster=self.base.roster,
            reviews=heard.reviews,
            contributors=self.makers,
            role_history=roles,
            unable=self._unable(),
            cab=self.base.config.cab,
        )
        return PullCase(
            number=self.facts.number,
            head=self.content.head,
            base=self.content.base,
            panel=panel,
            cases=tuple(self._case(one, panel) for one in self.read),
            owed=owed,
            reasons=(*self._about_facts(heard), *self.reasons, *self._about_paths()),
            nothing_owed=bool(self.placed) and all(one.category == "exempt" for one in self.placed),
            approval_validity=self.base.config.approval_validity,
        )

    def _unable(self) -> frozenset[str]:
        """Return the people whose review could not be told to be theirs: the roster lists no account."""
        people = self.base.roster.spec.people.items()
        return frozenset(name for name, person in people if not person.github_ids)

    def _reviews_owed(self) -> Iterable[Owed]:
        """A post-implementation review on its own is agreed to by a member of the CAB who did not write it."""
        changed = {item.path for item in self.content.changes}
        covered = {one.inputs.change.id for one in self.read}
        others = [one for one in self.placed if one.change and one.change not in covered]
        alone = [one.path for one in others if change_of_review(one.path)]
        paths = tuple(path for path in alone if path in changed)
        if paths:
            yield Owed(
                rule="review",
                role=self.base.config.cab,
                count=1,
                message="a review is agreed to by the CAB",
                paths=paths,
            )

    def _about_paths(self) -> Iterable[Reason]:
        tree = [entry.path for entry in self.view.git.ls_tree(self.looked.commit)]
        covering = [one.assessment.type.computed for one in self.assessed]
        yield from path_reasons(self.content.changes, self.placed, tree, covering=covering)
        yield from governed_reasons(self.view, self.base, self.placed)
        changed = [item.path for item in self.content.changes]
        touched = detours(self.view.git, self.content.base, self.looked.commit, changed)
        if touched:
            text = f"commits touch governed files and put them back: {', '.join(touched[:5])}"
            hint = "what lands is judged by the difference, not by the commits"
            yield pull_reason("history", "pass", "history.governed", text, hint)

    def _about_facts(self, heard: Heard) -> Iterable[Reason]:
        facts, base = self.facts, self.base
        for trouble in heard.troubles:
            yield pull_reason(
                "identity",
                "error",
                trouble.code,
                trouble.message,
                "mend the roster, or ask the person",
            )
        for note in notes(facts, base.roster):
            yield pull_reason("note", "pass", note.code, note.message, note.hint)
        quick = pace(facts, base.roster)
        if quick:
            text = f"from what could be read to the approval: {sentence(quick)}"
            yield pull_reason(
                "note", "pass", "approval.pace", text, "a statistic; no verdict rests on it"
            )
        if facts.draft:
            yield pull_reason("draft", "pending", "pull.draft", "the pull request is a draft")
        if facts.base_ref != base.config.main_branch:
            text = (
                f"the pull request is against `{facts.base_ref}`; changes are authorised "
                f"against `{base.config.main_branch}`"
            )
            yield pull_reason("base", "fail", "base.not_main", text)
        if base.problems:
            listed = "; ".join(
                f"{finding.path}: {finding.message}" for finding in base.problems[:3]
            )
            yield pull_reason(
                "inputs",
                "error",
                "inputs.unreadable",
                f"what judges cannot be read on the base: {listed}",
            )
        if not base.policies:
            yield pull_reason(
                "policy",
                "error",
                "policy.missing",
                "there is no policy on the base; silence is not consent",
            )
        if facts.at_limit:
            yield pull_reason(
                "limit",
                "error",
                "pull.too_large",
                f"GitHub may not have said everything: {', '.join(facts.at_limit)}",
            )
        yield from self._replayed()

    def _replayed(self) -> Iterable[Reason]:
        """A base older than one that was judged by before: somebody serves an old state of the repository (A107)."""
        if not self.read:
            return
        git = self.view.git
        for entry in self.view.evidence(self.read[0].inputs.change.id).entries:
            recorded = getattr(entry.body, "decision", None)
            seen = recorded.get("inputs", {}).get("base") if isinstance(recorded, dict) else None
            if (
                seen
                and seen != self.content.base
                and git.resolve(seen) is not None
                and git.is_ancestor(self.content.base, seen)
            ):
                text = (
                    f"the base {self.content.base[:12]} is older than {seen[:12]}, by which "
                    "was decided before"
                )
                yield pull_reason("base", "error", "base.replayed", text, "fetch the base again")
                return
