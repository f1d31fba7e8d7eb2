"""From each claim to what encodes it, and from each element to its claims."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from strikerules.problems import Problem, quoted
from strikerules.sources.links import Element, Link, family
from strikerules.sources.model import Claim, Reference, Source
from strikerules.sources.register import SourceRegister

__all__ = ["Coverage", "Trace", "coverage_of", "trace"]


class Coverage(Struct, frozen=True):
    """How much of a paragraph the register holds.

    Parameters
    ----------
    source : str
    paragraph : int
    claims : int
        ``encoded + context + not_encoded``.
    encoded, context, not_encoded : int
        Claims with something that encodes them; claims that are context; others with a reason.
    sentences : int or None
        None where the source's sentences were not counted.
    sentences_without_claim : tuple of int
        Empty where they were not counted.
    """

    source: str
    paragraph: int
    claims: int
    encoded: int
    context: int
    not_encoded: int
    sentences: int | None
    sentences_without_claim: tuple[int, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the counts as plain data."""
        return {
            "source": self.source,
            "paragraph": self.paragraph,
            "claims": self.claims,
            "encoded": self.encoded,
            "context": self.context,
            "not_encoded": self.not_encoded,
            "sentences": self.sentences,
            "sentences_without_claim": list(self.sentences_without_claim),
        }


def coverage_of(source: Source) -> tuple[Coverage, ...]:
    """Return the coverage of each paragraph of a source, in order."""
    out: list[Coverage] = []
    for paragraph in range(1, source.paragraphs + 1):
        claims = [claim for claim in source.claims if claim.paragraph == paragraph]
        encoded = sum(bool(claim.encoded_as) for claim in claims)
        context = sum(claim.firmness == "context" for claim in claims)
        counted = source.sentences[paragraph - 1] if source.sentences else None
        held = {claim.sentence for claim in claims}
        out.append(
            Coverage(
                source=source.id,
                paragraph=paragraph,
                claims=len(claims),
                encoded=encoded,
                context=context,
                not_encoded=len(claims) - encoded - context,
                sentences=counted,
                sentences_without_claim=tuple(
                    n for n in range(1, (counted or 0) + 1) if n not in held
                ),
            )
        )
    return tuple(out)


