"""The client: asked again only where that is safe, believed only when whole, and never with the token elsewhere."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from changeflow import errors
from changeflow.hosts.github import failures, paging
from changeflow.hosts.github.client import Client, RetryPolicy, Stored
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import Address, Installation, Token
from changeflow.model import strictjson
from github.conftest import REPOSITORY, FakeClock
from github.double.server import Double
from github.double.world import Pull, World

HOME = "/repos/acme/changes"
ROUTE = f"GET {HOME}"


def name_of(node: JsonNode) -> str:
    return node.text("full_name")


def ask(client: Client) -> str:
    return client.get("repository", HOME, name_of)


def refusal(client: Client) -> failures.GitHubFailed:
    with pytest.raises(failures.GitHubFailed) as raised:
        ask(client)
    return raised.value


@pytest.fixture
def pull(world: World) -> Pull:
    return world.open_pull("change", {"f": "1"})


# -- what is sent -----------------------------------------------------------------------------------------------------------


def test_every_request_names_the_version_of_the_api_it_speaks(double: Double, client: Client) -> None:
    assert ask(client) == "acme/changes"
    headers = double.requests[0].headers
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["user-agent"].startswith("changeflow/")
    assert headers["authorization"].startswith("token ghs_")


@pytest.mark.parametrize(
    ("api", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://git.example/api/v3/", "https://git.example/api/graphql"),
    ],
)
def test_the_address_of_graphql_follows_from_the_apis(api: str, graphql: str) -> None:
    assert Address(api).graphql == graphql


@pytest.mark.parametrize("names", [("localhost", "127.0.0.1"), ("127.0.0.1", "[::1]"), ("LOCALHOST", "localhost")])
def test_the_names_of_loopback_are_one_machine(names: tuple[str, str]) -> None:
    assert Address(f"http://{names[0]}:8080/api/v3", f"http://{names[1]}:8080/api/graphql").graphql.startswith(f"http://{names[1]}")
    with pytest.raises(errors.UsageError, match="on different hosts"):
        Address(f"http://{names[0]}:8080", f"http://{names[1]}:8081/graphql")


def test_a_refused_address_comes_with_the_one_that_would_do() -> None:
    with pytest.raises(errors.UsageError) as raised:
        Address("http://git.example:8080/api/v3")
    assert "https://git.example:8080" in raised.value.hint


@pytest.mark.parametrize(
    ("api", "graphql"),
    [
        ("http://git.example/api/v3", ""), ("https://user:secret@git.example", ""), ("ftp://git.example", ""),
        ("git.example", ""), ("https://api.github.com", "https://elsewhere.example/graphql"), ("https://git.example?x=1", ""),
    ],
)  # fmt: skip
def test_an_address_a_token_must_not_travel_to_is_refused(api: str, graphql: str) -> None:
    with pytest.raises(errors.UsageError):
        Address(api, graphql)


@pytest.mark.parametrize("secret", ["", "two words", "line\nbreak", "zeichen-ü"])
def test_what_cannot_be_a_token_is_refused_without_quoting_it(secret: str) -> None:
    with pytest.raises(errors.UsageError) as raised:
        Token(secret)
    assert not secret or secret not in str(raised.value)


@pytest.mark.parametrize("text", ["acme", "acme/changes/pulls", "../changes", "acme/..", "acme/a b", "acme/x?y", "acmé/x"])
def test_a_repository_is_owner_and_name_and_leads_nowhere_else(text: str) -> None:
    with pytest.raises(errors.UsageError):
        Repository.parse(text)


def test_nothing_that_is_printed_shows_the_token(world: World, double: Double, connect: Callable[..., Client]) -> None:
    token = world.token(world.apps["changeflow-bot"])
    client = connect(token)
    double.faults.json(ROUTE, 403, f'{{"message": "you sent token {token}"}}')
    failure = refusal(client)
    for text in (
        repr(client),
        repr(Token(token)),
        str(failure),
        failure.message,
        failure.hint,
        repr(failure.args),
        client.budget.line(),
    ):
        assert token not in text
    assert "you sent token ***" in failure.message


# -- what comes back --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_passes_and_the_answer_is_read(double: Double, client: Client, clock: FakeClock, status: int) -> None:
    double.faults.add(ROUTE, status=status, times=2)
    assert ask(client) == "acme/changes"
    assert clock.slept == [1.0, 2.0]
    assert client.budget.repeats == 2


def test_a_server_error_that_stays_is_an_error(double: Double, client: Client) -> None:
    double.faults.add(ROUTE, status=502, times=99)
    assert refusal(client).reason_code == "github.server_error"
    assert len(double.requests) == 4


@pytest.mark.parametrize("kind", ["reset", "truncate", "short", "drop"])
def test_a_broken_answer_passes_and_the_whole_one_is_read(double: Double, client: Client, kind: str) -> None:
    double.faults.add(ROUTE, kind)
    assert ask(client) == "acme/changes"


@pytest.mark.parametrize(("kind", "reason"), [("reset", "unreachable"), ("truncate", "garbled"), ("short", "unreachable")])
def test_a_broken_answer_that_stays_is_an_error_and_never_an_empty_list(
    double: Double, client: Client, pull: Pull, kind: str, reason: str
) -> None:
    double.faults.add("GET */comments", kind, times=99)
    with pytest.raises(failures.GitHubFailed) as raised:
        paging.every(client, "comments", f"{HOME}/issues/{pull.number}/comments")
    assert raised.value.reason_code == f"github.{reason}"


JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b"null"), (JSON, b""), (JSON, b"3"), (JSON, b'"text"'), (JSON, b"[1,"), (JSON, b'{"a":1,"a":2}'),
        (JSON, b'{"a":NaN}'), (JSON, b'{"a":1e999}'), (JSON, b'["\\ud800"]'), (JSON, b"\xff\xfe"), (JSON, b"[" * 100 + b"]" * 100),
        (JSON, b"[" * 100_000), (JSON, b"[" + b"9" * 5_000 + b"]"), ("text/html", b"<html>Unicorn!</html>"), ("text/html", b"[]"),
        ("", b"[]"), ("application/jsonp", b"[]"),
    ],
)  # fmt: skip
def test_a_200_that_is_no_proper_json_is_never_an_empty_list(
    double: Double, client: Client, pull: Pull, kind: str, body: bytes
) -> None:
    double.faults.add("GET */comments", status=200, body=body, headers={"Content-Type": kind}, times=99)
    with pytest.raises(failures.Garbled) as raised:
        paging.every(client, "comments", f"{HOME}/issues/{pull.number}/comments")
    assert raised.value.reason_code == "github.garbled"
    assert "Unicorn" not in raised.value.message


@pytest.mark.parametrize("text", ['{"a": [1, "x", null, true, 1.5]}', "[]", "{}", '["😀"]', "[" * 60 + "]" * 60])
def test_strict_reading_agrees_with_json_on_what_is_proper(text: str) -> None:
    import json

    assert strictjson.parse(text.encode(), floats=True) == json.loads(text)


def test_an_answer_beyond_any_reason_is_not_read_to_its_end(double: Double, connect: Callable[..., Client]) -> None:
    double.faults.json(ROUTE, 200, '{"full_name": "' + "x" * 200_000 + '"}', times=9)
    assert refusal(connect(size=100_000)).reason_code == "github.garbled"


@pytest.mark.parametrize("value", ['{"full_name": null}', '{"full_name": 7}', "{}"])
def test_json_of_another_shape_is_not_believed_and_not_asked_again(double: Double, client: Client, value: str) -> None:
    double.faults.json(ROUTE, 200, value, times=9)
    assert refusal(client).reason_code == "github.unexpected"
    assert len(double.requests) == 1


def test_the_deadline_holds_for_everything_together(double: Double, connect: Callable[..., Client], clock: FakeClock) -> None:
    double.faults.add(ROUTE, status=503, times=99)
    assert refusal(connect(deadline=2.5)).reason_code == "github.server_error"
    assert sum(clock.slept) < 2.5


def test_after_the_deadline_nothing_is_asked_any_more(double: Double, connect: Callable[..., Client], clock: FakeClock) -> None:
    client = connect(deadline=10)
    clock.sleep(10)
    assert refusal(client).reason_code == "github.deadline"
    assert double.requests == []


def test_a_server_that_never_answers_is_given_up_on(clock: FakeClock) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = Address(f"http://127.0.0.1:{silent.getsockname()[1]}")
        client = Client(address, Token("x"), policy=RetryPolicy(read=0.05, attempts=2), clock=clock, chance=lambda: 0.0)
        assert refusal(client).reason_code == "github.unreachable"


# -- limits -----------------------------------------------------------------------------------------------------------------

SECONDARY = '{"message": "You have exceeded a secondary rate limit. Please wait."}'


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_waits_as_long_as_it_is_told_to(double: Double, client: Client, clock: FakeClock, status: int) -> None:
    double.faults.json(ROUTE, status, SECONDARY, headers={"Retry-After": "37"})
    assert ask(client) == "acme/changes"
    assert clock.slept == [37.0]


def test_a_secondary_limit_that_does_not_say_how_long_waits_a_minute_and_then_longer(
    double: Double, client: Client, clock: FakeClock
) -> None:
    double.faults.json(ROUTE, 403, SECONDARY, times=2)
    assert ask(client) == "acme/changes"
    assert clock.slept == [60.0, 120.0]


@pytest.mark.parametrize("after", ["", "soon", "-5", "١٢", "1e3"])
def test_a_retry_after_nobody_can_read_is_a_minute(double: Double, client: Client, clock: FakeClock, after: str) -> None:
    double.faults.json(ROUTE, 429, "{}", headers={"Retry-After": after} if after.isascii() else {})
    ask(client)
    assert clock.slept == [60.0]


def test_a_limit_that_outlasts_the_deadline_is_an_error_at_once(double: Double, client: Client, clock: FakeClock) -> None:
    double.faults.json(ROUTE, 403, SECONDARY, headers={"Retry-After": "3600"}, times=9)
    failure = refusal(client)
    assert failure.reason_code == "github.secondary_limit"
    assert clock.slept == []
    assert len(double.requests) == 1


def test_an_exhausted_hourly_limit_waits_for_its_reset_when_that_is_near(
    world: World, double: Double, client: Client, clock: FakeClock
) -> None:
    reset = int(world.now.timestamp()) + 40
    double.faults.json(ROUTE, 403, "{}", headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)})
    assert ask(client) == "acme/changes"
    assert clock.slept == [41.0]


def test_an_exhausted_hourly_limit_whose_reset_is_far_is_an_error_at_once(
    world: World, double: Double, client: Client, clock: FakeClock
) -> None:
    reset = int(world.now.timestamp()) + 3_000
    double.faults.json(ROUTE, 403, "{}", headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)})
    assert refusal(client).reason_code == "github.primary_limit"
    assert clock.slept == []


def test_a_missing_permission_is_no_limit_and_is_named(double: Double, client: Client, clock: FakeClock) -> None:
    accepted = {"X-Accepted-GitHub-Permissions": "checks=read"}
    double.faults.json(ROUTE, 403, '{"message": "Resource not accessible by integration"}', headers=accepted, times=9)
    failure = refusal(client)
    assert failure.reason_code == "github.forbidden"
    assert "`checks=read`" in failure.message
    assert clock.slept == []


def test_the_last_requests_of_the_hour_are_kept_for_the_verdict(double: Double, connect: Callable[..., Client]) -> None:
    client = connect(reserve=50)
    double.remaining["core"] = 51
    ask(client)
    failure = refusal(client)
    assert failure.reason_code == "github.primary_limit"
    assert "kept for the verdict" in failure.message
    assert len(double.requests) == 1
    assert client.get("repository", HOME, name_of, verdict=True) == "acme/changes"


def test_a_renewed_hour_ends_the_thrift(double: Double, connect: Callable[..., Client], clock: FakeClock) -> None:
    client = connect(reserve=50, deadline=10_000)
    double.remaining["core"] = 51
    ask(client)
    clock.sleep(1_801)
    assert ask(client) == "acme/changes"


def test_a_portion_ends_before_the_whole_and_leaves_the_rest(double: Double, connect: Callable[..., Client]) -> None:
    client = connect(ceiling=5)
    with client.portion(2, 60.0):
        ask(client)
        ask(client)
        assert refusal(client).reason_code == "github.budget"
    ask(client)
    with client.portion(100, 60.0):
        ask(client)
        ask(client)
        assert refusal(client).reason_code == "github.budget", "no portion is larger than the whole"
    client.widen(7, 60.0)
    ask(client)
    assert len(double.requests) == 6


def test_a_portion_has_a_time_of_its_own_and_the_whole_goes_on(connect: Callable[..., Client], clock: FakeClock) -> None:
    client = connect(deadline=100.0)
    with client.portion(10, 30.0):
        ask(client)
        clock.sleep(30.0)
        assert refusal(client).reason_code == "github.deadline"
    ask(client)
    clock.sleep(60.0)
    with client.portion(10, 30.0):
        ask(client)
        clock.sleep(10.0)
        assert refusal(client).reason_code == "github.deadline", "no portion outlasts the whole"
    assert refusal(client).reason_code == "github.deadline"
    client.widen(10, 50.0)
    ask(client)


def test_what_a_run_affords_is_bounded_by_its_ceiling_its_time_and_what_is_kept_for_others(
    double: Double, connect: Callable[..., Client], clock: FakeClock
) -> None:
    client = connect(ceiling=10, deadline=100.0)
    assert client.affords(10, 100.0, 200), "nothing is known of GitHub's limits before it spoke of them"
    ask(client)
    assert (client.affords(9, 100.0, 200), client.affords(10, 100.0, 200)) == (True, False)
    clock.sleep(1.0)
    assert (client.affords(9, 99.0, 200), client.affords(9, 99.5, 200)) == (True, False)
    double.remaining["core"] = 201
    ask(client)
    assert (client.affords(1, 1.0, 200), client.affords(1, 1.0, 201)) == (True, False)
    clock.sleep(1_801.0)
    client.widen(100, 60.0)
    assert client.affords(1, 1.0, 201), "the hour is over"


def test_a_run_has_a_ceiling_of_its_own(double: Double, connect: Callable[..., Client]) -> None:
    client = connect(ceiling=3)
    for _ in range(3):
        ask(client)
    assert refusal(client).reason_code == "github.budget"
    assert len(double.requests) == 3


# -- permissions ------------------------------------------------------------------------------------------------------------


def test_401_403_and_404_are_told_apart(world: World, connect: Callable[..., Client]) -> None:
    with pytest.raises(failures.NotAllowed) as raised:
        ask(connect("ghp_revoked"))
    assert raised.value.reason_code == "github.unauthorised"
    token = world.token(world.apps["changeflow-bot"], {})
    with pytest.raises(failures.NotAllowed) as raised:
        connect(token).send("statuses", "POST", f"{HOME}/statuses/{'0' * 40}", {"state": "success"})
    assert (raised.value.reason_code, "`statuses=write`" in raised.value.message) == ("github.forbidden", True)
    with pytest.raises(failures.NotVisible) as gone:
        connect().get("check", f"{HOME}/check-runs/1", name_of)
    assert gone.value.reason_code == "github.not_found"


def test_a_404_in_a_repository_the_token_cannot_see_says_so(double: Double, client: Client) -> None:
    with pytest.raises(failures.NotVisible) as raised:
        client.get("check", "/repos/acme/secret/check-runs/1", name_of)
    assert raised.value.reason_code == "github.invisible"
    assert [request.path for request in double.requests] == ["/repos/acme/secret/check-runs/1", "/repos/acme/secret"]


def test_a_404_stays_what_it_is_when_the_repository_cannot_be_asked_for(double: Double, client: Client) -> None:
    double.faults.add(ROUTE, status=500, times=99)
    with pytest.raises(failures.NotVisible) as raised:
        client.get("check", f"{HOME}/check-runs/1", name_of)
    assert raised.value.reason_code == "github.not_found"


# -- an App's installation ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def private_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


@pytest.fixture
def installed(double: Double, clock: FakeClock, private_key: str) -> Client:
    return Client(Address(double.url), Installation(7_001, 7_001, private_key), clock=clock, chance=lambda: 0.0)


def test_an_installation_makes_its_token_before_it_asks(double: Double, installed: Client) -> None:
    assert ask(installed) == "acme/changes"
    first, second = double.requests
    assert (first.method, first.path) == ("POST", "/app/installations/7001/access_tokens")
    assert first.headers["authorization"].startswith("Bearer ey")
    assert second.headers["authorization"].startswith("token ghs_")


def test_a_token_that_expires_on_the_way_is_renewed_once(world: World, installed: Client) -> None:
    ask(installed)
    world.tokens.clear()
    assert ask(installed) == "acme/changes"
    world.tokens.clear()
    assert refusal(installed).reason_code == "github.unauthorised"


def test_the_private_key_is_never_shown(private_key: str) -> None:
    assert "PRIVATE" not in repr(Installation(1, 2, private_key))


# -- redirects ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another host that writes down what it is sent."""
    heard: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("Authorization", ""))
            self.send_error(500)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()


