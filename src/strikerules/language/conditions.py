"""Conditions: what they are made of, and reading them from a document.

A condition is a tree of `all`, `any`, `not`, `is` and tests of one attribute each. It knows its
place in the text and nothing of how it is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from strikerules.documents import Document, Path
from strikerules.language.values import Value, read_value
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import Position, Problem, did_you_mean, listed, quoted

__all__ = [
    "All",
    "AnyOf",
    "Condition",
    "Constant",
    "Context",
    "Distance",
    "Is",
    "Not",
    "Operator",
    "Parameter",
    "Test",
    "read_condition",
    "walk",
]

Operator = Literal[
    "eq", "ne", "in", "lt", "le", "gt", "ge", "within", "disjoint", "intersects",
    "within_distance",
]  # fmt: skip
_ORDER: dict[str, Operator] = {"lt": "lt", "le": "le", "gt": "gt", "ge": "ge"}
_DATES: dict[str, Operator] = {"before": "lt", "from": "ge", "until": "le"}
_PLACES: dict[str, Operator] = {
    "within": "within",
    "disjoint": "disjoint",
    "intersects": "intersects",
    "within_distance": "within_distance",
}
_JOINING = ("all", "any", "not", "is")


class Parameter(Struct, frozen=True):
    """A reference `$name` to a parameter."""

    name: str


class Distance(Struct, frozen=True):
    """The operand of `within_distance`: a zone and a distance in km."""

    of: str
    km: float | Parameter


class _Base(Struct, frozen=True, kw_only=True):
    at: Position | None = None
    cites: tuple[str, ...] = ()
    note: str | None = None


class Constant(_Base, frozen=True):
    """`true` or `false`."""

    value: bool


class All(_Base, frozen=True):
    """True where every part is; true with no parts."""

    parts: tuple[Condition, ...]


class AnyOf(_Base, frozen=True):
    """True where some part is; false with no parts."""

    parts: tuple[Condition, ...]


class Not(_Base, frozen=True):
    """True where the part is false."""

    part: Condition


class Is(_Base, frozen=True):
    """True where the definition holds."""

    name: str


class Test(_Base, frozen=True):
    """A test of one attribute.

    `operand` is a value or a `$parameter`, a tuple of them for `in`, a zone's name for the
    location tests, a `Distance` for `within_distance`.
    """

    attribute: str
    operator: Operator
    operand: Value | Parameter | Distance | tuple[Value | Parameter, ...]


Condition = Constant | All | AnyOf | Not | Is | Test


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and every condition inside it."""
    stack = [condition]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, All | AnyOf):
            stack.extend(reversed(node.parts))
        elif isinstance(node, Not):
            stack.append(node.part)


class Context(Struct):
    """What names a condition may use, and where the problems with it go."""

    vocabulary: Vocabulary
    definitions: Collection[str]
    parameters: dict[str, Attribute | None]
    has_zone: Callable[[str], str | Literal[True] | None]
    problems: list[Problem]
    used: set[tuple[str, str]] = set()

    def problem(self, code: str, message: str, at: Position, **more: str | None) -> None:
        self.problems.append(Problem(code, message, at, **more))


