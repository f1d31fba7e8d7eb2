"""Measure how far the Natural Earth border is from a better one, for `edge_km` in zones.yaml.

Needs timezonefinder, whose time zones follow the borders of OpenStreetMap closely there. None of
its data is kept.

    python geodata/measure_edges.py
"""

from __future__ import annotations

import numpy as np
import shapely
from timezonefinder import TimezoneFinder  # type: ignore[import-not-found,unused-ignore]

from strikerules.geography import Edges, zone_register

#: West, south, east, north: stretches of the land border.
STRETCHES = {
    "Sumy to Luhansk": (34.2, 49.0, 40.3, 52.5),
    "near Kharkiv": (35.0, 49.5, 38.5, 51.3),
    "Donetsk and Luhansk": (37.5, 46.9, 40.3, 49.0),
}
STEP_DEG = 0.005


def main() -> None:
    better = moscow_outline()
    ukraine, russia = (zone_register().get(name).geometry for name in ("ukraine", "russia"))
    border = shapely.intersection(shapely.boundary(ukraine), shapely.boundary(russia))
    print(f"{'':22}{'points':>7}{'median':>8}{'90 %':>8}{'95 %':>8}{'99 %':>8}{'most':>8}  km")
    for name, (west, south, east, north) in STRETCHES.items():
        ours = shapely.intersection(border, shapely.box(west, south, east, north))
        window = shapely.box(west - 1, south - 1, east + 1, north + 1)
        theirs = Edges(shapely.intersection(better, window))
        lon, lat = shapely.get_coordinates(shapely.segmentize(ours, STEP_DEG)).T
        km = theirs.distances_km(lon, lat)
        shares = "".join(f"{q:8.2f}" for q in np.percentile(km, [50, 90, 95, 99, 100]))
        print(f"{name:22}{len(km):7}{shares}  within 2 km {(km <= 2).mean():.0%}, "
              f"3 km {(km <= 3).mean():.0%}")  # fmt: skip
        feet = np.array([theirs.nearest(*point)[:2] for point in zip(lon, lat, strict=True)])
        east_km = np.mean(feet[:, 0] - lon) * 111.3 * np.cos(np.radians(lat.mean()))
        north_km = np.mean(feet[:, 1] - lat) * 111.2
        print(
            f"{'':22}the better one lies, on average, {east_km:.1f} km east, {north_km:.1f} north"
        )


def moscow_outline() -> shapely.MultiLineString:
    """The outline of the time zone of western Russia."""
    parts = TimezoneFinder().get_geometry(tz_name="Europe/Moscow", coords_as_pairs=True)
    return shapely.MultiLineString(
        [shapely.LinearRing(np.asarray(ring)) for part in parts for ring in part]
    )


if __name__ == "__main__":
    main()
