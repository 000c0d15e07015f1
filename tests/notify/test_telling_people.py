"""People are told each fact once, on the channels that the configuration names."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dates import now
from tests.notify.servers import Hooks, Mails, mail_server, web_server
from tests.notify.world import hook, mail, outcomes, planned, settings, site_at, told, window
from tests.release.site import ID, Site, git


@pytest.fixture
def mails() -> Iterator[Mails]:
    with mail_server() as server:
        yield server


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with web_server() as server:
        yield server


def recorded(site: Site) -> list[dict[str, Any]]:
    names = git(site.root, "log", "--reverse", "--format=", "--name-only", "changeflow/ledger").split()
    found = []
    for name in names:
        if name.endswith("-notification.json"):
            assert name.startswith("_/")
            envelope = json.loads(git(site.root, "show", f"changeflow/ledger:{name}"))
            found.append(json.loads(base64.b64decode(envelope["payload"]))["predicate"])
    return found


def test_owners_and_the_requester_are_told_once(tmp_path: Path, mails: Mails) -> None:
    site = site_at(tmp_path / "repo", mail(mails.port))
    planned(site)
    done = site.cli("notify")
    assert done.code == 0, done.err
    # bob owns what is changed, erin is of the role that owns what needs it; frank has no address
    assert sorted(who for who, _ in mails.got) == ["alice@example.com", "bob@example.com", "erin@example.com"]
    assert set(mails.subjects) == {f"Planned: Upgrade payments-db ({ID})"}
    assert "no address for frank" in done.out
    assert told(site) == []
    assert len(mails.got) == 3
    events = [(one["event"], one["fact"], one["recipients"]) for one in recorded(site)]
    names = ["bob", "erin", "alice"]
    assert events == [("claimed", "announced", names), ("told", "announced", names)]
    assert site.cli("ledger", "verify").code == 0


def test_nothing_is_sent_or_recorded_by_a_dry_run(tmp_path: Path, mails: Mails) -> None:
    site = site_at(tmp_path / "repo", mail(mails.port))
    planned(site)
    (row,) = told(site, "--dry-run")
    assert (row["outcome"], row["fact"], row["channel"]) == ("due", "announced", "mail")
    assert mails.got == []
    assert git(site.root, "branch", "--list", "changeflow/ledger") == ""


def test_a_change_is_followed_from_announcement_to_end(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", hook(hooks.port))
    first, second = window(48), window(72)
    planned(site, window=first)
    told(site)
    site.change(window=second)
    told(site)
    # it may run now
    site.change(window=window(-1))
    told(site)
    assert site.release("run").code == 0
    told(site)
    assert told(site) == []
    assert [body["fact"] for body in hooks.bodies] == ["announced", "moved", "moved", "done"]
    moved = hooks.bodies[1]
    as_utc = [moved["old_start"], moved["start"]]
    assert [one[:10] for one in as_utc] == [first["start"][:10], second["start"][:10]]
    assert len({body["thread"] for body in hooks.bodies}) == 1
    assert len({body["message"] for body in hooks.bodies}) == 4


def test_a_release_that_is_rolled_back_is_told_as_that(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", hook(hooks.port))
    from tests.release.site import checked_step, run_step

    planned(site, window=window(-1), steps=[checked_step("one"), run_step("two", "fail")])
    told(site)
    assert site.release("run").code == 1
    told(site)
    assert [body["fact"] for body in hooks.bodies] == ["announced", "turned_back"]


def test_a_request_that_is_gone_is_cancelled_for_those_who_were_told(tmp_path: Path, mails: Mails) -> None:
    site = site_at(tmp_path / "repo", mail(mails.port, who=["requester"]))
    planned(site)
    told(site)
    git(site.root, "rm", "-rq", f"changes/{ID}")
    site.commit("The request is taken back")
    (row,) = told(site)
    assert (row["fact"], row["recipients"]) == ("cancelled", ["alice"])
    assert mails.subjects[1] == f"Cancelled: {ID} ({ID})"
    assert told(site) == []


def test_a_withdrawn_change_is_cancelled(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", hook(hooks.port))
    planned(site)
    told(site)
    assert site.cli("withdraw", ID, "--as", "alice").code == 0
    told(site)
    assert [body["fact"] for body in hooks.bodies] == ["announced", "cancelled"]


def test_a_request_that_cannot_be_read_is_not_cancelled(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", hook(hooks.port))
    planned(site)
    told(site)
    path = site.root / f"changes/{ID}/rfc.yaml"
    path.write_text("kind: [", encoding="utf-8")
    site.commit("Damage")
    assert told(site) == []


def test_what_ended_long_ago_is_no_news(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo")
    planned(site, window=window(-1))
    assert site.release("run").code == 0
    site.write("changeflow.yaml", settings(hook(hooks.port)))
    site.commit("Tell people from now on")
    later = (now() + timedelta(days=3)).isoformat()
    assert told(site, "--dry-run", "--now", later) == []
    assert [one["fact"] for one in told(site)] == ["done"]
    # whoever heard the beginning hears the end, however late
    assert told(site, "--dry-run", "--now", later) == []


def test_a_change_is_announced_so_long_before(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", hook(hooks.port, before="PT24H"))
    planned(site, window=window(48))
    assert told(site) == []
    soon = (now() + timedelta(hours=25)).isoformat()
    assert [one["fact"] for one in told(site, "--dry-run", "--now", soon)] == ["announced"]


def test_only_wanted_facts_are_told(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", hook(hooks.port, events=["done"]))
    planned(site, window=window(-1))
    assert told(site) == []
    assert site.release("run").code == 0
    told(site)
    assert [body["fact"] for body in hooks.bodies] == ["done"]


def test_subscribers_and_those_whom_the_request_names_are_told(tmp_path: Path, mails: Mails) -> None:
    who = {"who": ["subscribers", "named_in_request"], "to": ["ops@example.net"]}
    site = site_at(tmp_path / "repo", mail(mails.port, **who), subscribers={"erin": ["shop"], "bob": ["wiki"]})
    planned(site, notify=["desk"])
    (row,) = told(site)
    # the automation of the role is nobody
    assert sorted(who for who, _ in mails.got) == ["carol@example.com", "erin@example.com", "ops@example.net"]
    assert row["recipients"][:2] == ["erin", "carol"]
    assert row["recipients"][2].startswith("sha256:")
    assert "ops@example.net" not in json.dumps(recorded(site))


def test_who_is_asked_for_may_be_recorded_in_clear(tmp_path: Path, mails: Mails) -> None:
    channel = mail(mails.port, who=[], to=["ops@example.net"])
    site = site_at(tmp_path / "repo", channel, clear_addresses=True)
    planned(site)
    assert [one["recipients"] for one in told(site)] == [["ops@example.net"]]


def test_people_hear_it_in_the_language_of_the_channel(tmp_path: Path, mails: Mails) -> None:
    site = site_at(tmp_path / "repo", mail(mails.port, language="zh", who=["requester"]))
    site.change(window=window())
    path = site.root / f"changes/{ID}/rfc.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Upgrade payments-db", "升级支付数据库"), encoding="utf-8")
    site.commit("A Chinese title")
    told(site)
    (mail_,) = mails.to("alice@example.com")
    assert mail_["Subject"] == f"变更公布：升级支付数据库（{ID}）"
    assert mail_["To"].addresses[0].display_name == "Alice Ferro"
    text, page = (part.get_content() for part in mail_.iter_parts())
    assert "此变更已获批准并排入日程。" in text
    assert '<html lang="zh-CN">' in page


def test_a_chinese_name_and_mails_of_a_change_hang_together(tmp_path: Path, mails: Mails) -> None:
    site = site_at(tmp_path / "repo", mail(mails.port, who=["owners"]))
    planned(site)
    told(site)
    site.change(window=window(72))
    told(site)
    first, second = mails.to("erin@example.com")
    assert first["To"].addresses[0].display_name == "张伟"
    assert first["References"] == second["References"] == second["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]
    assert {first["Message-ID"]} == {one["Message-ID"] for one in mails.to("bob@example.com")[:1]}
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_webhook_is_signed_with_the_secret_of_the_environment(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", hook(hooks.port, secret_from="HOOK_SECRET"))  # noqa: S106
    planned(site)
    (row,) = told(site, code=1)
    assert (row["outcome"], hooks.got) == ("unset", [])
    assert git(site.root, "branch", "--list", "changeflow/ledger") == ""
    told(site, HOOK_SECRET="swordfish")  # noqa: S106
    ((headers, body),) = hooks.got
    expected = hmac.new(b"swordfish", body, hashlib.sha256).hexdigest()
    assert headers["X-Changeflow-Signature"] == f"sha256={expected}"
    assert headers["X-Changeflow-Delivery"] == json.loads(body)["message"]


def test_nobody_is_told_by_a_fixed_clock_that_does_not_count(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo")
    site.write("changeflow.yaml", settings(hook(hooks.port)).replace("allow_simulated_clock: true", ""))
    site.commit("Only the real clock")
    planned(site)
    done = site.cli("notify", "--now", now().isoformat())
    assert (done.code, hooks.got) == (1, [])


def test_the_branch_does_not_say_who_is_told(tmp_path: Path, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo")
    planned(site)
    git(site.root, "checkout", "-qb", "mine")
    site.write("changeflow.yaml", settings(hook(hooks.port)))
    site.commit("Tell me")
    assert told(site) == []
    assert hooks.got == []


def test_two_channels_are_told_apart(tmp_path: Path, mails: Mails, hooks: Hooks) -> None:
    site = site_at(tmp_path / "repo", mail(mails.port), hook(hooks.port))
    planned(site)
    done = site.cli("notify", "--format", "json")
    assert outcomes(done) == [("hook", "announced", "told"), ("mail", "announced", "told")]