def test_a_redirect_on_the_same_host_is_followed(double: Double, client: Client) -> None:
    double.faults.add("GET /repos/acme/old", status=301, headers={"Location": f"{double.url}{HOME}"})
    assert client.get("repository", "/repos/acme/old", name_of) == "acme/changes"
    assert double.requests[1].headers["authorization"].startswith("token ")


def test_a_redirect_to_another_host_gets_neither_the_token_nor_a_visit(
    double: Double, client: Client, elsewhere: tuple[str, list[str]]
) -> None:
    double.faults.add(ROUTE, status=302, headers={"Location": elsewhere[0]})
    assert refusal(client).reason_code == "github.other_host"
    assert elsewhere[1] == []


def test_a_next_page_on_another_host_is_not_visited(
    double: Double, client: Client, pull: Pull, elsewhere: tuple[str, list[str]]
) -> None:
    link = {"Link": f'<{elsewhere[0]}/page>; rel="next"'}
    double.faults.json("GET */comments", 200, "[]", headers=link, times=9)
    with pytest.raises(failures.Incomplete) as raised:
        paging.every(client, "comments", f"{HOME}/issues/{pull.number}/comments")
    assert raised.value.reason_code == "github.other_host"
    assert elsewhere[1] == []


def test_a_redirect_of_a_write_writes_nothing(double: Double, client: Client, pull: Pull) -> None:
    double.faults.add("POST */labels", status=307, headers={"Location": f"{double.url}{HOME}/issues/2/labels"})
    with pytest.raises(failures.Moved):
        client.send("labels", "POST", f"{HOME}/issues/{pull.number}/labels", {"labels": ["x"]})
    assert len(double.requests) == 1


