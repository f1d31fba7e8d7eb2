"""The zones that ship, and what is known of each.

Zones whose true outline is not public are marked as assumed; a policy may make
others.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from strikerules.cli.common import add_format, add_output, all_of
from strikerules.cli.layout import as_json, columns, labelled
from strikerules.language.values import written

if TYPE_CHECKING:
    from strikerules.geography.zones import Record, Zone, ZoneRegister

__all__ = ["add_arguments", "made_from", "run"]

_STATED = {"inside": "inside", "apart": "apart from", "adjoins": "adjoins"}
_SOURCE_KEYS = ("title", "licence", "credit", "url", "package", "version", "sha256", "path")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("id", metavar="ID", nargs="*", help="a zone; all unless given")
    add_format(parser, "text", "json")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print the register, or zones of it."""
    from strikerules.geography.zones import zone_register

    out, register = args.output_to, zone_register()
    zones = all_of(args.id, register.get) or list(register)
    if args.format == "json":
        text = as_json("zones/1", {"zones": [_data(z, register) for z in zones]})
    elif args.id:
        text = "\n\n".join(_one(z, register, out.width) for z in zones)
    else:
        rows = [[z.id, z.status, written(z.edge_km), f"{_area(z):,.0f}", z.title] for z in zones]
        head = ["zone", "status", "edge_km", "area_km2", "title"]
        text = columns(rows, head, out.width, right=[2, 3])
        text += "\n\nedge_km: how far the outline may be from the true edge."
    out.emit(text, args.output)
    return 0


def _area(zone: Zone) -> float:
    from strikerules.geography.geodesy import area_km2

    return area_km2(zone.geometry)


def _data(zone: Zone, register: ZoneRegister) -> dict[str, Any]:
    return {
        "id": zone.id,
        "title": zone.title,
        "status": zone.status,
        "edge_km": zone.edge_km,
        "area_km2": round(_area(zone), 1),
        "bbox": list(zone.bbox),
        "derive": zone.derive,
        **{key: list(names) for key, names in zone.intents.items()},
        "designated": _record_data(zone.designated),
        "communicated": _record_data(zone.communicated),
        "licence": zone.licence,
        "sources": {
            name: {key: getattr(register.sources[name], key) for key in _SOURCE_KEYS}
            for name in zone.source
        },
        "note": zone.note,
    }


def _record_data(record: Record | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {"by": record.by, "on": record.on, "cites": list(record.cites)}


def _one(zone: Zone, register: ZoneRegister, width: int) -> str:
    west, south, east, north = (f"{edge:.3f}" for edge in zone.bbox)
    parts = [
        ("title", zone.title),
        ("status", zone.status),
        ("edge_km", f"{written(zone.edge_km)} (how far the outline may be from the true edge)"),
        ("area", f"{_area(zone):,.0f} km2"),
        ("bbox", f"longitude {west} to {east}, latitude {south} to {north}"),
    ]
    if zone.derive is not None:
        parts.append(("made from", made_from(zone.derive)))
    parts += [(_STATED[key], ", ".join(names)) for key, names in zone.intents.items()]
    parts += [
        (name, _record(record))
        for name, record in (
            ("designated", zone.designated),
            ("communicated", zone.communicated),
        )
        if record is not None
    ]
    parts.append(("licence", zone.licence))
    sources = [register.sources[name] for name in zone.source]
    parts += [("source", s.title) for s in sources]
    parts += [("credit", credit) for credit in dict.fromkeys(s.credit for s in sources)]
    parts += [("terms", url) for url in dict.fromkeys(s.url for s in sources)]
    if zone.note:
        parts.append(("note", zone.note))
    lines = [labelled(a, b, width - 2).replace("\n", "\n  ") for a, b in parts]
    return "\n  ".join([zone.id, *lines])


def _record(record: Record) -> str:
    when = f"on {record.on}" if record.on else "the day is not public"
    cites = f" [{', '.join(record.cites)}]" if record.cites else ""
    return f"by {record.by}, {when}{cites}"


def made_from(raw: Any) -> str:
    """Return a derivation in words, its parts in brackets where they are derived themselves."""
    if isinstance(raw, str):
        return raw

    def part(inner: Any) -> str:
        text = made_from(inner)
        return text if isinstance(inner, str) else f"({text})"

    if "buffer_km" in raw:
        km, inner = raw["buffer_km"], part(raw["of"])
        if km > 0:
            return f"{inner} and all within {km:g} km of it"
        return f"{inner} but for {-km:g} km along its edge"
    for key, word, joint in (
        ("intersection", "what is common to ", " and "),
        ("union", "all of ", " and "),
        ("difference", "", " without "),
    ):
        if key in raw:
            return word + joint.join(map(part, raw[key]))
    return made_from(raw["same_as"]) if "same_as" in raw else "an outline of its own"
