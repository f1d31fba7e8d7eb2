"""Colours that colour-blind readers can tell apart (after Okabe and Ito), and hatching for "open".

K. Ito, M. Okabe, "Color Universal Design", 2002/2008.
"""

from __future__ import annotations

__all__ = [
    "CASE", "CHANGES", "FILLS", "HATCHES", "INK", "LINES", "PALE", "STRONG", "WORDS", "ZONE_LINES",
    "pale",
]  # fmt: skip

#: What parts of the map are filled with; black lines and words stand out from all of them.
FILLS = {
    "permitted": "#5cbf9f",
    "indeterminate": "#f7ee8a",
    "prohibited": "#eda679",
    "not_governed": "#f1f1f1",
}

#: For words and for the lines of hatching, on white or on the fills.
STRONG = {
    "permitted": "#00694b",
    "indeterminate": "#6b5900",
    "prohibited": "#a02c00",
    "not_governed": "#4d4d4d",
}

WORDS = {
    "permitted": "permitted",
    "indeterminate": "open",
    "prohibited": "prohibited",
    "not_governed": "not governed",
}

#: One for each thing or set of things that an open case can hang on, the first for the largest.
HATCHES = ("///", "\\\\\\", "xxx", "...", "|||", "---", "ooo")

#: What two policies say differently.
CHANGES = {
    "newly_permitted": "#5cbf9f",
    "newly_prohibited": "#eda679",
    "newly_governed": "#a6d8f5",
    "no_longer_governed": "#cfcfcf",
    "newly_unsettled": "#f7ee8a",
    "newly_settled": "#b98fc6",
    "unsettled_otherwise": "#b3a13a",
}

INK = "#1a1a1a"
LINES = {"country": "#333333", "oblast": "#8c8c8c"}
CASE = {"target": "#000000", "launch": "#0072b2", "range": "#0072b2"}

#: Colour and dashes of zones' outlines, one after another.
ZONE_LINES = (
    ("#000000", (0, (6, 2))),
    ("#9b3d7e", (0, (2, 1.6))),
    ("#000000", (0, (7, 2, 1.5, 2))),
    ("#9b3d7e", (0, (9, 3))),
    ("#000000", (0, (1, 1.5))),
)

#: How much white there is in what lies beyond a weapon's range.
PALE = 0.6


def pale(colour: str, share: float = PALE) -> str:
    """Return a colour mixed with white.

    Examples
    --------
    >>> pale("#000000", 0.5)
    '#808080'
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(p + (255 - p) * share):02x}" for p in parts)
