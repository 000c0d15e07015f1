"""What became of plans, and why the output of a program is no plan, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "no_plan.empty": (
        "the program printed nothing",
        "a plan says what will happen, even that nothing will",
    ),
    "no_plan.no_diff": (
        "the output is no diff: no line or file in it differs",
        "where nothing differs, print nothing and exit with 0",
    ),
    "no_plan.cut_diff": (
        "the diff is not whole: something is missing at line {line}",
        "print all of it, with a line feed at its end",
    ),
    "no_plan.errored": (
        "Terraform could not finish this plan",
        "mend what it reports, then plan again",
    ),
    "no_plan.no_recap": (
        "the output is no whole run of `ansible-playbook`: its recap is missing",
        "print `ansible-playbook --check --diff` with the callback `default`",
    ),
    "no_plan.tasks_failed": (
        "a task failed on {host}, or the host did not answer",
        "mend it, then plan again; tasks that follow were not looked at",
    ),
    "no_plan.not_utf8": (
        "the output is no UTF-8 (at byte {at})",
        "let the program print text, such as `terraform show -json` of a saved plan",
    ),
    "no_plan.shape": (
        "the output is no plan of Terraform in JSON",
        "print `terraform show -json FILE` of a plan that `terraform plan -out FILE` saved",
    ),
    "no_plan.too_long": (
        "the output is longer than {limit} bytes",
        "plan a part of it, or leave out what does not change",
    ),
    "plans.line:same": "{path}: as it is kept",
    "plans.line:missing": "{path}: not kept yet",
    "plans.line:differs": "{path}: differs from what is kept",
    "plans.line:unasked": "{path}: no step asks for it",
    "plans.line:unasked_kept": "{path}: removed, because no step asks for it",
    "plans.line:missing_kept": "{path}: made",
    "plans.line:differs_kept": "{path}: made again, and it differs",
}
