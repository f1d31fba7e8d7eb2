"""`strikerules app` in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[2]


class Live(Struct):
    """A server that runs."""

    address: str
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.rstrip("/").rpartition(":")[2])

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """End it by a signal; return its exit status and what it said after its address."""
        self.process.send_signal(number)
        said = self.process.stderr.read() if self.process.stderr else ""
        return self.process.wait(30), said


@contextmanager
def serving(*words: str) -> Iterator[Live]:
    """Start the live page; it has ended when the block has."""
    arguments = [sys.executable, "-m", "strikerules", "app", "--no-browser", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    process = subprocess.Popen(
        arguments, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.fullmatch(r"the live page is at (http://\S+/) \(Ctrl-C ends it\)\n", line)
        assert found, line + process.stderr.read()
        yield Live(found[1], process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stderr is not None:
            process.stderr.close()
