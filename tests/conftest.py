"""What holds for every test: the same examples each time, and no clock over them."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile(
    "strikerules",
    deadline=None,
    derandomize=not os.environ.get("STRIKERULES_SOAK"),
    print_blob=True,
)
settings.load_profile("strikerules")
