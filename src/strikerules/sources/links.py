"""What the rules side brings to a trace: encoded elements, and the links to claims."""

from __future__ import annotations

from msgspec import Struct

from strikerules.problems import Position
from strikerules.sources.model import Claim, element_key, element_name

__all__ = ["Element", "Link", "family"]


class Element(Struct, frozen=True):
    """Something that a policy, a timeline or the zone register says, and the claims it cites.

    A part that a variant inherits unchanged is listed once, for the policy that it comes from.

    Parameters
    ----------
    kind : str
        ``policy``, ``timeline``, ``rule``, ``question``, ``reading``, ``parameter``,
        ``definition``, ``fact``, ``zone``, ``entry`` (a policy's place in a timeline) or
        ``element`` (another part, such as ``scope``).
    name : str
    policy, timeline : str, optional
        What it belongs to; neither for a policy, a timeline or a registered zone itself.
    question : str, optional
        For a reading, its question.
    cites : tuple of str or None
        Claims, as they are written; None where the language has no place for cites.
    sources : tuple of str
        The sources that its cites are looked up in; all where empty.
    assumed : bool
        It says itself that nobody published it, and so needs no claim.
    file, line : optional
        Where it stands.

    Examples
    --------
    >>> Element("rule", "no-long-range-attacks", policy="kharkiv", cites=("c04b",)).key
    'policy:kharkiv/rule:no-long-range-attacks'
    """

    kind: str
    name: str
    policy: str | None = None
    timeline: str | None = None
    question: str | None = None
    cites: tuple[str, ...] | None = ()
    sources: tuple[str, ...] = ()
    assumed: bool = False
    file: str | None = None
    line: int | None = None

    @property
    def key(self) -> str:
        """Its place, as `element_key` writes it."""
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

    @property
    def position(self) -> Position | None:
        """Where it stands, for a problem."""
        return None if self.file is None else Position(self.file, self.line or 0, 1)

    def to_dict(self) -> dict[str, object]:
        """Return the element as plain data, without its links."""
        out: dict[str, object] = {"element": self.key, "kind": self.kind, "name": self.name}
        for field in ("policy", "timeline", "question", "file", "line"):
            if (value := getattr(self, field)) is not None:
                out[field] = value
        if self.assumed:
            out["assumed"] = True
        return out


def family(key: str) -> str:
    """Return the key that answers for `key`: a question answers for its readings.

    Examples
    --------
    >>> family("policy:kharkiv/question:air-bases/reading:counted")
    'policy:kharkiv/question:air-bases'
    """
    return key.partition("/reading:")[0]


class Link(Struct, frozen=True):
    """A claim and an element that belong together, and which side says so.

    Parameters
    ----------
    claim : Claim
    element : Element
    claimed : bool
        The claim names the element.
    cited : bool
        The element cites the claim.
    confirmed : bool
        Both sides say so, counting a question and its readings as one; or the element has no
        place for cites.
    """

    claim: Claim
    element: Element
    claimed: bool
    cited: bool
    confirmed: bool
