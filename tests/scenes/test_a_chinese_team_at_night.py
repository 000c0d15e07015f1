"""At 4 a.m. a team whose repository speaks Chinese has an emergency."""

from __future__ import annotations

from pathlib import Path

from tests.scenes.night import ForkedNight


def test_the_request_the_next_steps_and_the_gate_are_in_the_language_of_the_repository(
    tmp_path: Path,
) -> None:
    night = ForkedNight(tmp_path)
    night.key("alice").parent.mkdir(parents=True)
    for name, value in (
        ("user.name", "陈晓"),
        ("user.email", "alice@shop.example"),
        ("init.defaultBranch", "main"),
    ):
        night.do("alice", "git", "config", "--global", name, value, where=tmp_path / "alice")
    night.do("alice", "changeflow", "init", "shop", "--as", "alice", where=tmp_path / "alice")
    config = night.clone("alice") / "changeflow.yaml"
    config.write_text(
        config.read_text("utf-8").replace("\n  language: en ", "\n  language: zh ", 1), "utf-8"
    )
    night.do("alice", "git", "commit", "-qam", "用中文")
    asked = (
        "changeflow",
        "emergency",
        "zhixue",
        "--ci",
        "website",
        "--incident",
        "INC-1",
        "--because",
        "网站把别人的购物车显示给顾客",
    )
    made = night.run("alice", (*asked, "--commit"))
    assert made.code == 0, made.err
    assert "变更请求已完整。接下来：" in made.err
    change = made.out.split("/")[1]
    text = (night.clone("alice") / "changes" / change / "rfc.yaml").read_text("utf-8")
    assert "紧急变更顾问委员会" in text
    assert "网站把别人的购物车显示给顾客" in text
    shut = night.run("alice", ("changeflow", "gate", "close", change))
    assert shut.code == 1
    assert "尚无实施后评审" in shut.out
