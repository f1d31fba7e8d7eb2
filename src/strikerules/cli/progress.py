"""Progress on a terminal: on standard error, and nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strikerules.cli.output import Output

__all__ = ["mutants_done"]


@contextmanager
def mutants_done(output: Output) -> Iterator[Callable[[str, int, int], None] | None]:
    """Show a bar for each policy whose mutants are run; yields what is to be told of it."""
    if not output.remarks.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    bars: dict[str, int] = {}
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Left(),
        console=Console(file=output.remarks), transient=True,
    ) as progress:  # fmt: skip

        def told(name: str, done: int, total: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(f"mutants of {name}", total=total)
            progress.update(bars[name], completed=done)  # type: ignore[arg-type]

        yield told
