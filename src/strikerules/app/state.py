"""What stands in the page's fields, and the scenario that it comes to.

A field holds text as somebody typed it. An empty field is left out of the scenario: the fact is
unknown, or filled in from the catalogue, a zone's record or the two points. `UNKNOWN` in a field
says that the fact is unknown and not filled in (``null`` in a scenario).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from strikerules.language.locations import InZone, Location, Named, Point, location_data
from strikerules.language.scenario import Scenario, read_scenario
from strikerules.language.values import written
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.language.weapons import FILLED, find_weapon
from strikerules.problems import InvalidInput, Problem

__all__ = [
    "FILLED_IN",
    "PARTS",
    "PLACES",
    "UNKNOWN",
    "Form",
    "Reading",
    "form_of",
    "read_form",
    "scenario_data",
    "typed",
]

UNKNOWN = "unknown"
"""In a field: the fact is unknown, whatever a catalogue or a record has."""

PLACES = ("target.location", "launch.location")
PARTS = ("lon", "lat", "accuracy_km", "place")
"""The fields of a place; `place` is ``town:NAME``, ``zone:ID`` or ``area:GEOJSON``."""

FILLED_IN = frozenset(
    {f"weapon.{name}" for name in FILLED}
    | {"area.designated", "area.communicated", "strike.distance_km", "target.depth_km"}
)
"""What is filled in where a scenario leaves it out."""

_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")


class Form(Struct, frozen=True):
    """All that can be chosen or typed on the page.

    Parameters
    ----------
    fields : mapping
        From an attribute's path, or a place's path and a part of it, to the text typed.
    policy : str
        The key of the policy that decides.
    against : str
        The key of a second one, or empty.
    readings, parameters : mapping
        From a question to its reading, from a parameter to the text typed; both hold for both
        policies, where these know them.
    name, title, text : str
        Of the scenario.
    """

    fields: Mapping[str, str] = {}
    policy: str = ""
    against: str = ""
    readings: Mapping[str, str] = {}
    parameters: Mapping[str, str] = {}
    name: str = "my-case"
    title: str = ""
    text: str = ""

    def get(self, key: str) -> str:
        """Return the text in a field; empty where there is none."""
        return self.fields.get(key, "")

    def put(self, **texts: str) -> Form:
        """Return a form with other texts in some fields; ``__`` stands for a point in a name.

        Examples
        --------
        >>> Form().put(weapon__kind="drone").fields
        {'weapon.kind': 'drone'}
        """
        return self.change({k.replace("__", "."): v for k, v in texts.items()})

    def change(self, texts: Mapping[str, str]) -> Form:
        """Return a form with other texts in some fields; an empty one clears the field."""
        fields = {**self.fields, **{k: v.strip() for k, v in texts.items()}}
        return replace(self, fields={k: v for k, v in fields.items() if v})

    def edit(self, key: str, text: str) -> Form:
        """Return a form after somebody has changed one control.

        A place is given in one way: a town or a zone that is chosen takes the point's degrees out,
        and the other way round.

        Parameters
        ----------
        key : str
            A field's; ``policy``, ``against``, ``name`` or ``title``; ``reading.QUESTION`` or
            ``parameter.NAME``.
        text : str
        """
        text = text.strip()
        if key in ("policy", "against", "name", "title"):
            return replace(self, **{key: text})
        kind, _, name = key.partition(".")
        if kind == "reading":
            return replace(self, readings=_with(self.readings, name, text))
        if kind == "parameter":
            return replace(self, parameters=_with(self.parameters, name, text))
        place, _, part = key.rpartition(".")
        more: dict[str, str] = {}
        if place in PLACES and text:
            if part in ("lon", "lat"):
                more = {f"{place}.place": ""}
            elif part == "place":
                more = {f"{place}.lon": "", f"{place}.lat": "", f"{place}.accuracy_km": ""}
        return self.change({**more, key: text})

    def forget(self, place: str) -> Form:
        """Return a form in which nobody knows where a place is."""
        return self.change({f"{place}.{part}": "" for part in PARTS})

    @property
    def texts(self) -> dict[str, str]:
        """The text in every control, by key."""
        return {
            **self.fields,
            "policy": self.policy,
            "against": self.against,
            "name": self.name,
            "title": self.title,
            **{f"reading.{k}": v for k, v in self.readings.items()},
            **{f"parameter.{k}": v for k, v in self.parameters.items()},
        }

    def at(self, place: str, lon: float, lat: float) -> Form:
        """Return a form with a place moved to a point; how exact it is stays.

        Examples
        --------
        >>> Form().at("target.location", 36.9, 50.45).fields
        {'target.location.lon': '36.9', 'target.location.lat': '50.45'}
        """
        lon = (lon + 180.0) % 360.0 - 180.0
        return self.change(
            {
                f"{place}.lon": written(round(lon, 5)),
                f"{place}.lat": written(round(lat, 5)),
                f"{place}.place": "",
            }
        )


def _with(texts: Mapping[str, str], name: str, text: str) -> dict[str, str]:
    found = {**texts, name: text}
    return {k: v for k, v in found.items() if v}


class Reading(Struct, frozen=True):
    """What a form says, read.

    Parameters
    ----------
    data : dict
        The scenario as a mapping by paths; fields that can't be read are unknown in it.
    problems : dict
        From a field to what is wrong with its text.
    """

    data: dict[str, Any]
    problems: dict[str, tuple[Problem, ...]]


def form_of(scenario: Scenario, form: Form | None = None) -> Form:
    """Return a form with a scenario in its fields; all else as in the form given."""
    fields = {path: written(value) for path, value in scenario.values.items()}
    fields |= dict.fromkeys(scenario.withheld - set(PLACES), UNKNOWN)
    for path, location in scenario.locations.items():
        fields |= {f"{path}.{part}": text for part, text in _parts(location)}
    if "weapon.name" in scenario.values:
        with suppress(InvalidInput):  # said beside the field, once the form is read
            fields["weapon.name"] = find_weapon(scenario.values["weapon.name"], None).name
    return replace(
        form or Form(),
        fields=fields,
        name=scenario.name,
        title=scenario.title or "",
        text=scenario.text or "",
    )


def _parts(location: Location) -> Iterator[tuple[str, str]]:
    if isinstance(location, Point):
        yield from (("lon", written(location.lon)), ("lat", written(location.lat)))
    elif isinstance(location, Named):
        yield "place", f"town:{location.place}"
    elif isinstance(location, InZone):
        yield "place", f"zone:{location.zone}"
    else:
        yield "place", f"area:{location.geojson}"
    accuracy = location_data(location).get("accuracy_km")
    if accuracy is not None:
        yield "accuracy_km", written(accuracy)


def typed(kind: str, text: str) -> Any:
    """Return a field's text as a scenario would have it: a number, true or false, or text.

    Examples
    --------
    >>> typed("number", "80"), typed("number", "far"), typed("boolean", "true")
    (80, 'far', True)
    """
    if kind == "number" and _NUMBER.match(text):
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def read_form(form: Form, vocabulary: Vocabulary) -> Reading:
    """Read the fields that a policy knows, each by itself.

    Parameters
    ----------
    form : Form
    vocabulary : Vocabulary
        The policy's; fields of other policies' facts are left out.

    Returns
    -------
    Reading
        What can't be read is unknown in it, and not filled in from anywhere.
    """
    data: dict[str, Any] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    for path, attribute in vocabulary.items():
        if attribute.kind == "location":
            location, found = _location(form, path)
            problems |= found
            if location is not None:
                data[path] = location
            continue
        text = form.get(path)
        if not text:
            continue
        value = None if text == UNKNOWN else typed(attribute.kind, text)
        wrong = _wrong(attribute, value, vocabulary)
        if wrong:
            problems[path] = wrong
        data[path] = None if wrong else value
    return Reading(data, problems)


def _wrong(attribute: Attribute, value: Any, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    try:
        read_scenario({attribute.path: value}, vocabulary)
        if attribute.path == "weapon.name" and value is not None:
            find_weapon(value, None)
    except InvalidInput as error:
        return error.problems
    return ()


def _location(
    form: Form, path: str
) -> tuple[dict[str, Any] | None, dict[str, tuple[Problem, ...]]]:
    """Read a place: its data, None where it is not known, and what is wrong, by field."""
    texts = {part: form.get(f"{path}.{part}") for part in PARTS}
    kind, _, word = texts["place"].partition(":")
    given = {p: typed("number", t) for p, t in texts.items() if t and p != "place"}
    problems: dict[str, tuple[Problem, ...]] = {}

    def look(part: str, data: dict[str, Any]) -> bool:
        try:
            read_scenario({path: data})
        except InvalidInput as error:
            problems[f"{path}.{part}"] = error.problems
            return False
        return True

    accuracy = {"accuracy_km": given.pop("accuracy_km")} if "accuracy_km" in given else {}
    sure = not accuracy or look("accuracy_km", {"lon": 0, "lat": 0, **accuracy})
    if kind == "town":
        found: dict[str, Any] = {"place": word, **accuracy}
    elif kind == "zone":
        found = {"zone": word}
    elif kind == "area":
        found = json.loads(word)
    elif not given:
        return None, problems
    else:
        # the other one is put in, so that each is looked at by itself
        good = [look(p, {"lon": 0, "lat": 0, p: given[p]}) for p in given]
        missing = next((p for p in ("lon", "lat") if p not in given), None)
        if missing is not None:
            look(missing, dict.fromkeys(given, 0))
        found = {"lon": given.get("lon"), "lat": given.get("lat"), **accuracy}
        if missing is not None or not all(good):
            return None, problems
    # a place whose exactness can't be read could be anywhere
    return (found if sure and look("place", found) else None), problems


def scenario_data(reading: Reading) -> dict[str, Any]:
    """Return what was read as a scenario is written: nested, in the vocabulary's order.

    Examples
    --------
    >>> scenario_data(Reading({"weapon.made_in": "US", "weapon.kind": "drone"}, {}))
    {'weapon': {'made_in': 'US', 'kind': 'drone'}}
    """
    out: dict[str, Any] = {}
    for path, value in reading.data.items():
        *groups, last = path.split(".")
        inner = out
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[last] = value
    return out
