"""Why the output of a program is no plan, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "no_plan.empty": (
        "the program printed nothing",
        "a plan says what will happen, even that nothing will",
    ),
    "no_plan.errored": (
        "Terraform could not finish this plan",
        "mend what it reports, then plan again",
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
}
