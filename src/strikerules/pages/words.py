"""What a map says of a part of it: the decision, the reasons, the claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from strikerules.views.words import outcome_words

__all__ = ["CHANGES", "DECISIONS", "LOOKS", "Look", "hatch", "region_reasons", "region_words"]

_MOST_READINGS = 6
_HATCHES: dict[str, str] = {"/": "/\\x+", "\\": "\\/+x", "-": "-|+.", "x": "x+./"}


class Look:
    """How a decision is drawn: its name, its colour, its hatching.

    The colours are Okabe and Ito's, which colour-blind readers can tell apart.
    """

    def __init__(self, title: str, fill: str, ink: str, hatch: str = " ", alpha: float = 0.5):
        self.title, self.fill, self.ink, self.hatch, self.alpha = title, fill, ink, hatch, alpha


#: `ink` is dark enough for white text on it at contrast AA.
LOOKS = {
    "permitted": Look("permitted", "#009e73", "#00694b"),
    "indeterminate": Look("open", "#f0e442", "#6b5900", "/"),
    "prohibited": Look("prohibited", "#d55e00", "#a02c00", " ", 0.42),
    "not_governed": Look("not governed", "#56b4e9", "#1f4e8c", " ", 0.3),
    "newly_permitted": Look("newly permitted", "#009e73", "#00694b"),
    "newly_prohibited": Look("newly prohibited", "#d55e00", "#a02c00"),
    "newly_unsettled": Look("newly open", "#f0e442", "#6b5900", "/"),
    "unsettled_otherwise": Look("open otherwise", "#e69f00", "#6b4a00", "\\"),
    "newly_settled": Look("newly settled", "#cc79a7", "#7a2f5a", "-"),
    "newly_governed": Look("newly governed", "#0072b2", "#00496f"),
    "no_longer_governed": Look("no longer governed", "#56b4e9", "#1f4e8c", "x"),
}

DECISIONS = ("permitted", "indeterminate", "prohibited", "not_governed")
CHANGES = tuple(name for name in LOOKS if name not in DECISIONS)


def region_words(row: Mapping[str, Any]) -> str:
    """Return the decision of a part of the map in words.

    Examples
    --------
    >>> region_words({"decision": "indeterminate", "possible": ["permitted", "prohibited"]})
    'open: permitted or prohibited'
    """
    if "change" in row:
        return f"{LOOKS[row['change']].title}: {_from_to(row)}"
    if row["decision"] == "indeterminate":
        return f"open: {outcome_words(tuple(row['possible']))}"
    return LOOKS[row["decision"]].title


def _from_to(row: Mapping[str, Any]) -> str:
    return f"from {outcome_words(tuple(row['from']))} to {outcome_words(tuple(row['to']))}"


def region_reasons(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why a part of the map is decided as it is, a sentence each.

    Parameters
    ----------
    row : mapping
        A row of `Policy.regions`, or of the regions of a difference.

    Examples
    --------
    >>> region_reasons({"decision": "permitted", "rules": ["near"], "depends_on": []})
    ('the rule near applies',)
    """
    if "change" in row:
        return _change_reasons(row)
    found = []
    rules, hangs_on = _names(row, "rules"), _names(row, "depends_on")
    if hangs_on:
        found.append("hangs on " + ", ".join(hangs_on))
        found += _by_readings(list(row.get("readings") or ()))
    if rules:
        found.append(f"the {_s('rule', rules)} {', '.join(rules)} {_s('applies', rules)}")
    elif not hangs_on:
        found.append(
            "the policy does not govern it"
            if row["decision"] == "not_governed"
            else "no rule applies; what the policy says of everything else holds"
        )
    if row.get("beyond_range"):
        found.append("it is beyond the weapon's range from the launch point given")
    if assumed := _names(row, "assumptions"):
        found.append("leans on what nobody published: " + ", ".join(assumed))
    return tuple(found)


def _by_readings(readings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return which readings lead to which outcome, the most frequent outcome last.

    Of more than two questions the combinations are only counted.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in readings:
        groups.setdefault(tuple(one["possible"]), []).append(" with ".join(one["choose"].values()))
    ordered = sorted(groups.items(), key=lambda item: len(item[1]))
    found = []
    if readings and len(readings[0]["choose"]) > 2:
        every = f"{len(readings)} combinations of readings"
        return [f"{outcome_words(p)} under {len(chosen)} of {every}" for p, chosen in ordered]
    for number, (possible, chosen) in enumerate(ordered):
        words = outcome_words(possible)
        if number and number == len(ordered) - 1 and len(chosen) > 1:
            found.append(f"otherwise {words}")
            continue
        more = f"; and {len(chosen) - _MOST_READINGS} more" if len(chosen) > _MOST_READINGS else ""
        found.append(f"{words} if read {'; '.join(chosen[:_MOST_READINGS])}{more}")
    return found


def _change_reasons(row: Mapping[str, Any]) -> tuple[str, ...]:
    found = [f"where {row['when']}"] if row.get("when") else []
    for side, name in (("before", "rules_a"), ("after", "rules_b")):
        rules = _names(row, name)
        found.append(f"{side}: {', '.join(rules) if rules else 'no rule applies'}")
    if asked := _names(row, "questions"):
        found.append("hangs on " + ", ".join(asked))
    return tuple(found)


def _names(row: Mapping[str, Any], key: str) -> list[str]:
    found = row.get(key)
    return [str(name) for name in found] if isinstance(found, Sequence) else []


def _s(word: str, things: Sequence[Any]) -> str:
    plural = {"rule": "rules", "applies": "apply"}
    return word if len(things) == 1 else plural[word]


def hatch(kind: str, number: int) -> str:
    """Return the hatching of a region; what hangs on something else is hatched otherwise.

    Examples
    --------
    >>> hatch("indeterminate", 0), hatch("indeterminate", 1), hatch("permitted", 1)
    ('/', '\\\\', ' ')
    """
    own = LOOKS[kind].hatch
    return _HATCHES[own][number % len(_HATCHES[own])] if own in _HATCHES else own