def test_redirects_in_circles_end(double: Double, client: Client) -> None:
    double.faults.add(ROUTE, status=302, headers={"Location": f"{double.url}{HOME}"}, times=99)
    assert refusal(client).reason_code == "github.moved"


# -- entity tags --------------------------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(double: Double, client: Client) -> None:
    assert ask(client) == ask(client)
    assert "if-none-match" in double.requests[1].headers
    assert client.budget.unchanged == 1


def test_what_has_changed_is_read_anew(world: World, client: Client) -> None:
    ask(client)
    world.archived = True
    assert client.get("repository", HOME, lambda node: node.flag("archived"))
    assert client.budget.unchanged == 0


def test_answers_can_be_kept_between_runs(world: World, double: Double, clock: FakeClock) -> None:
    stored, token = Stored(), Token(world.token(world.apps["changeflow-bot"]))
    for _ in range(2):
        client = Client(Address(double.url), token, stored=stored, clock=clock)
        ask(client)
    assert client.budget.unchanged == 1


def test_a_304_for_which_nothing_was_kept_is_asked_again(double: Double, client: Client) -> None:
    double.faults.add(ROUTE, status=304)
    assert ask(client) == "acme/changes"
    assert len(double.requests) == 2


def test_a_304_that_a_redirect_led_to_is_asked_again_whole(double: Double, client: Client) -> None:
    ask(client)
    double.faults.add("GET /repos/acme/old", status=301, headers={"Location": f"{double.url}{HOME}"}, times=2)
    assert client.get("repository", "/repos/acme/old", name_of) == "acme/changes"


