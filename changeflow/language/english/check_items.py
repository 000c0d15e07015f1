"""What `check` finds in configuration items."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "cmdb-unknown-dependency": (
        "{id:code} depends on {ci:shown}, which is not in the CMDB",
        "{what_now:sentences}",
    ),
    "cmdb-self-dependency": ("{ci:code} depends on itself", "remove the line"),
    "cmdb-retired-dependency": (
        "{id:code} is live and depends on {ci:code}, which is retired",
        "remove the dependency, or correct a status",
    ),
    "cmdb-unknown-owner": (
        "the owner {who:shown} is neither a role nor a person of the roster",
        "{what_now:sentences}",
    ),
    "cmdb-unknown-type": ("{type:shown} is not a type of item here", "{what_now:sentences}"),
    "cmdb-incomplete:type": (
        "{id:code} has no type: no rule and no change model for its type covers it",
        "{what_now:sentences}",
    ),
    "cmdb-incomplete:criticality": (
        "{id:code} has no criticality: an unknown tier counts as the highest",
        "{what_now:sentences}",
    ),
    "cmdb-incomplete:owner": (
        "{id:code} has no owner: no owner can be asked to agree",
        "{what_now:sentences}",
    ),
    "cmdb-incomplete:environment": (
        "{id:code} has no environment: no calendar for an environment protects it",
        "{what_now:sentences}",
    ),
    "cmdb-id-collision": (
        "{id:code} looks like {other:code}",
        "give one of them a name that cannot be mistaken for the other",
    ),
    "cmdb-duplicate-id": (
        "the {kind} {id:code} is defined already, in {path}, line {line}",
        "give it another id, or remove one of them",
    ),
    "cmdb-incomplete:name": (
        "{id:code} has neither a name nor a description: its id alone says what it is",
        "{what_now:sentences}",
    ),
    "cmdb-group-min": (
        "`min` is {min}, but the group has {members} different members",
        "lower `min`, or list all members",
    ),
    "cmdb-not-updated:add": (
        (
            "{change} added {ci:code} and is released, but the CMDB on {main} still says "
            "{status:code}"
        ),
        "{what_now:sentences}",
    ),
    "cmdb-not-updated:remove": (
        (
            "{change} removed {ci:code} and is released, but the CMDB on {main} still says "
            "{status:code}"
        ),
        "{what_now:sentences}",
    ),
    "cmdb-unauthorised:added": (
        (
            "{ci:code} was added since {against:code} without a change ({attributes:most 5}): "
            "{why:sentences}"
        ),
        (
            "`changeflow cmdb diff {against}` shows before and after; take it back, or bring it "
            "by a change that lists the item"
        ),
    ),
    "cmdb-unauthorised:changed": (
        (
            "{ci:code} was changed since {against:code} without a change ({attributes:most 5}): "
            "{why:sentences}"
        ),
        (
            "`changeflow cmdb diff {against}` shows before and after; take it back, or bring it "
            "by a change that lists the item"
        ),
    ),
    "cmdb-unauthorised:removed": (
        (
            "{ci:code} was removed since {against:code} without a change ({attributes:most 5}): "
            "{why:sentences}"
        ),
        (
            "`changeflow cmdb diff {against}` shows before and after; take it back, or bring it "
            "by a change that lists the item"
        ),
    ),
    "cmdb-releases-unknown": (
        (
            "what was released cannot be read, so records that are out of date are not "
            "named: {reason}"
        ),
        "{hint}",
    ),
    "cmdb-maps-path:absolute": (
        "{path:shown} begins at the root of a file system: no file of the repository matches",
        "write it from the top of the git repository, without the slash in front",
    ),
    "cmdb-maps-path:parent": (
        "{path:shown} has a part `.` or `..`: no file of the repository matches",
        "write it from the top of the git repository, wherever this file lies",
    ),
    "cmdb-maps-path:exclusion": (
        "{path:shown} begins with `!`, and paths cannot be excluded",
        "list the paths that belong to the item",
    ),
    "cmdb-maps-path:odd": (
        "{path:shown} is not written as paths are: no file that a gate lets pass matches",
        "an empty part, a backslash, a colon, or an invisible character is in the way",
    ),
    "cmdb-maps-address": (
        "{address:shown} is not the address of a resource or module of Terraform",
        'such as `aws_db_instance.payments`, `aws_instance.web["a"]` or `module.shop`',
    ),
    "cmdb-maps-address:data": (
        "{address:shown} is a data source, which no plan changes",
        "name the resource or module that belongs to the item",
    ),
    "cmdb-maps-image": (
        "{image:shown} is not the name of a container image",
        "such as `registry.example/team/shop`, without tag and digest",
    ),
    "cmdb-incomplete:description": (
        "{id:code} has no description: nothing says what it is for",
        "{what_now:sentences}",
    ),
    "cmdb-incomplete:inherited": (
        "{id:code} has no criticality, and {other:code} of tier 1 or 2 fails with it",
        "{what_now:sentences}",
    ),
    "cmdb-unknown-owner:item": (
        "the owner {who:shown} of {ci:code} is neither a role nor a person of the roster",
        "{what_now:sentences}",
    ),
    "cmdb-absent-owner": (
        "the owner {who:code} of {ci:code} is a role that no person holds",
        "give the role to a person in the roster, or name another owner",
    ),
    "cmdb-ring:whole": (
        "these need each other, so if one fails all do: {ring}",
        "remove a dependency that is wrong, or make one soft or redundant",
    ),
    "cmdb-ring:part": (
        "{count:count} items need each other, so if one fails all do; a way round: {ring}",
        "remove a dependency that is wrong, or make one soft or redundant",
    ),
    "cmdb-tier-inversion": (
        "{other:code} of {other_tier:word} fails if {ci:code} of {tier:word} does: {path}",
        "correct `criticality`, or make a dependency on the way soft or redundant",
    ),
    "cmdb-orphan": (
        "{ci:code} is live, needs nothing, and nothing needs it",
        "add the dependency that is missing, or retire the item",
    ),
    "cmdb-single-points:one": (
        (
            "{ci:code} is a single point of failure: {count:count} live items of tier 1 and 2 fail "
            "with it, such as {items:codes}"
        ),
        "`changeflow impact {ci}` shows what fails; redundancy is `any_of` with `min`",
    ),
    "cmdb-single-points:several": (
        (
            "{total:count} items each take down several live items of tier 1 and 2 when they fail "
            "alone; {ci:code} takes down most, {count:count}, such as {items:codes}"
        ),
        "`changeflow impact {ci}` shows what fails; redundancy is `any_of` with `min`",
    ),
    "cmdb-unconfirmed:never": (
        "{ci:code} was never confirmed; its tier asks for it every {days} days",
        "look whether the record is true, and set `confirmed` to the day",
    ),
    "cmdb-unconfirmed:ahead": (
        "{ci:code} was confirmed on a day that is still to come, {last}",
        "set `confirmed` to the day on which it was looked at",
    ),
    "cmdb-unconfirmed:since": (
        "{ci:code} was confirmed last on {last}; its tier asks for it every {days} days",
        "look whether the record is true, and set `confirmed` to the day",
    ),
    "cmdb-not-updated:absent": (
        "{change} added {ci:code} and is released, but the CMDB on {main} does not have it",
        "{what_now:sentences}",
    ),
    "cmdb-not-updated:transfer": (
        (
            "{change} transferred {ci:code} and is released, but its record on {main} is what it "
            "was before"
        ),
        "{what_now:sentences}",
    ),
    "cmdb-more": (
        "{count:count} more findings like this one ({of})",
        "`changeflow cmdb check --all` lists them",
    ),
}
