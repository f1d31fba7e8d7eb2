"""Readers made for scenarios of one shape: the same keys in the same groups, values of one type.

A simulation hands over thousands of mappings that differ in their values alone. For such a shape
a function is put together, as `namedtuple` does: it takes each value from where it stands, checks
it, and looks up its class. Whatever is not as the shape has it, or was not met before, it leaves
to the reader of any mapping, so that it can never decide what that one would not decide alike.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from strikerules.engine.quick.answer import Answer
from strikerules.engine.quick.facts import NumberCoder
from strikerules.engine.quick.signatures import Key, Point, Signatures
from strikerules.language.locations import MOST_ACCURACY_KM

__all__ = ["Field", "Plan", "Plans", "Rest", "shape_of"]

#: So often a shape has to come before a reader is made for it; so many shapes are kept.
_OFTEN, _KEPT = 3, 64
#: Deeper than a location in a group nothing has a shape.
_DEEP = 3

Plan = Callable[[Mapping[str, Any]], Answer | None]
"""Returns the answer to a mapping of its shape, None for any other."""

Shape = tuple[Any, ...]
"""Keys in the order they come, each with the type of its value or with a shape of its own."""

Rest = Callable[
    [Mapping[str, Any], Key, Any, float | None, Point | None, Point | None], tuple[Answer, Key]
]
"""Finds the answer to a signature that has none by itself."""


class Field(Struct, frozen=True):
    """What stands at a key: a head, a word, a number, a figure or a place.

    Parameters
    ----------
    kind : str
        ``head``, ``word``, ``number``, ``distance``, ``range``, ``target`` or ``launch``.
    slot : int
        Which of a signature's facts it is, -1 for none.
    least : float
        Of a number.
    known : dict
        Of a word: for each type of value the classes of those that were checked.
    dotted : bool or None
        Whether its key is a path; None where path and key are the same.
    """

    kind: str
    slot: int = -1
    least: float = 0.0
    known: dict[type, dict[Any, int]] = {}
    dotted: bool | None = None


def shape_of(mapping: Mapping[str, Any], deep: int = _DEEP) -> Shape:
    """Return a mapping's shape.

    Examples
    --------
    >>> shape_of({"weapon": {"made_in": "US"}})
    (('weapon', (('made_in', <class 'str'>),)),)
    """
    return tuple(
        [
            (key, shape_of(value, deep - 1) if value.__class__ is dict and deep else type(value))
            for key, value in mapping.items()
        ]
    )


class Plans:
    """The readers that were made so far.

    Parameters
    ----------
    signatures : Signatures
    field : callable
        Returns what is read at a group and a key, None for what is unusual; the group of a key
        that stands by itself is "".
    rest : callable
    """

    def __init__(
        self, signatures: Signatures, field: Callable[[str, str], Field | None], rest: Rest
    ) -> None:
        self._signatures, self._field, self._rest = signatures, field, rest
        self._kept: dict[Shape, Plan | int] = {}

    def known(self, shape: Shape) -> Plan | None:
        """Return the reader of a shape if there is one."""
        found = self._kept.get(shape)
        return None if isinstance(found, int) else found

    def came(self, shape: Shape) -> None:
        """Note that a mapping of a shape could be read; make a reader if it comes often."""
        count = self._kept.get(shape, 0)
        if not isinstance(count, int):
            return
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[shape] = count + 1
        if count + 1 == _OFTEN:
            plan = _Writer(self._signatures, self._field, self._rest).plan(shape)
            if plan is not None:
                self._kept[shape] = plan


class _Unfit(Exception):
    """A shape for which no reader is made."""


class _Writer:
    """Writes the reader of one shape."""

    def __init__(
        self, signatures: Signatures, field: Callable[[str, str], Field | None], rest: Rest
    ) -> None:
        self._signatures, self._field, self._rest = signatures, field, rest
        self._lines: list[str] = []
        #: What the code names beside literals: tables, classes, functions.
        self._names: dict[str, Any] = {
            "Answer": Answer, "found": signatures.found, "rest": rest, "inf": math.inf,
            "quickly": signatures.quickly, "left": bisect_left, "right": bisect_right,
            "most": MOST_ACCURACY_KM,
        }  # fmt: skip
        self._codes = ["0"] * len(signatures.facts)
        #: From what is given to the name that its value goes by.
        self._given: dict[str, str] = {}
        #: The accuracies among them.
        self._good: list[str] = []
        self._paths: set[bool] = set()
        self._count = 0

    def plan(self, shape: Shape) -> Plan | None:
        """Return the reader, None where nothing can be gained."""
        try:
            self._mapping("given", shape, "")
            self._look_up()
        except _Unfit:
            return None
        body = "".join(f"\n        {line}" for line in self._lines)
        ends = ", ".join(self._of(kind) for kind in ("range", "target", "launch"))
        text = (
            f"def plan(given):\n    try:{body}\n"
            "    except (KeyError, IndexError, TypeError, OverflowError):\n        return None\n"
            f"    return rest(given, key, answer, {ends})[0]\n"
        )
        exec(text, self._names)
        plan: Plan = self._names["plan"]
        return plan

    def _add(self, *lines: str) -> None:
        self._lines += lines

    def _new(self, value: Any = None) -> str:
        """Return a name, that of a value if one is given."""
        self._count += 1
        name = f"x{self._count}"
        if value is not None:
            self._names[name] = value
        return name

    def _mapping(self, name: str, shape: Shape, group: str) -> None:
        self._add(f"if {name}.__class__ is not dict or len({name}) != {len(shape)}: return None")
        for key, what in shape:
            if key.__class__ is not str:
                raise _Unfit
            field = self._field(group, key)
            value = self._new()
            self._add(f"{value} = {name}[{key!r}]")
            if field is not None:
                self._read(field, value, what)
            elif isinstance(what, tuple) and not group:
                self._paths.add(False)
                self._mapping(value, what, key)
            else:
                raise _Unfit

    def _read(self, field: Field, value: str, what: Any) -> None:
        if field.dotted is not None:
            self._paths.add(field.dotted)
        if len(self._paths) > 1:
            # a value may be given twice
            raise _Unfit
        if field.kind in ("target", "launch"):
            if not isinstance(what, tuple):
                raise _Unfit
            self._point(field.kind, value, [key for key, _ in what])
        elif field.kind == "head":
            self._add(f"if {value}.__class__ is not str or not {value}: return None")
        elif field.kind == "word":
            # numbers are no words, and a word's type tells it from others that are equal
            if what not in (str, bool, date):
                raise _Unfit
            known = self._new(field.known.setdefault(what, {}))
            self._add(f"if {value}.__class__ is not {self._new(what)}: return None")
            self._add(f"{value} = {known}[{value}]")
            self._fact(field, value)
        else:
            if what not in (float, int):
                raise _Unfit
            self._number(value)
            least = self._new(field.least)
            self._add(f"if not {least} <= {value} < inf: return None")
            if field.kind == "number":
                self._class_of_number(field, value)
            else:
                self._given[field.kind] = value

    def _fact(self, field: Field, code: str) -> None:
        if field.slot >= 0:
            self._codes[field.slot] = code

    def _number(self, value: str) -> None:
        self._add(
            f"if {value}.__class__ is not float:",
            f"    if {value}.__class__ is not int: return None",
            f"    {value} = float({value})",
        )

    def _class_of_number(self, field: Field, value: str) -> None:
        if field.slot < 0:
            return
        coder = self._signatures.facts[field.slot]
        assert isinstance(coder, NumberCoder)
        cuts, stretches = self._new(coder.cuts), self._new(coder.stretches.tolist())
        self._add(f"{value} = {stretches}[left({cuts}, {value}) + right({cuts}, {value})]")
        self._fact(field, value)

    def _point(self, kind: str, value: str, keys: list[str]) -> None:
        if set(keys) not in ({"lat", "lon"}, {"accuracy_km", "lat", "lon"}):
            raise _Unfit
        lon, lat = f"{kind}_lon", f"{kind}_lat"
        self._add(
            f"if {value}.__class__ is not dict or len({value}) != {len(keys)}: return None",
            f"{lon} = {value}['lon']",
            f"{lat} = {value}['lat']",
        )
        self._number(lon)
        self._number(lat)
        self._add(f"if not (-180.0 <= {lon} <= 180.0 and -90.0 <= {lat} <= 90.0): return None")
        good = "0.0"
        if len(keys) == 3:
            good = f"{kind}_good"
            self._good.append(good)
            self._add(f"{good} = {value}['accuracy_km']")
            self._number(good)
            self._add(
                f"if not 0.0 <= {good} <= most: return None",
                f"if {good} < 1e-6: {good} = 0.0",
            )
        self._given[kind] = f"({lon}, {lat}, {good})"

    # -- the signature -----------------------------------------------------------------------

    def _look_up(self) -> None:
        flags = self._flags()
        reach = self._reach_class(flags)
        ends = [self._end(kind) for kind in ("target", "launch")]
        key = ", ".join([*flags, *self._codes, reach, *ends])
        kept = ("answer = found.get(key)", "if answer.__class__ is Answer: return answer")
        at_once = self._signatures.at_once
        if at_once is not None:
            quick = self._new(at_once)
            self._add(f"key = ({key})", f"answer = {quick}(key)")
            self._add("if answer is not None: return answer", *kept)
            return
        self._add(f"key = ({key})", *kept)
        if self._signatures.indexed:
            self._add("if answer is None:", "    answer = quickly(key)")
            self._add("    if answer is not None: return answer")

    def _of(self, kind: str) -> str:
        return self._given.get(kind, "None")

    def _flags(self) -> tuple[str, str, str]:
        """Return the signature's three flags, for what of them follows from the shape."""
        signatures, given = self._signatures, self._given
        depth = any(
            code != "0" and fact.path == "target.depth_km"
            for code, fact in zip(self._codes, signatures.facts, strict=True)
        )
        if "launch" not in given and not depth and signatures.launch.idle:
            return "False", "False", "False"

        def tied(uncertain: int) -> bool:
            return signatures.tied(
                uncertain if "target" in given else None,
                uncertain if "launch" in given else None,
                depth=depth,
                reach="distance" in given or "range" in given,
            )

        told = str(tied(0))
        if tied(0) is not tied(1) and self._good:
            told = "tied"
            self._add(f"tied = {tied(1)} if {' or '.join(self._good)} else {tied(0)}")
        if signatures.reach.idle:
            return told, "False", "False"
        both = {"target", "launch"} <= given.keys()
        measurable = f"not {told}" if both and "distance" not in given else "False"
        return told, measurable, str("launch" in given and "target" not in given)

    def _reach_class(self, flags: tuple[str, str, str]) -> str:
        coder = self._signatures.reach
        if coder.idle:
            return "0"
        places = [self._stretch(coder.cuts, kind) for kind in ("distance", "range")]
        bound = f"not ({flags[0]} or {flags[1]})"
        table, code = self._new({}), self._new(coder.code)
        at = f"{places[0]} * {2 * len(coder.cuts) + 2} + {places[1]}"
        if flags[0] == "tied":
            at = f"2 * ({at}) + ({bound})"
        self._add(
            f"at = {at}",
            f"reach = {table}.get(at)",
            "if reach is None:",
            f"    reach = {table}[at] = {code}({self._of('distance')}, {self._of('range')},"
            f" {bound})",
        )
        return "reach"

    def _stretch(self, cuts: list[float], kind: str) -> str:
        """Return where a figure is among those that tests name, 0 for none given."""
        value = self._given.get(kind)
        if value is None:
            return "0"
        if len(cuts) == 1:
            cut = self._new(cuts[0])
            return f"(1 if {value} < {cut} else 3 if {value} > {cut} else 2)"
        name = self._new(cuts)
        return f"(1 + left({name}, {value}) + right({name}, {value}))"

    def _end(self, kind: str) -> str:
        coder = self._signatures.target if kind == "target" else self._signatures.launch
        if kind not in self._given or coder.idle or not self._signatures.fit:
            return "0"
        if f"{kind}_good" in self._good:
            return f"{self._new(coder.one)}(*{self._given[kind]})"
        one, known, more = (self._new(part) for part in coder.exact())
        self._add(
            f"{kind} = {one}({kind}_lon, {kind}_lat)",
            f"{kind} = {known}[{kind}] if {kind} < len({known}) else {more}({kind})",
        )
        return kind
