"""Judge a pull request: what judges comes from the base by object id, what is judged from the head, nothing is executed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from changeflow import errors
from changeflow.gate.case import Case
from changeflow.gate.opinions import barred
from changeflow.gate.pathcheck import path_reasons
from changeflow.gate.paths import Place, place
from changeflow.gate.pull import Owed, PullCase, decide_pull, pull_reason
from changeflow.gate.pullreviews import Heard, contributors, hear
from changeflow.model.answers import Reason
from changeflow.model.findings import Finding
from changeflow.model.opinions import Check, Contributors
from changeflow.model.pull import PullVerdict
from changeflow.model.pullrequest import PullRequestFacts
from changeflow.repo.git import Git
from changeflow.repo.source import Revision
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.usecases.assess import Assessed, assess_content
from changeflow.usecases.checks.one import problems_of_request
from changeflow.usecases.evidence import Evidence, read_evidence
from changeflow.usecases.gate import release_facts
from changeflow.usecases.governed import governed_reasons, owed_for
from changeflow.usecases.load import Base, Places, load_base, load_change
from changeflow.usecases.pullchecks import prerequisite_checks
from changeflow.usecases.pullcontent import PullContent, content_of, digests
from changeflow.usecases.pullhistory import absorbed, detours, earlier_hands


@dataclass(frozen=True)
class JudgedPull:
    """A verdict with what it was made from, for those who explain it."""

    verdict: PullVerdict
    content: PullContent
    assessed: tuple[Assessed, ...]
    findings: tuple[Finding, ...]
    heard: Heard
    base: Base


def judge_pull(git: Git, root: Path, facts: PullRequestFacts, now: datetime) -> JudgedPull:
    """Judge a pull request whose commits were fetched.

    Args:
        git: the clone.
        root: the change repository in it.
        facts: everything GitHub said; `base_tip` and `head_oid` are what is read.
        now: the time.

    Raises:
        errors.HostFailed: when git lacks something.
    """
    base_oid = facts.base_tip or facts.base_oid
    places = Places(root, git, Revision(git, base_oid), Revision(git, facts.head_oid))
    base = load_base(places.base)
    content = content_of(git, base_oid, facts.head_oid)
    makers = contributors(facts, base.roster, earlier_hands(git, base_oid, facts))
    placed = tuple(place(item.path, base.config.exempt_paths) for item in content.changes)
    judged = _Judging(places, facts, base, content, makers, placed, now)
    judged.requests()
    heard = judged.hear()
    case = judged.case(heard)
    return JudgedPull(decide_pull(case, now), content, tuple(judged.assessed), tuple(judged.findings), heard, base)


def dismissers_of(base: Base) -> tuple[str, ...]:
    """Who may dismiss somebody else's rejection: the policy owners, or the CAB where there are none."""
    owners = base.roster.members(base.config.policy_owners)
    return owners or base.roster.members(base.config.cab)


