from pathlib import Path

import pytest

from tests.git_isolation import fresh_git, keys
from tests.hosts.office import Office, rfc_ahead
from tests.repositories import Keys

__all__ = ["fresh_git", "keys"]


@pytest.fixture
def office(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path / "office", keys, rfc_ahead())
    monkeypatch.chdir(made.repo.path)
    return made
