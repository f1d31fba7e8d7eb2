"""A difference between policies as text and as Markdown, from its plain data (``diff/1``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from strikerules.views.outline import outcome_words
from strikerules.views.paint import BOLD, COLOURS, Paint, wrapped

__all__ = ["difference_markdown", "difference_text", "flow"]

Json = Mapping[str, Any]
_MOST_FLOWS = 3
_MOST_LINES = 15
_OPEN = "Neither shown to be equivalent nor to differ."


def difference_text(
    data: Json, *, width: int = 80, colour: bool = False, full: bool = False
) -> str:
    """Return a difference as text.

    Parameters
    ----------
    data : mapping
        As `Difference.to_dict` gives it.
    width : int
    colour : bool
    full : bool
        Every region with its conditions and its witness, and not the leading ones alone.
    """
    paint = Paint(colour)
    lines = wrapped(_title(data), width)
    if data["equivalent"]:
        lines += wrapped(_equivalent(data), width)
    elif data["equivalent"] is None:
        lines += wrapped(_OPEN, width)
    for shift in data["shifts"]:
        lines += ["", *_shift(data, shift, width, paint, full)]
    if full:
        for region in data["regions"]:
            if not _leads(data, region):
                lines += ["", *_region(data, region, width, paint)]
    leaning = _leaning(data)
    if leaning:
        text = "It leans on what nobody published: " + ", ".join(leaning)
        lines += ["", *wrapped(text, width, "", "  ")]
    for note in data["notes"]:
        lines += wrapped(f"Note: {note}", width, "", "  ")
    return "\n".join(lines) + "\n"


def _leaning(data: Json) -> list[str]:
    return list(dict.fromkeys(a for r in data["regions"] for a in r["assumptions"]))


def _title(data: Json) -> str:
    given = f", given `{data['given']}`" if data["given"] else ""
    day = f", on {data['as_of']}" if data["as_of"] else ""
    read = "".join(f", {q} read as {r}" for q, r in data["readings"].items())
    read += "".join(f", {k} set to {v}" for k, v in data["set"].items())
    return f"From `{data['a']}` to `{data['b']}`{given}{day}{read}"


def _equivalent(data: Json) -> str:
    such = "every such scenario" if data["given"] or data["as_of"] else "every scenario"
    rest = "the other questions' readings" if data["readings"] else "every reading"
    return f"Equivalent: in {such} both come to the same, under {rest}."


def _shift(data: Json, shift: Json, width: int, paint: Paint, full: bool) -> Iterator[str]:
    head = f"{_upper(shift['to'])} instead of {outcome_words(shift['from'])}"
    colour = COLOURS[shift["to"][0]] if len(shift["to"]) == 1 else BOLD
    area = _area(shift)
    yield paint(head, colour) + (f"  ({area})" if area else "")
    said = shift["all_of"] if full or len(shift["all_of"]) <= _MOST_LINES else shift["all_of"][:12]
    yield from _bullets(said, width, "  ")
    if len(said) < len(shift["all_of"]):
        yield f"  … and {len(shift['all_of']) - len(said)} more conditions (--verbose has them)"
    regions = [data["regions"][n] for n in shift["regions"]]
    first = next((r for r in regions if _is_settled(shift, r)), regions[0])
    rest = [r for r in regions if r is not first]
    if not rest and set(first["all_of"]) == set(shift["all_of"]):
        yield from _evidence(data, first, width, "  ")
        return
    more = [line for line in first["all_of"] if line not in shift["all_of"]]
    head = "under every reading" if _is_settled(shift, first) else flow(first)
    where = ", where also" if more else ""
    yield from wrapped(f"{head}{_area(first, ': ')}{where}", width, "  ", "    ")
    yield from _bullets(more, width, "    ")
    if not _is_settled(shift, first) and first["questions"]:
        yield from wrapped("it hangs on " + ", ".join(first["questions"]), width, "    ", "      ")
    yield from _evidence(data, first, width, "    ")
    if not rest:
        return
    asked = ", ".join(dict.fromkeys(q for r in rest for q in r["questions"]))
    if len(rest) <= _MOST_FLOWS or full:
        yield from wrapped(f"elsewhere it hangs on {asked}", width, "  ", "    ")
        for region in rest:
            yield from wrapped(f"{flow(region)}{_area(region, ': ')}", width, "    ", "      ")
    else:
        text = f"elsewhere, in {len(rest)} kinds of cases (--verbose has them), it hangs on {asked}"
        yield from wrapped(text, width, "  ", "    ")


def _is_settled(shift: Json, region: Json) -> bool:
    return bool(region["from"] == shift["from"] and region["to"] == shift["to"])


def _leads(data: Json, region: Json) -> bool:
    return any(_is_settled(shift, region) for shift in data["shifts"])


def _region(data: Json, region: Json, width: int, paint: Paint) -> Iterator[str]:
    yield paint(region["change"].replace("_", " "), BOLD) + _area(region, "  (", ")")
    yield from wrapped(flow(region), width, "  ", "    ")
    yield from _bullets(region["all_of"], width, "  ")
    if region["questions"]:
        yield from wrapped("hangs on " + ", ".join(region["questions"]), width, "  ", "    ")
    yield from _evidence(data, region, width, "  ")


def _evidence(data: Json, region: Json, width: int, indent: str) -> Iterator[str]:
    """Yield the witness, and the rules and claims of both sides."""
    if region["witness"] is None:
        yield from wrapped("no scenario of it was found", width, indent, indent + "  ")
        return
    example = {k: v for k, v in region["witness"].items() if k != "scenario"}
    text = f"for example {inline(example)}" if example else "any scenario shows it"
    yield from wrapped(text, width, indent, indent + "  ")
    if "as_drawn" in region:
        text = (
            "it is narrower than the edges of its zones are certain: `check` says of the example"
            f" {flow(region)}"
        )
        yield from wrapped(text, width, indent, indent + "  ")
    elif not region["shown"]:
        yield from wrapped(f"`check` says of it: {flow(region)}", width, indent, indent + "  ")
    for key in "ab":
        side = region["sides"][key]
        rules = ", ".join(side["rules"]) or "no rule applies"
        claims = f" [{', '.join(side['claims'])}]" if side["claims"] else ""
        name = data[key]
        if side["policy"] not in name:
            name += f" (`{side['policy']}`)"
        yield from wrapped(f"{name}: {rules}{claims}", width, indent, indent + "  ")


def _bullets(lines: Sequence[str], width: int, indent: str) -> Iterator[str]:
    for line in lines:
        yield from wrapped(line, width, f"{indent}- ", f"{indent}  ")


def _upper(outcomes: Sequence[str]) -> str:
    return outcome_words(tuple(outcomes)).upper()


def flow(region: Json) -> str:
    """Return what a region's scenarios go from and to: ``prohibited -> permitted``."""
    return f"{outcome_words(tuple(region['from']))} -> {outcome_words(tuple(region['to']))}"


