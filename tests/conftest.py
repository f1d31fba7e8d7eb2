"""What holds for every test: the same examples each time, and no clock over them."""

from __future__ import annotations

import gc
import os

from hypothesis import settings

settings.register_profile(
    "strikerules",
    deadline=None,
    derandomize=not os.environ.get("STRIKERULES_SOAK"),
    print_blob=True,
)
settings.load_profile("strikerules")


def pytest_collection_finish() -> None:
    """What is there before the first test stays; no collection of garbage looks at it again."""
    gc.freeze()
