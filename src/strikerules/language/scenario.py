"""Scenarios: read from files and dicts, every value checked against the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from msgspec import Struct

from strikerules.documents import Document, Path, read_document
from strikerules.language.locations import Location, read_location
from strikerules.language.values import Value, read_value
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import (
    InvalidInput,
    Position,
    Problem,
    cant_be,
    did_you_mean,
    listed,
    quoted,
)

__all__ = [
    "Known",
    "Scenario",
    "give",
    "read_known",
    "read_scenario",
    "read_scenarios",
    "scenarios_of",
]

_HEAD = ("scenario", "title", "text", "note")
_TOP = ("scenarios", "defaults")


class Scenario(Struct, frozen=True):
    """A hypothetical strike: what is known of it.

    Parameters
    ----------
    name : str
    values : dict
        From an attribute's path to its value; what is missing is unknown.
    locations : dict
        From ``target.location`` and ``launch.location`` to a location.
    withheld : frozenset of str
        Attributes given as null: unknown, and not filled in from a catalogue or a register.
    """

    name: str
    values: Mapping[str, Value]
    locations: Mapping[str, Location] = {}
    withheld: frozenset[str] = frozenset()
    title: str | None = None
    text: str | None = None
    positions: Mapping[str, Position] = {}
    source: str = ""
    remarks: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Scenario:
        """Return a scenario from a mapping, nested or with dotted keys (see `read_scenario`).

        Examples
        --------
        >>> Scenario.of({"weapon.made_in": "NO"}).values["weapon.made_in"]
        'NO'
        """
        return read_scenario(data)

    @property
    def given(self) -> frozenset[str]:
        """The attributes of which something is known."""
        return frozenset(self.values) | frozenset(self.locations)


def read_scenarios(
    source: str | PathLike[str], vocabulary: Vocabulary | None = None
) -> list[Scenario]:
    """Read the scenarios of a file; ``-`` is standard input.

    Raises
    ------
    InvalidInput
        Every problem of the file at once.
    """
    return scenarios_of(read_document(source), vocabulary)


def read_scenario(data: Mapping[str, Any], vocabulary: Vocabulary | None = None) -> Scenario:
    """Read one scenario from a mapping, nested or with dotted keys; `scenario` may be left out.

    Examples
    --------
    >>> read_scenario({"weapon": {"made_in": "NO"}}).values["weapon.made_in"]
    'NO'
    """
    plain = dict(data)
    plain.setdefault("scenario", "scenario")
    doc = Document("", "", plain, {})
    try:
        return scenarios_of(doc, vocabulary)[0]
    except InvalidInput as error:
        raise InvalidInput(
            [Problem(p.code, p.message, None, p.expected, p.help) for p in error.problems]
        ) from None


def scenarios_of(doc: Document, vocabulary: Vocabulary | None = None) -> list[Scenario]:
    """Read the scenarios of a document that was read already."""
    vocabulary = vocabulary or Vocabulary()
    data = doc.data
    problems: list[Problem] = []
    if not isinstance(data, dict):
        raise InvalidInput(
            Problem(
                "SR201",
                f"{quoted(doc.name)} holds no scenario",
                doc.position(),
                expected="a mapping that begins with `scenario: NAME`",
            )
        )
    if "policy" in data or "timeline" in data:
        raise InvalidInput(
            Problem(
                "SR201",
                f"{quoted(doc.name)} is a policy, not a scenario",
                doc.position(),
                help="give it with `--policy`",
            )
        )
    if "scenarios" in data:
        scenarios = _several(doc, data, vocabulary, problems)
    else:
        if "defaults" in data:
            problems.append(
                Problem(
                    "SR111",
                    "`defaults` stands beside `scenarios`, and there is none",
                    doc.position(("defaults",), key=True),
                )
            )
            data = {k: v for k, v in data.items() if k != "defaults"}
        scenarios = [_one(doc, (), data, Known(), vocabulary, problems)]
    if problems:
        raise InvalidInput(problems)
    return scenarios


def _several(
    doc: Document, data: dict[str, Any], vocabulary: Vocabulary, problems: list[Problem]
) -> list[Scenario]:
    for key in data:
        if key not in _TOP:
            problems.append(
                Problem(
                    "SR111",
                    f"the key {quoted(key)} is not known beside `scenarios`",
                    doc.position((key,), key=True),
                    expected="`scenarios` and `defaults`",
                    help="what holds for all of them goes under `defaults:`"
                    if key in vocabulary or key in vocabulary.groups
                    else did_you_mean(key, _TOP),
                )
            )
    defaults = Known()
    raw = data.get("defaults")
    if isinstance(raw, dict):
        read_known(doc, ("defaults",), raw, defaults, vocabulary, problems)
    elif raw is not None:
        problems.append(
            Problem(
                "SR113",
                f"{quoted(raw)} can't be `defaults`",
                doc.position(("defaults",)),
                expected="a mapping of attributes",
            )
        )
    items = data["scenarios"]
    if not isinstance(items, list) or not items:
        problems.append(
            Problem(
                "SR201",
                "`scenarios` needs a list of scenarios",
                doc.position(("scenarios",)),
                help="begin each with `- scenario: NAME`",
            )
        )
        return []
    scenarios: list[Scenario] = []
    names: dict[str, int] = {}
    for index, item in enumerate(items):
        path: Path = ("scenarios", index)
        if not isinstance(item, dict):
            problems.append(
                Problem(
                    "SR201",
                    f"{quoted(item)} is not a scenario",
                    doc.position(path),
                    expected="a mapping that begins with `scenario: NAME`",
                )
            )
            continue
        scenario = _one(doc, path, item, defaults, vocabulary, problems)
        at = doc.position((*path, "scenario"))
        if scenario.name in names:
            problems.append(
                Problem(
                    "SR206",
                    f"a second scenario is called {quoted(scenario.name)}",
                    at,
                    help=f"the first is on line {names[scenario.name]}",
                )
            )
        names.setdefault(scenario.name, at.line)
        scenarios.append(scenario)
    return scenarios


class Known(Struct):
    """What a part of a document says of a scenario, by the attributes' paths.

    `here` are the paths given in the part that is being read, so that none is given twice.
    """

    values: dict[str, Value] = {}
    locations: dict[str, Location] = {}
    withheld: set[str] = set()
    positions: dict[str, Position] = {}
    remarks: list[Problem] = []
    here: set[str] = set()

    def copy(self) -> Known:
        """Return the same, to lay more over it."""
        return Known(
            dict(self.values), dict(self.locations), set(self.withheld), dict(self.positions),
            list(self.remarks),
        )  # fmt: skip

    def scenario(
        self, name: str, source: str, title: str | None = None, text: str | None = None
    ) -> Scenario:
        """Return it as a scenario."""
        return Scenario(
            name, self.values, self.locations, frozenset(self.withheld), title, text,
            self.positions, source, tuple(self.remarks),
        )  # fmt: skip


def _one(
    doc: Document,
    path: Path,
    raw: dict[str, Any],
    defaults: Known,
    vocabulary: Vocabulary,
    problems: list[Problem],
) -> Scenario:
    head = {k: raw.get(k) for k in _HEAD}
    name = head["scenario"]
    if "scenario" not in raw:
        problems.append(
            Problem(
                "SR112",
                "the key `scenario` is missing",
                doc.position(path),
                expected="the scenario's name, such as `scenario: forward-launch-site`",
            )
        )
        name = ""
    for key, value in head.items():
        if (value is not None or key == "scenario") and key in raw and not _is_text(value, key):
            problems.append(
                Problem("SR113", cant_be(value, key), doc.position((*path, key)), expected="text")
            )
    flat = defaults.copy()
    body = {k: v for k, v in raw.items() if k not in _HEAD}
    read_known(doc, path, body, flat, vocabulary, problems)
    title, words = (head[k] if isinstance(head[k], str) else None for k in ("title", "text"))
    return flat.scenario(str(name), doc.name, title, words)


def _is_text(value: Any, key: str) -> bool:
    if key == "scenario":
        return isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    return isinstance(value, str)


def read_known(
    doc: Document,
    path: Path,
    raw: dict[str, Any],
    flat: Known,
    vocabulary: Vocabulary,
    problems: list[Problem],
    prefix: str = "",
) -> None:
    """Read attributes, nested or with dotted keys, and lay them over what is known already.

    Parameters
    ----------
    doc, path
        Where `raw` stands.
    raw : dict
    flat : Known
        Takes what is read.
    vocabulary : Vocabulary
    problems : list of Problem
        Takes what is wrong.
    prefix : str
        What the keys begin with, such as ``weapon.``.
    """
    for key, value in raw.items():
        name = f"{prefix}{key}"
        here = (*path, key)
        if name in vocabulary:
            if name in flat.here:
                problems.append(
                    Problem("SR106", f"`{name}` is given twice", doc.position(here, key=True))
                )
            flat.here.add(name)
            give(doc, here, name, value, flat, vocabulary, problems)
        elif any(n.startswith(name + ".") for n in vocabulary) or name == "conditions":
            if isinstance(value, dict):
                read_known(doc, here, value, flat, vocabulary, problems, name + ".")
            elif value is not None:
                problems.append(
                    Problem(
                        "SR113",
                        f"{quoted(value)} can't be `{name}`",
                        doc.position(here),
                        expected="a mapping such as `{"
                        + next(
                            (
                                n.removeprefix(name + ".")
                                for n in vocabulary
                                if n.startswith(name + ".")
                            ),
                            "name",
                        )
                        + ": …}`",
                    )
                )
        elif name.startswith("conditions."):
            _undeclared(doc, here, name, value, flat, vocabulary, problems)
        else:
            _unknown(doc, here, key, prefix, vocabulary, problems)


def give(
    doc: Document,
    path: Path,
    name: str,
    value: Any,
    flat: Known,
    vocabulary: Vocabulary,
    problems: list[Problem],
) -> None:
    """Read one attribute's value and lay it over what is known of it."""
    attribute, at = vocabulary[name], doc.position(path)
    for store in (flat.values, flat.locations):
        store.pop(name, None)
    flat.withheld.discard(name)
    flat.positions[name] = at
    if attribute.kind == "location" and isinstance(value, dict):
        flat.positions |= {f"{name}.{k}": doc.position((*path, k)) for k in value}
    if value is None:
        flat.withheld.add(name)
    elif attribute.kind == "location":
        location = read_location(doc, path, name, value, problems)
        if location is not None:
            flat.locations[name] = location
    else:
        found = read_value(attribute, value, at)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            flat.values[name] = found