def _area(part: Json, before: str = "", after: str = "") -> str:
    if part["area_km2"] is None:
        return ""
    if part["area_km2"] == 0:
        return f"{before}on an edge only{after}"
    return f"{before}{part['area_km2']:,.0f} km²{after}"


def inline(value: Any) -> str:
    """Return plain data as YAML on one line.

    Examples
    --------
    >>> inline({"weapon": {"made_in": "US"}, "timing": None})
    'weapon: {made_in: US}, timing: null'
    """
    return ", ".join(f"{k}: {_flow(v)}" for k, v in value.items())


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + inline(value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def difference_markdown(data: Json) -> str:
    """Return a difference as Markdown: the shifts, then every region with its witness."""
    return "\n".join(_markdown(data)) + "\n"


def _markdown(data: Json) -> Iterator[str]:
    yield f"## {_title(data)}"
    yield ""
    if data["equivalent"]:
        yield _equivalent(data)
    elif data["equivalent"] is None:
        yield _OPEN
    for shift in data["shifts"]:
        area = _area(shift, " (", ")")
        before, after = outcome_words(shift["from"]), outcome_words(shift["to"])
        yield f"### {after.capitalize()} instead of {before}{area}"
        yield ""
        yield from (f"- {line}" for line in shift["all_of"])
        yield ""
    if data["regions"]:
        yield "### Scenarios"
        yield ""
        yield "| change | from -> to | area | where | example |"
        yield "| --- | --- | --- | --- | --- |"
        for region in data["regions"]:
            cells = [
                region["change"].replace("_", " "),
                flow(region),
                _area(region) or "anywhere",
                "; ".join(region["all_of"]) or "everywhere",
                f"`{inline({k: v for k, v in region['witness'].items() if k != 'scenario'})}`"
                if region["witness"]
                else "none found",
            ]
            yield "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"
        yield ""
    leaning = _leaning(data)
    if leaning:
        yield "It leans on what nobody published: " + ", ".join(f"`{a}`" for a in leaning)
    for note in data["notes"]:
        yield f"*Note: {note}*"
