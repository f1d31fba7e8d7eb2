"""Plain data as YAML on one line."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

__all__ = ["flow"]

_LIKE_A_NUMBER = re.compile(r"[-+]?\.?[0-9]")
_NEEDS_ESCAPES = re.compile(r"[\t\n\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _written(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = '"' if _NEEDS_ESCAPES.search(text) else "'" if _LIKE_A_NUMBER.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _written)


def flow(value: Any) -> str:
    """Return plain data as YAML on one line, to stand anywhere.

    Examples
    --------
    >>> flow({"not": {"is": "long-range"}}), flow("NO"), flow(True), flow("a, b")
    ('{not: {is: long-range}}', "'NO'", 'true', "'a, b'")
    """
    text: str = yaml.dump(
        [value], Dumper=_Dumper, default_flow_style=True, sort_keys=False, width=math.inf,
        allow_unicode=True,
    )  # fmt: skip
    return text.removesuffix("\n")[1:-1]
