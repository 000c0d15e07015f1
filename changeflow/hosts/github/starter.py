"""What `init --host github` writes and says beyond the plain change repository."""

from __future__ import annotations

from typing import Final

from changeflow.documents.starter import HostStarter, next_steps, templates

_ACCOUNT: Final = (
    "# github_id: 1003   # this one counts:"
    " the `id` at https://api.github.com/users/login-on-github"
)
_REQUIRE: Final = (
    "On GitHub: require the check `changeflow/gate` for `main`;"
    " .github/workflows/changeflow.yml says how the bot works."
)
_MISSING: Final = (
    "First put your copy of changeflow and its commit behind every `uses: YOUR-ORG/...`"
    " in .github/workflows."
)
STARTER: Final = HostStarter(
    host="github",
    remote="remote: origin",
    next_steps=next_steps("github"),
    files=templates("github"),
    account_lines=(_ACCOUNT,),
    about_you="README.md says how your account's reviews count.",
    last_words=(_REQUIRE,),
    without_action=(_MISSING,),
)
