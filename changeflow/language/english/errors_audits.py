"""What goes wrong with audits of the CMDB."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit.no_seed": (
        "a sample needs a seed",
        "`--seed` takes any text that the auditor did not choose for its result, such as a day",
    ),
    "audit.with_sample": (
        "{options:codes} go with `--sample` alone",
        "without `--sample` the audit that is there is evaluated",
    ),
    "audit.without_sample": (
        "{options:codes} do not go with `--sample`",
        "draw the sample first, and ask what it came to once it is filled in",
    ),
    "audit.too_small": (
        (
            "a sample of {size} is too small: {least} are needed for one item of each stratum of "
            "tier 1, tier 2 and of no known tier"
        ),
        "`--sample {least}`",
    ),
    "audit.nothing_left": (
        "no item may be drawn: {left_out} are left out as the auditor's own",
        "another person audits them; retired items are not audited",
    ),
    "audit.auditor": (
        "the roster knows no person `{name}`; no sample was drawn",
        "{hint:sentences}",
    ),
    "audit.auditor:agent": (
        "`{name}` is an automation, which audits nothing; no sample was drawn",
        "name the person who compares the items",
    ),
    "audit.people": "an auditor is a person of the roster at the commit that is audited",
    "audit.none": (
        "there is no audit yet",
        "`changeflow cmdb audit --sample 60 --seed 2026-11-27` draws a sample",
    ),
    "audit.unknown": ("no such audit: `{name}`", "there are: {names:most 8}"),
    "audit.unknown:none": (
        "no such audit: `{name}`",
        "there is none yet; `changeflow cmdb audit --sample 60 --seed 2026-11-27` draws a sample",
    ),
    "audit.bare": (
        "a bare repository has no work tree to write the audit into",
        "`--out FILE` writes it somewhere else",
    ),
    "audit.bare:improvements": (
        "a bare repository has no work tree to write improvements into",
        "run it in a clone with a work tree",
    ),
    "audit.not_ok": (
        "the audit cannot be relied on yet: {why:sentences}",
        "nothing was written; improvements follow from an audit that is filled in",
    ),
}
