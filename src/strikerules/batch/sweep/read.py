"""Sweep files read: what every row has in common, what is varied, what is drawn at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

import pyarrow as pa

from strikerules.batch.sweep.axes import Axis, Draws, Listed
from strikerules.batch.sweep.context import DERIVED, Context, forms_of
from strikerules.batch.sweep.draws import Drawn
from strikerules.batch.sweep.forms import (
    location_columns,
    read_all,
    read_list,
    read_range,
    value_column,
)
from strikerules.batch.sweep.laid import read_draw, read_grid
from strikerules.batch.sweep.sweep import MOST_ROWS, Sweep
from strikerules.documents import Document, Path, read_document
from strikerules.geography.atlas import Atlas, Specs
from strikerules.language.locations import Shape
from strikerules.language.scenario import Known, read_known
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.language.weapons import FILLED, find_weapon
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["grid_sweep", "read_sweep", "sweep_of"]


def read_sweep(
    source: str | PathLike[str] | Mapping[str, Any],
    vocabulary: Vocabulary,
    atlas: Atlas,
    zones: Specs | None = None,
) -> Sweep:
    """Read a sweep.

    Parameters
    ----------
    source : path or mapping
        A YAML file, ``-`` for standard input, or what such a file would hold.
    vocabulary : Vocabulary
        The attributes, with those that the policy declares.
    atlas : Atlas
    zones : mapping, optional
        Zones of the policy's own (`geography.atlas.zones_of`), beside those of the register.

    Returns
    -------
    Sweep

    Raises
    ------
    InvalidInput
        Every problem at once, each with its place: the file's shape (SR11x), values and places
        (SR11x, SR20x, SR40x), what is varied and how (SR23x).

    Examples
    --------
    >>> from strikerules.geography.atlas import default_atlas
    >>> sweep = read_sweep({"sweep": "ranges", "vary": {
    ...     "weapon.max_range_km": {"from": 20, "to": 300, "step": 20},
    ...     "weapon.made_in": ["US", "FR"]}}, Vocabulary(), default_atlas())
    >>> sweep.count
    30
    >>> sweep.batch(2, 4).to_pylist()[0]
    {'row': 3, 'weapon.max_range_km': 40.0, 'weapon.made_in': 'US'}
    """
    if not isinstance(source, Mapping):
        return sweep_of(read_document(source), vocabulary, atlas, zones)
    try:
        return sweep_of(Document("", "", dict(source), {}), vocabulary, atlas, zones)
    except InvalidInput as error:
        raise InvalidInput(
            [Problem(p.code, p.message, None, p.expected, p.help) for p in error.problems]
        ) from None


def grid_sweep(
    zone: str,
    step_km: float,
    vocabulary: Vocabulary,
    atlas: Atlas,
    zones: Specs | None = None,
    *,
    given: Mapping[str, Any] | None = None,
    accuracy_km: float | str | None = None,
) -> Sweep:
    """Return a sweep of targets on a regular grid over a zone.

    Parameters
    ----------
    zone : str
        A zone of the register or of the policy.
    step_km : float
        How wide a cell is.
    vocabulary, atlas, zones
        As in `read_sweep`.
    given : mapping, optional
        What holds for every row.
    accuracy_km : float or "cell", optional
        How far each point may be off; ``cell``: as far as its cell reaches, so that what is
        settled holds for all of the cell.

    Examples
    --------
    >>> from strikerules.geography.atlas import default_atlas
    >>> grid_sweep("belgorod-oblast", 20, Vocabulary(), default_atlas()).count
    67
    """
    grid: dict[str, Any] = {"grid": zone, "step_km": step_km}
    if accuracy_km is not None:
        grid["accuracy_km"] = accuracy_km
    whole = {"sweep": "grid", "given": dict(given or {}), "vary": {"target.location": grid}}
    return read_sweep(whole, vocabulary, atlas, zones)


def sweep_of(
    doc: Document, vocabulary: Vocabulary, atlas: Atlas, zones: Specs | None = None
) -> Sweep:
    """Return a sweep from a document that was read already; see `read_sweep`."""
    from strikerules.batch.sweep.documents import SweepDocument
    from strikerules.documents.models import validate

    if not isinstance(doc.data, dict) or "sweep" not in doc.data:
        raise InvalidInput(_no_sweep(doc))
    validate(SweepDocument, doc)
    return _Reader(doc, vocabulary, Context(doc, atlas, zones or {}, [])).sweep()


def _no_sweep(doc: Document) -> Problem:
    keys = list(doc.data) if isinstance(doc.data, dict) else []
    hint = next((h for h in (did_you_mean(k, ["sweep"]) for k in keys) if h is not None), None)
    if {"scenario", "scenarios"} & set(keys):
        hint = "it looks like a scenario: `strikerules check` decides it"
    elif {"policy", "timeline"} & set(keys):
        hint = "it looks like a policy: give it with `--policy`"
    return Problem(
        "SR231",
        f"{quoted(doc.name)} is not a sweep" if doc.name else "this is not a sweep",
        doc.position(),
        expected="a mapping with `sweep: NAME` and `vary:`",
        help=hint,
    )


class _Reader:
    def __init__(self, doc: Document, vocabulary: Vocabulary, context: Context) -> None:
        self.doc, self.data, self.vocabulary, self.context = doc, doc.data, vocabulary, context
        self.problems = context.problems
        self.given = Known()

    def sweep(self) -> Sweep:
        read_known(
            self.doc, ("given",), self.data.get("given") or {}, self.given, self.vocabulary,
            self.problems,
        )  # fmt: skip
        axes: list[Axis] = []
        drawn: list[Drawn] = []
        varied: dict[str, Path] = {}
        nulls = {name: self._given_path(name) for name in self.given.withheld}
        anything = False
        for attribute, raw, path in self._varied(self.data["vary"], ("vary",), ""):
            self._once(attribute, path, varied)
            if isinstance(raw, list) and None in raw:
                nulls[attribute.path] = (*path, raw.index(None))
            if isinstance(raw, dict) and "draw" in raw:
                anything = True
                one = read_draw(self.context, attribute, raw, path)
                drawn += [] if one is None else [one]
            else:
                axis = self._axis(attribute, raw, path)
                axes += [] if axis is None else [axis]
        self._fixed()
        self._nulls(nulls, {*self.given.values, *varied})
        self._draws(anything)
        if self.problems:
            raise InvalidInput(self.problems)
        fixed = Listed("", self._columns())
        draws = [Draws(self.data["draws"], self.data.get("seed", 0), tuple(drawn))] if drawn else []
        sweep = Sweep(
            self.data["sweep"], (*([fixed] if fixed.columns else []), *axes, *draws),
            title=self.data.get("title"), text=self.data.get("text"), source=self.doc.name,
            values=self.given.values, locations=self.given.locations,
            remarks=tuple(self.given.remarks),
        )  # fmt: skip
        if sweep.count > MOST_ROWS:
            self.context.fail("SR238", f"a sweep of {sweep.count:,} rows", ("vary",), key=True,
                              expected=f"at most {MOST_ROWS:,}",
                              help="vary less at once, or draw at random")  # fmt: skip
            raise InvalidInput(self.problems)
        return sweep

    def _varied(
        self, raw: dict[str, Any], path: Path, prefix: str
    ) -> Iterator[tuple[Attribute, Any, Path]]:
        """Yield the attributes that are varied, nested or with dotted keys."""
        for key, value in raw.items():
            name, here = f"{prefix}{key}", (*path, key)
            if name in self.vocabulary:
                yield self.vocabulary[name], value, here
            elif name in self.vocabulary.groups and isinstance(value, dict):
                yield from self._varied(value, here, f"{name}.")
            elif name.startswith("conditions."):
                # another policy may declare it, as in a scenario
                yield Attribute(name, "boolean", "", origin="declared"), value, here
            else:
                known = list(self.vocabulary)
                ends = (n for n in known if n.rpartition(".")[2] == key)
                near = did_you_mean(name, known) or did_you_mean(next(ends, ""), known)
                self.context.fail("SR202", f"{quoted(name)} is not an attribute of a scenario",
                                  here, key=True, expected=listed(known, most=20),
                                  help=near)  # fmt: skip

    def _once(self, attribute: Attribute, path: Path, varied: dict[str, Path]) -> None:
        if attribute.path in varied:
            self.context.fail("SR106", f"`{attribute.path}` is varied twice", path, key=True)
        elif attribute.path in self.given.here:
            self.context.fail("SR234", f"`{attribute.path}` is given and varied", path, key=True,
                              help="what is varied is left out under `given:`")  # fmt: skip
        varied[attribute.path] = path

    def _axis(self, attribute: Attribute, raw: Any, path: Path) -> Axis | None:
        if isinstance(raw, list):
            return read_list(self.context, attribute, raw, path)
        if raw == "all":
            return read_all(self.context, attribute, path)
        if isinstance(raw, dict):
            if attribute.kind == "location" and "grid" in raw:
                return read_grid(self.context, attribute, raw, path)
            if attribute.kind in ("number", "date") and {"from", "to"} & raw.keys():
                return read_range(self.context, attribute, raw, path)
        self._no_form(attribute, raw, path)
        return None

    def _no_form(self, attribute: Attribute, raw: Any, path: Path) -> None:
        hint = "what is the same in every row goes under `given:`"
        words = ("grid", "draw", "from", "to")
        if isinstance(raw, dict) and not {"lon", "lat", "place", "zone", "type"} & raw.keys():
            hint = next((h for k in raw if (h := did_you_mean(k, words))), "")
        elif isinstance(raw, str):
            hint = did_you_mean(raw, ["all"]) or hint
        self.context.fail("SR232", f"`{attribute.path}` can't be varied over {quoted(raw)}", path,
                          expected=forms_of(attribute), help=hint or None)  # fmt: skip

    def _fixed(self) -> None:
        """Look whether what is given can stand in a table, and names what there is."""
        for path, location in self.given.locations.items():
            at = self._given_path(path)
            if isinstance(location, Shape):
                self.context.fail("SR232", "a polygon can't stand in a table of a sweep", at,
                                  help=f"`vary: {{{path}: {{draw: POLYGON}}}}`, or give it a name"
                                  " under `zones:` of the policy")  # fmt: skip
            else:
                self.context.place(location, at)
        if "weapon.name" in self.given.values:
            try:
                weapon = find_weapon(
                    self.given.values["weapon.name"], self.given.positions["weapon.name"]
                )
                self.given.values["weapon.name"] = weapon.name
            except InvalidInput as error:
                self.problems += error.problems

    def _given_path(self, path: str) -> Path:
        """Return where an attribute is given, nested or with a dotted key."""
        if path in self.data["given"]:
            return ("given", path)
        return ("given", *path.split(".", 1))

    def _nulls(self, nulls: dict[str, Path], known: set[str]) -> None:
        """Tell of facts that are withheld and would be filled in: a table can't say that."""
        filled = {f"weapon.{key}" for key in FILLED} if "weapon.name" in known else set()
        for name, path in nulls.items():
            if name in filled or name in DERIVED:
                self.context.fail(
                    "SR237", f"`{name}` can't be withheld in a sweep", path,
                    help="an empty cell is filled in from the weapon's name, the zone's record or"
                    " the places; vary it over its values",
                )  # fmt: skip

    def _draws(self, anything: bool) -> None:
        if anything and self.data.get("draws") is None:
            self.context.fail("SR235", "how many draws are to be made is not said", ("vary",),
                              key=True, expected="`draws: 1000` beside `vary:`")  # fmt: skip
        for key in ("draws", "seed"):
            if not anything and self.data.get(key) is not None:
                self.context.fail("SR235", f"`{key}` is given, and nothing is drawn", (key,),
                                  key=True, help="`draw:` under `vary:` says what")  # fmt: skip

    def _columns(self) -> dict[str, pa.Array]:
        columns: dict[str, pa.Array] = {}
        for path, attribute in self.vocabulary.items():
            if path in self.given.values:
                columns[path] = value_column(attribute, [self.given.values[path]])
            elif path in self.given.locations:
                columns |= location_columns(path, [self.given.locations[path]])
        return columns
