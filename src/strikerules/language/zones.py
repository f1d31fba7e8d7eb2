"""Zones as policies write them: checked here, made into geometry by the geography layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from strikerules.documents import Document, Path
from strikerules.problems import Problem, did_you_mean, listed, quoted

__all__ = ["MAKERS", "META", "check_zone"]

MAKERS = ("union", "intersection", "difference", "buffer_km", "geometry", "file", "same_as")
META = ("title", "status", "source", "edge_km", "designated", "communicated", "note", "cites", "of")


def check_zone(
    raw: Any,
    doc: Document,
    path: Path,
    has_zone: Callable[[str], str | Literal[True] | None],
    problems: list[Problem],
    *,
    itself: str | None = None,
) -> list[str]:
    """Check the shape of a zone expression and return the zones that it is made from.

    A zone may be made from the register's zone of the same name (that is how a policy narrows
    one), so its own name is not counted.
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
    for key in raw:
        if key not in MAKERS and key not in META:
            problem(
                "SR111", f"the key {quoted(key)} is not known here", (*path, key), key=True,
                expected=listed((*MAKERS, *META), most=20),
                help=did_you_mean(key, (*MAKERS, *META)),
            )  # fmt: skip
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
        found += check_zone(item, doc, (*here, index), has_zone, problems, itself=itself)
    return found


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
    return check_zone(raw["of"], doc, (*path, "of"), has_zone, problems, itself=itself)