def test_a_304_for_ever_without_anything_kept_is_an_error(double: Double, client: Client) -> None:
    double.faults.add(ROUTE, status=304, times=99)
    assert refusal(client).reason_code == "github.garbled"


# -- lists ----------------------------------------------------------------------------------------------------------------------


def comments(client: Client, pull: Pull, **more: Any) -> list[JsonNode]:
    return paging.every(client, "comments", f"{HOME}/issues/{pull.number}/comments", **more)


@pytest.fixture
def talk(world: World, pull: Pull) -> Pull:
    for index in range(250):
        world.comment(pull, "bob", f"comment {index}")
    return pull


def test_every_page_is_read(double: Double, client: Client, talk: Pull) -> None:
    assert [node.text("body") for node in comments(client, talk)] == [f"comment {index}" for index in range(250)]
    assert [request.query["page"] for request in double.requests[1:]] == ["2", "3"]


def test_a_count_that_is_not_met_is_an_error(client: Client, talk: Pull) -> None:
    with pytest.raises(failures.Incomplete):
        comments(client, talk, count=251)
    assert len(comments(client, talk, count=250)) == 250


def test_a_second_page_that_fails_leaves_no_partial_list(double: Double, client: Client, talk: Pull) -> None:
    double.faults.add("GET */comments", status=500, times=99, skip=1)
    with pytest.raises(failures.Unreachable):
        comments(client, talk)


