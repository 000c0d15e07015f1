"""Fixtures every test may use."""

from __future__ import annotations

import compileall
import gc
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import temporary_files
from tests.elsewhere import ELSEWHERE
from tests.examples import examples

# How fast a machine is decides nothing: no example has a deadline, and slow ones are no fault.
settings.register_profile("changeflow", deadline=None, max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("changeflow")

PROJECT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """A shell starts programs in the background with SIGINT ignored, and what is ignored stays so in every program below.

    Thousands of processes of ours are started below, also where the environment lets none of them keep its bytecode: it is made
    once. What collecting makes is not garbage, so nothing is looked for until it has ended.
    """
    temporary_files.keep_in_memory()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(PROJECT / "changeflow", quiet=2)
    gc.disable()


def pytest_collection_finish() -> None:
    """What was collected lives until the end, and a look for garbage need not pass it again and again."""
    gc.freeze()
    gc.set_threshold(500_000, 20, 50)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the rooms in `ELSEWHERE`, and those beside the rooms."""
    here = Path(__file__).parent
    rooms = {room for rooms in ELSEWHERE.values() for room in rooms}
    for item in items:
        room = item.path.relative_to(here).parts[:-1]
        if item.get_closest_marker("once") is None and (not room or room[0] in rooms):
            item.add_marker("elsewhere")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that is not part of the project; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data is not here: {folder} (set CHANGEFLOW_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def large_shared_data(shared_data: Path) -> Path:
    """Real data of a whole distribution, which takes long: `make real` runs what needs it."""
    if os.environ.get("CHANGEFLOW_REAL") != "all":
        pytest.skip("takes long: `make real` runs it (CHANGEFLOW_REAL=all)")
    return shared_data
