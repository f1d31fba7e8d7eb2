"""The library that draws the interactive map, which not everybody has."""

from __future__ import annotations

from strikerules.problems import InvalidInput, Problem

__all__ = ["ensure_bokeh"]


def ensure_bokeh() -> None:
    """Raise where Bokeh is not installed.

    Raises
    ------
    InvalidInput
        SR621: it is missing.
    """
    try:
        import bokeh  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "bokeh":
            raise
        raise InvalidInput(
            Problem(
                "SR621",
                "bokeh is not installed, and interactive maps are drawn by it",
                help="pip install 'strikerules[pages]'",
            )
        ) from None
