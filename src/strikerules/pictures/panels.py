"""Several maps of one case side by side: under each reading, or each version of a timeline."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from strikerules.engine.decision import Decision
from strikerules.language.conditions import Parameter
from strikerules.language.policy import Timeline
from strikerules.pictures.colours import STRONG
from strikerules.pictures.furniture import Row, footer, legend, title
from strikerules.pictures.ground import Ground
from strikerules.pictures.library import new_figure, save
from strikerules.pictures.picture import case_rows, draw, ground_rows, line_rows
from strikerules.pictures.scene import Drawable, Scene
from strikerules.pictures.words import foot, headline
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from strikerules.language.scenario import Scenario

__all__ = ["Panel", "panels_by", "panels_of_versions", "save_panels"]

#: Inches: a panel's map, what lies between panels, over them and under all of them.
_WIDE, _HIGH = 4.9, 4.5
_GAP, _OVER, _HEAD, _FOOT = 0.22, 0.72, 0.42, 1.25


class Panel(NamedTuple):
    """One of several maps: a policy, and what makes it differ from the others."""

    policy: Drawable
    caption: str


def panels_by(policy: Any, question: str) -> list[Panel]:
    """Return a panel for each reading of an open question.

    Parameters
    ----------
    policy : Policy
    question : str

    Raises
    ------
    InvalidInput
        SR613 where no such question is open.
    """
    readings = policy.questions.get(question)
    if readings is None:
        known = list(policy.questions)
        raise InvalidInput(
            Problem(
                "SR613",
                f"{quoted(policy.name)} has no open question {quoted(question)}",
                None,
                listed(known) or None,
                did_you_mean(question, known),
            )
        )
    return [
        Panel(policy.vary(readings={question: reading}), f"{question} = {reading}")
        for reading in readings
    ]


def panels_of_versions(policy: Any) -> list[Panel]:
    """Return a panel for each entry of a timeline, whatever the scenario's date.

    Raises
    ------
    InvalidInput
        SR613 where the policy is no timeline.
    """
    ruling = policy.ruling
    if not isinstance(ruling, Timeline):
        raise InvalidInput(
            Problem(
                "SR613",
                f"{quoted(policy.name)} is one policy and has no versions",
                None,
                "a timeline",
                "leave `--policy` out for the timeline that ships",
            )
        )
    return [Panel(policy.of(e.policy), _in_force(e, ruling.parameters)) for e in ruling.entries]


def _in_force(entry: Any, figures: Any) -> str:
    said = [f"{word} {_day(value, figures)}" for word, value in entry.in_force.items()]
    return f"in force {' '.join(said)}" if said else "always in force"


def _day(value: Any, figures: Any) -> str:
    """Return a day; of a parameter its name too, for readings may move it."""
    if isinstance(value, Parameter):
        return f"{figures[value.name].value} ({value.name})"
    return str(value)


def save_panels(
    policy: Drawable,
    panels: Sequence[Panel],
    scenario: Scenario,
    path: Path,
    within: Any = None,
    *,
    by: str | None = None,
) -> list[Decision]:
    """Draw panels of a case and write them to a file, whole or not at all.

    Parameters
    ----------
    policy : Policy
        What the panels are of: it settles which part of the map is shown.
    panels : sequence of Panel
    scenario : Scenario
    path : Path
    within : optional
        As `Policy.regions` takes it.
    by : str, optional
        The question that the panels read one way and another.

    Returns
    -------
    list of Decision
        One for each panel.

    Raises
    ------
    InvalidInput
        SR603, SR611, SR612.
    """
    columns, rows = _grid(len(panels) + 1)
    width = columns * (_WIDE + _GAP) + _GAP
    height = _HEAD + rows * (_HIGH + _OVER) + _FOOT
    figure = new_figure(width, height)
    first = Scene(policy, scenario, _WIDE / _HIGH, within)
    scenes = [Scene(p.policy, scenario, 1.0, within, first.plane) for p in panels]
    ground = Ground([(s.plane, s.landscape.parts) for s in scenes])
    case: list[Row] = []
    lines: dict[str, Row] = {}
    for number, (panel, scene) in enumerate(zip(panels, scenes, strict=True)):
        ax = figure.add_axes(_cell(number, columns, width, height))
        case, own = draw(ax, scene, ground, number, towns=12)
        lines |= {row.words: row for row in own}
        decision = scene.decision
        below = textwrap.fill(panel.caption, 56, break_on_hyphens=False)
        title(ax, headline(decision), STRONG[decision.decision], below, size=12)
    said = [
        *ground_rows(ground, first),
        *case_rows(case),
        *line_rows(first.plane, list(lines.values())),
    ]
    corner = figure.add_axes(_cell(len(panels), columns, width, height))
    corner.axis("off")
    legend(corner, said, columns=46, place={"loc": "upper left", "bbox_to_anchor": (-0.01, 1.02)})
    _frame_words(figure, policy, scenes, (width, height), by)
    save(figure, path)
    return [scene.decision for scene in scenes]


def _frame_words(
    figure: Figure,
    policy: Drawable,
    scenes: Sequence[Scene],
    size: tuple[float, float],
    by: str | None,
) -> None:
    width, height = size
    decision = scenes[0].decision
    figure.text(
        _GAP / width, 1 - 0.18 / height, decision.title or decision.scenario, ha="left", va="top",
        fontsize=14, fontweight="bold",
    )  # fmt: skip
    whole = figure.add_axes((_GAP / width, (_FOOT - 0.1) / height, 1 - 2 * _GAP / width, 0.001))
    whole.axis("off")
    names = [p.decision.policy for s in scenes for p in s.landscape.parts]
    assumed = [a for s in scenes for a in (*s.decision.assumptions, *s.landscape.assumptions)]
    footer(whole, list(foot(policy, names, assumed, by=by)), round(17.5 * width))


def _grid(cells: int) -> tuple[int, int]:
    columns = 3 if cells in (3, 5, 6) or cells > 8 else 4 if cells > 6 else 2
    return columns, math.ceil(cells / columns)


def _cell(
    number: int, columns: int, width: float, height: float
) -> tuple[float, float, float, float]:
    row, column = divmod(number, columns)
    left = _GAP + column * (_WIDE + _GAP)
    top = _HEAD + row * (_HIGH + _OVER) + _OVER
    return left / width, 1 - (top + _HIGH) / height, _WIDE / width, _HIGH / height
