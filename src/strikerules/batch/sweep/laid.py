"""What a sweep lays over regions or draws at random: grids, positions, numbers, days."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from strikerules.batch.columns import Numbers
from strikerules.batch.sweep.areas import LEAST_STEP_KM, MOST_STEP_KM, Bands
from strikerules.batch.sweep.axes import Cells
from strikerules.batch.sweep.context import Context
from strikerules.batch.sweep.draws import LEAST_PART, Days, Drawn, Normal, Positions, Uniform
from strikerules.documents import Path
from strikerules.language.values import read_value
from strikerules.language.vocabulary import Attribute
from strikerules.problems import Problem, did_you_mean, listed, quoted

__all__ = ["CELL", "read_draw", "read_grid"]

#: For `accuracy_km` of a grid: as far as each cell reaches.
CELL = "cell"

_KINDS = {"number": ("uniform", "normal"), "date": ("uniform",)}
_NORMAL = ("mean", "sd", "from", "to")


def read_grid(
    context: Context, attribute: Attribute, raw: dict[str, Any], path: Path
) -> Cells | None:
    """Return the cells of a grid over a region, those whose centres are in it."""
    told = len(context.problems)
    _only(context, raw, ("grid", "step_km", "accuracy_km"), path)
    step = _step(context, raw, path)
    accuracy = None if raw.get("accuracy_km") == CELL else context.accuracy(raw, path)
    region = context.region(attribute, raw["grid"], (*path, "grid"))
    if len(context.problems) > told or region is None or step is None:
        return None
    runs = region.runs(Bands.of(step))
    if not runs.count:
        context.fail(
            "SR236",
            f"no cell of {step:g} km has its centre in {quoted(raw['grid'])}",
            (*path, "step_km"),
            help="a smaller step, or `draw:` positions in it",
        )
        return None
    label = region.place.label if not region.disc else (
        f"a disc of {region.place.accuracy_km:g} km around {region.place.label}")  # fmt: skip
    words = f"{attribute.path}: {runs.count:,} cells of about {step * step:g} km² in {label}"
    if accuracy is None:
        words += ", each point good to its cell"
    return Cells(words, attribute.path, runs, accuracy)


def _step(context: Context, raw: dict[str, Any], path: Path) -> float | None:
    if "step_km" not in raw:
        context.fail("SR112", "the key `step_km` is missing", path,
                     expected="how wide a cell is, such as `step_km: 5`")  # fmt: skip
        return None
    at = (*path, "step_km")
    step = read_value(
        Attribute("step_km", "number", "", unit="km", origin="declared"),
        raw["step_km"],
        context.doc.position(at),
    )
    if isinstance(step, Problem):
        context.problems.append(step)
        return None
    assert isinstance(step, float)
    if not LEAST_STEP_KM <= step <= MOST_STEP_KM:
        context.fail("SR236", f"{quoted(raw['step_km'])} can't be the step of a grid", at,
                     expected=f"from {LEAST_STEP_KM:g} to {MOST_STEP_KM:g} km")  # fmt: skip
        return None
    return step


def read_draw(
    context: Context, attribute: Attribute, raw: dict[str, Any], path: Path
) -> Drawn | None:
    """Return how an attribute is drawn at random."""
    inner, at = raw["draw"], (*path, "draw")
    if attribute.kind == "location":
        return _positions(context, attribute, raw, path)
    _only(context, raw, ("draw",), path)
    kinds = _KINDS.get(attribute.kind, ())
    if not kinds:
        context.fail("SR235", f"`{attribute.path}` can't be drawn", at,
                     expected="a number, a date or a location",
                     help="list the values; rows of each are counted apart")  # fmt: skip
        return None
    kind = next(iter(inner)) if isinstance(inner, dict) and len(inner) == 1 else None
    if kind not in kinds:
        wanted = {
            "uniform": "`{uniform: [FROM, TO]}`",
            "normal": "`{normal: {mean: MEAN, sd: SD}}`",
        }
        context.fail("SR235", f"{quoted(inner)} does not say how `{attribute.path}` is drawn", at,
                     expected=" or ".join(wanted[k] for k in kinds),
                     help=None if kind is None else did_you_mean(kind, kinds))  # fmt: skip
        return None
    read = _uniform if kind == "uniform" else _normal
    return read(context, attribute, inner[kind], (*at, kind))


def _positions(
    context: Context, attribute: Attribute, raw: dict[str, Any], path: Path
) -> Positions | None:
    told = len(context.problems)
    _only(context, raw, ("draw", "accuracy_km"), path)
    accuracy = context.accuracy(raw, path)
    if isinstance(raw["draw"], int) and not isinstance(raw["draw"], bool):
        context.fail("SR235", f"{quoted(raw['draw'])} is not a region", (*path, "draw"),
                     expected="a zone, a polygon, or a point with `accuracy_km`",
                     help=f"how many draws there are is said once: `draws: {raw['draw']}`"
                     " beside `vary:`")  # fmt: skip
        return None
    region = context.region(attribute, raw["draw"], (*path, "draw"))
    if len(context.problems) > told or region is None or accuracy is None:
        return None
    if not region.drawable:
        context.fail("SR236", f"{quoted(raw['draw'])} is too thin to draw positions in",
                     (*path, "draw"))  # fmt: skip
        return None
    return Positions(attribute.path, region, accuracy)


def _uniform(context: Context, attribute: Attribute, raw: Any, path: Path) -> Drawn | None:
    if not isinstance(raw, list) or len(raw) != 2:
        context.fail("SR235", f"{quoted(raw)} is not from one value to another", path,
                     expected="two values: `uniform: [FROM, TO]`")  # fmt: skip
        return None
    ends = [_figure(context, attribute, raw[k], (*path, k)) for k in (0, 1)]
    first, last = ends
    if first is None or last is None:
        return None
    if not first < last:
        context.fail("SR235", f"{quoted(raw[0])} is not below {quoted(raw[1])}", path)
        return None
    if attribute.kind == "date":
        return Days(attribute.path, first, last)
    return Uniform(attribute.path, first, last)


def _normal(context: Context, attribute: Attribute, raw: Any, path: Path) -> Normal | None:
    if not isinstance(raw, dict):
        context.fail("SR235", f"{quoted(raw)} is not a normal distribution", path,
                     expected="`normal: {mean: MEAN, sd: SD}`")  # fmt: skip
        return None
    told = len(context.problems)
    _only(context, raw, _NORMAL, path)
    for key in ("mean", "sd"):
        if key not in raw:
            context.fail("SR112", f"the key `{key}` is missing", path)
    free = Attribute(attribute.path, "number", "", unit=attribute.unit, origin="declared")
    found = {
        key: _figure(context, attribute if key in ("from", "to") else free, raw[key], (*path, key))
        for key in _NORMAL
        if key in raw
    }
    if len(context.problems) > told:
        return None
    if not found["sd"] > 0:
        context.fail("SR235", f"{quoted(raw['sd'])} can't be a standard deviation",
                     (*path, "sd"), expected="a number above 0")  # fmt: skip
        return None
    least = found.get("from", Numbers(attribute, np.empty(0)).least)
    most = found.get("to", math.inf)
    normal = Normal(attribute.path, found["mean"], found["sd"], least, most)
    if normal.part < LEAST_PART:
        context.fail("SR235", "hardly anything of this distribution is within its limits", path,
                     expected=f"at least {LEAST_PART:.0%} of it from {normal.least:g} to"
                     f" {normal.most:g}")  # fmt: skip
        return None
    return normal


def _figure(context: Context, attribute: Attribute, raw: Any, path: Path) -> Any:
    """Return a number or a date, or None with the problem added."""
    found = read_value(attribute, raw, context.doc.position(path))
    if isinstance(found, Problem):
        context.problems.append(found)
        return None
    return found


def _only(context: Context, raw: dict[str, Any], keys: tuple[str, ...], path: Path) -> None:
    for key in raw:
        if key not in keys:
            context.fail("SR111", f"the key {quoted(key)} is not known here", (*path, key),
                         key=True, expected=listed(keys, "and"),
                         help=did_you_mean(key, keys))  # fmt: skip
