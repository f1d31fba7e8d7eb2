"""Pages read off the vocabulary, the zones, the weapons and the examples."""

from __future__ import annotations

import re
from pathlib import Path

from strikerules.cli.commands.zones import made_from as derived
from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.geodesy import area_km2
from strikerules.geography.zones import Record, Zone, ZoneRegister, zone_register
from strikerules.language.values import written
from strikerules.language.vocabulary import BASE
from strikerules.language.weapons import catalogue
from writing import code, flat, link, made_from, table, target, ticked

ROOT = Path(__file__).parents[2]


# -- vocabulary ---------------------------------------------------------------------------------


def vocabulary() -> dict[str, str]:
    """Return the page of the attributes."""
    rows = []
    for one in BASE:
        kind = f"number, {one.unit}" if one.unit else one.kind
        values = ticked(one.values) if one.values else ""
        rows.append((f"`{one.path}`", kind, flat(one.text), values))
    text = (
        "# Vocabulary\n\n"
        + made_from("`src/strikerules/language/vocabulary.py`")
        + "\nWhat a scenario can say and a policy can ask. A policy may"
        " [declare more](../../language.md#facts-of-ones-own); some attributes are\n[filled in]"
        "(../../language.md#attributes) where they are not given.\n\n"
        + table(["path", "type", "meaning", "values"], rows)
    )
    return {"index.md": text}


# -- zones --------------------------------------------------------------------------------------


def zones() -> dict[str, str]:
    """Return the pages of the zone register, of the gazetteer, and of where they come from."""
    register = zone_register()
    rows = [
        (link(f"`{z.id}`", "zone", z.id), z.title, z.status, written(z.edge_km),
         f"{area_km2(z.geometry):,.0f}")
        for z in register
    ]  # fmt: skip
    parts = [
        "# Zones and places\n",
        made_from("`geodata/`"),
        "How the outlines were made and measured is told in [the page on the data](data.md), how"
        " zones are compared with places in [Geography](../../geography.md). `edge_km` is how far"
        " an outline may be from the true edge.\n",
        table(["zone", "title", "status", "edge_km", "km²"], rows),
    ]
    parts += [_zone(zone, register) for zone in register]
    towns = sorted(gazetteer(), key=lambda t: t.id)
    parts += [
        "## Towns\n",
        "`{place: NAME}` is somewhere within so many km of the middle of the town.\n",
        table(["id", "name", "country", "lon", "lat", "accuracy_km"],
              [(f"`{t.id}`", t.name, t.country, t.lon, t.lat, written(t.accuracy_km))
               for t in towns]),
        ":::{toctree}\n:hidden:\n\ndata\n:::\n",
    ]  # fmt: skip
    data = (ROOT / "geodata" / "README.md").read_text(encoding="utf-8")
    return {
        "index.md": "\n".join(parts),
        "data.md": data.replace("# Zones and places", "# How the zones are made", 1),
    }


def _zone(zone: Zone, register: ZoneRegister) -> str:
    rows = [("title", zone.title), ("status", zone.status)]
    if zone.derive is not None:
        rows.append(("made from", derived(zone.derive)))
    for word, record in (("designated", zone.designated), ("communicated", zone.communicated)):
        if record is not None:
            rows.append((word, _record(record)))
    for word, names in zone.intents.items():
        rows.append((word, ", ".join(link(f"`{n}`", "zone", n) for n in names)))
    for name in zone.source:
        rows.append(("source", f"{register.sources[name].title} ({register.sources[name].credit})"))
    rows.append(("licence", zone.licence))
    if zone.note:
        rows.append(("note", flat(zone.note)))
    return target("zone", zone.id) + f"## {zone.id}\n\n" + table(["", ""], rows)


def _record(record: Record) -> str:
    when = f"on {record.on}" if record.on else "the day is not public"
    return f"by {record.by}, {when}" + (f" ({', '.join(record.cites)})" if record.cites else "")


# -- weapons, examples --------------------------------------------------------------------------


def weapons() -> dict[str, str]:
    """Return the page of the weapons catalogue."""
    rows = [
        (f"`{w.name}`", w.title, w.made_in, f"`{w.kind}`", written(w.max_range_km),
         {True: "yes", False: "no", None: ""}[w.us_parts], w.source)
        for w in catalogue().values()
    ]  # fmt: skip
    file = (ROOT / "rules" / "weapons.yaml").read_text(encoding="utf-8")
    comment = re.match(r"(?:#.*\n)+", file)
    assert comment, "the catalogue no longer begins with what its figures are"
    about = re.sub(r"(?m)^# ?", "", comment[0]).partition("\n\n")[2].partition("\n\n")[0]
    text = (
        "# Weapons catalogue\n\n"
        + made_from("`rules/weapons.yaml`")
        + "\n`weapon.name` fills in what the catalogue has of a weapon where the scenario does not"
        " say it.\n\n"
        + flat(about)
        + "\n\n"
        + table(["name", "title", "made in", "kind", "km", "US parts", "figure from"], rows)
    )
    return {"index.md": text}


def examples() -> dict[str, str]:
    """Return the page of the example scenarios, each with its file."""
    folder = ROOT / "examples"
    text = (folder / "README.md").read_text(encoding="utf-8")
    files = sorted(folder.glob("*.yaml"))

    def local(match: re.Match[str]) -> str:
        name = match[2]
        if name.endswith(".yaml") and "/" not in name:
            return link(match[1], "example", name)
        return match[1]

    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", local, text)
    text = text.replace("# Examples", "# Example scenarios", 1).replace("```sh", "```console")
    text = re.sub(r"(?m)^(strikerules )", r"$ \1", text)
    parts = [text, "\n## The files\n"]
    for file in files:
        body = file.read_text(encoding="utf-8").partition("\n")[2]
        parts.append(target("example", file.name) + f"### {file.name}\n\n" + code(body, "yaml"))
    return {"index.md": "\n".join(parts)}
