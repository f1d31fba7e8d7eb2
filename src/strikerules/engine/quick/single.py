"""One scenario after another, each a mapping, decided as fast as a simulation asks.

A mapping in the usual form is reduced to its signature without being read in full; whatever is
out of the ordinary (a location that is no point, a value not met before, something wrong) goes
through the reader of scenarios, which also has the words for what is wrong. For mappings with the
same keys as many before there are readers of their own, see `shaped`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.engine.decision import Decision
from strikerules.engine.quick.answer import Answer
from strikerules.engine.quick.explained import Explained, Facts
from strikerules.engine.quick.facts import FactCoder
from strikerules.engine.quick.shaped import Field, Plan, Plans, shape_of
from strikerules.engine.quick.signatures import ALONE, FACES, MEASURE, Key, Point, Signatures
from strikerules.geography.geodesy import distance_km
from strikerules.language.locations import MOST_ACCURACY_KM
from strikerules.language.scenario import Scenario
from strikerules.language.values import Value, read_value
from strikerules.language.vocabulary import Attribute
from strikerules.problems import Problem

__all__ = ["Single"]

_INF = float("inf")
#: Kinds of what a key of a mapping leads to.
_GROUP, _WORD, _NUMBER, _DISTANCE, _RANGE, _TARGET, _LAUNCH, _HEAD = range(8)

_NAMES = {_DISTANCE: "distance", _RANGE: "range", _TARGET: "target", _LAUNCH: "launch"}
#: So many values of an attribute are remembered with their classes.
_KNOWN = 10_000

#: Whether keys are dotted, or stand in groups.
_DOTTED, _NESTED, _BOTH = 1, 2, 3


_Read = tuple[list[int], float | None, float | None, Point | None, Point | None]


class _Unusual(Exception):
    """The mapping has to be read in full."""


class Single:
    """Decides mappings by a program's signatures.

    Parameters
    ----------
    signatures : Signatures
    read : callable
        Reads a mapping in full, and says what is wrong with it.
    """

    def __init__(
        self, signatures: Signatures, read: Callable[[Mapping[str, Any]], Scenario]
    ) -> None:
        self.signatures, self._read = signatures, read
        self.vocabulary = signatures.program.vocabulary
        self._slots = {coder.path: i for i, coder in enumerate(signatures.facts)}
        self._blank = [0] * len(signatures.facts)
        self._depth = self._slots.get(DEPTH, -1)
        self._paths: dict[int, str] = {}
        self._entries = self._tree()
        self._reach_idle = signatures.reach.idle
        self._ends_idle = signatures.target.idle, signatures.launch.idle
        self._plans = Plans(signatures, self._field, self._rest)
        #: The reader of the shape that came last.
        self._plan: Plan = _none

    def _tree(self) -> dict[str, tuple[int, Any, Any, int]]:
        """Return for each key of a mapping, dotted or nested, what it leads to."""
        found: dict[str, tuple[int, Any, Any, int]] = dict.fromkeys(
            ("scenario", "title", "text", "note"), (_HEAD, None, None, 0)
        )
        for path, attribute in self.vocabulary.items():
            entry = self._entry(path, attribute)
            group, dot, rest = path.partition(".")
            found[path] = (*entry, _DOTTED if dot else 0)
            self._paths[id(found[path])] = path
            if dot and "." not in rest:
                inner = found.setdefault(group, (_GROUP, None, {}, _NESTED))
                # an attribute may be called as the group of others is
                if inner[0] == _GROUP:
                    inner[2][rest] = (*entry, 0)
                    self._paths[id(inner[2][rest])] = path
        return found

    def _entry(self, path: str, attribute: Attribute) -> tuple[int, Any, Any]:
        special = {DISTANCE: _DISTANCE, RANGE: _RANGE, TARGET: _TARGET, LAUNCH: _LAUNCH}
        least = 0.0 if attribute.unit == "km" and attribute.origin == "base" else -_INF
        if path in special:
            return special[path], None, None
        slot = self._slots.get(path, -1)
        coder = self.signatures.facts[slot] if slot >= 0 else None
        if path == "weapon.name":
            # it fills in other values, which the reader's case does
            return _HEAD, _Unusual, None
        if attribute.kind == "number":
            return _NUMBER, slot, (coder, least)
        return _WORD, slot, _Words(attribute, coder)

    def _field(self, group: str, key: str) -> Field | None:
        """Return what is read at a key, for `Plans`."""
        entry = self._entries.get(group or key)
        if group and entry is not None:
            entry = entry[2].get(key) if entry[0] == _GROUP else None
        if entry is None or entry[0] == _GROUP:
            return None
        kind, slot, how, dotted = entry
        top = None if dotted == 0 else dotted == _DOTTED
        if kind == _HEAD:
            return None if slot is not None else Field("head", dotted=top)
        if kind == _WORD:
            return Field("word", slot, known=how.known, dotted=top)
        if kind == _NUMBER:
            return Field("number", slot, how[1], dotted=top)
        return Field(_NAMES[kind], dotted=top)

    def decide(self, scenario: Mapping[str, Any]) -> Answer:
        """Return the answer to one scenario.

        Parameters
        ----------
        scenario : mapping
            Nested, or with dotted keys.

        Raises
        ------
        InvalidInput
            With every problem at once.
        """
        found = self._plan(scenario)
        return self._decided(scenario) if found is None else found

    def _decided(self, scenario: Mapping[str, Any]) -> Answer:
        """Decide a mapping that is not like the one before."""
        try:
            shape = shape_of(scenario)
            plan = self._plans.known(shape)
            found = None if plan is None else plan(scenario)
            if plan is not None and found is not None:
                self._plan = plan
                return found
            codes, distance, reach, target, launch = self._codes(scenario, None)
            self._plans.came(shape)
        except (_Unusual, TypeError, AttributeError, OverflowError):
            return self.signatures.alone(self._read(scenario))
        return self._found(scenario, codes, distance, reach, target, launch)[0]

    def explain(self, scenario: Mapping[str, Any], explained: Explained) -> Decision | None:
        """Return the decision with its explanation; None where that takes a look of its own.

        Parameters
        ----------
        scenario : mapping
        explained : Explained
            Of the same program.

        Raises
        ------
        InvalidInput
            With every problem at once.
        """
        said: list[tuple[str, Any]] = []
        try:
            codes, distance, reach, target, launch = self._codes(scenario, said)
        except (_Unusual, TypeError, AttributeError, OverflowError):
            return None
        if (target is not None and target[2]) or (launch is not None and launch[2]):
            return None
        answer, key = self._found(scenario, codes, distance, reach, target, launch)
        if key[0] or not answer.settled or not self.signatures.follows(key):
            return None
        apart = None
        if target is not None and launch is not None:
            apart = distance_km(launch[0], launch[1], target[0], target[1])
            if distance is not None and abs(distance - apart) > AGREE_KM:
                return None
        facts = Facts(
            scenario.get("scenario", "scenario"),
            scenario.get("title"),
            tuple([pair for pair in said if pair[1].__class__ not in (float, int)]),
            {path: float(n) for path, n in said if n.__class__ in (float, int)},
            target,
            launch,
            apart,
        )
        found = explained.decision(key, facts, None)
        return found or explained.decision(key, facts, self._read(scenario))

    def _codes(self, scenario: Mapping[str, Any], said: list[tuple[str, Any]] | None) -> _Read:
        """Return the classes of what is given, distance and range, and the places.

        Parameters
        ----------
        scenario : mapping
        said : list, optional
            Takes each path with its value, but for places.
        """
        codes = self._blank.copy()
        entries = self._entries
        distance = reach = None
        target = launch = None
        mixed = 0
        # pairs of what a key leads to and its value; groups add theirs at the end
        pairs = [(entries.get(key), value) for key, value in scenario.items()]
        for entry, value in pairs:
            if entry is None or value is None:
                raise _Unusual
            kind, slot, how, dotted = entry
            mixed |= dotted
            if kind == _GROUP:
                for key in value:
                    pairs.append((how.get(key), value[key]))
                continue
            if kind == _WORD:
                known = how.known.get(value.__class__)
                code = None if known is None else known.get(value)
                if code is None:
                    code = how.code(value)
                if slot >= 0:
                    if codes[slot]:
                        raise _Unusual
                    codes[slot] = code
            elif kind == _RANGE:
                if reach is not None or value.__class__ is not float or not 0.0 <= value < _INF:
                    value = _number(value, 0.0, reach)
                reach = value
            elif kind == _DISTANCE:
                if distance is not None or value.__class__ is not float or not 0.0 <= value < _INF:
                    value = _number(value, 0.0, distance)
                distance = value
            elif kind == _TARGET:
                if target is not None:
                    raise _Unusual
                target = _point(value)
                continue
            elif kind == _LAUNCH:
                if launch is not None:
                    raise _Unusual
                launch = _point(value)
                continue
            elif kind == _NUMBER:
                coder, least = how
                value = _number(value, least, None)
                if slot >= 0:
                    if codes[slot]:
                        raise _Unusual
                    codes[slot] = coder.code(value)
            elif slot is not None or value.__class__ is not str or not value:
                raise _Unusual
            else:
                continue
            if said is not None:
                said.append((self._paths[id(entry)], value))
        if mixed == _BOTH:
            # a value may be given twice
            raise _Unusual
        return codes, distance, reach, target, launch

    def _found(
        self,
        scenario: Mapping[str, Any],
        codes: list[int],
        distance: float | None,
        reach: float | None,
        target: Point | None,
        launch: Point | None,
    ) -> tuple[Answer, Key]:
        signatures = self.signatures
        tied = measurable = aimed = False
        if launch is not None or (self._depth >= 0 and codes[self._depth]) or (
            not self._ends_idle[1]
        ):  # fmt: skip
            tied = signatures.tied(
                None if target is None else int(target[2] > 0),
                None if launch is None else int(launch[2] > 0),
                depth=self._depth >= 0 and codes[self._depth] > 0,
                reach=distance is not None or reach is not None,
            )
            if not self._reach_idle:
                aimed = launch is not None and target is None
                measurable = not tied and distance is None and None not in (target, launch)
        code = 0
        if not self._reach_idle:
            code = signatures.reach.code(distance, reach, not (tied or measurable))
        ends = (0, 0)
        if signatures.fit:
            ends = (
                0 if target is None or self._ends_idle[0] else signatures.target.one(*target),
                0 if launch is None or self._ends_idle[1] else signatures.launch.one(*launch),
            )
        key: Key = (tied, measurable, aimed, *codes, code, *ends)
        found = signatures.found.get(key)
        if found.__class__ is Answer:
            return found, key
        return self._rest(scenario, key, found, reach, target, launch)

    def _rest(
        self,
        scenario: Mapping[str, Any],
        key: Key,
        found: Any,
        reach: float | None,
        target: Point | None,
        launch: Point | None,
    ) -> tuple[Answer, Key]:
        """Return the answer of a signature that has none yet, or none of its own."""
        signatures = self.signatures
        if found is None:
            answer = signatures.quickly(key)
            if answer is not None:
                return answer, key
        make = partial(self._read, scenario)
        if found is None:
            found = signatures.look(key, make)
        if found == MEASURE:
            assert target is not None
            assert launch is not None
            km = distance_km(launch[0], launch[1], target[0], target[1])
            tied, _, aimed, *codes = key
            codes[-3] = signatures.reach.code(km, reach, True)
            key = (tied, False, aimed, *codes)
            found = signatures.look(key, make)
        if found == FACES:
            return signatures.near(key, target, launch, make), key
        if found == ALONE:
            return signatures.alone(make()), key
        assert isinstance(found, Answer)
        return found, key


class _Words:
    """Values of one attribute as they come, with their classes once they were checked."""

    def __init__(self, attribute: Attribute, coder: FactCoder | None) -> None:
        self.attribute, self.coder = attribute, coder
        #: By type, since values of different types may be equal.
        self.known: dict[type, dict[Any, int]] = {}
        self._count = 0

    def code(self, value: Any) -> int:
        found: Value | Problem = read_value(self.attribute, value, None)
        if isinstance(found, Problem):
            raise _Unusual
        code = 0 if self.coder is None else self.coder.code(found)
        if self._count < _KNOWN:
            self._count += 1
            self.known.setdefault(value.__class__, {})[value] = code
        return code


def _none(_: Mapping[str, Any]) -> None:
    """Read nothing: no mapping has come yet."""


def _number(value: Any, least: float, before: float | None) -> float:
    """Return a number that can be used, and was not given before."""
    if before is not None or value.__class__ not in (float, int):
        raise _Unusual
    number = float(value)
    if not least <= number < _INF:
        raise _Unusual
    return number


def _point(value: Any) -> Point:
    size = len(value)
    if size == 2:
        lon, lat, accuracy = value.get("lon"), value.get("lat"), 0.0
    elif size == 3:
        lon, lat, accuracy = value.get("lon"), value.get("lat"), value.get("accuracy_km")
        if accuracy.__class__ not in (float, int) or not 0 <= accuracy <= MOST_ACCURACY_KM:
            raise _Unusual
        accuracy = float(accuracy) if accuracy >= 1e-6 else 0.0
    else:
        raise _Unusual
    if lon.__class__ is not float or lat.__class__ is not float:
        if lon.__class__ not in (float, int) or lat.__class__ not in (float, int):
            raise _Unusual
        lon, lat = float(lon), float(lat)
    if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
        raise _Unusual
    return lon, lat, accuracy
