"""What was planned beside what happened, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "plan_and_fact.title": "计划与实际",
    "plan_and_fact.heading:about": "对照",
    "plan_and_fact.heading:planned": "计划",
    "plan_and_fact.heading:happened": "实际",
    "plan_and_fact.about:start": "开始",
    "plan_and_fact.about:end": "结束",
    "plan_and_fact.about:time": "时长",
    "plan_and_fact.about:steps": "步骤",
    "plan_and_fact.about:rollback": "回退",
    "plan_and_fact.about:outage": "{items:items} 停机",
    "plan_and_fact.about:incidents": "事件",
    "plan_and_fact.done": "完成 {done} 个",
    "plan_and_fact.none": "无",
    "plan_and_fact.not_said": "未填写",
}
