"""The weapons catalogue: what a scenario's `weapon.name` fills in.

The figures are public, nominal and rounded.
"""

from __future__ import annotations

import argparse
from typing import Any

from msgspec.structs import asdict

from strikerules.cli.common import add_format, add_output, all_of
from strikerules.cli.layout import as_json, columns, labelled
from strikerules.language.values import written
from strikerules.language.weapons import Weapon, catalogue, find_weapon

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", metavar="NAME", nargs="*", help="a weapon; all unless given")
    add_format(parser, "text", "json")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print the catalogue, or weapons of it."""
    out = args.output_to
    weapons = all_of(args.name, lambda n: find_weapon(n, None)) or [*catalogue().values()]
    if args.format == "json":
        text = as_json("weapons/1", {"weapons": [_data(w) for w in weapons]})
    elif args.name:
        text = "\n\n".join(_one(w, out.width) for w in weapons)
    else:
        rows = [[w.name, w.made_in, written(w.max_range_km), w.title] for w in weapons]
        text = columns(rows, ["name", "from", "km", "title"], out.width, right=[2])
        text += (
            "\n\nkm: the nominal maximum range, public, rounded, approximate."
            "\n`strikerules weapons NAME` tells more."
        )
    out.emit(text, args.output)
    return 0


def _data(weapon: Weapon) -> dict[str, Any]:
    return {k: v for k, v in asdict(weapon).items() if v is not None}


def _one(weapon: Weapon, width: int) -> str:
    parts = [("weapon", weapon.title), ("made_in", weapon.made_in), ("kind", weapon.kind)]
    parts.append(("max_range_km", f"{written(weapon.max_range_km)} ({weapon.status})"))
    parts.append(
        ("us_parts", "not recorded" if weapon.us_parts is None else written(weapon.us_parts))
    )
    parts.append(("source", weapon.source))
    if weapon.note:
        parts.append(("note", weapon.note))
    return "\n".join([weapon.name, *("  " + labelled(a, b, width - 2).replace("\n", "\n  ")
                                     for a, b in parts)])  # fmt: skip