def read_condition(doc: Document, path: Path, context: Context, raw: Any = ...) -> Condition:
    """Read the condition at `path`; what is wrong goes to `context.problems`.

    A part that can't be read becomes a `Constant`, so that the rest is still looked at.
    """
    if raw is ...:
        raw = doc.get(path)
    at = doc.position(path)
    if isinstance(raw, bool):
        return Constant(raw, at=at)
    if not isinstance(raw, dict):
        context.problem(
            "SR301",
            "a condition is missing" if raw is None else f"{quoted(raw)} is not a condition",
            at,
            expected="`all`, `any`, `not`, `is` or a test such as `weapon.made_in: US`",
            help="a list of conditions needs `all:` or `any:` before it"
            if isinstance(raw, list) else None,
        )  # fmt: skip
        return Constant(False, at=at)
    cites = _cites(doc, path, raw, context)
    note = raw.get("note") if isinstance(raw.get("note"), str) else None
    keys = [k for k in raw if k not in ("cites", "note")]
    if len(keys) != 1:
        context.problem(
            "SR302",
            "a condition has one key, this one has " + (listed(keys, "and") if keys else "none"),
            at,
            help="join several with `all:` or `any:` and a list" if keys else None,
        )
        return Constant(False, at=at)
    key = keys[0]
    here = (*path, key)
    more: dict[str, Any] = {"at": doc.position(path), "cites": cites, "note": note}
    if key in ("all", "any"):
        items = raw[key]
        if not isinstance(items, list):
            context.problem(
                "SR301", f"`{key}` needs a list of conditions", doc.position(here),
                help=f"write `{key}: [CONDITION, CONDITION]` or one condition a line with `- `",
            )  # fmt: skip
            return Constant(False, at=at)
        parts = tuple(
            read_condition(doc, (*here, i), context, item) for i, item in enumerate(items)
        )
        return All(parts, **more) if key == "all" else AnyOf(parts, **more)
    if key == "not":
        return Not(read_condition(doc, here, context, raw[key]), **more)
    if key == "is":
        name = raw[key]
        if not isinstance(name, str) or name not in context.definitions:
            context.problem(
                "SR303",
                f"there is no definition {quoted(name)}",
                doc.position(here),
                expected=listed(sorted(context.definitions)) or "a name under `definitions:`",
                help=did_you_mean(name, context.definitions),
            )
            return Constant(False, at=at)
        context.used.add(("definition", name))
        return Is(name, **more)
    return _test(doc, here, key, raw[key], context, more)


def _cites(doc: Document, path: Path, raw: dict[str, Any], context: Context) -> tuple[str, ...]:
    cites = raw.get("cites", [])
    if not isinstance(cites, list) or not all(isinstance(c, str) for c in cites):
        context.problem(
            "SR113", f"{quoted(cites)} can't be `cites`", doc.position((*path, "cites")),
            expected="a list of claims such as `[c06a]`",
        )  # fmt: skip
        return ()
    return tuple(cites)


def _test(
    doc: Document, path: Path, name: str, raw: Any, context: Context, more: dict[str, Any]
) -> Condition:
    attribute = context.vocabulary.get(name)
    if attribute is None:
        names = [*context.vocabulary, *_JOINING]
        context.problem(
            "SR304",
            f"{quoted(name)} is neither an attribute nor a way to join conditions",
            doc.position(path, key=True),
            expected="an attribute of scenarios, or `all`, `any`, `not`, `is`",
            help=did_you_mean(name, names)
            or "attributes of a policy's own are declared under `facts:`",
        )
        return Constant(False, at=more["at"])
    context.used.add(("attribute", name))
    if not isinstance(raw, dict):
        if attribute.kind == "location":
            context.problem(
                "SR305",
                f"`{name}` is a location and can't be compared with {quoted(raw)}",
                doc.position(path),
                expected="`within`, `disjoint`, `intersects` or `within_distance`",
                help=f"write `{name}: {{within: {raw}}}`" if isinstance(raw, str) else None,
            )
            return Constant(False, at=more["at"])
        operand = _operand(doc, path, attribute, raw, context)
        if operand is None:
            return Constant(False, at=more["at"])
        return Test(name, "eq", operand, **more)
    if not raw:
        context.problem("SR306", f"the test of `{name}` is empty", doc.position(path))
        return Constant(False, at=more["at"])
    tests = [
        test
        for op, value in raw.items()
        if (test := _one(doc, (*path, op), attribute, op, value, context, more)) is not None
    ]
    if len(tests) == 1:
        return tests[0]
    return All(tuple(tests), **more) if tests else Constant(False, at=more["at"])


def _allowed(attribute: Attribute) -> dict[str, Operator]:
    if attribute.kind == "location":
        return _PLACES
    base: dict[str, Operator] = {"eq": "eq", "ne": "ne", "in": "in"}
    if attribute.kind == "number":
        return base | _ORDER
    if attribute.kind == "date":
        return base | _ORDER | _DATES
    return base


