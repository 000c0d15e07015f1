"""Publishing: the verdict first and never open by accident, everything else degrades, and saying it twice writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from changeflow.hosts.github import comment, failures, publish, pull_request
from changeflow.hosts.github.client import Client
from changeflow.model.publication import Annotation, Publication, Published
from github.conftest import REPOSITORY
from github.double.server import Double
from github.double.world import Check, Pull, World

REMARK = Annotation(path="changes/x/rfc.yaml", line=3, level="failure", title="rfc-unknown-ci", message="no such item")


@pytest.fixture
def pull(world: World) -> Pull:
    return world.open_pull("change", {"changes/x/rfc.yaml": "a: 1\n"})


def said(pull: Pull, **word: Any) -> Publication:
    """A publication with a word changed."""
    known: dict[str, Any] = {
        "head": pull.head_oid, "outcome": "shut", "title": "Two CAB members are missing", "summary": "**shut**",
        "text": "| a | b |", "details_url": "https://ci.example/run/1", "annotations": (REMARK,), "comment": "Shut: ask carol",
        "labels": ("changeflow:shut", "changeflow:risk-high"), "reviewers": ("carol", "dave"),
    }  # fmt: skip
    return Publication(**{**known, **word})


def tell(client: Client, pull: Pull, publication: Publication) -> Published:
    return publish.publish(client, REPOSITORY, pull_request.read(client, REPOSITORY, pull.number), publication)


def gate(world: World) -> Check:
    return [check for check in world.checks if check.name == "changeflow/gate"][-1]


# -- the whole --------------------------------------------------------------------------------------------------------------


def test_a_verdict_is_published_with_everything_around_it(world: World, pull: Pull, client: Client) -> None:
    published = tell(client, pull, said(pull))
    assert published == Published(verdict="check", written=("verdict", "comment", "labels", "review requests"))
    check = gate(world)
    assert (check.status, check.conclusion, check.title) == ("completed", "failure", "Two CAB members are missing")
    assert check.annotations == [
        {
            "path": "changes/x/rfc.yaml", "start_line": 3, "end_line": 3, "annotation_level": "failure",
            "message": "no such item", "title": "rfc-unknown-ci",
        }
    ]  # fmt: skip
    assert pull.comments[0].body == f"{comment.MARKER}\nShut: ask carol"
    assert sorted(pull.labels) == ["changeflow:risk-high", "changeflow:shut"]
    assert [account.login for account in pull.requested if not isinstance(account, str)] == ["carol", "dave"]


def test_publishing_the_same_twice_writes_nothing_and_takes_three_requests(
    double: Double, pull: Pull, connect: Callable[..., Client]
) -> None:
    tell(connect(), pull, said(pull))
    double.requests.clear()
    again = connect()
    assert tell(again, pull, said(pull)).written == ()
    assert double.writes == []
    assert again.budget.requests == 3
    assert again.budget.line().startswith("3 requests to GitHub: facts 1, gate check 1, own comments 1;")


@pytest.mark.parametrize("kind", ["App", "person"])
def test_a_later_run_that_decides_the_same_writes_nothing_though_its_address_is_another(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client], kind: str
) -> None:
    token = world.token(world.apps["changeflow-bot"] if kind == "App" else "erin")
    tell(connect(token), pull, said(pull))
    double.requests.clear()
    tell(connect(token), pull, said(pull, details_url="https://ci.example/run/2"))
    assert double.writes == []


@pytest.mark.parametrize("head", ["main", "0" * 39, "0" * 40 + "\n", "../../x", "A" * 40])
def test_a_verdict_is_on_a_commit_and_on_nothing_else(pull: Pull, head: str) -> None:
    with pytest.raises(ValueError, match="head"):
        said(pull, head=head)


@pytest.mark.parametrize(
    ("outcome", "status", "conclusion"),
    [
        ("open", "completed", "success"), ("shut", "completed", "failure"), ("error", "completed", "failure"),
        ("pending", "in_progress", None),
    ],
)  # fmt: skip
def test_only_an_open_gate_is_a_success_and_nothing_is_ever_neutral(
    world: World, pull: Pull, client: Client, outcome: str, status: str, conclusion: str | None
) -> None:
    tell(client, pull, said(pull, outcome=outcome))
    assert (gate(world).status, gate(world).conclusion) == (status, conclusion)


def test_a_changed_verdict_updates_the_same_check_and_comment(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client]
) -> None:
    tell(connect(), pull, said(pull))
    first = gate(world).id
    tell(connect(), pull, said(pull, outcome="open", title="Open", comment="Open", labels=("changeflow:open",)))
    assert (gate(world).id, gate(world).conclusion, len(gate(world).annotations)) == (first, "success", 1)
    assert [one.body for one in pull.comments] == [f"{comment.MARKER}\nOpen"]
    assert pull.labels == ["changeflow:open"]
    assert [request.method for request in double.writes].count("PATCH") == 2


def test_changed_annotations_make_a_new_check_because_github_only_appends(
    world: World, pull: Pull, connect: Callable[..., Client]
) -> None:
    tell(connect(), pull, said(pull))
    first = gate(world).id
    tell(connect(), pull, said(pull, annotations=(REMARK.model_copy(update={"line": 9}),)))
    assert gate(world).id > first
    assert [one["start_line"] for one in gate(world).annotations] == [9]


def test_a_text_that_is_no_longer_said_goes_away(world: World, double: Double, pull: Pull, connect: Callable[..., Client]) -> None:
    tell(connect(), pull, said(pull))
    tell(connect(), pull, said(pull, text=""))
    assert not gate(world).text
    double.requests.clear()
    tell(connect(), pull, said(pull, text=""))
    assert double.writes == []


def test_a_success_that_becomes_pending_is_followed_by_a_new_run(world: World, pull: Pull, connect: Callable[..., Client]) -> None:
    tell(connect(), pull, said(pull, outcome="open"))
    first = gate(world).id
    tell(connect(), pull, said(pull, outcome="pending"))
    assert gate(world).id > first
    assert (gate(world).status, gate(world).conclusion) == ("in_progress", None)
    tell(connect(), pull, said(pull, outcome="shut"))
    assert (gate(world).status, gate(world).conclusion) == ("completed", "failure")


@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_an_older_run_is_not_taken_for_the_one_a_lost_connection_may_have_made(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client], kind: str
) -> None:
    tell(connect(), pull, said(pull, outcome="open"))
    double.faults.add("POST */check-runs", kind)
    tell(connect(), pull, said(pull, outcome="pending"))
    assert [check.conclusion for check in world.checks] == ["success", None]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_verdict_that_github_answers_with_another_one_is_an_error(
    double: Double, pull: Pull, connect: Callable[..., Client], method: str
) -> None:
    if method == "PATCH":
        tell(connect(), pull, said(pull))
    double.faults.add(f"{method} */check-runs*", "transform", change=lambda run: {**run, "conclusion": "neutral"})
    with pytest.raises(failures.Unbelievable):
        tell(connect(), pull, said(pull, outcome="open"))


def test_a_gate_on_a_merge_groups_head_needs_no_pull_request(world: World, pull: Pull, client: Client) -> None:
    entry = world.merge_queue(pull)
    viewer = pull_request.read(client, REPOSITORY, pull.number).viewer
    assert entry.head is not None
    publish.publish_verdict(client, REPOSITORY, said(pull, head=entry.head, outcome="open"), viewer)
    assert (gate(world).sha, gate(world).conclusion) == (entry.head, "success")


@pytest.mark.parametrize(("name", "what"), [("labels", "labels"), ("reviewRequests", "review requests"), ("comments", "comment")])
def test_what_is_not_shown_is_not_added_to(
    double: Double, pull: Pull, connect: Callable[..., Client], name: str, what: str
) -> None:
    def hide(answer: Any) -> Any:
        answer["data"]["repository"]["pullRequest"][name] = None
        return answer

    double.faults.add("GRAPHQL PullRequest", "transform", change=hide)
    published = tell(connect(), pull, said(pull))
    assert "verdict" in published.written
    assert what not in published.written
    assert [note for note in published.notes if note.startswith(f"{what} not published: GitHub does not show")]
    assert (bool(pull.labels), bool(pull.requested), bool(pull.comments)) == (name != "labels", name != "reviewRequests", name != "comments")


def test_our_comment_is_found_where_github_has_no_long_ids(double: Double, pull: Pull, connect: Callable[..., Client]) -> None:
    def unnumbered(answer: Any) -> Any:
        for node in answer["data"]["nodes"]:
            node["fullDatabaseId"] = None
        return answer

    tell(connect(), pull, said(pull))
    pull.comments[0].id = 7
    double.faults.add("GRAPHQL Bodies", "transform", change=unnumbered, times=2)
    assert "comment" in tell(connect(), pull, said(pull, comment="Open")).written
    assert [(one.id, one.body) for one in pull.comments] == [(7, f"{comment.MARKER}\nOpen")]


# -- check runs -------------------------------------------------------------------------------------------------------------


def remarks(count: int) -> tuple[Annotation, ...]:
    return tuple(REMARK.model_copy(update={"line": line}) for line in range(1, count + 1))


def test_annotations_come_in_batches_and_the_conclusion_with_the_last(
    world: World, double: Double, pull: Pull, client: Client
) -> None:
    tell(client, pull, said(pull, outcome="open", annotations=remarks(120)))
    sent = [request.body for request in double.writes if "check-runs" in request.path]
    assert [len(body["output"]["annotations"]) for body in sent] == [50, 50, 20]
    assert [body.get("conclusion") for body in sent] == [None, None, "success"]
    assert len(gate(world).annotations) == 120


@pytest.mark.parametrize("batch", [1, 2])
def test_a_batch_that_fails_never_leaves_a_success(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client], batch: int
) -> None:
    double.faults.add("PATCH */check-runs/*", status=500, times=99, skip=batch - 1)
    with pytest.raises(failures.Unreachable):
        tell(connect(), pull, said(pull, outcome="open", annotations=remarks(120)))
    assert (gate(world).status, gate(world).conclusion) == ("in_progress", None)


def test_after_a_failed_batch_the_next_run_makes_a_whole_one(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client]
) -> None:
    wanted = said(pull, outcome="open", annotations=remarks(120))
    double.faults.add("PATCH */check-runs/*", status=500, times=4)
    with pytest.raises(failures.Unreachable):
        tell(connect(), pull, wanted)
    tell(connect(), pull, wanted)
    assert (gate(world).conclusion, len(gate(world).annotations)) == ("success", 120)


def test_more_annotations_than_anybody_reads_are_counted_in_the_summary(world: World, pull: Pull, client: Client) -> None:
    tell(client, pull, said(pull, annotations=remarks(213)))
    assert len(gate(world).annotations) == 200
    assert "13 further findings are not annotated" in (gate(world).summary or "")


@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_a_connection_lost_while_the_check_was_made_leaves_one_check(
    world: World, double: Double, pull: Pull, client: Client, kind: str
) -> None:
    double.faults.add("POST */check-runs", kind)
    tell(client, pull, said(pull))
    assert len([check for check in world.checks if check.name == "changeflow/gate"]) == 1
    assert gate(world).conclusion == "failure"


@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_a_connection_lost_in_a_batch_doubles_no_annotation(
    world: World, double: Double, pull: Pull, client: Client, kind: str
) -> None:
    double.faults.add("PATCH */check-runs/*", kind)
    tell(client, pull, said(pull, annotations=remarks(120)))
    assert [one["start_line"] for one in gate(world).annotations] == list(range(1, 121))


def test_a_check_of_our_name_by_another_app_is_left_alone_and_reported(world: World, pull: Pull, client: Client) -> None:
    theirs = world.check(pull.head_oid, "changeflow/gate", "success", app="github-actions")
    published = tell(client, pull, said(pull))
    assert gate(world).app.slug == "changeflow-bot"
    assert theirs.conclusion == "success"
    assert published.notes == ("a check named `changeflow/gate` by `github-actions` is not ours and does not count",)


@pytest.mark.parametrize("name", ["changeflow/gate", "Changeflow/Gate", "changeflow/gate "])
def test_a_status_named_like_ours_is_reported_whatever_its_case(world: World, pull: Pull, client: Client, name: str) -> None:
    world.status(pull.head_oid, name, "success", "erin")
    assert "by `erin` is not ours" in tell(client, pull, said(pull)).notes[0]
    assert gate(world).conclusion == "failure"


def test_our_own_check_overwritten_with_a_success_is_put_right(world: World, pull: Pull, connect: Callable[..., Client]) -> None:
    tell(connect(), pull, said(pull))
    gate(world).conclusion = "success"
    assert tell(connect(), pull, said(pull)).written == ("verdict",)
    assert gate(world).conclusion == "failure"


# -- statuses ---------------------------------------------------------------------------------------------------------------


def test_a_persons_token_gets_a_status_instead_and_says_so(world: World, pull: Pull, connect: Callable[..., Client]) -> None:
    token = world.token("erin")
    published = tell(connect(token), pull, said(pull, title="x" * 300))
    assert published.verdict == "status"
    assert "You must authenticate via a GitHub App" in published.notes[0]
    status = world.statuses[-1]
    assert (status.context, status.state, len(status.description or "")) == ("changeflow/gate", "failure", 140)


def test_the_same_status_twice_writes_nothing(world: World, double: Double, pull: Pull, connect: Callable[..., Client]) -> None:
    token = world.token("erin")
    tell(connect(token), pull, said(pull))
    double.requests.clear()
    assert tell(connect(token), pull, said(pull)).written == ()
    assert double.writes == []


def test_the_same_words_with_another_state_or_by_somebody_else_are_not_our_status(
    world: World, pull: Pull, connect: Callable[..., Client]
) -> None:
    token = world.token("erin")
    for creator, state in (("erin", "success"), ("dave", "failure")):
        world.status(pull.head_oid, "changeflow/gate", state, creator, description="Two CAB members are missing")
        assert "verdict" in tell(connect(token), pull, said(pull)).written
        assert (world.statuses[-1].state, world.statuses[-1].creator) == ("failure", world.user("erin"))


@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_a_connection_lost_while_setting_a_status_sets_it_again(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client], kind: str
) -> None:
    double.faults.add("POST */statuses/*", kind)
    tell(connect(world.token("erin")), pull, said(pull))
    assert world.statuses[-1].state == "failure"


def test_a_token_that_expired_is_no_reason_for_a_status(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client]
) -> None:
    client = connect()
    facts = pull_request.read(client, REPOSITORY, pull.number)
    world.tokens.clear()
    with pytest.raises(failures.NotAllowed) as raised:
        publish.publish(client, REPOSITORY, facts, said(pull))
    assert raised.value.reason_code == "github.unauthorised"
    assert double.writes == []


def test_an_app_without_the_permission_gets_a_status_and_is_told_which_permission(
    world: World, pull: Pull, connect: Callable[..., Client]
) -> None:
    token = world.token(world.apps["changeflow-bot"], {"statuses": "write", "issues": "write", "pull_requests": "write"})
    published = tell(connect(token), pull, said(pull, outcome="open"))
    assert published.verdict == "status"
    assert "`checks=write`" in published.notes[0]
    assert world.statuses[-1].state == "success"


def test_a_status_of_the_same_app_does_not_keep_it_from_correcting_its_check(
    world: World, pull: Pull, connect: Callable[..., Client]
) -> None:
    tell(connect(), pull, said(pull, outcome="open"))
    world.status(
        pull.head_oid, "changeflow/gate", "failure", "changeflow-bot[bot]",
        description="Two CAB members are missing", target_url="https://ci.example/run/1",
    )  # fmt: skip
    tell(connect(), pull, said(pull))
    assert gate(world).conclusion == "failure"


def test_a_token_that_may_write_nothing_is_a_failure_and_never_silent(
    world: World, pull: Pull, connect: Callable[..., Client]
) -> None:
    with pytest.raises(failures.NotAllowed) as raised:
        tell(connect(world.token(world.apps["github-actions"], {})), pull, said(pull))
    assert raised.value.reason_code == "github.forbidden"
    assert "`statuses=write`" in raised.value.message


# -- the comment ------------------------------------------------------------------------------------------------------------


def test_a_marker_planted_in_somebody_elses_comment_is_not_ours(world: World, pull: Pull, client: Client) -> None:
    planted = world.comment(pull, "erin", f"{comment.MARKER}\nOpen, says the CAB")
    tell(client, pull, said(pull))
    assert planted.body.endswith("says the CAB")
    assert [one.author.login for one in pull.comments if one.author] == ["erin", "changeflow-bot[bot]"]


def test_another_comment_of_our_own_account_is_not_taken_for_the_gates(world: World, pull: Pull, client: Client) -> None:
    other = world.comment(pull, "changeflow-bot[bot]", "Deployed.")
    tell(client, pull, said(pull))
    assert other.body == "Deployed."
    assert len(pull.comments) == 2


def test_a_deleted_comment_is_made_again_once(world: World, pull: Pull, connect: Callable[..., Client]) -> None:
    tell(connect(), pull, said(pull))
    world.delete_comment(pull, pull.comments[0])
    tell(connect(), pull, said(pull))
    tell(connect(), pull, said(pull))
    assert len(pull.comments) == 1


def test_a_comment_deleted_between_reading_and_writing_is_made_again(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client]
) -> None:
    tell(connect(), pull, said(pull))
    double.faults.add("PATCH */issues/comments/*", "hook", hook=lambda: world.delete_comment(pull, pull.comments[0]))
    tell(connect(), pull, said(pull, comment="Other words"))
    assert [one.body for one in pull.comments] == [f"{comment.MARKER}\nOther words"]


def test_two_comments_of_ours_are_reported_and_the_oldest_kept(world: World, pull: Pull, client: Client) -> None:
    for word in ("one", "two"):
        world.comment(pull, "changeflow-bot[bot]", f"{comment.MARKER}\n{word}")
    published = tell(client, pull, said(pull))
    assert published.notes == ("2 comments carry our marker; the oldest is kept up to date",)
    assert [one.body.splitlines()[1] for one in pull.comments] == ["Shut: ask carol", "two"]


def test_a_locked_conversation_costs_the_comment_and_not_the_verdict(world: World, pull: Pull, client: Client) -> None:
    pull.locked = True
    published = tell(client, pull, said(pull))
    assert "verdict" in published.written
    assert any("issue is locked" in note for note in published.notes)
    assert gate(world).conclusion == "failure"


@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_a_connection_lost_while_commenting_leaves_one_comment(double: Double, pull: Pull, client: Client, kind: str) -> None:
    double.faults.add("POST */issues/*/comments", kind)
    tell(client, pull, said(pull))
    assert len(pull.comments) == 1


def test_somebody_elses_copy_of_our_words_is_not_taken_for_our_comment(
    world: World, double: Double, pull: Pull, client: Client
) -> None:
    world.comment(pull, "erin", f"{comment.MARKER}\nShut: ask carol")
    double.faults.add("POST */issues/*/comments", "reset")
    tell(client, pull, said(pull))
    assert [one.author.login for one in pull.comments if one.author] == ["erin", "changeflow-bot[bot]"]


def test_a_comment_beyond_githubs_limit_is_cut_and_says_so(pull: Pull, connect: Callable[..., Client]) -> None:
    long = "<details>\n\n```text\n" + "风险很高 😀\n" * 20_000 + "```\n</details>\n"
    tell(connect(), pull, said(pull, comment=long))
    body = pull.comments[0].body
    assert len(body) <= 65_536
    assert body.endswith(f"```\n\n</details>\n\n{comment.CUT}")
    assert tell(connect(), pull, said(pull, comment=long)).written == ()


def test_without_a_comment_wanted_the_conversation_is_left_alone(pull: Pull, client: Client) -> None:
    tell(client, pull, said(pull, comment=None))
    assert pull.comments == []


# -- labels and review requests ---------------------------------------------------------------------------------------------


def test_only_our_own_labels_are_ever_removed(world: World, pull: Pull, client: Client) -> None:
    for label in ("bug", "Changeflow:Open", "changeflow-like"):
        world.label(pull, label)
    tell(client, pull, said(pull))
    assert sorted(pull.labels) == ["bug", "changeflow-like", "changeflow:risk-high", "changeflow:shut"]


def test_a_label_somebody_else_removed_first_is_as_good(world: World, double: Double, pull: Pull, client: Client) -> None:
    world.label(pull, "changeflow:open")
    double.faults.add("DELETE */labels/*", "hook", hook=lambda: world.unlabel(pull, "changeflow:open"))
    assert tell(client, pull, said(pull)).notes == ()


def test_nobody_is_asked_twice_nor_the_author_nor_who_reviewed_this_head(world: World, pull: Pull, client: Client) -> None:
    world.review(pull, "carol", "commented")
    world.request_review(pull, "dave")
    tell(client, pull, said(pull, reviewers=("alice", "carol", "dave", "erin")))
    assert [account.login for account in pull.requested if not isinstance(account, str)] == ["dave", "erin"]


def test_somebody_whose_review_is_of_an_older_head_is_asked_again(world: World, pull: Pull, client: Client) -> None:
    world.review(pull, "carol", "approved")
    world.push(pull, {"changes/x/rfc.yaml": "a: 2\n"})
    tell(client, pull, said(pull, reviewers=("carol",)))
    assert [account.login for account in pull.requested if not isinstance(account, str)] == ["carol"]


def test_a_review_request_github_refuses_is_a_note(pull: Pull, client: Client) -> None:
    published = tell(client, pull, said(pull, reviewers=("stranger",)))
    assert published.notes == (
        "review requests not published: review requests: GitHub refused (422) (Reviews may only be requested from collaborators.)",
    )


# -- when things move ---------------------------------------------------------------------------------------------------------


def test_a_verdict_stays_on_the_head_it_was_made_for(world: World, pull: Pull, client: Client) -> None:
    facts = pull_request.read(client, REPOSITORY, pull.number)
    publication = said(pull, outcome="open")
    world.push(pull, {"changes/x/rfc.yaml": "a: 2\n"})
    publish.publish(client, REPOSITORY, facts, publication)
    assert gate(world).sha == facts.head_oid
    assert gate(world).sha != pull.head_oid


def test_when_reading_works_and_writing_does_not_nothing_is_half_published(double: Double, pull: Pull, client: Client) -> None:
    double.faults.add("POST *acme*", status=503, times=99)
    with pytest.raises(failures.Unreachable):
        tell(client, pull, said(pull, outcome="open"))
    assert pull.comments == []
    assert pull.labels == []


def test_the_verdict_may_use_what_is_kept_of_the_hourly_limit(
    world: World, double: Double, pull: Pull, connect: Callable[..., Client]
) -> None:
    client = connect(reserve=100)
    facts = pull_request.read(client, REPOSITORY, pull.number)
    double.remaining["core"] = 100
    published = publish.publish(client, REPOSITORY, facts, said(pull))
    assert gate(world).conclusion == "failure"
    assert published.written == ("verdict",)
    assert any("kept for the verdict" in note for note in published.notes)


def test_looking_for_our_check_may_use_what_is_kept_too(
    double: Double, world: World, pull: Pull, connect: Callable[..., Client]
) -> None:
    client = connect(reserve=100)
    facts = pull_request.read(client, REPOSITORY, pull.number)
    double.remaining["core"] = 100
    client.get("repository", REPOSITORY.path, lambda node: node.text("full_name"))
    assert publish.publish(client, REPOSITORY, facts, said(pull)).written == ("verdict",)
    assert gate(world).conclusion == "failure"


def test_a_verdict_can_be_placed_when_nothing_of_the_hourly_limit_is_left(
    world: World, double: Double, pull: Pull, client: Client
) -> None:
    double.remaining.update(core=0, graphql=0)
    exhausted = '{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}'
    double.faults.json("GRAPHQL PullRequest", 200, exhausted, times=9)
    with pytest.raises(failures.Limited) as raised:
        pull_request.read(client, REPOSITORY, pull.number)
    assert raised.value.reason_code == "github.primary_limit"
    publish.publish_verdict(client, REPOSITORY, said(pull, outcome="error", title="GitHub's limit is reached"), None)
    assert (gate(world).conclusion, gate(world).title) == ("failure", "GitHub's limit is reached")
