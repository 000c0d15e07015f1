"""Releases of several changes: side by side where they may, back in reverse when one fails, and on after a kill."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow import errors
from changeflow.release.release_order import CircleError, order

from .site import Done, Site

RELEASE = "2026-11-night"
A, B, C, D = (f"CHG-20261121-{name}" for name in ("a", "b", "c", "d"))

# writes when it begins and when it ends, and takes as long as it is told
SLOW = """\
#!/bin/sh
echo "begin $1" >> "$MARKS"
sleep "${2:-0.3}"
echo "end $1" >> "$MARKS"
"""
# waits until the other one has begun: it ends well only beside it
MEET = """\
#!/bin/sh
echo "begin $1" >> "$MARKS"
for _ in $(seq 400); do
  if grep -q "begin $2" "$MARKS"; then echo "end $1" >> "$MARKS"; exit 0; fi
  sleep 0.05
done
exit 1
"""
# the process that drives the release is gone, and the step's program goes on
KILL = """\
#!/bin/sh
echo "begin $1" >> "$MARKS"
if [ ! -e "$MARKS.killed" ]; then touch "$MARKS.killed"; kill -9 "$PPID"; fi
echo "end $1" >> "$MARKS"
"""
BREAK = '#!/bin/sh\necho "broke $1" >> "$MARKS"\nexit 1\n'
SAY = '#!/bin/sh\necho "$1 $2" >> "$MARKS"\n'
ENDED = '#!/bin/sh\ngrep -q "end $1" "$MARKS"\n'
ITEMS = "".join(
    f"---\napiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {{id: item-{name}}}\n"
    "spec: {type: service, environment: production, criticality: tier2, owner: bob}\n"
    for name in "abcd"
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    programs = {"slow": SLOW, "meet": MEET, "kill": KILL, "break": BREAK, "say": SAY, "ended": ENDED}
    return Site.at(tmp_path / "repo", **{f"scripts/{name}": text for name, text in programs.items()}, **{"cmdb/more.yaml": ITEMS.removeprefix("---\n")})


def step(name: str, program: str, *words: str) -> dict[str, Any]:
    found = {"name": name, "run": [f"./scripts/{program}", name, *words]}
    if program != "break":
        found["verify"] = ["./scripts/ended", name]
    return found | {"undo": {"run": ["./scripts/say", "undo", name]}}


def change(site: Site, name: str, program: str = "slow", *words: str, **spec: Any) -> str:
    short = name[-1]
    return site.change(name, item=f"item-{short}", steps=[step(short, program, *words)], verification=[], rollback=[], commit=False, **spec)


def bundle(site: Site, *changes: str, **spec: Any) -> None:
    document = {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": RELEASE}, "spec": {"changes": list(changes), **spec}}
    site.write(f"releases/{RELEASE}/release.yaml", json.dumps(document))
    site.commit("release")


def states(done: Done) -> list[str]:
    return [one["state"] for one in done.answer["changes"]]


def release(site: Site, verb: str = "run", *arguments: str) -> Done:
    return site.release(verb, *arguments, change=RELEASE)


# -- the order -------------------------------------------------------------------------------------------------------------


@given(st.data())
def test_stages_are_the_topological_generations_of_networkx(data: st.DataObject):
    names = [f"c{number}" for number in range(data.draw(st.integers(1, 8)))]
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    edges = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    listed = data.draw(st.permutations(names))
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(names)
    found = order(listed, {name: [first for first, second in edges if second == name] for name in names})
    assert [set(stage) for stage in found.stages()] == [set(stage) for stage in nx.topological_generations(graph)]
    place = {name: number for number, name in enumerate(found.changes)}
    assert all(place[first] < place[second] for first, second in edges)
    for name in names:
        assert found.needs[name] == nx.ancestors(graph, name)
        assert found.beside(name) == set(names) - {name} - nx.ancestors(graph, name) - nx.descendants(graph, name)
    assert found.backward() == tuple(reversed(found.changes))


def test_a_circle_names_the_changes_that_can_never_start():
    with pytest.raises(CircleError) as found:
        order(["a", "b", "c"], {"b": ["c"], "c": ["b"]})
    assert found.value.changes == ("b", "c")


def test_the_plan_shows_the_stages_and_what_a_failure_leads_to(site: Site):
    change(site, A)
    change(site, B)
    change(site, C, depends_on=[A, B])
    bundle(site, A, B, C, parallel=2, on_failure="roll_back")
    shown = site.cli("release", "plan", RELEASE).out
    assert f"stage 1: {A}, {B}" in shown
    assert f"stage 2: {C}" in shown
    assert "at most 2 at the same time" in shown
    assert "the last one first" in shown


# -- side by side ----------------------------------------------------------------------------------------------------------


def test_changes_that_do_not_depend_on_each_other_run_at_the_same_time_where_the_release_says_so(site: Site):
    change(site, A, "meet", "b")
    change(site, B, "meet", "a")
    change(site, C, depends_on=[A, B])
    bundle(site, C, A, B, parallel=2)
    done = site.process("release", "run", RELEASE, "--format", "json")
    assert (done.code, done.answer["state"]) == (0, "implemented"), done.err
    assert sorted(site.marks[:2]) == ["begin a", "begin b"]
    assert site.marks[4:] == ["begin c", "end c"]
    assert f"{A}: implementation/0 a" in done.err
    assert site.cli("ledger", "verify").code == 0


def test_a_release_that_does_not_say_so_runs_one_change_after_the_other(site: Site):
    change(site, A)
    change(site, B)
    bundle(site, A, B)
    assert release(site).code == 0
    assert site.marks == ["begin a", "end a", "begin b", "end b"]


def test_what_only_a_work_tree_says_lets_nothing_run_in_parallel(site: Site):
    change(site, A)
    change(site, B)
    bundle(site, A, B)
    path = site.root / f"releases/{RELEASE}/release.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"spec": {', '"spec": {"parallel": 2, '), encoding="utf-8")
    assert release(site).code == 0
    assert site.marks == ["begin a", "end a", "begin b", "end b"]


def test_a_change_of_no_release_still_finds_the_environment_held(site: Site):
    change(site, A, "slow", "3")
    change(site, B)
    change(site, D)
    bundle(site, A, B, parallel=2)
    running = subprocess.Popen(site.argv("release", "run", RELEASE), cwd=site.root, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(site, "end b")
        refused = site.cli("release", "run", D)
        assert refused.code == 1
        assert "holds the environment `production`" in refused.out
        assert "begin d" not in site.marks
    finally:
        running.communicate(timeout=60)
    assert running.returncode == 0


def test_one_that_fails_stops_new_starts_and_lets_the_others_end(site: Site):
    change(site, A, "slow", "2")
    change(site, B, "break")
    change(site, C, depends_on=[A])
    bundle(site, A, B, C, parallel=2)
    done = release(site)
    assert (done.code, states(done)) == (1, ["implemented", "rolled_back", "scheduled"]), done.err
    assert "begin c" not in site.marks
    assert "undo a" not in site.marks


def test_a_signal_ends_all_that_run_side_by_side_and_resume_goes_on(site: Site):
    change(site, A, "slow", "20")
    change(site, B, "slow", "20")
    change(site, C)
    bundle(site, A, B, C, parallel=2)
    running = subprocess.Popen(site.argv("release", "run", RELEASE), cwd=site.root, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(site, "begin a")
        wait_for(site, "begin b")
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == errors.INTERRUPTED
    assert site.events().count("interrupted") == 2
    assert "begin c" not in site.marks
    for name in "ab":
        with site.marks_file.open("a", encoding="utf-8") as marks:
            marks.write(f"end {name}\n")
    done = release(site, "resume")
    assert (done.code, states(done)) == (0, ["implemented"] * 3), done.err
    assert [mark for mark in site.marks if mark.startswith("begin")][2:] == ["begin c"], "what was done is not run again"


# -- back ------------------------------------------------------------------------------------------------------------------


def test_when_one_fails_the_others_are_taken_back_the_last_one_first(site: Site):
    change(site, A)
    change(site, B, depends_on=[A])
    change(site, C, "break", depends_on=[B])
    change(site, D, depends_on=[C])
    bundle(site, A, B, C, D, on_failure="roll_back")
    done = release(site)
    assert (done.code, done.answer["state"]) == (1, "rolled_back"), done.err
    assert states(done) == ["rolled_back", "rolled_back", "rolled_back", "scheduled"]
    assert [mark for mark in site.marks if mark.startswith(("undo", "broke"))] == ["broke c", "undo c", "undo b", "undo a"]
    assert site.cli("ledger", "verify").code == 0
    again = release(site)
    assert (again.code, states(again)[:3]) == (1, ["rolled_back"] * 3)
    assert [mark for mark in site.marks if mark.startswith("undo")] == ["undo c", "undo b", "undo a"]


def test_what_was_implemented_before_and_not_for_this_release_stays(site: Site):
    change(site, A)
    change(site, B, "break")
    bundle(site, A, B, on_failure="roll_back")
    assert site.release("run", change=A).code == 0
    done = release(site)
    assert (done.code, states(done)) == (1, ["implemented", "rolled_back"]), done.err
    assert "undo a" not in site.marks


def test_a_way_back_that_fails_keeps_what_it_stands_on_until_a_person_decides(site: Site):
    change(site, A)
    site.change(B, item="item-b", steps=[step("b", "slow") | {"undo": {"run": ["./scripts/break", "undo-b"]}}], verification=[], rollback=[], commit=False, depends_on=[A])
    change(site, C, "break", depends_on=[B])
    bundle(site, A, B, C, on_failure="roll_back")
    done = release(site)
    assert (done.code, done.answer["state"], states(done)) == (1, "rollback_failed", ["implemented", "rollback_failed", "rolled_back"]), done.err
    assert "undo a" not in site.marks
    assert states(release(site, "resume")) == ["implemented", "rollback_failed", "rolled_back"]
    assert site.cli("release", "confirm", B, "--resolved", "--as", "carol", "--note", "Put back by hand").code == 0
    done = release(site, "resume")
    assert states(done) == ["rolled_back", "rolled_back", "rolled_back"], done.err
    assert "undo a" in site.marks


def test_a_refusal_is_no_failure_and_takes_nothing_back(site: Site):
    change(site, A)
    change(site, B, window={"start": "2030-01-01T00:00:00Z", "end": "2030-01-01T01:00:00Z"})
    bundle(site, A, B, on_failure="roll_back")
    done = release(site)
    assert (done.code, states(done)) == (1, ["implemented", "refused"]), done.err
    assert "undo a" not in site.marks


def test_a_person_orders_a_whole_release_back(site: Site):
    change(site, A)
    change(site, B)
    bundle(site, A, B)
    assert release(site).code == 0
    done = release(site, "rollback", "--as", "bob", "--note", "Errors at 4 %")
    assert (done.code, states(done)) == (0, ["rolled_back", "rolled_back"]), done.err
    assert site.marks[-2:] == ["undo b", "undo a"]


def test_a_release_that_is_ordered_back_takes_along_no_change_that_was_released_without_it(site: Site):
    change(site, A)
    change(site, B)
    bundle(site, B)
    assert site.release("run", change=A).code == 0
    assert release(site).code == 0
    # whoever can edit the document, here or on the main branch, could have anything undone by it
    bundle(site, A, B)
    done = release(site, "rollback", "--as", "bob", "--note", "Errors at 4 %")
    assert (done.code, states(done)) == (0, ["implemented", "rolled_back"]), done.err
    assert [mark for mark in site.marks if mark.startswith("undo")] == ["undo b"]


def test_a_release_is_not_ordered_back_while_a_change_that_it_brought_is_named_no_more(site: Site):
    change(site, A)
    change(site, B, depends_on=[A])
    bundle(site, A, B)
    assert release(site).code == 0
    # what stands on the first one would stay, and what it stands on go
    bundle(site, A)
    done = release(site, "rollback", "--as", "bob", "--note", "Errors at 4 %")
    assert (done.code, B in done.err) == (1, True), done.err
    assert not [mark for mark in site.marks if mark.startswith("undo")]
    assert site.release("rollback", "--as", "bob", "--note", "First", change=B).code == 0
    assert release(site, "rollback", "--as", "bob", "--note", "Errors at 4 %").code == 0
    assert [mark for mark in site.marks if mark.startswith("undo")] == ["undo b", "undo a"]


def test_a_failure_takes_nothing_back_that_a_change_may_stand_on_which_is_named_no_more(site: Site):
    change(site, A)
    change(site, B, depends_on=[A])
    change(site, C, "break", depends_on=[A])
    bundle(site, A, B)
    assert release(site).code == 0
    bundle(site, A, C, on_failure="roll_back")
    done = release(site)
    assert (done.code, states(done)[1]) == (1, "rolled_back"), done.err
    assert "undo a" not in site.marks
    assert f"brought changes that it does not name any more: {B}" in done.out + done.err
    bundle(site, A, B, C, on_failure="roll_back")
    release(site, "resume")
    assert [mark for mark in site.marks if mark.startswith("undo")] == ["undo c", "undo b", "undo a"]


@pytest.mark.parametrize("verb", ["run", "status", "rollback"])
def test_a_release_in_the_name_of_another_one_runs_nothing(site: Site, verb: str):
    change(site, A)
    change(site, B)
    bundle(site, B, on_failure="roll_back")
    # journals would say that the other release brought it, whose terms would hold for it
    document = {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": RELEASE}, "spec": {"changes": [A]}}
    site.write("releases/mine/release.yaml", json.dumps(document))
    site.commit("another")
    done = site.release(verb, *(("--as", "bob", "--note", "Errors") if verb == "rollback" else ()), change="mine")
    assert (done.code, f"the id is `{RELEASE}`" in done.err) == (4, True), done.err
    assert site.marks == []


# -- killed ----------------------------------------------------------------------------------------------------------------


def test_after_kill_9_resume_starts_what_never_started_and_nothing_twice(site: Site):
    change(site, A)
    change(site, B, "kill", depends_on=[A])
    change(site, C, depends_on=[B])
    bundle(site, A, B, C)
    assert site.process("release", "run", RELEASE).code == -signal.SIGKILL
    wait_for(site, "end b")
    done = release(site, "resume")
    assert (done.code, states(done)) == (0, ["implemented"] * 3), done.err
    assert site.marks == ["begin a", "end a", "begin b", "end b", "begin c", "end c"]
    assert site.cli("ledger", "verify").code == 0


def test_after_kill_9_beside_another_resume_ends_both(site: Site):
    change(site, A, "slow", "1")
    change(site, B, "kill")
    change(site, C, depends_on=[A, B])
    bundle(site, A, B, C, parallel=2)
    assert site.process("release", "run", RELEASE).code == -signal.SIGKILL
    wait_for(site, "end b")
    if "begin a" in site.marks:
        wait_for(site, "end a")
    done = release(site, "resume")
    assert (done.code, states(done)) == (0, ["implemented"] * 3), done.err
    assert sorted(site.marks) == sorted(f"{word} {name}" for word in ("begin", "end") for name in "abc")


def test_after_kill_9_on_the_way_back_resume_goes_on_with_it(site: Site):
    change(site, A)
    site.change(B, item="item-b", steps=[step("b", "slow") | {"undo": {"run": ["./scripts/kill", "undo-b"], "verify": ["./scripts/ended", "undo-b"]}}], verification=[], rollback=[], commit=False)
    change(site, C, "break")
    bundle(site, A, B, C, on_failure="roll_back")
    assert site.process("release", "run", RELEASE).code == -signal.SIGKILL
    wait_for(site, "end undo-b")
    done = release(site, "resume")
    assert states(done) == ["rolled_back"] * 3, done.err
    assert [mark for mark in site.marks if "undo" in mark] == ["undo c", "begin undo-b", "end undo-b", "undo a"]


def wait_for(site: Site, mark: str) -> None:
    until = time.monotonic() + 60
    while mark not in site.marks:
        assert time.monotonic() < until, (mark, site.marks)
        time.sleep(0.05)
