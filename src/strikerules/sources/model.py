"""What the register holds: sources, their claims, the times and the references in them."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from msgspec import Struct

from strikerules.problems import Position, quoted

__all__ = [
    "FIRMNESS",
    "PARTS",
    "Claim",
    "Firmness",
    "Reference",
    "Source",
    "Span",
    "element_key",
    "element_name",
]

Firmness = Literal["decided", "stated", "hinted", "reported", "argued", "context"]
"""How firmly a claim stands; the register's page says what each word means."""

FIRMNESS: tuple[str, ...] = get_args(Firmness)

PARTS = ("rule", "question", "parameter", "definition", "fact", "zone", "entry", "element")
"""The parts of a policy or timeline that a claim can be encoded as, beside readings."""


class Span(Struct, frozen=True):
    """A day, or an interval with both ends in it.

    Parameters
    ----------
    start, end : datetime.date or None
        None is an end that the source does not give.
    about : bool
        True where the ends are our reading of vague words.

    Examples
    --------
    >>> str(Span(date(2024, 5, 30), date(2024, 5, 30)))
    '2024-05-30'
    >>> str(Span(None, date(2024, 5, 29), about=True))
    'until about 2024-05-29'
    """

    start: date | None
    end: date | None
    about: bool = False

    def __str__(self) -> str:
        about = "about " if self.about else ""
        if self.start == self.end:
            return f"{about}{self.start}"
        if self.start is None:
            return f"until {about}{self.end}"
        if self.end is None:
            return f"from {about}{self.start}"
        return f"{about}{self.start} to {self.end}"

    def to_dict(self) -> dict[str, object]:
        """Return the ends as ISO dates; an end that is not given is null."""
        return {
            "from": self.start.isoformat() if self.start else None,
            "until": self.end.isoformat() if self.end else None,
            "about": self.about,
        }


def element_key(
    kind: str,
    name: str,
    *,
    policy: str | None = None,
    timeline: str | None = None,
    question: str | None = None,
) -> str:
    """Return the one way to write where an encoded thing is.

    Examples
    --------
    >>> element_key("rule", "no-long-range-attacks", policy="kharkiv")
    'policy:kharkiv/rule:no-long-range-attacks'
    >>> element_key("reading", "told", timeline="us-weapons-in-russia", question="day-of-effect")
    'timeline:us-weapons-in-russia/question:day-of-effect/reading:told'
    >>> element_key("policy", "ban")
    'policy:ban'
    """
    steps: list[str] = []
    if policy is not None and kind != "policy":
        steps.append(f"policy:{policy}")
    if timeline is not None and kind != "timeline":
        steps.append(f"timeline:{timeline}")
    if question is not None:
        steps.append(f"question:{question}")
    steps.append(f"{kind}:{name}")
    return "/".join(steps)


def element_name(
    kind: str,
    name: str,
    *,
    policy: str | None = None,
    timeline: str | None = None,
    question: str | None = None,
) -> str:
    """Return the same place in words, for messages.

    Examples
    --------
    >>> element_name("reading", "counted", policy="kharkiv", question="air-bases")
    'the reading `counted` of `air-bases` of the policy `kharkiv`'
    >>> element_name("zone", "designated-area")
    'the zone `designated-area`'
    """
    out = quoted(name) if kind == "element" else f"the {kind} {quoted(name)}"
    if question is not None:
        out += f" of {quoted(question)}"
    for owner, value in (("policy", policy), ("timeline", timeline)):
        if value is not None and kind != owner:
            out += f" of the {owner} {quoted(value)}"
    return out


class Reference(Struct, frozen=True):
    """What a claim says that it is encoded as: one entry of its ``encoded_as``."""

    kind: str
    name: str
    policy: str | None = None
    timeline: str | None = None
    question: str | None = None
    position: Position | None = None

    @property
    def key(self) -> str:
        """The place it names, as `element_key` writes it."""
        return element_key(
            self.kind,
            self.name,
            policy=self.policy,
            timeline=self.timeline,
            question=self.question,
        )

    @property
    def title(self) -> str:
        """The place in words, as `element_name` writes it."""
        return element_name(
            self.kind,
            self.name,
            policy=self.policy,
            timeline=self.timeline,
            question=self.question,
        )


class Claim(Struct, frozen=True):
    """One thing that a source says, in the project's own words.

    Parameters
    ----------
    id : str
        Such as ``c04b``: paragraph 4, second claim; unique in its source.
    source : str
        The id of its source.
    paragraph : int
        From 1.
    sentence : int or None
        From 1 in its paragraph, where it is recorded.
    speaker : str
        Who says it, written out.
    date : Span
        When it was said.
    happened : Span or None
        When that which it tells of took place, where that is another time.
    date_note : str or None
        How a relative date was resolved.
    firmness : {"decided", "stated", "hinted", "reported", "argued", "context"}
    text : str
        Our words.
    quoted : tuple of str
        Short terms in the source's words.
    encoded_as : tuple of Reference
        Empty exactly where `not_encoded` gives a reason.
    not_encoded : str or None
    position : Position or None
        Where it stands in the register.
    """

    id: str
    source: str
    paragraph: int
    sentence: int | None
    speaker: str
    date: Span
    happened: Span | None
    date_note: str | None
    firmness: Firmness
    text: str
    quoted: tuple[str, ...]
    encoded_as: tuple[Reference, ...]
    not_encoded: str | None
    position: Position | None = None

    @property
    def ref(self) -> str:
        """The id with its source, which is unique everywhere."""
        return f"{self.source}/{self.id}"

    def to_dict(self) -> dict[str, object]:
        """Return the claim as plain data, without its links."""
        out: dict[str, object] = {
            "claim": self.id,
            "source": self.source,
            "paragraph": self.paragraph,
            "speaker": self.speaker,
            "date": self.date.to_dict(),
            "firmness": self.firmness,
            "text": self.text,
        }
        if self.sentence is not None:
            out["sentence"] = self.sentence
        if self.happened is not None:
            out["happened"] = self.happened.to_dict()
        if self.date_note is not None:
            out["date_note"] = self.date_note
        if self.quoted:
            out["quoted"] = list(self.quoted)
        if self.not_encoded is not None:
            out["not_encoded"] = self.not_encoded
        return out


class Source(Struct, frozen=True):
    """A document that claims are taken from.

    Parameters
    ----------
    id, title, outlet : str
    date : datetime.date
        The day that it is dated.
    author : str or None
    sha256 : str
        Of the text; `sha256_of` says of which bytes.
    sha256_of, numbering : str or None
    paragraphs : int
    sentences : tuple of int
        How many each paragraph has; empty where they were not counted.
    speakers : dict
        From the register's short keys to people written out.
    claims : tuple of Claim
        In the order of the register.
    """

    id: str
    title: str
    outlet: str
    date: date
    author: str | None
    sha256: str
    sha256_of: str | None
    numbering: str | None
    paragraphs: int
    sentences: tuple[int, ...]
    speakers: dict[str, str]
    claims: tuple[Claim, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the document's own data, without its claims."""
        out: dict[str, object] = {
            "source": self.id,
            "title": self.title,
            "outlet": self.outlet,
            "date": self.date.isoformat(),
            "sha256": self.sha256,
            "paragraphs": self.paragraphs,
        }
        if self.author is not None:
            out["author"] = self.author
        return out