class _Judging:
    """One judgement in the making."""

    def __init__(
        self,
        places: Places,
        facts: PullRequestFacts,
        base: Base,
        content: PullContent,
        makers: Contributors,
        placed: tuple[Place, ...],
        now: datetime,
    ) -> None:
        self.places, self.facts, self.base, self.content = places, facts, base, content
        self.makers, self.placed, self.now = makers, placed, now
        self.cases: list[Case] = []
        self.assessed: list[Assessed] = []
        self.findings: list[Finding] = []
        self.reasons: list[Reason] = []

    def requests(self) -> None:
        """Assess every request that the pull request touches."""
        changed = {item.path for item in self.content.changes}
        for name in sorted({one.change for one in self.placed if one.change is not None}):
            own = {path for path in changed if path.startswith(f"changes/{name}/")}
            if own == {f"changes/{name}/review.yaml"}:
                continue  # a review is about a change that is over; who agrees to it is asked below
            try:
                self._request(name)
            except (errors.NothingToDo, errors.Unreadable) as error:
                self.reasons.append(pull_reason("request", "fail", "request.unreadable", error.message, error.hint))
            except RecurrenceError as error:
                self.reasons.append(
                    pull_reason("calendar", "error", "calendar.unreadable", f"a calendar cannot be read: {error}")
                )

    def _request(self, name: str) -> None:
        content = load_change(self.places.head, name)
        evidence = read_evidence(self.places, name, self.base)
        assessed = assess_content(self.places, content, self.base, self.now, evidence.entries)
        found = problems_of_request(self.places.head, content.path, self.base.documents, self.places.base)
        self.findings += found
        self.assessed.append(assessed)
        self.cases.append(self._case(assessed, evidence, found))
        released = release_facts([entry for entry in evidence.entries if entry.change == name])
        if released.state:
            text = f"{name} has a release already ({released.state}); its request is history"
            self.reasons.append(pull_reason("released", "fail", "release.exists", text, "a new attempt is a new change"))

    def _case(self, assessed: Assessed, evidence: Evidence, found: Sequence[Finding]) -> Case:
        base = self.base
        return Case(
            change=assessed.content.change,
            digest=self.content.digest,
            assessment=assessed.assessment,
            roster=base.roster,
            policies=base.policies,
            calendars=base.calendars,
            items=dict(base.items),
            contributors=self.makers,
            checks=self.checks(),
            approval_validity=base.config.approval_validity,
            cab=base.config.cab,
            problems=tuple(finding.message for finding in found),
            ledger_problems=tuple(finding.message for finding in evidence.problems),
            inputs=dict(assessed.assessment.inputs)
            | {"digest": assessed.content.digest, "effective": self.content.digest, "pull_request": self.facts.number},
        )

    def checks(self) -> tuple[Check, ...]:
        """CI checks of the head as conditions see them."""
        return prerequisite_checks(self.facts.checks)

    def hear(self) -> Heard:
        """Opinions, once it is known whose change it is: nobody dismisses an objection to a change of their own."""
        git, content = self.places.git, self.content
        reviewed = {review.commit for review in self.facts.reviews if review.commit is not None}
        parties = {person for case in self.cases for person in barred(case.change, self.makers)} | set(self.makers.people)
        return hear(
            self.facts,
            self.base.roster,
            digests(git, content.base, reviewed),
            [person for person in dismissers_of(self.base) if person not in parties],
            absorbed(git, content.base, content.merge_base),
        )

    def case(self, heard: Heard) -> PullCase:
        """Everything about the pull request as a whole."""
        owed = (*owed_for(self.places, self.base, self.placed), *self._reviews_owed())
        return PullCase(
            number=self.facts.number,
            head=self.content.head,
            base=self.content.base,
            digest=self.content.digest,
            cases=tuple(self.cases),
            owed=owed,
            reasons=(*self._about_facts(heard), *self.reasons, *self._about_paths()),
            nothing_owed=bool(self.placed) and all(one.category == "exempt" for one in self.placed),
            roster=self.base.roster,
            reviews=heard.reviews,
            contributors=self.makers,
            approval_validity=self.base.config.approval_validity,
            cab=self.base.config.cab,
        )

    def _reviews_owed(self) -> Iterable[Owed]:
        """A post-implementation review on its own is agreed to by a member of the CAB who did not write it."""
        changed = {item.path for item in self.content.changes}
        covered = {case.change.id for case in self.cases}
        alone = [
            one.path for one in self.placed if one.change and one.change not in covered and one.path.endswith("/review.yaml")
        ]
        paths = tuple(path for path in alone if path in changed)
        if paths:
            yield Owed(rule="review", role=self.base.config.cab, count=1, message="a review is agreed to by the CAB", paths=paths)

    def _about_paths(self) -> Iterable[Reason]:
        tree = [entry.path for entry in self.places.git.ls_tree(self.content.head)]
        yield from path_reasons(self.content.changes, self.placed, tree, has_request=bool(self.cases))
        yield from governed_reasons(self.places, self.base, self.placed)
        touched = detours(self.places.git, self.content.base, self.content.head, [item.path for item in self.content.changes])
        if touched:
            text = f"commits touch governed files and put them back: {', '.join(touched[:5])}"
            hint = "what lands is judged by the difference, not by the commits"
            yield pull_reason("history", "pass", "history.governed", text, hint)

    def _about_facts(self, heard: Heard) -> Iterable[Reason]:
        facts, base = self.facts, self.base
        for trouble in heard.troubles:
            yield pull_reason("identity", "error", trouble.code, trouble.message, "mend the roster, or ask the person")
        if facts.draft:
            yield pull_reason("draft", "pending", "pull.draft", "the pull request is a draft")
        if facts.base_ref != base.config.main_branch:
            text = f"the pull request is against `{facts.base_ref}`; changes are authorised against `{base.config.main_branch}`"
            yield pull_reason("base", "fail", "base.not_main", text)
        if base.problems:
            listed = "; ".join(f"{finding.path}: {finding.message}" for finding in base.problems[:3])
            yield pull_reason("inputs", "error", "inputs.unreadable", f"what judges cannot be read on the base: {listed}")
        if not base.policies:
            yield pull_reason("policy", "error", "policy.missing", "there is no policy on the base; silence is not consent")
        if facts.at_limit:
            yield pull_reason(
                "limit", "error", "pull.too_large", f"GitHub may not have said everything: {', '.join(facts.at_limit)}"
            )
        yield from self._replayed()

    def _replayed(self) -> Iterable[Reason]:
        """A base older than one that was judged by before: somebody serves an old state of the repository (A107)."""
        if not self.cases:
            return
        git = self.places.git
        for entry in read_evidence(self.places, self.cases[0].change.id, self.base).entries:
            recorded = getattr(entry.body, "decision", None)
            seen = recorded.get("inputs", {}).get("base") if isinstance(recorded, dict) else None
            if seen and seen != self.content.base and git.resolve(seen) is not None and git.is_ancestor(self.content.base, seen):
                text = f"the base {self.content.base[:12]} is older than {seen[:12]}, by which was decided before"
                yield pull_reason("base", "error", "base.replayed", text, "fetch the base again")
                return

