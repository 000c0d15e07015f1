"""What `init` and `new` tell when they have written, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "init.made": "Made a change repository in {folder}: {count} files.",
    "init.kept": "Left as they were: {names:list}.",
    "init.git:committed": "Committed to `main`: policies, roster and items judge from there.",
    "init.git:inside": (
        "It lies inside a git repository: commit it to the main branch; policies, "
        "roster and items judge from there."
    ),
    "init.git:none": (
        "It is not under git yet: `git init -b main`, add and commit; policies, roster and "
        "items judge from `main`."
    ),
    "init.you:unknown": (
        "git does not say who you are (user.name, user.email): the roster has example "
        "people. Replace them."
    ),
    "init.you:host": "You are `{who}` in policies/roster.yaml. {about}",
    "init.you:no_key": (
        "You are `{who}` in policies/roster.yaml, without a key yet: README.md says how to add one."
    ),
    "init.you:key": "You are `{who}` in policies/roster.yaml, with your public SSH key.",
    "init.addresses": (
        "No e-mail address is known of {names:codes}: add `emails` in policies/roster.yaml."
    ),
    "init.without_address": "Without one, what they commit is not known as theirs.",
    "init.next": "Next: {enter}changeflow check",
    "init.then": "Then: README.md says what to replace first.",
    "new.complete": (
        "It is complete. Next: `changeflow check`, then commit it and merge it to the main branch."
    ),
    "new.from_diff": "{ci}: {action:code}, {touch:sentences}",
    "new.from_diff:several": "{ci}: {action:code}, {touch:sentences}, and {more:count} more",
    "new.from_diff:document": "{ci}: {action:code}, its document in {path:code} says so",
    "new.afterwards:merge": "Merge {name} of {people:people}, {at:time}:",
    "new.afterwards:commit": "Commit {name} of {people:people}, {at:time}:",
    "new.afterwards:tag": "Tag {name} of {people:people}, {at:time}:",
    "new.afterwards:deployment": "Deployment {name} of {people:people}, {at:time}:",
    "new.missing": "A draft; still to fill in: {fields:list}.",
    "new.edit": "Next: edit it, then `changeflow check`.",
    "new.draft": (
        "A draft with everything in it. Next: read it, remove `draft: true`, then `changeflow "
        "check`."
    ),
    "new.late:over": (
        "warning: the window is over, it ended at {end:time}; nothing can be approved or released in"
        " it: move `window` in {path} first"
    ),
    "new.late:begun": (
        "warning: the window has begun already, at {start:time}; it ends at {end:time}"
    ),
    "new.warning": "warning: {why}; as it stands, every gate judges this as a normal change",
}
