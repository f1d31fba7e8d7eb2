"""Parts of a map made by hand, so that what shows them is tested by itself."""

from __future__ import annotations

from typing import Any

import shapely
from geopandas import GeoDataFrame

import strikerules as sr

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&`${7*7}`\u2028"


def regions_by_hand(word: str = "near-rule") -> GeoDataFrame:
    """Return regions as `Policy.regions` has them; `word` is the name of a rule."""
    names = ("designated-area-narrow", "designated-area-wide", "ukraine")
    narrow, wide, ukraine = (sr.zone(name).geometry for name in names)
    readings = [
        {"choose": {"extent": name}, "possible": [decision]}
        for name, decision in (("narrow", "prohibited"), ("wide", "permitted"))
    ]
    rows: list[dict[str, Any]] = [
        {"decision": "permitted", "possible": ["permitted"], "rules": [word],
         "citations": ["c06a"], "geometry": narrow, "area_km2": 7322.0},
        {"decision": "indeterminate", "possible": ["permitted", "prohibited"],
         "depends_on": ["extent"], "readings": readings, "rules": [], "citations": ["c06b"],
         "geometry": shapely.difference(wide, narrow), "area_km2": 23726.0},
        {"decision": "prohibited", "possible": ["prohibited"], "rules": [], "citations": [],
         "geometry": shapely.box(39.5, 50.2, 42, 52), "area_km2": 35000.0},
        {"decision": "not_governed", "possible": ["not_governed"], "rules": [],
         "citations": ["c04a"], "geometry": ukraine, "area_km2": 603500.0},
    ]  # fmt: skip
    blank: dict[str, Any] = {
        "depends_on": [],
        "readings": [],
        "assumptions": [],
        "beyond_range": False,
    }
    return GeoDataFrame([{**blank, **row} for row in rows], geometry="geometry", crs="EPSG:4326")