def test_a_list_that_ends_before_its_promised_last_page_is_an_error(double: Double, client: Client, talk: Pull) -> None:
    for skip in (1, 2):  # the second page of the first and of the second try
        double.faults.json("GET */comments", 200, "[]", skip=skip)
    with pytest.raises(failures.Incomplete):
        comments(client, talk)


def test_a_list_that_moves_while_it_is_read_is_read_again(double: Double, client: Client, talk: Pull) -> None:
    removed = talk.comments[0]
    double.faults.add("GET */comments", "hook", hook=lambda: talk.comments.insert(0, removed), skip=1)
    talk.comments.pop(0)
    assert len(comments(client, talk)) == 250


def test_a_page_that_links_to_itself_ends(double: Double, client: Client, talk: Pull) -> None:
    link = {"Link": f'<{double.url}{HOME}/issues/1/comments?per_page=100>; rel="next"'}
    double.faults.json("GET */comments", 200, "[]", headers=link, times=9)
    with pytest.raises(failures.Incomplete):
        comments(client, talk)


# -- writes -----------------------------------------------------------------------------------------------------------------------


def label(client: Client, pull: Pull) -> None:
    client.send("labels", "POST", f"{HOME}/issues/{pull.number}/labels", {"labels": ["x"]})


def speak(client: Client, pull: Pull, again: Any = False) -> int:
    path = f"{HOME}/issues/{pull.number}/comments"
    return client.write("comment", "POST", path, {"body": "hello"}, lambda node: node.number("id"), again=again)


