"""matplotlib, looked for when a picture is drawn, and files whole or not at all."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strikerules.batch.whole import beside
from strikerules.problems import InvalidInput, Problem, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["DPI", "ENDINGS", "axes_or_new", "check_ending", "new_figure", "ready_for", "save"]

#: Dots per inch of a PNG: text of 9 points is 15 of them high.
DPI = 120
ENDINGS = (".png", ".svg", ".pdf")

#: That a picture's files are the same whenever they are made.
_NO_DATE = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {}}


def _need() -> None:
    if find_spec("matplotlib") is None:
        raise InvalidInput(
            Problem(
                "SR611",
                "pictures need matplotlib, which is not installed",
                None,
                None,
                "`pip install 'strikerules[plot]'` installs it",
            )
        )


def new_figure(width: float, height: float) -> Figure:
    """Return a figure that no window shows, its size in inches.

    Raises
    ------
    InvalidInput
        SR611 where matplotlib is missing.
    """
    _need()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def axes_or_new(
    ax: Axes | None, size: tuple[float, float], box: tuple[float, float, float, float]
) -> Axes:
    """Return axes to draw on: those given, or new ones that a notebook shows.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
    size : tuple of float
        Of a new figure, in inches.
    box : tuple of float
        Left, bottom, width and height of new axes, in parts of the figure.

    Raises
    ------
    InvalidInput
        SR611 where matplotlib is missing.
    """
    if ax is not None:
        return ax
    _need()
    from matplotlib import pyplot as plt

    return plt.figure(figsize=size, dpi=DPI).add_axes(box)


def check_ending(path: Path) -> None:
    """Refuse a file whose name does not end as a picture's.

    Raises
    ------
    InvalidInput
        SR612.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InvalidInput(
            Problem(
                "SR612",
                f"{quoted(str(path))} does not say of which kind the picture is",
                None,
                "a name that ends in `.png`, `.svg` or `.pdf`",
            )
        )


def ready_for(path: Path) -> None:
    """Refuse early what could not be written later.

    Raises
    ------
    InvalidInput
        SR611 where matplotlib is missing, SR612 where a name has another ending.
    """
    check_ending(path)
    _need()


def save(figure: Figure, path: Path) -> None:
    """Write a picture, whole or not at all.

    Raises
    ------
    InvalidInput
        SR603 where it can't be written, SR612 where its name has another ending.
    """
    import matplotlib as mpl

    check_ending(path)
    ending = path.suffix.lower()
    # words stay words, and can be searched and read aloud
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "strikerules", "pdf.fonttype": 42}
    with mpl.rc_context(settings), beside(path) as written:
        figure.savefig(written, format=ending[1:], dpi=DPI, metadata=_NO_DATE[ending])
