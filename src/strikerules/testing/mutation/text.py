"""What became of mutants, as text: a score for each policy, each survivor as a diff."""

from __future__ import annotations

from collections.abc import Iterator

from strikerules.testing.mutation.run import Fate, Mutated, Mutation
from strikerules.testing.mutation.targets import Mutant
from strikerules.testing.reporting import threshold_words
from strikerules.testing.writing import case_yaml
from strikerules.views.paint import BOLD, COLOURS, Paint, wrapped

__all__ = ["mutation_text"]


def mutation_text(
    mutation: Mutation, *, width: int = 80, colour: bool = False, threshold: float | None = None
) -> str:
    """Return what became of mutants as text.

    Parameters
    ----------
    mutation : Mutation
    threshold : float, optional
        What each policy's score has to reach, in percent.
    """
    paint = Paint(colour)
    lines: list[str] = []
    for one in mutation.policies:
        lines += [*_policy(one, width, paint), ""]
    if not mutation.policies:
        lines += ["no policy was mutated: no case passed, or the policies are in no file", ""]
    if threshold is not None:
        lines.append(threshold_words(threshold, mutation.below(threshold), paint))
    return "\n".join(lines).rstrip("\n") + "\n"


def _policy(one: Mutated, width: int, paint: Paint) -> Iterator[str]:
    left = one.survivors
    mark = COLOURS["indeterminate" if left else "permitted"]
    share = paint(f"{one.percent} %", mark)
    cases = "1 case" if one.cases == 1 else f"{one.cases} cases"
    yield (
        f"{paint(one.name, BOLD)}: {share} of its mutants noticed ({one.killed} of {one.total}),"
        f" by {cases}"
    )
    more = []
    if (alike := one.count("equivalent")) > 0:
        more.append(f"{alike} proved to decide every scenario as the policy does, and left out")
    if (broken := one.count("invalid")) > 0:
        more.append(f"{broken} no policy any more, and left out")
    if one.reused:
        more.append(f"{one.reused} known from an earlier run")
    if more:
        yield from wrapped("; ".join(more), width, "  ", "    ")
    for mutant, fate in left:
        yield from _survivor(mutant, fate, width, paint)


def _survivor(mutant: Mutant, fate: Fate, width: int, paint: Paint) -> Iterator[str]:
    yield ""
    tail = "" if fate.outcome == "survived" else (
        " (whether it decides anything otherwise was too much to work out)"
    )  # fmt: skip
    yield from wrapped(f"survived: {mutant.file}:{mutant.line}: {mutant.text}{tail}", width,
                       "  ", "    ")  # fmt: skip
    colours = {"-": "\x1b[31m", "+": "\x1b[32m"}
    for line in mutant.diff.splitlines():
        yield "    " + (paint(line, colours[line[0]]) if line[:1] in colours else line)
    if fate.case is not None:
        yield "  a case that notices it:"
        yield case_yaml(fate.case, 4)
    elif fate.outcome == "survived":
        yield from wrapped(
            "no scenario was found that shows it; it may differ only nearer to an edge than the"
            " edge is uncertain", width, "  ", "    ",
        )  # fmt: skip