@pytest.mark.parametrize("kind", ["drop", "truncate", "short", "reset"])
def test_a_write_that_may_have_happened_is_not_repeated_blindly(double: Double, client: Client, pull: Pull, kind: str) -> None:
    double.faults.add("POST */comments", kind)
    with pytest.raises(failures.GitHubFailed) as raised:
        speak(client, pull)
    assert raised.value.ambiguous
    assert len(double.writes) == 1


def test_a_write_that_may_have_happened_is_looked_up(double: Double, client: Client, pull: Pull) -> None:
    double.faults.add("POST */comments", "drop")
    assert speak(client, pull, again=lambda: pull.comments[-1].id if pull.comments else None) == pull.comments[0].id
    assert len(pull.comments) == 1


def test_a_write_that_did_not_happen_is_repeated_a_few_times(double: Double, client: Client, pull: Pull) -> None:
    double.faults.add("POST */comments", "reset", times=2)
    assert speak(client, pull, again=lambda: pull.comments[-1].id if pull.comments else None) == pull.comments[0].id
    double.faults.add("POST */comments", "reset", times=99)
    with pytest.raises(failures.Unreachable):
        speak(client, pull, again=lambda: None)
    assert len(double.writes) == 3 + 4


def test_a_write_that_a_limit_held_back_did_not_happen_and_is_repeated(double: Double, client: Client, pull: Pull) -> None:
    double.faults.json("POST */comments", 403, SECONDARY, headers={"Retry-After": "5"})
    speak(client, pull)
    assert len(pull.comments) == 1


