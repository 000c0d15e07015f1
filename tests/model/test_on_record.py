"""An answer as evidence: whole as long as it is no burden; long lists by digest beyond that."""

from __future__ import annotations

import pytest

from changeflow.model.canonical import LARGE, MEMBERS, canonical_json, digest, evidence, on_record


def affected(count: int) -> list[dict[str, object]]:
    return [{"ci": f"terminal-{number:06d}", "score": 1.0, "path": ["hub", f"terminal-{number:06d}"], "owner": "team"} for number in range(count)]


def answer(count: int) -> dict[str, object]:
    return {"change": "CHG-20261121-x", "impact": {"changed": ["hub"], "affected": affected(count)}, "risk": {"score": 1}}


@pytest.mark.parametrize("count", [0, 1, MEMBERS, MEMBERS + 1, 2 * MEMBERS])
def test_an_answer_of_ordinary_size_is_kept_whole(count: int) -> None:
    assert on_record(answer(count)) == evidence(answer(count))


@pytest.mark.parametrize("count", [14_000])
def test_a_large_one_keeps_the_first_of_a_long_list_their_number_and_the_digest_of_all(count: int) -> None:
    kept = on_record(answer(count))
    whole = evidence(affected(count))
    assert kept["impact"]["affected"] == whole[:MEMBERS]
    assert kept["left_out"] == {"impact.affected": {"members": count, "digest": digest(whole)}}
    assert len(canonical_json(kept)) < LARGE
    assert on_record(answer(count)) == kept


def test_lists_inside_of_lists_are_found_and_one_other_member_gives_another_digest() -> None:
    deep = {"stages": [{"seen": {"items": affected(14_000)}}]}
    kept = on_record(deep)
    assert list(kept["left_out"]) == ["stages.0.seen.items"]
    deep["stages"][0]["seen"]["items"][-1]["owner"] = "another"  # type: ignore[index]
    assert on_record(deep)["stages"] == kept["stages"]
    assert on_record(deep)["left_out"] != kept["left_out"]