def _one(
    doc: Document,
    path: Path,
    attribute: Attribute,
    op: str,
    raw: Any,
    context: Context,
    more: dict[str, Any],
) -> Condition | None:
    allowed = _allowed(attribute)
    if op not in allowed:
        everywhere = {**_PLACES, **_ORDER, **_DATES, "eq": "eq", "ne": "ne", "in": "in"}
        known = op in everywhere
        context.problem(
            "SR306",
            f"`{op}` does not test {_an(attribute)}"
            if known
            else f"no test is called {quoted(op)}",
            doc.position(path, key=True),
            expected=listed(allowed),
            help=did_you_mean(op, allowed),
        )
        return None
    operator = allowed[op]
    if attribute.kind == "location":
        return _place(doc, path, attribute, operator, raw, context, more)
    if operator == "in":
        if not isinstance(raw, list):
            context.problem(
                "SR306", "`in` needs a list", doc.position(path),
                help=f"write `in: [{raw}]`" if isinstance(raw, str | int | float) else None,
            )  # fmt: skip
            return None
        members = [
            _operand(doc, (*path, i), attribute, item, context) for i, item in enumerate(raw)
        ]
        if any(m is None for m in members):
            return None
        return Test(attribute.path, "in", tuple(m for m in members if m is not None), **more)
    operand = _operand(doc, path, attribute, raw, context)
    if operand is None:
        return None
    return Test(attribute.path, operator, operand, **more)


def _an(attribute: Attribute) -> str:
    words = {
        "boolean": "true-or-false attributes", "number": "numbers", "date": "dates",
        "values": "words", "country": "countries", "text": "text", "location": "locations",
    }  # fmt: skip
    return f"{words[attribute.kind]} such as `{attribute.path}`"


def _operand(
    doc: Document, path: Path, attribute: Attribute, raw: Any, context: Context
) -> Value | Parameter | None:
    at = doc.position(path)
    if isinstance(raw, str) and raw.startswith("$"):
        return _parameter(raw, attribute, at, context)
    found = read_value(attribute, raw, at)
    if isinstance(found, Problem):
        context.problems.append(found)
        return None
    return found


def _parameter(raw: str, attribute: Attribute, at: Position, context: Context) -> Parameter | None:
    name = raw[1:]
    if name not in context.parameters:
        context.problem(
            "SR307",
            f"there is no parameter {quoted(raw)}",
            at,
            expected=listed("$" + p for p in sorted(context.parameters))
            or "a name under `parameters:`",
            help=did_you_mean(raw, ["$" + p for p in context.parameters]),
        )
        return None
    context.used.add(("parameter", name))
    given = context.parameters[name]
    if given is not None:
        textual = ("values", "country", "text")
        fits = given.kind == attribute.kind or (given.kind in textual and attribute.kind in textual)
        if not fits or (given.unit and attribute.unit and given.unit != attribute.unit):
            context.problem(
                "SR118",
                f"the parameter {quoted(raw)} is {given.wanted} and can't be compared with"
                f" `{attribute.path}`",
                at,
                expected=attribute.wanted,
            )
            return None
    return Parameter(name)


def _place(
    doc: Document,
    path: Path,
    attribute: Attribute,
    operator: Operator,
    raw: Any,
    context: Context,
    more: dict[str, Any],
) -> Condition | None:
    if operator != "within_distance":
        return (
            Test(attribute.path, operator, raw, **more) if _zone(doc, path, raw, context) else None
        )
    shape = "`{of: ZONE, km: NUMBER}`"
    if not isinstance(raw, dict) or set(raw) != {"of", "km"}:
        context.problem(
            "SR306", "`within_distance` needs a zone and a distance", doc.position(path),
            expected=shape,
        )  # fmt: skip
        return None
    good = _zone(doc, (*path, "of"), raw["of"], context)
    km_attribute = Attribute("km", "number", "", unit="km")
    km = _operand(doc, (*path, "km"), km_attribute, raw["km"], context)
    if not good or km is None:
        return None
    if isinstance(km, bool | str | date):
        return None
    return Test(attribute.path, operator, Distance(raw["of"], km), **more)


def _zone(doc: Document, path: Path, raw: Any, context: Context) -> bool:
    if not isinstance(raw, str):
        context.problem(
            "SR308", f"{quoted(raw)} is not the name of a zone", doc.position(path),
            help="to test several zones, join tests with `any:`" if isinstance(raw, list) else None,
        )  # fmt: skip
        return False
    known = context.has_zone(raw)
    if known is not True:
        context.problem(
            "SR308", f"there is no zone {quoted(raw)}", doc.position(path),
            help=known or "`strikerules zones` lists them; a policy adds its own under `zones:`",
        )  # fmt: skip
        return False
    context.used.add(("zone", raw))
    return True