def test_a_write_that_says_the_same_twice_is_repeated(double: Double, client: Client, pull: Pull) -> None:
    double.faults.add("POST */labels", "drop")
    label(client, pull)
    assert pull.labels == ["x"]


def test_a_write_answered_by_something_that_is_not_github_was_not_done(double: Double, client: Client, pull: Pull) -> None:
    page = {"status": 200, "body": b"<html>Sign in to the hotel</html>", "headers": {"Content-Type": "text/html"}}
    double.faults.add("POST */labels", **page)
    label(client, pull)
    assert pull.labels == ["x"]
    double.faults.add("POST */labels", times=99, **page)
    with pytest.raises(failures.Garbled):
        label(client, pull)


def test_githubs_number_for_the_request_is_told(double: Double, client: Client) -> None:
    double.faults.json(ROUTE, 422, "{}", headers={"X-GitHub-Request-Id": "AB12:34"})
    assert "(GitHub's request AB12:34)" in refusal(client).hint
    double.faults.json(ROUTE, 422, "{}", headers={"X-GitHub-Request-Id": "<script>"})
    assert "<script>" not in refusal(client).hint


def test_a_second_passes_between_writes_as_github_asks(client: Client, pull: Pull, clock: FakeClock) -> None:
    label(client, pull)
    label(client, pull)
    assert clock.slept == [1.0]


@pytest.mark.parametrize(("status", "reason"), [(400, "rejected"), (409, "conflict"), (422, "rejected")])
def test_a_refused_write_is_an_error_with_githubs_words(double: Double, client: Client, pull: Pull, status: int, reason: str) -> None:
    text = '{"message": "Validation Failed", "errors": [{"field": "body", "code": "invalid"}, "and more"]}'
    double.faults.json("POST */comments", status, text)
    with pytest.raises(failures.Rejected) as raised:
        speak(client, pull)
    assert raised.value.reason_code == f"github.{reason}"
    assert "Validation Failed; body invalid; and more" in raised.value.message


# -- time -------------------------------------------------------------------------------------------------------------------------


