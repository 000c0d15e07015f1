"""A reason of a decision as a sentence for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from changeflow.language.catalogue import template
from changeflow.language.reader import Reader
from changeflow.language.sentences import Said, key_of, say, say_or
from changeflow.model.languages import ENGLISH

if TYPE_CHECKING:
    from changeflow.model.answers.decision import IgnoredReview, Reason

# conflicts, freezes and people that one sentence spells out
_MOST_NAMED: Final = 5
_SHUT_BY: Final = "shut_by"
_TRANSLATIONS: Final = "translations"
# Data that no sentence of the catalogue names.
_BESIDE: Final = {_SHUT_BY, _TRANSLATIONS}
# An opinion that one gate does not ask for may count at another one, as those about the approval do
# at `close`.
NOT_ASKED: Final = "approver.no_role"


def sentence(reason: Reason, reader: Reader) -> str:
    """Return a reason as a sentence.

    The message of a rule says what the rule asks for. If that does not hold, the sentence says so,
    followed by the first names of what shuts the rule.
    """
    said = said_by(reason, reader).text
    if _is_violated(reason):
        said = say("decision.not_met", {"asks": said}, reader).text
    named: list[str | dict[str, Any]] = []
    for found in reason.data.get(_SHUT_BY, {}).values():
        named += (say_or(one.get("code", ""), one, reader, one["message"]).text for one in found)
    if not named:
        return said
    rest = len(named) - _MOST_NAMED
    if rest > 0:
        more = {"code": "decision.more", "count": rest}
        named = [*named[:_MOST_NAMED], more]
    return say("decision.named", {"said": said, "names": named}, reader).text


def told_by(reason: Reason) -> str | dict[str, Any]:
    """Return a reason as data, for an error that quotes it.

    What a policy says is in its own words.
    """
    said: str | dict[str, Any] = reason.message
    key = key_of(reason.reason_code, reason.data)
    if reason.rule.startswith("changeflow.") and template(ENGLISH, key) is not None:
        said = {"code": reason.reason_code, **reason.data}
    if _is_violated(reason):
        said = {"code": "decision.not_met", "asks": reason.message}
    found = [one for ones in reason.data.get(_SHUT_BY, {}).values() for one in ones]
    if not found:
        return said
    named = [one if "code" in one else one["message"] for one in found[:_MOST_NAMED]]
    rest = len(found) - _MOST_NAMED
    if rest > 0:
        named.append({"code": "decision.more", "count": rest})
    return {"code": "decision.named", "said": said, "names": named}


def said_by(reason: Reason, reader: Reader) -> Said:
    """Return sentence and hint of a reason.

    What a policy says stands in its own words: in the reader's language where it has them.
    """
    if reader.exact:
        return Said(reason.message, reason.hint)
    if reason.rule.startswith("changeflow."):
        return say_or(reason.reason_code, reason.data, reader, reason.message, reason.hint)
    translations = reason.data.get(_TRANSLATIONS, {})
    asks = translated(translations, "message", reader, reason.data.get("asks", reason.message))
    hint = translated(translations, "hint", reader, reason.hint)
    if not reason.data.keys() - _BESIDE:
        return Said(asks, hint)
    data = reason.data | {"asks": asks}
    said = say_or(reason.reason_code, data, reader, reason.message)
    return Said(said.text, said.hint or hint)


def translated(
    translations: Mapping[str, Mapping[str, str]], part: str, reader: Reader, written: str
) -> str:
    """Return a text of a rule in the reader's language, as it is written where it has no other.

    Args:
        translations: of the rule, by language.
        part: `message` or `hint`.
        reader: whose language counts.
        written: the text of the rule itself.
    """
    return translations.get(reader.language, {}).get(part, written)


def why_ignored(opinion: IgnoredReview, reader: Reader, *, at_one_gate: bool = False) -> str:
    """Return why an opinion does not count: anywhere, or at the gate that is told of."""
    message = opinion.message or opinion.by
    if reader.exact:
        return message
    data = opinion.data
    if at_one_gate and opinion.reason_code == NOT_ASKED:
        data = {"case": "gate"} | data
    return say_or(opinion.reason_code, data, reader, message).text


def _is_violated(reason: Reason) -> bool:
    """Return whether a reason is a rule of a policy whose condition does not hold.

    Such a rule may have a code of its own.
    """
    if reason.rule.startswith("changeflow."):
        return False
    violated = reason.outcome == "fail" and not reason.reason_code.startswith("approvals.")
    return violated or reason.warns
