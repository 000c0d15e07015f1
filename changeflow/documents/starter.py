"""A new change repository that passes its own checks."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import MAXYEAR, date
from pathlib import Path
from typing import Final

from changeflow import resources
from changeflow.documents.localised import localised, page, sentence
from changeflow.documents.write import flow_list, scalar
from changeflow.lazy_dataclass import dataclass
from changeflow.model.characters import invisible, plain_line, yaml_quoted
from changeflow.model.document_paths import STANDARDS
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.model.people import EMAIL_LENGTH, EMAIL_PATTERN, KEY_LENGTH, KEY_PATTERN
from changeflow.model.times import days_later

TEMPLATES: Final = Path(__file__).parent.parent / "templates"
MODEL_YEARS: Final = 1
ACTION_FOLDER: Final = ".github/actions/changeflow"
NO_ACTION: Final = (
    f"YOUR-ORG/changeflow/{ACTION_FOLDER}@{'0' * 40} # put your copy of "
    "changeflow and its commit here"
)

# Columns of these settings in the template, so that the comments beside them stay in line.
_HOST_WIDTH: Final = 6
_REMOTE_WIDTH: Final = 16


@dataclass(frozen=True)
class HostStarter:
    """The parts of a new change repository that its host decides.

    Attributes:
        host: its name, for `spec.host`.
        remote: the line of settings below `ledger`.
        next_steps: a template for the README.
        files: path -> template of further files, such as the workflows of a bot.
        account_lines: further lines of the roster for a person, below their login.
        about_you: how the opinion of the repository's author counts; empty: by their key.
        last_words: sentences at the end of `init`.
        without_action: sentences before them if no action was named; if there are none, no action
            can be named.
    """

    host: str
    remote: str
    next_steps: str
    files: Mapping[str, str] = field(default_factory=dict)
    account_lines: tuple[str, ...] = ()
    about_you: str = ""
    last_words: tuple[str, ...] = ()
    without_action: tuple[str, ...] = ()

    def says(self, text: str, language: LanguageName) -> str:
        """Return one of the sentences that `init` shows, in a language."""
        return sentence(text, f"init/{self.host}", language)


@dataclass(frozen=True)
class Newcomer:
    """A person for the roster, as far as known. `key` is one line of an OpenSSH public key file."""

    id: str
    name: str = ""
    email: str = ""
    key: str = ""


AGENT: Final = "renovate"
_AGENT_LINE: Final = (
    f"    {AGENT}: {{name: Dependency updates, kind: agent}}   # an automation: it never approves"
)
_ROSTER: Final = "policies/roster.yaml"
EXAMPLES: Final = (
    Newcomer("alice", "Alice (example)", "alice@example.com"),
    Newcomer("carol", "Carol (example)", "carol@example.com"),
    Newcomer("dave", "Dave (example)", "dave@example.com"),
)


def repository_files(
    me: Newcomer | None,
    members: Sequence[Newcomer],
    today: date,
    host: HostStarter,
    action: str = NO_ACTION,
    repository: str = "",
    timezone: str = "UTC",
    language: LanguageName = ENGLISH,
) -> dict[str, bytes]:
    """Return every file of a new change repository: path -> content.

    Args:
        me: the author of the repository; an example person if unknown.
        members: further people, on the change advisory board; example people if there are none.
        today: the day the change model's validity is counted from.
        host: the parts that its host decides.
        action: the action that its workflows use, `owner/repository/path@commit`.
        repository: the repository's id; empty: a new one.
        timezone: the zone of the team's wall clock.
        language: of comments, messages and names.
    """
    examples = [replace(one, name=_example(one, language)) for one in EXAMPLES]
    first = me or examples[0]
    people = [first, *(members or (one for one in examples[1:] if one.id != first.id))]
    values = _values(people, today, host, language) | {
        "host": host.host.ljust(_HOST_WIDTH),
        "remote": host.remote.ljust(_REMOTE_WIDTH),
        "action": action,
        "repository": repository or new_repository_id(),
        "timezone": timezone,
        "language": language,
    }
    steps = page(f"next/{host.host}.md", language) or host.next_steps
    values["next_steps"] = fill(steps, values).decode("utf-8")
    wanted = templates("repository") | dict(host.files)
    files = {name: fill(_in(language, text, name), values) for name, text in wanted.items()}
    for folder in ("policies", "schemas"):
        for path in sorted(resources.folder(folder).rglob("*")):
            name = f"{folder}/{path.relative_to(resources.folder(folder)).as_posix()}"
            if name in files or not path.is_file() or path.name.startswith("."):
                continue
            if name.startswith(STANDARDS):
                # those that ship are read from the package, so that a new version brings new ones
                continue
            content = path.read_bytes()
            if folder == "policies":
                content = localised(content.decode("utf-8"), name, language).encode("utf-8")
            files[name] = _authorised(content, values) if "/models/" in name else content
    return dict(sorted(files.items()))


def _in(language: LanguageName, text: str, name: str) -> str:
    """Return a template in a language: a page as a whole, other files by their texts."""
    return page(name, language) or localised(text, name, language)


def new_repository_id() -> str:
    """Return an id no other repository has."""
    return str(uuid.uuid4())


def fill(text: str, values: Mapping[str, str]) -> bytes:
    """Return a template with its `@@name@@` replaced.

    A name without a value is a mistake in the template.
    """
    return re.sub(r"@@([a-z_]+)@@", lambda found: values[found[1]], text).encode("utf-8")


def next_steps(name: str) -> str:
    """Return the template of the next steps on a host."""
    return (TEMPLATES / "next" / f"{name}.md").read_text(encoding="utf-8")


def templates(name: str) -> dict[str, str]:
    """Return the templates of a folder: path -> text."""
    folder = TEMPLATES / name
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            parts = map(_undotted, path.relative_to(folder).parts)
            found["/".join(parts)] = path.read_text(encoding="utf-8")
    return found


def _undotted(part: str) -> str:
    """Return the name that a part of a template's path stands for: `dot-github` is `.github`."""
    if part.startswith("dot-"):
        return part.replace("dot-", ".", 1)
    return part


