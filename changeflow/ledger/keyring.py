"""The key ring: the owners of public keys.

Keys come from the roster at the base, by the digest of the key itself, never by what a signature
claims.
"""

from __future__ import annotations

from collections.abc import Mapping

from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding
from changeflow.model.people import Person
from changeflow.model.sshkeys import SshFormatError, fingerprint, public_key


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the person who holds it."""

    person: str
    kind: str
    blob: bytes


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by fingerprint.

    A key that two people list identifies neither and is left out (see `problems`).
    """

    keys: Mapping[str, Key]
    problems: tuple[Finding, ...] = ()

    def held_by(self, person: str) -> tuple[str, ...]:
        """Return the fingerprints of a person's keys."""
        return tuple(name for name, key in self.keys.items() if key.person == person)

    def person(self, keyid: str) -> str | None:
        """Return the person who holds a key, or None."""
        key = self.keys.get(keyid)
        return key.person if key else None


def key_ring(people: Mapping[str, Person]) -> KeyRing:
    """Return the key ring of a roster's people."""
    keys: dict[str, Key] = {}
    shared: set[str] = set()
    problems: list[Finding] = []
    for person, facts in people.items():
        for index, line in enumerate(facts.keys):
            try:
                kind, blob = public_key(line)
            except SshFormatError as error:
                message = f"a key of {person} cannot be read: {error}"
                problems.append(_key_problem("roster-key-unreadable", person, index, message))
                continue
            other = keys.setdefault(fingerprint(blob), Key(person, kind, blob))
            if other.person != person:
                shared.add(fingerprint(blob))
                message = f"{other.person} and {person} list the same key: it identifies neither"
                problems.append(_key_problem("roster-key-shared", person, index, message))
    for name in shared:
        del keys[name]
    return KeyRing(keys, tuple(problems))


def _key_problem(rule: str, person: str, index: int, message: str) -> Finding:
    hint = "every person has keys of their own: `ssh-keygen -t ed25519` makes one"
    return Finding(rule, "error", message, hint, route=("spec", "people", person, "keys", index))
