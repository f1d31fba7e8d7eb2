"""Zones as policies write them: checked here, made into geometry by the geography layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from strikerules.documents import Document, Path
from strikerules.problems import Problem, did_you_mean, listed, quoted

__all__ = ["INTENTS", "MAKERS", "META", "check_zone", "intents_of"]

MAKERS = ("union", "intersection", "difference", "buffer_km", "geometry", "file", "same_as")
META = ("title", "status", "source", "edge_km", "designated", "communicated", "note", "cites", "of")
INTENTS = ("inside", "apart", "adjoins")
"""What a zone is stated to be to others; `verify` looks whether it is."""


def check_zone(
    raw: Any,
    doc: Document,
    path: Path,
    has_zone: Callable[[str], str | Literal[True] | None],
    problems: list[Problem],
    *,
    itself: str | None = None,
    is_part: bool = False,
) -> list[str]:
    """Check the shape of a zone expression and return the zones that it is made from.

    A zone may be made from the register's zone of the same name (that is how a policy narrows
    one), so its own name is not counted. Of a part of another zone nothing can be stated.
    """

    def problem(code: str, message: str, where: Path, *, key: bool = False, **more: Any) -> None:
        problems.append(Problem(code, message, doc.position(where, key=key), **more))

    def name(value: str, where: Path) -> list[str]:
        known = has_zone(value)
        if known is not True:
            problem("SR308", f"there is no zone {quoted(value)}", where, help=known)
        return [value] if value != itself else []

    if isinstance(raw, str):
        return name(raw, path)
    if not isinstance(raw, dict):
        problem(
            "SR309", f"{quoted(raw)} is not a zone", path,
            expected="a zone's name, or a mapping with one of " + listed(MAKERS),
        )  # fmt: skip
        return []
    known_keys = (*MAKERS, *META, *(() if is_part else INTENTS))
    for key in raw:
        if key not in known_keys:
            problem(
                "SR111", f"the key {quoted(key)} is not known here", (*path, key), key=True,
                expected=listed(known_keys, most=20),
                help="say it of the whole zone, or give the part a name of its own"
                if key in INTENTS else did_you_mean(key, known_keys),
            )  # fmt: skip
    if not is_part:
        _intents(raw, doc, path, has_zone, problems, itself)
    makers = [m for m in MAKERS if m in raw]
    if len(makers) != 1:
        problem(
            "SR309",
            "a zone is made in one way, this one in "
            + (listed(makers, "and") if makers else "none"),
            path,
            expected="one of " + listed(MAKERS),
        )
        return []
    maker, value = makers[0], raw[makers[0]]
    here = (*path, maker)
    edge = raw.get("edge_km")
    if edge is not None and (
        isinstance(edge, bool) or not isinstance(edge, int | float) or not 0 <= edge <= 100
    ):
        problem("SR115", f"{quoted(edge)} can't be `edge_km`", (*path, "edge_km"),
                expected="a number of km from 0 to 100")  # fmt: skip
    if maker == "same_as":
        if isinstance(value, str):
            return name(value, here)
        problem("SR309", "`same_as` needs a zone's name", here)
        return []
    if maker == "buffer_km":
        return _buffer(raw, doc, path, has_zone, problems, itself)
    if maker in ("geometry", "file"):
        kind: type = dict if maker == "geometry" else str
        if not isinstance(value, kind):
            what = "a GeoJSON geometry" if kind is dict else "the path of a file"
            problem("SR309", f"`{maker}` needs {what}", here)
        return []
    if not isinstance(value, list) or not value:
        problem("SR309", f"`{maker}` needs a list of zones", here)
        return []
    found: list[str] = []
    for index, item in enumerate(value):
        found += check_zone(
            item, doc, (*here, index), has_zone, problems, itself=itself, is_part=True
        )
    return found


def intents_of(raw: Any) -> dict[str, tuple[str, ...]]:
    """Return what a zone expression states of the zone: for each key of `INTENTS` the zones named.

    Examples
    --------
    >>> intents_of({"same_as": "russia", "apart": ["ukraine"], "adjoins": "belarus"})
    {'apart': ('ukraine',), 'adjoins': ('belarus',)}
    >>> intents_of("russia")
    {}
    """
    if not isinstance(raw, dict):
        return {}
    return {key: tuple(_names(raw[key])) for key in INTENTS if key in raw}


def _names(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _intents(
    raw: dict[str, Any],
    doc: Document,
    path: Path,
    has_zone: Callable[[str], str | Literal[True] | None],
    problems: list[Problem],
    itself: str | None,
) -> None:
    for key in INTENTS:
        if key not in raw:
            continue
        if not raw[key] or not all(isinstance(n, str) for n in _names(raw[key])):
            problems.append(
                Problem(
                    "SR309",
                    f"`{key}` needs a zone's name or a list of names",
                    doc.position((*path, key)),
                    help="give what is meant a name of its own under `zones:`",
                )
            )
            continue
        for index, name in enumerate(_names(raw[key])):
            at = doc.position((*path, key, index) if isinstance(raw[key], list) else (*path, key))
            known = has_zone(name)
            if name == itself:
                problems.append(Problem("SR309", f"`{key}` names the zone itself", at))
            elif known is not True:
                problems.append(
                    Problem("SR308", f"there is no zone {quoted(name)}", at, help=known)
                )


def _buffer(
    raw: dict[str, Any],
    doc: Document,
    path: Path,
    has_zone: Callable[[str], str | Literal[True] | None],
    problems: list[Problem],
    itself: str | None,
) -> list[str]:
    km = raw["buffer_km"]
    if isinstance(km, bool) or not isinstance(km, int | float) or not -500 <= km <= 500 or km == 0:
        problems.append(
            Problem(
                "SR115",
                f"{quoted(km)} can't be `buffer_km`",
                doc.position((*path, "buffer_km")),
                expected="a number of km from -500 to 500, not 0",
            )
        )
    if "of" not in raw:
        problems.append(
            Problem(
                "SR112",
                "the key `of` is missing",
                doc.position(path),
                expected="the zone that `buffer_km` widens",
            )
        )
        return []
    return check_zone(
        raw["of"], doc, (*path, "of"), has_zone, problems, itself=itself, is_part=True
    )