def test_the_servers_time_is_known_from_its_answers(world: World, client: Client) -> None:
    with pytest.raises(failures.GitHubFailed) as raised:
        client.time.now()
    assert raised.value.reason_code == "github.no_server_time"
    world.now += timedelta(seconds=90)
    ask(client)
    assert client.time.skew == timedelta(seconds=90)
    assert client.time.now() == world.now


@pytest.mark.parametrize("date", ["", "soon"])
def test_answers_without_a_date_are_told_from_no_answer(double: Double, client: Client, date: str) -> None:
    with pytest.raises(failures.GitHubFailed, match="has not said") as raised:
        client.time.now()
    double.faults.json(ROUTE, 200, '{"full_name": "x"}', headers={"Date": date})
    ask(client)
    with pytest.raises(failures.GitHubFailed, match="lack the header `Date`") as raised:
        client.time.now()
    assert raised.value.reason_code == "github.no_server_time"


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_off_by_a_day_is_an_error(world: World, client: Client, days: int) -> None:
    world.now += timedelta(days=days)
    ask(client)
    with pytest.raises(failures.GitHubFailed) as raised:
        client.time.now()
    assert raised.value.reason_code == "github.clock_skew"


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 99 Nov 2026 00:00:00 GMT"])
def test_a_date_nobody_can_read_changes_nothing(double: Double, client: Client, date: str) -> None:
    ask(client)
    before = client.time.skew
    double.faults.json(ROUTE, 200, '{"full_name": "x"}', headers={"Date": date})
    ask(client)
    assert client.time.skew == before


# -- GraphQL ----------------------------------------------------------------------------------------------------------------------

VIEWER = "query Viewer{viewer{login}}"


def who(client: Client) -> str:
    return client.graphql("viewer", VIEWER, {}, lambda data: data.at("viewer").text("login"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"data": null}', "unexpected"),
        ('{"data": {}}', "unexpected"),
        ('{"data": {"viewer": {"login": "x"}}, "errors": [{"type": "FORBIDDEN", "message": "no"}]}', "forbidden"),
        ('{"data": {"viewer": {"login": "x"}}, "errors": [{"message": "odd"}]}', "graphql"),
        ('{"data": {"viewer": {"login": "x"}}, "errors": {"message": "odd"}}', "graphql"),
        ('{"data": {"viewer": {"login": "x"}}, "errors": "odd"}', "graphql"),
        ('{"errors": [{"type": "RATE_LIMITED", "message": "later"}]}', "primary_limit"),
        ('{"errors": [{"type": "NOT_FOUND", "path": ["repository"], "message": "?"}]}', "invisible"),
        ("[]", "unexpected"),
        ("null", "garbled"),
    ],
)
def test_a_graphql_answer_with_any_error_is_an_error(double: Double, client: Client, answer: str, reason: str) -> None:
    double.faults.json("GRAPHQL Viewer", 200, answer, times=9)
    with pytest.raises(failures.GitHubFailed) as raised:
        who(client)
    assert raised.value.reason_code == f"github.{reason}"


def test_a_graphql_time_out_passes(double: Double, client: Client) -> None:
    double.faults.add("GRAPHQL Viewer", status=502, body=b"<html>", headers={"Content-Type": "text/html"})
    assert who(client) == "changeflow-bot[bot]"


def test_what_went_over_the_wire_is_told_by_name(double: Double, client: Client, pull: Pull) -> None:
    double.faults.add(ROUTE, status=503)
    ask(client)
    ask(client)
    label(client, pull)
    assert client.budget.names == {"repository": 3, "labels": 1}
    line = client.budget.line()
    assert line.startswith("4 requests to GitHub: labels 1, repository 3; 1 of them writes; 1 repeated; 1 unchanged; ")


def test_times_of_the_fixture_are_what_they_should_be(clock: FakeClock) -> None:
    assert clock.now() > datetime(2026, 11, 1, tzinfo=UTC)
    assert REPOSITORY.path == HOME
