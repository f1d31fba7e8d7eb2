"""Coverage as text: a line for each policy, what is not covered, and cases for it."""

from __future__ import annotations

from collections.abc import Iterator

from strikerules.testing.coverage.coverage import Coverage, Covered, Open
from strikerules.testing.reporting import shown, threshold_words
from strikerules.testing.writing import case_yaml
from strikerules.views.paint import BOLD, COLOURS, Paint, wrapped

__all__ = ["coverage_text"]


def coverage_text(
    coverage: Coverage, *, width: int = 80, colour: bool = False, threshold: float | None = None
) -> str:
    """Return coverage as text.

    Parameters
    ----------
    coverage : Coverage
    threshold : float, optional
        What each policy has to reach, in percent.
    """
    paint = Paint(colour)
    lines: list[str] = []
    for covered in coverage.policies.values():
        lines += [*_policy(covered, width, paint), ""]
    if not coverage.policies:
        lines += ["nothing was counted: no case of a policy passed", ""]
    if threshold is not None:
        lines.append(threshold_words(threshold, coverage.below(threshold), paint))
    return "\n".join(lines).rstrip("\n") + "\n"


def _policy(covered: Covered, width: int, paint: Paint) -> Iterator[str]:
    full = covered.count_covered == covered.total
    mark = COLOURS["permitted" if full else "indeterminate"]
    share = paint(f"{covered.percent} %", mark)
    cases = "1 case" if covered.cases == 1 else f"{covered.cases} cases"
    yield (
        f"{paint(covered.name, BOLD)}: {share} covered ({covered.count_covered} of"
        f" {covered.total}), by {cases}"
    )
    kinds = ", ".join(f"{k} {a}/{b}" for k, (a, b) in covered.by_kind().items())
    yield from wrapped(kinds, width, "  ", "    ")
    shown: set[int] = set()
    for one in covered.uncovered:
        yield from wrapped(f"not covered: {_place(one)}{one.item.text}", width, "  ", "    ")
        yield from _case(one, shown, width)
    for one in covered.impossible:
        text = f"can't be covered by any consistent scenario: {_place(one)}{one.item.text}"
        yield from wrapped(text, width, "  ", "    ")


def _case(one: Open, shown: set[int], width: int) -> Iterator[str]:
    if one.case is None:
        if one.item.kind == "claim":
            yield "      some part that cites it is not covered"
        else:
            yield "      no scenario for it was found"
    elif id(one.case) in shown:
        yield from wrapped(
            f"covered by the case `{one.case['name']}` above", width, " " * 6, " " * 8
        )
    else:
        shown.add(id(one.case))
        yield case_yaml(one.case, 6)


def _place(one: Open) -> str:
    at = one.item.at
    return f"{shown(at.file)}:{at.line}: " if at is not None and at.file else ""
