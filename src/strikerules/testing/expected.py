"""What test files expect of decisions, read and checked against the policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from strikerules.documents import Document, Path
from strikerules.engine.decision import OUTCOMES
from strikerules.language.policy import Ruling, questions_of
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Position, Problem, did_you_mean, listed, quoted
from strikerules.testing.suite import BY_DEFAULT, OUTSIDE, Choice, Expectation, choice_words
from strikerules.testing.uses import Uses

__all__ = ["expectation_of", "read_expectation"]

_DECISIONS = (*OUTCOMES, "indeterminate")


def read_expectation(
    doc: Document,
    path: Path,
    raw: Any,
    uses: Uses,
    vocabulary: Vocabulary,
    problems: list[Problem],
    *,
    cells: Mapping[str, Path] | None = None,
) -> dict[str, Expectation]:
    """Read what is expected under each policy.

    Parameters
    ----------
    doc, path
        Where it stands.
    raw : str or mapping
        A decision; a mapping as `ExpectDocument` has it; or one of these for each policy.
    cells : mapping, optional
        Where each key of `raw` stands, if it was put together from cells of a row.
    """
    names = list(uses.policies)
    if cells is not None:
        doc, path = _put_together(doc, path, raw, cells), ()
    if isinstance(raw, dict) and raw and all(key in names for key in raw):
        found = {}
        for name, one in raw.items():
            expect = _one(doc, (*path, name), one, [name], uses, vocabulary, problems)
            if expect is not None:
                found[name] = expect
        return found
    untested = _untested(raw, names) if isinstance(raw, dict) else []
    if untested:
        problems += [
            Problem(
                "SR909",
                f"{quoted(key)} is none of the policies that are tested here",
                doc.position((*path, key), key=True),
                expected=listed(names),
                help=did_you_mean(key, names),
            )
            for key in untested
        ]
        return {}
    expect = _one(doc, path, raw, names, uses, vocabulary, problems)
    return {} if expect is None else dict.fromkeys(names, expect)


def _untested(raw: dict[str, Any], names: list[str]) -> list[str]:
    """Return the keys that are meant for policies, and name none that is tested."""
    from strikerules.testing.documents import ExpectDocument

    parts = list(ExpectDocument.model_fields)
    other = [key for key in raw if key not in names]
    if len(other) < len(raw):
        return other if len(names) > 1 else [key for key in other if key not in parts]
    foreign = not any(key in parts or did_you_mean(key, parts) for key in raw)
    return other if foreign else []


def _put_together(doc: Document, path: Path, raw: Any, cells: Mapping[str, Path]) -> Document:
    """Return what was put together from cells as a document whose parts stand where these do."""
    marks: dict[Path, tuple[int, int, int, int]] = {(): doc.marks.get(path, (0, 0, 0, 0))}

    def mark(value: Any, to: Path, source: Path) -> None:
        if source in doc.marks:
            marks[to] = doc.marks[source]
        inner = value.items() if isinstance(value, dict) else ()
        for step, one in enumerate(value) if isinstance(value, list) else inner:
            mark(one, (*to, step), (*source, step))

    for key, source in cells.items():
        mark(raw[key], (key,), source)
    whole = Document(doc.name, doc.text, raw, marks, doc.base)
    vars(whole)["lines"] = doc.lines  # split once, not for every row
    return whole


def _places(doc: Document, path: Path, raw: dict[str, Any]) -> dict[str, Position]:
    """Return where the parts of an expectation stand, and what is named in each of them."""
    found: dict[str, Position] = {}
    for key, value in raw.items():
        found[key] = doc.position((*path, key))
        if isinstance(value, list):
            for index, name in enumerate(value):
                found.setdefault(f"{key}.{name}", doc.position((*path, key, index)))
        for name in value if isinstance(value, dict) else ():
            choice = _choice(name) if key == "readings" else None
            word = name if choice is None else choice_words(choice)
            found.setdefault(f"{key}.{word}", doc.position((*path, key, name), key=True))
    return found


def _one(
    doc: Document,
    path: Path,
    raw: Any,
    names: list[str],
    uses: Uses,
    vocabulary: Vocabulary,
    problems: list[Problem],
) -> Expectation | None:
    at = doc.position(path)
    if isinstance(raw, str):
        if raw in _DECISIONS:
            return Expectation(raw, at=at)
        problems.append(
            Problem(
                "SR114",
                f"{quoted(raw)} is not a decision",
                at,
                listed(_DECISIONS),
                did_you_mean(raw, _DECISIONS),
            )
        )
        return None
    if not isinstance(raw, dict):
        problems.append(
            Problem(
                "SR113",
                f"{quoted(raw)} can't be `expect`",
                at,
                "a decision, or a mapping with `decision`, `because`, …",
            )
        )
        return None
    from strikerules.documents.models import validate
    from strikerules.testing.documents import ExpectDocument

    try:
        validate(ExpectDocument, doc, path)
    except InvalidInput as error:
        problems += error.problems
        return None
    read = expectation_of(raw, at, _places(doc, path, raw))
    if isinstance(read, Problem):
        problems.append(read)
        return None
    before = len(problems)
    for name in names:
        problems += _misnamed(read, uses.policies[name].ruling, uses.rules[name], vocabulary)
    return read if len(problems) == before else None


def expectation_of(
    raw: Mapping[str, Any], at: Position | None = None, places: Mapping[str, Position] | None = None
) -> Expectation | Problem:
    """Return an expectation from plain data whose shape is right, or what is wrong with it."""
    places = places or {}
    if all(v in (None, {}) or (v == [] and k != "depends_on") for k, v in raw.items()):
        return Problem("SR902", "nothing is expected", at, "a decision, or what else is expected")
    decision, possible = raw.get("decision"), raw.get("possible")
    depends = raw.get("depends_on")
    if decision and possible:
        one = decision if decision != "indeterminate" else None
        if (one and set(possible) != {one}) or (one is None and len(set(possible)) < 2):
            return Problem(
                "SR908", f"`{decision}` does not go with what is said to be possible",
                places.get("possible", at),
                expected=f"`[{one}]`, or `decision: indeterminate`" if one
                else "two outcomes or all three, or a decision that is one of them",
            )  # fmt: skip
    settled = decision not in (None, "indeterminate")
    if depends and settled:
        return Problem(
            "SR908", f"a case that is `{decision}` hangs on nothing", places.get("depends_on", at),
            expected="`decision: indeterminate`, or `depends_on` left out",
        )  # fmt: skip
    both = [r for r in raw.get("because") or () if r in (raw.get("not_because") or ())]
    if both:
        return Problem(
            "SR908", f"{quoted(both[0])} is in `because` and in `not_because`",
            places.get(f"not_because.{both[0]}", places.get("not_because", at)),
        )  # fmt: skip
    readings: dict[Choice, str] = {}
    for key, value in (raw.get("readings") or {}).items():
        choice = _choice(key)
        if choice is None:
            return Problem(
                "SR903", f"{quoted(key)} does not choose a reading",
                places.get(f"readings.{key}", places.get("readings", at)),
                expected="`QUESTION=READING`, several with commas between them",
            )  # fmt: skip
        readings[choice] = value
    return Expectation(
        decision, None if possible is None else frozenset(possible),
        tuple(raw.get("because") or ()), tuple(raw.get("not_because") or ()),
        dict(raw.get("rules") or {}), None if depends is None else frozenset(depends), readings,
        tuple(raw.get("cites") or ()), at, places,
    )  # fmt: skip


def _choice(key: str) -> Choice | None:
    found = []
    for part in key.split(","):
        question, sign, reading = part.partition("=")
        if not sign or not question.strip() or not reading.strip():
            return None
        found.append((question.strip(), reading.strip()))
    return tuple(found) if len(dict(found)) == len(found) else None


def _misnamed(
    expect: Expectation, ruling: Ruling, rules: set[str], vocabulary: Vocabulary
) -> Iterable[Problem]:
    """Yield names of rules, questions and readings that the policy does not have."""
    at = expect.place
    words = (BY_DEFAULT, OUTSIDE)
    for part, names, known in (
        ("because", expect.because, [*rules, *words]),
        ("not_because", expect.not_because, [*rules, *words]),
        ("rules", tuple(expect.rules), [*rules]),
    ):
        for name in names:
            if name not in known:
                yield Problem(
                    "SR903", f"`{ruling.name}` has no rule {quoted(name)}", at(part, name),
                    expected=listed(sorted(known)) or None, help=did_you_mean(name, known),
                )  # fmt: skip
    questions = questions_of(ruling)
    for choice in expect.readings:
        where = at("readings", choice_words(choice))
        for question, reading in choice:
            if question not in questions:
                yield Problem(
                    "SR903", f"`{ruling.name}` has no question {quoted(question)}",
                    where, expected=listed(questions) or None,
                    help=did_you_mean(question, questions),
                )  # fmt: skip
            elif reading not in questions[question].readings:
                readings = questions[question].readings
                yield Problem(
                    "SR903", f"the question `{question}` has no reading {quoted(reading)}",
                    where, expected=listed(readings),
                    help=did_you_mean(reading, readings),
                )  # fmt: skip
    known = [*vocabulary, *questions, *rules]
    for name in sorted(expect.depends_on or ()):
        if name not in known:
            yield Problem(
                "SR903", f"nothing of a case is called {quoted(name)}", at("depends_on", name),
                expected="an attribute, a question, or a rule", help=did_you_mean(name, known),
            )  # fmt: skip