def _values(
    people: Sequence[Newcomer], today: date, host: HostStarter, language: LanguageName
) -> dict[str, str]:
    ids = [person.id for person in people]
    others = ids[1:] or ids
    entries = [_person(person, host, language) for person in people]
    if AGENT not in ids:
        entries.append(localised(_AGENT_LINE, _ROSTER, language))
    return {
        "people": "\n".join(entries),
        "cab": flow_list(ids),
        "ecab": flow_list(others),
        "owners": flow_list(ids),
        "team": flow_list(ids[:2]),
        "authority": flow_list(others[:1]),
        "expires": _years_later(today, MODEL_YEARS).isoformat(),
        "away": days_later(today, 30).isoformat(),
        "back": days_later(today, 44).isoformat(),
        "key_note": _key_note(people[0], language),
    }


def _example(person: Newcomer, language: LanguageName) -> str:
    return localised(f" {person.name}", _ROSTER, language).strip()


def _key_note(person: Newcomer, language: LanguageName) -> str:
    note = "yours is there already" if person.key else "yours is still missing"
    return localised(f"# {note}", "README.md", language).removeprefix("# ")


def _person(person: Newcomer, host: HostStarter, language: LanguageName) -> str:
    def comment(text: str) -> str:
        return localised(f"# {text}", _ROSTER, language)

    lines = [
        f"    {scalar(person.id)}:",
        f"      name: {yaml_quoted(_printable(person.name) or person.id)}",
    ]
    if fits_email(person.email):
        lines.append(f"      emails: [{yaml_quoted(person.email)}]")
    else:
        note = comment("the addresses they commit with")
        lines.append(f"      # emails: [{person.id}@example.com]   {note}")
    if _fits(KEY_PATTERN, person.key, KEY_LENGTH):
        lines.append(f"      keys: [{yaml_quoted(person.key)}]")
    else:
        note = comment("the line in ~/.ssh/id_ed25519.pub")
        lines.append(f'      # keys: ["ssh-ed25519 AAAA..."]   {note}')
    lines.append("      # github: login-on-github")
    for line in host.account_lines:
        lines.append(localised(f"      {line}", _ROSTER, language))
    return "\n".join(lines)


def _authorised(model: bytes, values: Mapping[str, str]) -> bytes:
    """Return a change model of the default pack, authorised by this roster, for a year."""
    for name, value in (("authorised_by", values["authority"]), ("expires", values["expires"])):
        model = re.sub(
            rf"(?m)^(  {name}: )[^#\n]*?( *(#.*)?)$".encode(),
            rb"\g<1>" + value.encode() + rb"\2",
            model,
        )
    return model


def fits_email(text: str) -> bool:
    """Return whether a text is an e-mail address that a roster may list."""
    return _fits(EMAIL_PATTERN, text, EMAIL_LENGTH)


def _fits(pattern: str, text: str, length: int) -> bool:
    return re.match(pattern, text) is not None and plain_line(text) and len(text) <= length


def _printable(text: str) -> str:
    return "".join(character for character in text if not invisible(character))[:200]


def _years_later(day: date, years: int) -> date:
    if day.year + years > MAXYEAR:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February
        return day.replace(year=day.year + years, day=28)


def person_id(name: str, email: str) -> str:
    """Return a roster id: the first name, else the address before its `@`, else `me`."""
    for text in (*name.split()[:1], email.partition("@")[0]):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        found = re.sub(r"[^a-z0-9._-]+", "", plain).lstrip("._-0123456789").rstrip("._-")
        if found:
            return found[:40]
    return "me"
