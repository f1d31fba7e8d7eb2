"""Progress on a terminal: on standard error, and nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from strikerules.batch.running import Run
    from strikerules.cli.output import Output

__all__ = ["mutants_done", "rows_done"]


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


@contextmanager
def _decided(run: Run) -> Iterator[Iterator[pa.RecordBatch]]:
    """Yield a table's batches, decided ahead where it can be read in another thread."""
    if not run.source.anywhere:
        with closing(run.batches()) as decided:
            yield decided
        return
    from strikerules.batch.ahead import made_ahead

    with made_ahead(run.batches()) as decided:
        yield decided


@contextmanager
def rows_done(output: Output, run: Run, *, quiet: bool) -> Iterator[Iterator[pa.RecordBatch]]:
    """Yield a table's batches as they are decided, and show how far it is."""
    if quiet or not output.remarks.isatty():
        with _decided(run) as decided:
            yield decided
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    with _decided(run) as decided, Progress(
        TextColumn("{task.fields[rows]:,} rows"), BarColumn(),
        TextColumn("{task.fields[rate]:,.0f} a second"), Left(),
        console=Console(file=output.remarks), transient=True,
    ) as progress:  # fmt: skip
        began = monotonic()
        known = run.source.done() is not None
        task = progress.add_task("", total=1.0 if known else None, rows=0, rate=0.0)

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in decided:
                rows = run.rows + run.rejects.count
                rate = rows / max(monotonic() - began, 1e-3)
                progress.update(task, completed=run.source.done() or 0.0, rows=rows, rate=rate)
                yield batch

        yield batches()