def _undeclared(
    doc: Document,
    path: Path,
    name: str,
    value: Any,
    flat: Known,
    vocabulary: Vocabulary,
    problems: list[Problem],
) -> None:
    """A circumstance that this policy does not declare: another may, so it is only remarked."""
    at = doc.position(path, key=True)
    if value is not None and not isinstance(value, bool):
        problems.append(
            Problem(
                "SR113",
                f"{quoted(value)} can't be `{name}`",
                doc.position(path),
                expected="`true` or `false`",
            )
        )
        return
    declared = [n for n in vocabulary if n.startswith("conditions.")]
    flat.remarks.append(
        Problem(
            "SR702",
            f"nothing in the policy looks at `{name}`",
            at,
            help=did_you_mean(name, declared),
        )
    )


def _unknown(
    doc: Document,
    path: Path,
    key: str,
    prefix: str,
    vocabulary: Vocabulary,
    problems: list[Problem],
) -> None:
    siblings = [n.removeprefix(prefix) for n in vocabulary if n.startswith(prefix)]
    first = list(dict.fromkeys(n.partition(".")[0] for n in siblings))
    near = did_you_mean(key, [*first, *(() if prefix else ("scenario", "title"))])
    if near is None:
        elsewhere = [n for n in vocabulary if n.rpartition(".")[2] == key]
        near = f"did you mean `{elsewhere[0]}`?" if elsewhere else None
    problems.append(
        Problem(
            "SR202",
            f"{quoted(prefix + key)} is not an attribute of a scenario",
            doc.position(path, key=True),
            expected=listed(first, most=20),
            help=near,
        )
    )