class Trace(Struct, frozen=True, dict=True):
    """Claims and elements, the links between them, and what is missing.

    Parameters
    ----------
    register : SourceRegister
    elements : tuple of Element
    links : tuple of Link
        In the order of the claims, then of the elements.
    unknown_cites : tuple of (Element, str, Problem)
        Cites of claims that do not exist, or that several sources have.
    unknown_elements : tuple of (Claim, Reference)
        Entries of ``encoded_as`` that name nothing there is.
    """

    register: SourceRegister
    elements: tuple[Element, ...]
    links: tuple[Link, ...]
    unknown_cites: tuple[tuple[Element, str, Problem], ...]
    unknown_elements: tuple[tuple[Claim, Reference], ...]

    @cached_property
    def _by_claim(self) -> dict[str, list[Link]]:
        out: dict[str, list[Link]] = {}
        for link in self.links:
            out.setdefault(link.claim.ref, []).append(link)
        return out

    @cached_property
    def _by_element(self) -> dict[str, list[Link]]:
        out: dict[str, list[Link]] = {}
        for link in self.links:
            out.setdefault(link.element.key, []).append(link)
        return out

    def elements_of(self, claim: Claim) -> tuple[Link, ...]:
        """Return the links of a claim, whichever side says so."""
        return tuple(self._by_claim.get(claim.ref, ()))

    def claims_of(self, element: Element) -> tuple[Link, ...]:
        """Return the links of an element, whichever side says so."""
        return tuple(self._by_element.get(element.key, ()))

    @property
    def claims_without_partner(self) -> tuple[Claim, ...]:
        """Claims that say they are encoded, where nothing of what they name exists."""
        named = {link.claim.ref for link in self.links if link.claimed}
        return tuple(
            claim for claim in self.register.claims() if claim.encoded_as and claim.ref not in named
        )

    @property
    def elements_without_claim(self) -> tuple[Element, ...]:
        """Elements that no claim stands behind and that do not say they are assumed.

        A question and its readings stand behind one another; a part that has no place for cites
        and that no claim names is not counted.
        """
        linked = {family(link.element.key) for link in self.links}
        return tuple(
            element
            for element in self.elements
            if element.cites is not None
            and not element.assumed
            and family(element.key) not in linked
        )

    @property
    def one_sided(self) -> tuple[Link, ...]:
        """Links that one side tells of and the other does not."""
        return tuple(link for link in self.links if not link.confirmed)

    @cached_property
    def coverage(self) -> tuple[Coverage, ...]:
        """The coverage of every paragraph of every source."""
        return tuple(c for s in self.register.sources.values() for c in coverage_of(s))

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong, as problems with positions.

        SR501 and SR509 (a cite), SR521 (a claim without a partner), SR522 (``encoded_as`` names
        what there is not), SR523 (one side of a link is missing), SR524 (an element without a
        claim).
        """
        found = [problem for _, _, problem in self.unknown_cites]
        titles = [element.title for element in self.elements]
        for claim, reference in self.unknown_elements:
            found.append(
                Problem(
                    "SR522",
                    f"the claim {quoted(claim.id)} is encoded as {reference.title},"
                    " which does not exist",
                    reference.position,
                    help=_nearest(reference, titles),
                )
            )
        for claim in self.claims_without_partner:
            found.append(
                Problem(
                    "SR521",
                    f"nothing encodes the claim {quoted(claim.id)}",
                    claim.position,
                    help="name what encodes it, or say under `not_encoded` why nothing does",
                )
            )
        for link in self.one_sided:
            claim, element = link.claim, link.element
            if link.claimed:
                found.append(
                    Problem(
                        "SR523",
                        f"the claim {quoted(claim.id)} is encoded as {element.title},"
                        " which does not cite it",
                        element.position,
                        help=f"add {quoted(claim.id)} to its `cites`",
                    )
                )
            else:
                found.append(
                    Problem(
                        "SR523",
                        f"{element.title} cites the claim {quoted(claim.id)}, which does"
                        " not say so",
                        claim.position,
                        help="add it to the claim's `encoded_as`",
                    )
                )
        for element in self.elements_without_claim:
            found.append(
                Problem(
                    "SR524",
                    f"no claim stands behind {element.title}",
                    element.position,
                    help="cite the claim it comes from, or mark it as assumed",
                )
            )
        return tuple(found)

    def to_dict(self) -> dict[str, object]:
        """Return the whole trace as plain data: both directions, findings, coverage."""
        claims: list[dict[str, object]] = []
        for claim in self.register.claims():
            links = [
                {"element": x.element.key, "title": x.element.title}
                | {"claimed": x.claimed, "cited": x.cited}
                for x in self.elements_of(claim)
            ]
            claims.append(claim.to_dict() | {"elements": links})
        elements: list[dict[str, object]] = []
        for element in self.elements:
            refs = [
                {"claim": x.claim.id, "source": x.claim.source}
                | {"claimed": x.claimed, "cited": x.cited}
                for x in self.claims_of(element)
            ]
            elements.append(element.to_dict() | {"claims": refs})
        return {
            "sources": [source.to_dict() for source in self.register.sources.values()],
            "claims": claims,
            "elements": elements,
            "coverage": [coverage.to_dict() for coverage in self.coverage],
            "findings": [problem.to_dict() for problem in self.problems()],
        }


def _nearest(reference: Reference, titles: list[str]) -> str | None:
    near = difflib.get_close_matches(reference.title, titles, n=1, cutoff=0.8)
    return f"did you mean {near[0]}?" if near else None


def trace(register: SourceRegister, elements: Iterable[Element]) -> Trace:
    """Link the claims of a register with the elements that encode them.

    A claim and an element are linked where the claim names the element or the element cites the
    claim. The link is confirmed where both do; a question and its readings count as one for
    that; and an element that has no place for cites needs none.

    Parameters
    ----------
    register : SourceRegister
    elements : iterable of Element
        Everything that policies, timelines and the zone register hold.

    Returns
    -------
    Trace

    Examples
    --------
    >>> rule = Element("rule", "no-long-range-attacks", policy="kharkiv", cites=("c04b",))
    >>> from strikerules.sources.register import shipped_register
    >>> found = trace(shipped_register(), [rule])
    >>> [link.claim.id for link in found.claims_of(rule)]
    ['c04b']
    """
    elements = tuple(elements)
    by_key = {element.key: element for element in elements}
    claims = {claim.ref: claim for claim in register.claims()}
    cited: dict[tuple[str, str], None] = {}
    unknown_cites: list[tuple[Element, str, Problem]] = []
    for element in elements:
        for cite in element.cites or ():
            found = register.find(cite, element.sources, element.position)
            if isinstance(found, Problem):
                unknown_cites.append((element, cite, found))
            else:
                cited[found.ref, element.key] = None
    claimed: dict[tuple[str, str], None] = {}
    unknown_elements: list[tuple[Claim, Reference]] = []
    for claim in claims.values():
        for reference in claim.encoded_as:
            if reference.key in by_key:
                claimed[claim.ref, reference.key] = None
            else:
                unknown_elements.append((claim, reference))
    cited_families = {(ref, family(key)) for ref, key in cited}
    claimed_families = {(ref, family(key)) for ref, key in claimed}
    citing = {family(element.key) for element in elements if element.cites is not None}
    order = {key: n for n, key in enumerate(by_key)}
    rank = {ref: n for n, ref in enumerate(claims)}
    links: list[Link] = []
    for ref, key in sorted({**claimed, **cited}, key=lambda pair: (rank[pair[0]], order[pair[1]])):
        pair = (ref, family(key))
        by_claim = pair in claimed_families
        by_element = pair in cited_families or family(key) not in citing
        links.append(
            Link(
                claim=claims[ref],
                element=by_key[key],
                claimed=(ref, key) in claimed,
                cited=(ref, key) in cited,
                confirmed=by_claim and by_element,
            )
        )
    return Trace(register, elements, tuple(links), tuple(unknown_cites), tuple(unknown_elements))
