"""A misspelt name is answered with the id that was meant, by every command that takes a change."""

from __future__ import annotations

import pytest

from tests.hosts.office import CHANGE, Office, call

Capfd = pytest.CaptureFixture[str]
SLUG = CHANGE.split("-", 2)[2]


@pytest.mark.parametrize("name", [f"{SLUG}e", SLUG.replace("gr", "rg"), f"{CHANGE}s"])
@pytest.mark.parametrize(
    "words", [("gate", "approve"), ("assess",), ("release", "status"), ("when",), ("approve", "--as", "carol")]
)
def test_a_misspelt_name_is_answered_with_the_id_that_was_meant(office: Office, capfd: Capfd, words: tuple[str, ...], name: str) -> None:
    said = call(capfd, *words, name)
    assert said.code == 3
    assert f"did you mean `{CHANGE}`?" in said.err
    assert office.count() == 0


def test_what_comes_close_to_nothing_is_told_what_ids_look_like(office: Office, capfd: Capfd) -> None:
    office.repo.write("changes/notes/rfc.yaml", "not a change\n")
    said = call(capfd, "gate", "approve", "nonsense")
    assert (said.code, "ids look like CHG-" in said.err) == (3, True)
