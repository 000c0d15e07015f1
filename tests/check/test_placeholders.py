"""Placeholders are refused, honest sentences that use the same words are not."""

from __future__ import annotations

import pytest

from changeflow.usecases.checks.placeholders import HOLLOW, MARKERS, is_hollow, is_marker


@pytest.mark.parametrize("text", [
    "TODO", "todo", "ToDo.", "TODO: write this", "TODO write this", "TODO - ask Bob", "tbd", "TBD (Carol knows)", "tbd.",
    "FIXME", "xxx", "Lorem ipsum dolor sit amet, consectetur", "to be done", "To be defined.", "fill in", "...", "???", "-", "--",
    "<describe the rollback>", "{{ trigger }}", "[fill me in]", "ＴＯＤＯ", "待定", "  TODO  ", "*TODO*", "_tbd_",
])  # fmt: skip
def test_notes_that_something_is_missing_are_markers(text: str) -> None:
    assert is_marker(text)
    assert is_hollow(text)


@pytest.mark.parametrize("text", [
    "Revert", "revert.", "Revert the change", "rollback", "Roll back!", "ROLLBACK", "undo the change", "n/a", "N/A", "n.a.", "none", "Not applicable",
    "see above", "Restore", "回滚", "无", "Back out the change", "do a rollback",
])  # fmt: skip
def test_plans_that_say_nothing_are_hollow(text: str) -> None:
    assert is_hollow(text)
    assert not is_marker(text)


@pytest.mark.parametrize("text", [
    "Revert the DNS record to 10.0.0.4", "Roll back to release 41", "Todo list: restart the service", "Todos are exported first", "Undo the change of the TTL",
    "Restore the snapshot of 21:00", "Errors above 2 % for five minutes", "None of the probes answer", "No answer from /health", "Testing shows errors",
    "Call the desk and wait for their go", "xxxl-service restarts", "把 DNS 记录改回 10.0.0.4", "TODOIST sync stays off", "1", "OK", "🚀", "Rollback of step 2 fails",
    "Deploy", "Placeholder pages are shown to customers", "Fill in the form at the desk",
])  # fmt: skip
def test_honest_sentences_pass(text: str) -> None:
    assert not is_hollow(text)


def test_the_lexicon_is_written_as_it_is_compared() -> None:
    for word in MARKERS | HOLLOW:
        assert is_hollow(word), word
