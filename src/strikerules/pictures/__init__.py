"""Pictures: what is decided all over the map, drawn with matplotlib.

Nothing here is imported before a picture is asked for.
"""

from strikerules.pictures.change import change_picture, save_change
from strikerules.pictures.library import ENDINGS, ready_for
from strikerules.pictures.panels import Panel, panels_by, panels_of_versions, save_panels
from strikerules.pictures.picture import picture, save_picture

__all__ = [
    "ENDINGS",
    "Panel",
    "change_picture",
    "panels_by",
    "panels_of_versions",
    "picture",
    "ready_for",
    "save_change",
    "save_panels",
    "save_picture",
]
