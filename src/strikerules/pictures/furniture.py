"""What a map needs beside the map: scale, north, a legend, a title, a footer."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from strikerules.pictures.colours import INK
from strikerules.pictures.labels import Labels
from strikerules.pictures.plane import Plane

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Row", "footer", "legend", "north", "put_words", "scale_bar", "scale_km", "title"]

_LEGEND_POINTS = 8.5


class Row(NamedTuple):
    """A row of the legend: a drawn sign with what it stands for, or a heading without a sign."""

    words: str
    sign: Any = None


def scale_km(width_km: float) -> float:
    """Return a round length of about a fifth of a width.

    Examples
    --------
    >>> scale_km(540.0), scale_km(90.0)
    (100.0, 20.0)
    """
    step = 10.0 ** len(str(int(width_km)))
    while True:
        for part in (5.0, 2.0, 1.0):
            if part * step <= width_km / 4.5:
                return part * step
        step /= 10


def scale_bar(ax: Axes, plane: Plane, labels: Labels) -> None:
    """Draw a scale bar in the lower left corner."""
    from matplotlib.patches import Rectangle

    km = scale_km(2 * plane.half_width)
    unit = plane.half_width / 100
    west, south = -plane.half_width + 4 * unit, -plane.half_height + 5 * unit
    high = 1.1 * unit
    ax.add_patch(
        Rectangle(
            (west - 2.5 * unit, south - 3 * unit), km + 9 * unit, 10.5 * unit, facecolor="white",
            edgecolor="none", alpha=0.88, zorder=10,
        )
    )  # fmt: skip
    for part in range(4):
        ax.add_patch(
            Rectangle(
                (west + part * km / 4, south), km / 4, high,
                facecolor=INK if part % 2 == 0 else "white", edgecolor=INK, linewidth=0.7,
                zorder=11,
            )
        )  # fmt: skip
    for share, words in ((0.0, "0"), (0.5, f"{km / 2:g}"), (1.0, f"{km:g} km")):
        ax.text(
            west + share * km, south + 2 * high, words, ha="center", va="bottom", fontsize=7.5,
            color=INK, zorder=11,
        )  # fmt: skip
    corner = labels.pixels(west - 3 * unit, south - 4 * unit)
    other = labels.pixels(west + km + 7 * unit, south + 8 * unit)
    labels.keep_free_box((*corner, *other))


def north(ax: Axes, plane: Plane, labels: Labels) -> None:
    """Draw an arrow to the north, which is straight up in the picture's middle."""
    unit = plane.half_width / 100
    x, y = plane.half_width - 6 * unit, plane.half_height - 5 * unit
    ax.annotate(
        "", (x, y), (x, y - 10 * unit), zorder=11,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4, "shrinkA": 0,
                    "shrinkB": 0, "mutation_scale": 12},
    )  # fmt: skip
    ax.text(x, y - 10.5 * unit, "N", ha="center", va="top", fontsize=9, color=INK, zorder=11,
            fontweight="bold", path_effects=labels.halo)  # fmt: skip
    labels.keep_free_box(
        (*labels.pixels(x - 4 * unit, y - 17 * unit), *labels.pixels(x + 4 * unit, y + 2 * unit))
    )


def legend(ax: Axes, rows: Sequence[Row], *, columns: int = 36, place: Any = None) -> Any:
    """Put a legend beside the map.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    rows : sequence of Row
    columns : int
        Words are filled to so many.
    place : dict, optional
        Where, as matplotlib takes it; to the right of the map unless given.
    """
    from matplotlib.lines import Line2D

    blank = Line2D([], [], linestyle="none")
    signs = [blank if row.sign is None else row.sign for row in rows]
    words = [textwrap.fill(row.words, columns, break_on_hyphens=False) for row in rows]
    where = {"loc": "upper left", "bbox_to_anchor": (1.012, 1.008)} if place is None else place
    found = ax.legend(
        signs, words, fontsize=_LEGEND_POINTS, frameon=False, labelcolor=INK, handlelength=2.2,
        handleheight=1.25, labelspacing=0.55, borderaxespad=0.2, handletextpad=0.7, **where,
    )  # fmt: skip
    for row, text in zip(rows, found.get_texts(), strict=True):
        if row.sign is None:
            text.set_fontweight("bold")
    return found


def put_words(ax: Axes, rows: Sequence[Row], foot: Sequence[str], *, below: bool) -> None:
    """Put the legend to the right of the map and the footer under it.

    With `below` both stand under the map, no wider than it: what is beside axes that a user gave is
    not known.
    """
    if not below:
        legend(ax, rows)
        footer(ax, foot, 185)
        return
    figure: Any = ax.get_figure(root=True)
    points = ax.get_window_extent().width * 72 / figure.dpi
    columns = max(1, int(points // 215))
    place = {"loc": "upper left", "bbox_to_anchor": (-0.01, -0.005), "ncols": columns}
    found = legend(ax, rows, columns=int(points / columns / 5.2) - 8, place=place)
    high = found.get_window_extent().height * 72 / figure.dpi
    footer(ax, foot, int(points / 3.9), down=high + 6)


def title(ax: Axes, verdict: str, colour: str, below: str, *, size: float = 15) -> None:
    """Put a title over the map: the verdict, and under it what it is about."""
    lines = below.count("\n") + 1 if below else 0
    ax.set_title(
        verdict, loc="left", fontsize=size, fontweight="bold", color=colour,
        pad=6 + 12.5 * lines,
    )  # fmt: skip
    if below:
        ax.annotate(
            below, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points",
            ha="left", va="bottom", fontsize=9.5, color=INK, annotation_clip=False,
            linespacing=1.15,
        )  # fmt: skip


def footer(ax: Axes, lines: Sequence[str], columns: int, *, down: float = 7) -> None:
    """Put small words so many points under the map, filled to so many columns."""
    filled = [textwrap.fill(line, columns, break_on_hyphens=False) for line in lines]
    ax.annotate(
        "\n".join(filled), (0, 0), (0, -down), xycoords="axes fraction", textcoords="offset points",
        ha="left", va="top", fontsize=7.5, color="#333333", annotation_clip=False,
        linespacing=1.3,
    )  # fmt: skip
