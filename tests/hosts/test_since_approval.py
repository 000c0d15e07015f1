"""Whoever approved older content is shown what changed since, from what the ledger and git know; and told when they do not know."""

from __future__ import annotations

import json

import pytest

from changeflow.reading.differences import MOST
from tests.hosts.office import CHANGE, LATER, WINDOW, Office, call, rfc_ahead

PATH = f"changes/{CHANGE}/rfc.yaml"
MOVED = [f"  spec.window.{side}: {WINDOW[side]} -> {LATER[side]}" for side in ("end", "start")]
LOST = "  what they saw is not in the history of this clone, so the difference cannot be shown"
Capfd = pytest.CaptureFixture[str]


def approve(office: Office, capfd: Capfd, name: str = "carol") -> list[str]:
    said = call(capfd, "approve", CHANGE, "--as", name, "--key", str(office.keys.files[name]))
    assert said.code == 0
    return since(said.out)


def since(out: str) -> list[str]:
    """The lines from the first block on, without the time, which the real clock wrote."""
    found = out[out.find("\nsince ") + 1 :] if "\nsince " in out else ""
    return [line.split(" at ")[0] if line.startswith("since") else line for line in found.splitlines() if line]


def asked(capfd: Capfd) -> list[str]:
    said = call(capfd, "gate", "approve", CHANGE)
    assert said.code == 1
    return since(said.out)


def committed(office: Office, message: str = "The request") -> str:
    return office.repo.commit(message, author="Alice <alice@example.com>")


def test_what_was_committed_when_it_was_approved_is_compared(office: Office, capfd: Capfd) -> None:
    committed(office)
    assert approve(office, capfd) == []
    office.put(PATH, rfc_ahead(window=LATER))
    assert asked(capfd) == ["since carol approved", *MOVED]


def test_who_approves_again_is_shown_what_changed_since_their_own_approval(office: Office, capfd: Capfd) -> None:
    committed(office)
    approve(office, capfd)
    office.put(PATH, rfc_ahead(window=LATER))
    assert approve(office, capfd) == ["since carol approved", *MOVED]
    assert approve(office, capfd) == []  # nothing since


def test_everybody_is_compared_with_what_they_themselves_saw(office: Office, capfd: Capfd) -> None:
    committed(office)
    approve(office, capfd, "carol")
    office.put(PATH, rfc_ahead(window=LATER))
    committed(office, "Move the window")
    approve(office, capfd, "dave")
    office.put(PATH, rfc_ahead(window=LATER, category="platform"))
    category = "  spec.category: database -> platform"
    assert asked(capfd) == ["since carol approved", category, *MOVED, "since dave approved", category]


def test_an_approval_of_the_work_tree_is_found_once_that_was_committed_anywhere(office: Office, capfd: Capfd) -> None:
    approve(office, capfd)
    office.repo("switch", "-q", "-c", "proposal")
    committed(office)
    office.repo("switch", "-q", "main")
    office.put(PATH, rfc_ahead(window=LATER))
    assert asked(capfd) == ["since carol approved", *MOVED]


def test_what_nobody_kept_is_said_to_be_lost(office: Office, capfd: Capfd) -> None:
    approve(office, capfd)
    office.put(PATH, rfc_ahead(window=LATER))
    committed(office)
    assert asked(capfd) == ["since carol approved", LOST]


def test_a_file_beside_the_request_is_compared_too(office: Office, capfd: Capfd) -> None:
    office.repo.write(f"changes/{CHANGE}/plan.sql", "select 1;\n")
    committed(office)
    approve(office, capfd)
    office.repo.write(f"changes/{CHANGE}/plan.sql", "drop table x;\n")
    office.repo.write(f"changes/{CHANGE}/more.sql", "select 2;\n")
    assert asked(capfd) == [
        "since carol approved",
        f"  changes/{CHANGE}/more.sql: belongs to the change since",
        f"  changes/{CHANGE}/plan.sql: content changed",
    ]


def test_where_only_the_request_is_known_its_fields_are_shown_and_the_rest_is_left_open(office: Office, capfd: Capfd) -> None:
    committed(office)
    office.repo.write(f"changes/{CHANGE}/plan.sql", "select 1;\n")
    approve(office, capfd)  # with a file that is never committed
    (office.repo.path / f"changes/{CHANGE}/plan.sql").unlink()
    office.put(PATH, rfc_ahead(window=LATER))
    first, *fields, last = asked(capfd)
    assert (first, fields) == ("since carol approved", MOVED)
    assert "files that belong to the change may differ" in last


def test_an_opinion_that_proves_nothing_has_nothing_to_be_shown(office: Office, capfd: Capfd) -> None:
    committed(office)
    call(capfd, "approve", CHANGE, "--as", "carol")  # carol has a key, and did not use it
    office.put(PATH, rfc_ahead(window=LATER))
    assert asked(capfd) == []


def test_a_rejection_or_a_withdrawal_ends_what_was_approved_before(office: Office, capfd: Capfd) -> None:
    committed(office)
    approve(office, capfd)
    call(capfd, "withdraw", CHANGE, "--as", "carol", "--key", str(office.keys.files["carol"]))
    office.put(PATH, rfc_ahead(window=LATER))
    assert asked(capfd) == []


def test_many_differences_are_counted(office: Office, capfd: Capfd) -> None:
    committed(office)
    approve(office, capfd)
    office.put(PATH, rfc_ahead(fixes=[], depends_on=[f"CHG-20261120-n{index}" for index in range(MOST + 5)]))
    lines = asked(capfd)
    assert lines[-1] == "  and 5 more"
    assert len(lines) == MOST + 2


def test_markdown_escapes_and_json_keeps_its_shape(office: Office, capfd: Capfd) -> None:
    committed(office)
    approve(office, capfd)
    office.put(PATH, rfc_ahead(category="<b>`x`</b>"))
    said = call(capfd, "gate", "approve", CHANGE, "-f", "markdown").out
    assert "What changed since carol approved at " in said
    assert "- ``spec.category: database -> <b>`x`</b>``" in said
    answer = json.loads(call(capfd, "gate", "approve", CHANGE, "-f", "json").out)
    assert "since" not in answer


def test_a_name_in_a_value_cannot_write_lines_of_its_own(office: Office, capfd: Capfd) -> None:
    committed(office)
    approve(office, capfd)
    office.put(PATH, rfc_ahead(rollback={"trigger": "x\n  gate: OPEN", "limit": "PT30M", "steps": [{"name": "n", "manual": "m"}]}))
    assert not any(line.startswith("  gate: OPEN") for line in asked(capfd))
