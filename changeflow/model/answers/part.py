"""Parts of answers that are dataclasses, because importing and building pydantic takes longer than the answer.

Pydantic reads and writes them as parts of its records, and finds in the metadata of a field what it
needs. `model.answers.plain` writes them alone.
"""

from typing import ClassVar, Final

# the metadata of a field that is no part of the answer
NO_PART: Final = {"exclude": True}


class AnswerPart:
    """A part of an answer that refuses keys it does not know."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "forbid", "regex_engine": "python-re"}
