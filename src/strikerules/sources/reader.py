"""One file of the register made into a source, with every problem of the file at once."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path as FilePath

from strikerules.documents import Document, Path, validate
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted
from strikerules.sources.entries import (
    ClaimEntry,
    ReferenceEntry,
    SourceEntry,
    SpanEntry,
)
from strikerules.sources.model import PARTS, Claim, Reference, Source, Span

__all__ = ["MOST_QUOTED_WORDS", "read_source"]

MOST_QUOTED_WORDS = 7
"""A quoted term is a term: with more words it would be a copied sentence."""

_ID = re.compile(r"c([0-9]{2,})([a-z])\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_OF_A_TIMELINE = ("question", "parameter", "entry", "element")


def read_source(doc: Document) -> Source:
    """Return the source that a document of the register describes.

    Parameters
    ----------
    doc : Document
        A file of the register, as `read_document` returns it.

    Returns
    -------
    Source

    Raises
    ------
    InvalidInput
        SR111 to SR117 where the shape is wrong; SR502 to SR508 and SR510 to SR513 where what it
        says is: all at once, with positions.

    Examples
    --------
    >>> from strikerules.data import folder
    >>> from strikerules.documents import read_document
    >>> read_source(read_document(folder("seeds") / "nyt-2024-05-31.yaml")).paragraphs
    20
    """
    return _Reader(doc, validate(SourceEntry, doc)).source()


class _Reader:
    def __init__(self, doc: Document, entry: SourceEntry) -> None:
        self.doc, self.entry = doc, entry
        self.problems: list[Problem] = []

    def _say(
        self, code: str, message: str, path: Path, *, key: bool = False,
        expected: str | None = None, hint: str | None = None,
    ) -> None:  # fmt: skip
        at = self.doc.position(path, key=key)
        self.problems.append(Problem(code, message, at, expected, hint))

    def source(self) -> Source:
        entry = self.entry
        self._header()
        published = self._day(entry.date, ("date",))
        self._ids()
        claims = [self._claim(index, claim) for index, claim in enumerate(entry.claims)]
        if self.problems or published is None:
            raise InvalidInput(self.problems)
        return Source(
            id=entry.source,
            title=entry.title,
            outlet=entry.outlet,
            date=published,
            author=entry.author,
            sha256=entry.sha256,
            sha256_of=entry.sha256_of,
            numbering=entry.numbering,
            paragraphs=entry.paragraphs,
            sentences=tuple(entry.sentences),
            speakers=dict(entry.speakers),
            claims=tuple(claim for claim in claims if claim is not None),
        )

    def _header(self) -> None:
        entry = self.entry
        stem = FilePath(self.doc.name).stem
        if self.doc.base is not None and stem != entry.source:
            self._say(
                "SR510",
                f"the source {quoted(entry.source)} is in a file called {quoted(stem)}",
                ("source",),
                expected="a file with the name of its source",
            )
        if not _SHA256.match(entry.sha256):
            self._say(
                "SR511",
                f"{quoted(entry.sha256)} is not a SHA-256 digest",
                ("sha256",),
                expected="64 hexadecimal digits in small letters",
            )
        if entry.sentences and len(entry.sentences) != entry.paragraphs:
            self._say(
                "SR512",
                f"`sentences` counts {len(entry.sentences)} paragraphs, but there are"
                f" {entry.paragraphs}",
                ("sentences",),
                expected="one number for each paragraph",
            )

    def _ids(self) -> None:
        """Check the ids together: well formed, once each, in order, no letter left out."""
        seen: dict[str, int] = {}
        last = (0, "")
        for index, claim in enumerate(self.entry.claims):
            path: Path = ("claims", index, "id")
            match = _ID.match(claim.id)
            if claim.id in seen:
                first = self.doc.position(("claims", seen[claim.id], "id")).line
                self._say(
                    "SR502",
                    f"the claim {quoted(claim.id)} is given twice",
                    path,
                    hint=f"it was first given on line {first}",
                )
                continue
            seen[claim.id] = index
            if match is None or int(match[1]) != claim.paragraph:
                self._say(
                    "SR503",
                    f"{quoted(claim.id)} can't be the id of a claim of paragraph {claim.paragraph}",
                    path,
                    expected=f"`c{claim.paragraph:02}` and a letter",
                )
                continue
            number, letter = int(match[1]), match[2]
            if number == last[0]:
                wanted = chr(ord(last[1]) + 1)
            else:
                wanted = "a"
            if number < last[0] or letter != wanted:
                self._say(
                    "SR503",
                    f"the claim {quoted(claim.id)} is out of order",
                    path,
                    expected=f"`c{max(number, last[0]):02}{wanted}`"
                    if number >= last[0]
                    else "claims in the order of their paragraphs",
                )
            last = (number, letter)

    def _claim(self, index: int, claim: ClaimEntry) -> Claim | None:
        entry = self.entry
        path: Path = ("claims", index)
        before = len(self.problems)
        self._place(claim, path)
        if claim.speaker not in entry.speakers:
            self._say(
                "SR508",
                f"the speaker {quoted(claim.speaker)} is not known",
                (*path, "speaker"),
                expected=listed(entry.speakers) or None,
                hint=did_you_mean(claim.speaker, entry.speakers),
            )
        said = self._span(claim.date, (*path, "date"))
        happened = self._span(claim.happened, (*path, "happened"))
        for number, term in enumerate(claim.quoted):
            if len(term.split()) > MOST_QUOTED_WORDS:
                self._say(
                    "SR513",
                    f"the quoted term {quoted(term)} is too long",
                    (*path, "quoted", number),
                    expected=f"at most {MOST_QUOTED_WORDS} words",
                    hint="put it in your own words, and quote only what hangs on its wording",
                )
        references = self._partners(claim, path)
        if len(self.problems) > before or said is None:
            return None
        return Claim(
            id=claim.id,
            source=entry.source,
            paragraph=claim.paragraph,
            sentence=claim.sentence,
            speaker=entry.speakers[claim.speaker],
            date=said,
            happened=happened,
            date_note=claim.date_note,
            firmness=claim.firmness,
            text=claim.text,
            quoted=tuple(claim.quoted),
            encoded_as=references,
            not_encoded=claim.not_encoded,
            position=self.doc.position((*path, "id")),
        )

    def _place(self, claim: ClaimEntry, path: Path) -> None:
        entry = self.entry
        if not 1 <= claim.paragraph <= entry.paragraphs:
            self._say(
                "SR504",
                f"there is no paragraph {quoted(claim.paragraph)}",
                (*path, "paragraph"),
                expected=f"1 to {entry.paragraphs}",
            )
            return
        if claim.sentence is None:
            return
        counted = len(entry.sentences) == entry.paragraphs
        most = entry.sentences[claim.paragraph - 1] if counted else claim.sentence
        if not 1 <= claim.sentence <= most:
            self._say(
                "SR504",
                f"paragraph {claim.paragraph} has no sentence {quoted(claim.sentence)}",
                (*path, "sentence"),
                expected=f"1 to {most}" if counted else "1 or more",
            )

    def _day(self, text: str, path: Path) -> date | None:
        try:
            if _DAY.match(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self._say("SR505", f"{quoted(text)} is not a date", path, expected="such as `2024-05-31`")
        return None

    def _span(self, value: str | SpanEntry | None, path: Path) -> Span | None:
        if value is None:
            return None
        if isinstance(value, str):
            day = self._day(value, path)
            return None if day is None else Span(day, day)
        before = len(self.problems)
        start = None if value.from_ is None else self._day(value.from_, (*path, "from"))
        end = None if value.until is None else self._day(value.until, (*path, "until"))
        if len(self.problems) > before:
            return None
        if start is None and end is None:
            self._say(
                "SR505", "the interval has neither end", path, expected="`from`, `until` or both"
            )
            return None
        if start is not None and end is not None and end < start:
            self._say(
                "SR505",
                f"the interval ends on {quoted(value.until)}, before it begins",
                (*path, "until"),
                expected=f"{quoted(value.from_)} or later",
            )
            return None
        return Span(start, end, value.about)

    def _partners(self, claim: ClaimEntry, path: Path) -> tuple[Reference, ...]:
        if claim.firmness == "context" and claim.encoded_as:
            self._say(
                "SR506",
                f"the claim {quoted(claim.id)} is context, yet it is encoded",
                (*path, "encoded_as"),
                key=True,
                expected="`not_encoded` with the reason",
                hint="if a rule rests on it, it is not mere context: give it another `firmness`",
            )
        elif bool(claim.encoded_as) == (claim.not_encoded is not None):
            both = bool(claim.encoded_as)
            names = "both `encoded_as` and" if both else "neither `encoded_as` nor"
            self._say(
                "SR506",
                f"the claim {quoted(claim.id)} has {names} `not_encoded`",
                (*path, "not_encoded" if both else "id"),
                key=both,
                expected="one of the two",
            )
        entries = claim.encoded_as or []
        found = [self._reference(e, (*path, "encoded_as", i)) for i, e in enumerate(entries)]
        return tuple(reference for reference in found if reference is not None)

    def _reference(self, entry: ReferenceEntry, path: Path) -> Reference | None:
        given = {part: name for part in PARTS if (name := getattr(entry, part)) is not None}
        owners = [o for o in ("policy", "timeline") if getattr(entry, o) is not None]
        wrong: str | None = None
        if len(owners) > 1 or len(given) > 1:
            wrong = "the entry names more than one thing"
        elif not owners and not given:
            wrong = "the entry names nothing"
        elif not owners and list(given) != ["zone"]:
            wrong = f"no policy or timeline is named for {quoted(next(iter(given.values())))}"
        elif entry.reading is not None and "question" not in given:
            wrong = f"no question is named for the reading {quoted(entry.reading)}"
        elif owners == ["timeline"] and not set(given) <= set(_OF_A_TIMELINE):
            wrong = f"a timeline has no {next(iter(given))}"
        elif owners == ["policy"] and "entry" in given:
            wrong = "a policy has no entry"
        if wrong:
            self._say(
                "SR507", wrong, path,
                expected="one policy or timeline and at most one part of it, or one zone",
            )  # fmt: skip
            return None
        at = self.doc.position(path)
        if entry.reading is not None:
            return Reference(
                "reading", entry.reading, entry.policy, entry.timeline, entry.question, at
            )
        if given:
            ((kind, name),) = given.items()
            return Reference(kind, name, entry.policy, entry.timeline, position=at)
        if entry.policy is not None:
            return Reference("policy", entry.policy, position=at)
        return Reference("timeline", entry.timeline or "", position=at)
