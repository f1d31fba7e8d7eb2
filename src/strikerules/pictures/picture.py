"""One case on one map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strikerules.engine.decision import Decision
from strikerules.pictures.colours import FILLS, LINES, STRONG, pale
from strikerules.pictures.furniture import Row, north, put_words, scale_bar, title
from strikerules.pictures.ground import Ground, swatch, zone_lines
from strikerules.pictures.labels import Labels
from strikerules.pictures.library import axes_or_new, new_figure, save
from strikerules.pictures.plane import Plane
from strikerules.pictures.scene import Drawable, Scene
from strikerules.pictures.shapes import borders, countries, oblasts, seen
from strikerules.pictures.strike import draw_case, name_case
from strikerules.pictures.words import below_title, foot, headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strikerules.language.scenario import Scenario

__all__ = [
    "border_rows", "case_rows", "draw", "frame", "ground_rows", "line_rows", "picture",
    "save_picture",
]  # fmt: skip

#: Inches, and the map's place in them: left, bottom, width, height.
SIZE = (10.6, 8.0)
BOX = (0.018, 0.148, 0.665, 0.755)


def picture(
    policy: Drawable, scenario: Scenario, *, ax: Axes | None = None, within: Any = None
) -> Axes:
    """Draw a case on axes.

    Parameters
    ----------
    policy : Policy
    scenario : Scenario
    ax : matplotlib.axes.Axes, optional
        A new figure's unless given.
    within : optional
        As `Policy.regions` takes it.

    Raises
    ------
    InvalidInput
        SR611 where matplotlib is missing.
    """
    own = axes_or_new(ax, SIZE, BOX)
    scene = Scene(policy, scenario, _aspect(own), within)
    _whole(own, scene, below=ax is not None)
    return own


def save_picture(policy: Drawable, scenario: Scenario, path: Path, within: Any = None) -> Decision:
    """Draw a case, write it to a file, whole or not at all, and return its decision.

    Raises
    ------
    InvalidInput
        SR603, SR611, SR612.
    """
    figure = new_figure(*SIZE)
    ax = figure.add_axes(BOX)
    scene = Scene(policy, scenario, _aspect(ax), within)
    _whole(ax, scene)
    save(figure, path)
    return scene.decision


def _aspect(ax: Axes) -> float:
    box = ax.get_window_extent()
    return float(box.width / box.height)


def _whole(ax: Axes, scene: Scene, *, below: bool = False) -> None:
    ground = Ground([(scene.plane, scene.landscape.parts)])
    case, lines = draw(ax, scene, ground)
    decision = scene.decision
    title(ax, headline(decision), STRONG[decision.decision], below_title(decision, 95))
    rows = [*ground_rows(ground, scene), *case_rows(case), *line_rows(scene.plane, lines)]
    names = [decision.policy, *(p.decision.policy for p in scene.landscape.parts)]
    assumed = [*decision.assumptions, *scene.landscape.assumptions]
    day = scene.case.values.get("date")
    put_words(ax, rows, list(foot(scene.policy, names, assumed, day=day)), below=below)


def draw(
    ax: Axes, scene: Scene, ground: Ground, number: int = 0, *, towns: int = 26
) -> tuple[list[Row], list[Row]]:
    """Draw a map with all that is on it; return the legend's rows for the case and for lines."""
    plane = scene.plane
    frame(ax, plane)
    labels = Labels(ax, plane)
    ground.paint(ax, number)
    borders(ax, plane)
    case = list(draw_case(ax, scene, labels))
    lines = list(zone_lines(ax, scene, ground))
    scale_bar(ax, plane, labels)
    north(ax, plane, labels)
    name_case(scene, labels)
    labels.lands()
    labels.towns(towns)
    return case, lines


def ground_rows(ground: Ground, scene: Scene) -> list[Row]:
    """Return the legend's rows for what is decided."""
    rows = [Row("A target there would be"), *ground.rows()]
    if scene.within is not None:
        rows.append(Row("not looked at", swatch("#ffffff", "#999999")))
    if ground.far and scene.range_km is not None:
        first = next(decision for decision in FILLS if decision in ground.far)
        rows.append(
            Row(
                f"paler: beyond the weapon's {scene.range_km:g} km, decided as given",
                swatch(pale(FILLS[first]), "#999999"),
            )
        )
    return rows


def case_rows(case: Sequence[Row]) -> list[Row]:
    """Return the legend's rows for the case, under their heading."""
    return [Row("The case"), *case] if case else []


def line_rows(plane: Plane, lines: Sequence[Row]) -> list[Row]:
    """Return the legend's rows for borders and for lines that rules ask about."""
    found = [*border_rows(plane), *lines]
    return [Row("Lines"), *found] if found else []


def border_rows(plane: Plane) -> Iterator[Row]:
    """Yield the legend's rows for the borders that are seen."""
    from matplotlib.lines import Line2D

    for name, zones, width in (("country", countries(), 1.2), ("oblast", oblasts(), 0.7)):
        if any(seen(zone, plane) for zone in zones):
            yield Row(name, Line2D([], [], color=LINES[name], linewidth=width))


def frame(ax: Axes, plane: Plane) -> None:
    """Make axes show a plane, true to scale, with nothing but an edge around it."""
    ax.set_aspect("equal", adjustable="box", anchor="NW")
    ax.set_xlim(-plane.half_width, plane.half_width)
    ax.set_ylim(-plane.half_height, plane.half_height)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_facecolor("white")
    for spine in ax.spines.values():
        spine.set_linewidth(0.8)
        spine.set_color("#333333")
