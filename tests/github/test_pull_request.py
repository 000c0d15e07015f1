"""Reading a pull request: everything the gate needs, in one question, and nothing believed that is not complete."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from changeflow.hosts.github import failures, pull_request
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.merge_queue import merge_queue
from changeflow.hosts.github.repository import Repository
from github.conftest import REPOSITORY
from github.double.server import Double
from github.double.world import World

RFC = {"changes/x/rfc.yaml": "a: 1\n"}


def reason(raised: pytest.ExceptionInfo[failures.GitHubFailed]) -> str:
    return raised.value.reason_code


def test_the_facts_of_a_pull_request_with_30_reviews_take_one_request(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    for index in range(30):
        world.review(pull, ("bob", "carol", "dave")[index % 3], "commented")
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert [review.id for review in facts.reviews] == [review.id for review in pull.reviews]
    assert facts.head_oid == pull.head_oid
    assert facts.changed_files == 1
    assert len(double.requests) == 1
    assert client.budget.line() == "1 request to GitHub: facts 1; 4999 left of graphql"


def test_reviews_keep_who_gave_them_on_what_and_when(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    old = pull.head_oid
    world.review(pull, "bob", "approved", at=datetime(2026, 11, 2, 8, 0, tzinfo=UTC))
    world.push(pull, {"changes/x/rfc.yaml": "a: 2\n"})
    edited = world.review(pull, "carol", "changes_requested", commit=old)
    world.edit_review(edited, "never mind", at=datetime(2026, 11, 3, tzinfo=UTC))
    world.review(pull, "dave", "approved", commit=None)
    first, second, third = pull_request.read(client, REPOSITORY, pull.number).reviews
    assert (first.state, first.commit, first.submitted_at) == ("approved", old, datetime(2026, 11, 2, 8, 0, tzinfo=UTC))
    assert first.author is not None
    assert (first.author.id, first.author.login, first.author.type) == (1_002, "bob", "User")
    assert (second.state, second.commit, second.edited_at) == ("changes_requested", old, datetime(2026, 11, 3, tzinfo=UTC))
    assert third.commit is None
    assert first.id > 2**32 // 2, "review ids no longer fit 32 bits"


def test_a_review_of_a_deleted_account_is_a_ghosts_and_no_crash(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC, by="erin")
    world.review(pull, "bob", "approved")
    world.delete_user("bob")
    world.delete_user("erin")
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert facts.reviews[0].author is None
    assert facts.author is None


def test_bots_and_mannequins_are_told_apart_from_people(world: World, client: Client) -> None:
    world.add_user("import-ghost", 3_000, "Mannequin")
    pull = world.open_pull("change", RFC)
    world.review(pull, "github-actions[bot]", "approved")
    world.review(pull, "import-ghost", "approved")
    authors = [review.author for review in pull_request.read(client, REPOSITORY, pull.number).reviews]
    assert [author.type for author in authors if author] == ["Bot", "Mannequin"]
    assert authors[0] is not None
    assert authors[0].login == "github-actions", "GraphQL writes no [bot]"


def test_a_renamed_account_keeps_its_id_and_the_old_login_may_be_somebody_elses(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    world.review(pull, "bob", "approved")
    world.rename_user("bob", "robert")
    world.add_user("bob", 6_666)
    world.review(pull, "bob", "approved")
    first, second = (review.author for review in pull_request.read(client, REPOSITORY, pull.number).reviews)
    assert first is not None
    assert second is not None
    assert (first.id, first.login) == (1_002, "robert")
    assert (second.id, second.login) == (6_666, "bob")


def test_a_review_state_nobody_knows_stays_visible(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    world.review(pull, "bob", "approved")

    def new_state(answer: Any) -> Any:
        answer["data"]["repository"]["pullRequest"]["reviews"]["nodes"][0]["state"] = "APPROVED_WITH_REMARKS"
        return answer

    double.faults.add("GRAPHQL PullRequest", "transform", change=new_state)
    review = pull_request.read(client, REPOSITORY, pull.number).reviews[0]
    assert (review.state, review.raw_state) == ("unknown", "APPROVED_WITH_REMARKS")


def test_contributors_are_authors_committers_and_co_authors_with_their_addresses(world: World, client: Client) -> None:
    signature = {"isValid": True, "state": "VALID", "wasSignedByGitHub": True, "signer": None}
    pull = world.open_pull("change", RFC, by="alice")
    world.push(
        pull, {"b": "2\n"}, by="bob", committer=("GitHub", "noreply@github.com"), via_web=True, signature=signature,
        co_authors=["carol", ("Stranger", "stranger@elsewhere.example")],
    )  # fmt: skip
    first, second = pull_request.read(client, REPOSITORY, pull.number).commits
    assert [person.user.login for person in first.authors if person.user] == ["alice"]
    assert [(person.email, person.user.id if person.user else None) for person in second.authors] == [
        ("bob@example.com", 1_002), ("carol@example.com", 1_003), ("stranger@elsewhere.example", None),
    ]  # fmt: skip
    assert second.committer is not None
    assert (second.committer.email, second.committer.user) == ("noreply@github.com", None)
    assert second.via_web
    assert second.signature is not None
    assert second.signature.by_github
    assert second.parents == (first.oid,)
    assert first.signature is None


def test_the_timeline_tells_who_dismissed_pushed_and_retargeted(world: World, client: Client) -> None:
    world.commit("release", {"r": "1"})
    pull = world.open_pull("change", RFC, draft=True)
    before = pull.head_oid
    review = world.review(pull, "bob", "changes_requested")
    world.dismiss(pull, review, "alice")
    world.force_push(pull, {"changes/x/rfc.yaml": "a: 3\n"})
    world.retarget(pull, "release", "dave")
    world.make_ready(pull)
    world.label(pull, "urgent", "erin")
    facts = pull_request.read(client, REPOSITORY, pull.number)
    dismissed, pushed, base, ready, label = facts.timeline
    assert dismissed.kind == "review_dismissed"
    assert (dismissed.review, dismissed.previous) == (review.id, "changes_requested")
    assert dismissed.actor is not None
    assert dismissed.actor.login == "alice"
    assert pushed.kind == "head_force_pushed"
    assert (pushed.before, pushed.after) == (before, pull.head_oid)
    assert base.kind == "base_changed"
    assert (base.before, base.after) == ("main", "release")
    assert ready.kind == "ready_for_review"
    assert label.kind == "labeled"
    assert facts.labels == ("urgent",)
    assert facts.reviews[0].state == "dismissed"
    assert not facts.draft


def test_an_event_kind_we_did_not_ask_for_is_kept_as_unknown(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    world.label(pull, "urgent")

    def strange(answer: Any) -> Any:
        answer["data"]["repository"]["pullRequest"]["timelineItems"]["nodes"] = [{"__typename": "TeleportedEvent"}]
        return answer

    double.faults.add("GRAPHQL PullRequest", "transform", change=strange)
    event = pull_request.read(client, REPOSITORY, pull.number).timeline[0]
    assert event.kind == "unknown"
    assert event.raw_kind == "TeleportedEvent"


def test_checks_and_statuses_tell_who_made_them(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    world.check(pull.head_oid, "tests", "success", workflow=".github/workflows/ci.yml")
    world.check(pull.head_oid, "lint", None)
    world.check(pull.head_oid, "docs", "neutral", app="changeflow-bot")
    world.status(pull.head_oid, "changeflow/gate", "success", "erin", description="trust me")
    merge = world.test_merge(pull)
    assert merge is not None
    world.status(merge, "changeflow/gate", "success", "erin")
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert [(check.name, check.conclusion, check.app_slug) for check in facts.checks if check.source == "check"] == [
        ("tests", "success", "github-actions"), ("lint", "pending", "github-actions"), ("docs", "neutral", "changeflow-bot"),
    ]  # fmt: skip
    assert facts.checks[0].workflow == ".github/workflows/ci.yml"
    assert (facts.checks[3].creator or facts.viewer).login == "erin"
    assert facts.test_merge_oid == merge
    assert [check.name for check in facts.test_merge_checks] == ["changeflow/gate"]


def test_a_check_run_whose_number_needs_64_bits_is_read_like_another(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    check = world.check(pull.head_oid, "tests", "success")
    assert check.id > 2**31, "as on github.com, where GraphQL's 32-bit `databaseId` is an error then"
    assert [(one.name, one.conclusion) for one in pull_request.read(client, REPOSITORY, pull.number).checks] == [("tests", "success")]


@pytest.mark.parametrize(("raw", "conclusion"), [("STALE", "cancelled"), ("STARTUP_FAILURE", "failure"), ("GREENISH", "unknown")])
def test_only_success_is_success(world: World, double: Double, client: Client, raw: str, conclusion: str) -> None:
    pull = world.open_pull("change", RFC)
    world.check(pull.head_oid, "tests", "success")

    def say(answer: Any) -> Any:
        commit = answer["data"]["repository"]["pullRequest"]["head"]["nodes"][0]["commit"]
        commit["statusCheckRollup"]["contexts"]["nodes"][0]["conclusion"] = raw
        return answer

    double.faults.add("GRAPHQL PullRequest", "transform", change=say)
    assert pull_request.read(client, REPOSITORY, pull.number).checks[0].conclusion == conclusion


def test_a_check_that_runs_again_is_pending_whatever_it_concluded_before(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    world.check(pull.head_oid, "tests", "success")

    def rerun(answer: Any) -> Any:
        commit = answer["data"]["repository"]["pullRequest"]["head"]["nodes"][0]["commit"]
        commit["statusCheckRollup"]["contexts"]["nodes"][0]["status"] = "IN_PROGRESS"
        return answer

    double.faults.add("GRAPHQL PullRequest", "transform", change=rerun)
    assert pull_request.read(client, REPOSITORY, pull.number).checks[0].conclusion == "pending"


def test_checks_of_another_commit_than_the_head_are_not_taken_for_the_heads(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)

    def stale(answer: Any) -> Any:
        answer["data"]["repository"]["pullRequest"]["head"]["nodes"][0]["commit"]["oid"] = "1" * 40
        return answer

    double.faults.add("GRAPHQL PullRequest", "transform", change=stale, times=9)
    with pytest.raises(failures.Moved) as raised:
        pull_request.read(client, REPOSITORY, pull.number)
    assert reason(raised) == "github.moved"


def test_the_base_is_where_its_branch_is_now_and_what_github_remembers(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    remembered = world.tip("main")
    moved = world.commit("main", {"other": "1"})
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert (facts.base_oid, facts.base_tip) == (remembered, moved)


def test_a_fork_that_is_gone_leaves_the_head_readable(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC, fork=777)
    assert pull_request.read(client, REPOSITORY, pull.number).cross_repository
    pull.head_repository = None
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert facts.head_repository_id is None
    assert facts.head_oid == pull.head_oid


def test_a_pull_request_closed_meanwhile_says_so(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    world.close(pull)
    assert pull_request.read(client, REPOSITORY, pull.number).state == "closed"
    world.reopen(pull)
    world.merge(pull, "carol")
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert facts.state == "merged"
    assert facts.test_merge_oid is None


# -- completeness ---------------------------------------------------------------------------------------------------------


def test_the_decisive_review_on_the_third_page_is_read(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    for _ in range(230):
        world.review(pull, "bob", "commented")
    world.review(pull, "carol", "changes_requested")
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert len(facts.reviews) == 231
    assert facts.reviews[-1].state == "changes_requested"
    assert len(double.requests) == 3


def test_checks_beyond_the_first_hundred_are_read(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    for index in range(120):
        world.status(pull.head_oid, f"job {index}", "success", "bob")
    assert len(pull_request.read(client, REPOSITORY, pull.number).checks) == 120


def many_reviews(world: World) -> Any:
    pull = world.open_pull("change", RFC)
    for _ in range(150):
        world.review(pull, "bob", "commented")
    return pull


def reviews_of(answer: Any) -> Any:
    return answer["data"]["repository"]["pullRequest"]["reviews"]


def shrink(answer: Any) -> Any:
    reviews_of(answer)["nodes"].pop()
    return answer


def recount(answer: Any) -> Any:
    reviews_of(answer)["totalCount"] += 1
    return answer


def repeat(answer: Any) -> Any:
    reviews_of(answer)["pageInfo"] = {"hasNextPage": True, "endCursor": "cursor:100"}
    return answer


@pytest.mark.parametrize("change", [shrink, recount, repeat])
def test_a_second_page_that_shrinks_recounts_or_repeats_its_cursor_is_an_error(
    world: World, double: Double, client: Client, change: Callable[[Any], Any]
) -> None:
    pull = many_reviews(world)
    double.faults.add("GRAPHQL Page", "transform", change=change, times=99)
    with pytest.raises(failures.Incomplete) as raised:
        pull_request.read(client, REPOSITORY, pull.number)
    assert reason(raised) == "github.incomplete"


@pytest.mark.parametrize("change", [shrink, recount, repeat])
def test_a_list_that_moved_once_is_read_again_from_its_first_page(
    world: World, double: Double, client: Client, change: Callable[[Any], Any]
) -> None:
    pull = many_reviews(world)
    double.faults.add("GRAPHQL Page", "transform", change=change, times=1)
    assert len(pull_request.read(client, REPOSITORY, pull.number).reviews) == 150


def test_a_second_page_that_keeps_failing_is_an_error_and_no_partial_set(world: World, double: Double, client: Client) -> None:
    pull = many_reviews(world)
    double.faults.add("GRAPHQL Page", status=502, times=99)
    with pytest.raises(failures.Unreachable) as raised:
        pull_request.read(client, REPOSITORY, pull.number)
    assert reason(raised) == "github.server_error"


def test_a_push_between_two_pages_reads_the_new_head_as_a_whole(world: World, double: Double, client: Client) -> None:
    pull = many_reviews(world)
    double.faults.add("GRAPHQL Page", "hook", hook=lambda: world.push(pull, {"late": "1"}) and None)
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert facts.head_oid == pull.head_oid
    assert len(facts.commits) == 2


def test_a_pull_request_with_as_many_commits_as_github_lists_says_that_there_may_be_more(
    world: World, double: Double, client: Client
) -> None:
    pull = world.open_pull("change", RFC)

    def fill(answer: Any) -> Any:
        commits = answer["data"]["repository"]["pullRequest"]["commits"]
        commits["nodes"] = commits["nodes"] * 250
        commits["totalCount"] = 250
        return answer

    assert pull_request.read(client, REPOSITORY, pull.number).at_limit == ()
    double.faults.add("GRAPHQL PullRequest", "transform", change=fill)
    assert pull_request.read(client, REPOSITORY, pull.number).at_limit == ("commits",)


# -- what cannot be believed ----------------------------------------------------------------------------------------------


def test_partial_data_beside_an_error_is_an_error(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)

    def spoil(answer: Any) -> Any:
        return answer | {"errors": [{"message": "Something went wrong while executing your query."}]}

    double.faults.add("GRAPHQL PullRequest", "transform", change=spoil, times=9)
    with pytest.raises(failures.Unreachable) as raised:
        pull_request.read(client, REPOSITORY, pull.number)
    assert reason(raised) == "github.graphql"
    assert len(double.requests) == 4, "it may pass, so it is asked again, but not for ever"


def nothing_at(answer: Any, way: tuple[Any, ...]) -> Any:
    """An answer with null somewhere in the pull request."""
    node = answer["data"]["repository"]["pullRequest"]
    for step in way[:-1]:
        node = node[step]
    node[way[-1]] = None
    return answer


@pytest.mark.parametrize(
    "way",
    [
        ("reviews",), ("reviews", "nodes", 0), ("reviews", "nodes"), ("headRefOid",), ("changedFiles",), ("isDraft",),
        ("reviews", "nodes", 0, "state"), ("commits", "nodes", 0, "commit"), ("commits", "nodes", 0, "commit", "authors"),
        ("timelineItems",), ("timelineItems", "nodes"), ("state",),
    ],
    ids=lambda way: ".".join(map(str, way)),
)  # fmt: skip
def test_a_null_where_github_promises_something_is_never_taken_for_nothing(
    world: World, double: Double, client: Client, way: tuple[Any, ...]
) -> None:
    pull = world.open_pull("change", RFC)
    world.review(pull, "bob", "approved")
    world.close(pull)
    double.faults.add("GRAPHQL PullRequest", "transform", change=lambda answer: nothing_at(answer, way), times=9)
    with pytest.raises(failures.Unbelievable) as raised:
        pull_request.read(client, REPOSITORY, pull.number)
    assert reason(raised) == "github.unexpected"


@pytest.mark.parametrize("name", ["reviews", "timelineItems", "labels", "reviewRequests", "comments"])
def test_null_for_a_list_of_none_is_none(world: World, double: Double, client: Client, name: str) -> None:
    pull = world.open_pull("change", RFC)
    double.faults.add("GRAPHQL PullRequest", "transform", change=lambda answer: nothing_at(answer, (name, "nodes")))
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert (facts.reviews, facts.timeline, facts.labels, facts.requested, facts.comments) == ((), (), (), (), ())
    assert (facts.not_offered, len(double.requests)) == ((), 1)


@pytest.mark.parametrize(
    "way",
    [("labels",), ("labels", "nodes"), ("labels", "nodes", 0), ("reviewRequests",), ("reviewRequests", "nodes", 0), ("comments", "nodes")],
    ids=lambda way: ".".join(map(str, way)),
)
def test_what_decides_nothing_may_be_left_out_and_that_is_noted(
    world: World, double: Double, client: Client, way: tuple[Any, ...]
) -> None:
    pull = world.open_pull("change", RFC)
    world.label(pull, "urgent")
    world.request_review(pull, "bob")
    world.comment(pull, "bob", "hello")
    double.faults.add("GRAPHQL PullRequest", "transform", change=lambda answer: nothing_at(answer, way))
    facts = pull_request.read(client, REPOSITORY, pull.number)
    found = {"labels": facts.labels, "reviewRequests": facts.requested, "comments": facts.comments}
    assert [name for name, some in found.items() if not some] == [way[0]]
    assert (facts.not_offered, len(double.requests)) == ((way[0],), 1)


def unnumbered(answer: Any) -> Any:
    """An answer of a server that has no 64-bit ids."""
    if isinstance(answer, dict):
        return {key: None if key == "fullDatabaseId" else unnumbered(value) for key, value in answer.items()}
    return [unnumbered(value) for value in answer] if isinstance(answer, list) else answer


def test_ids_that_github_leaves_out_are_asked_for_in_their_older_form(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    reviews = [world.review(pull, "bob", "approved") for _ in range(101)]
    for number, review in enumerate(reviews, 1):
        review.id = number
    world.dismiss(pull, reviews[0], "carol")
    world.comment(pull, "bob", "hello").id = 7
    double.faults.add("GRAPHQL *", "transform", change=unnumbered, times=9)
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert [review.id for review in facts.reviews] == list(range(1, 102))
    assert [event.review for event in facts.timeline if event.kind == "review_dismissed"] == [1]
    assert (facts.id, facts.comments[0].id) == (None, None)
    assert len(double.requests) == 4, "the first page and the last, without the older ids and with them"


def test_ids_that_github_has_in_no_form_are_an_error(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    world.review(pull, "bob", "approved").id = 5
    double.faults.add("GRAPHQL *", "transform", change=unnumbered)
    refused = '{"message": "Field \'databaseId\' doesn\'t exist on type \'PullRequestReview\'", "extensions": {"code": "undefinedField"}}'
    double.faults.json("GRAPHQL *", 200, f'{{"errors": [{refused}]}}')
    with pytest.raises(failures.Unbelievable, match=r"names no number: .*reviews\.nodes") as raised:
        pull_request.read(client, REPOSITORY, pull.number)
    assert (reason(raised), len(double.requests)) == ("github.unexpected", 2)


def test_a_pull_request_that_is_not_there_and_a_repository_that_is_not_visible_are_told_apart(client: Client) -> None:
    with pytest.raises(failures.NotVisible) as raised:
        pull_request.read(client, REPOSITORY, 404)
    assert reason(raised) == "github.not_found"
    with pytest.raises(failures.NotVisible) as raised:
        pull_request.read(client, Repository("acme", "secret"), 1)
    assert reason(raised) == "github.invisible"


def test_a_name_taken_over_by_another_repository_is_noticed(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    assert pull_request.read(client, REPOSITORY, pull.number, repository_id=501).repository_id == 501
    with pytest.raises(failures.Moved) as raised:
        pull_request.read(client, REPOSITORY, pull.number, repository_id=500)
    assert reason(raised) == "github.other_repository"


def test_an_enterprise_server_without_a_merge_queue_is_asked_without_it(world: World, double: Double, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    message = "Field 'mergeQueueEntry' doesn't exist on type 'PullRequest'"
    errors = f'{{"errors": [{{"message": "{message}", "extensions": {{"code": "undefinedField"}}}}]}}'
    double.faults.json("GRAPHQL PullRequest", 200, errors)
    facts = pull_request.read(client, REPOSITORY, pull.number)
    assert facts.queue is None
    assert facts.not_offered == ("mergeQueueEntry",)
    assert len(double.requests) == 2


def test_a_pull_request_without_commits_of_its_own_has_no_checks_and_no_crash(world: World, client: Client) -> None:
    world.commit("change", {"f": "1"})
    world.store.move("refs/heads/main", world.tip("change"))
    world.open_pull("change")
    facts = pull_request.read(client, REPOSITORY, 1)
    assert (facts.commits, facts.checks, facts.changed_files) == ((), (), 0)


# -- which pull requests --------------------------------------------------------------------------------------------------


def test_every_open_pull_request_is_listed(world: World, client: Client) -> None:
    for index in range(3):
        world.open_pull(f"change-{index}", {f"f{index}": "1"})
    world.close(world.pulls[2])
    assert [ref.number for ref in pull_request.open_pulls(client, REPOSITORY)] == [1, 3]


@pytest.mark.parametrize("hidden", [None, {"nodes": None}, {"nodes": [None]}], ids=["labels", "nodes", "node"])
def test_labels_that_are_not_shown_keep_no_pull_request_from_being_listed(
    world: World, double: Double, client: Client, hidden: dict[str, Any] | None
) -> None:
    world.label(world.open_pull("one", RFC), "urgent")
    world.label(world.open_pull("two", RFC), "urgent")

    def hide(answer: Any) -> Any:
        answer["data"]["repository"]["pullRequests"]["nodes"][0]["labels"] = hidden
        return answer

    double.faults.add("GRAPHQL Open", "transform", change=hide)
    assert [(ref.number, ref.labels) for ref in pull_request.open_pulls(client, REPOSITORY)] == [(1, ()), (2, ("urgent",))]


def test_a_merge_commit_leads_to_its_pull_request(world: World, client: Client) -> None:
    pull = world.open_pull("change", RFC)
    stray = world.commit("main", {"direct": "push"})
    merged = world.merge(pull, "carol")
    found = pull_request.pulls_of_commit(client, REPOSITORY, merged)
    assert [(ref.number, ref.state, ref.merge_commit) for ref in found] == [(1, "merged", merged)]
    assert pull_request.pulls_of_commit(client, REPOSITORY, stray) == ()
    with pytest.raises(failures.NotVisible):
        pull_request.pulls_of_commit(client, REPOSITORY, "0" * 40)


def test_a_merge_group_is_everything_in_the_queue_up_to_its_head(world: World, client: Client) -> None:
    pulls = [world.open_pull(f"change-{index}", {f"f{index}": "1"}) for index in range(3)]
    entries = [world.merge_queue(pull) for pull in pulls]
    assert entries[1].head is not None
    assert [ref.number for ref in merge_queue(client, REPOSITORY, "main").members(entries[1].head)] == [1, 2]
    facts = pull_request.read(client, REPOSITORY, 2)
    assert facts.queue is not None
    assert (facts.queue.position, facts.queue.head, facts.queue.base) == (2, entries[1].head, entries[0].head)
    with pytest.raises(failures.Moved):
        merge_queue(client, REPOSITORY, "main").members("1" * 40)


def test_a_pull_request_of_a_merge_group_that_is_not_shown_is_an_error(world: World, double: Double, client: Client) -> None:
    entry = world.merge_queue(world.open_pull("change", RFC))

    def hide(answer: Any) -> Any:
        answer["data"]["repository"]["mergeQueue"]["entries"]["nodes"][0]["pullRequest"] = None
        return answer

    double.faults.add("GRAPHQL Queue", "transform", change=hide)
    assert entry.head is not None
    with pytest.raises(failures.Unbelievable):
        merge_queue(client, REPOSITORY, "main").members(entry.head)


def test_the_merge_base_can_be_asked_without_a_clone(world: World, client: Client) -> None:
    start = world.tip("main")
    pull = world.open_pull("change", RFC)
    moved = world.commit("main", {"other": "1"})
    assert pull_request.merge_base(client, REPOSITORY, moved, pull.head_oid) == start
