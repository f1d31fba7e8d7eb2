"""Words of parameters that the attribute they are compared with can't be."""

from __future__ import annotations

from typing import Any

import pytest

import strikerules as sr


def _policy(value: str, **more: Any) -> dict[str, Any]:
    return {
        "policy": "p",
        "parameters": {"banned": {"value": value}},
        "rules": [{"id": "r", "effect": "prohibit", "when": {"weapon.kind": "$banned"}}],
        **more,
    }


def _said(call: Any) -> list[tuple[str, str, str | None]]:
    with pytest.raises(sr.InvalidInput) as error:
        call()
    return [(p.code, p.message, p.help) for p in error.value.problems]


def test_a_word_that_can_not_be() -> None:
    """A prohibition with a typo in its parameter would never apply, and nobody be told."""
    assert _said(lambda: sr.load(_policy("ballistic-missile"))) == [
        (
            "SR114",
            "`ballistic-missile` is not a value of `weapon.kind`, which `$banned` is compared with",
            "did you mean `ballistic_missile`?",
        )
    ]


def test_a_word_that_a_reading_sets() -> None:
    """The typo could hide in one reading."""
    readings = {"a": {}, "b": {"set": {"banned": "dron"}}}
    policy = _policy("drone", questions={"q": {"readings": readings}})
    ((code, message, _),) = _said(lambda: sr.load(policy))
    assert (code, message.split()[0]) == ("SR114", "`dron`")


def test_a_word_that_is_set_later() -> None:
    """The typo could come from the command line."""
    policy = sr.load(_policy("drone"))
    ((code, message, _),) = _said(lambda: policy.vary(set={"banned": "dron"}))
    assert (code, message.split()[0]) == ("SR114", "`dron`")
    assert policy.vary(set={"banned": "artillery"}).parameters == {"banned": "artillery"}


def test_a_word_for_a_country() -> None:
    """A country that there is not would be compared with in vain."""
    policy = _policy("UK")
    policy["rules"][0]["when"] = {"attacker": {"in": ["UA", "$banned"]}}
    ((code, _, hint),) = _said(lambda: sr.load(policy))
    assert (code, hint) == ("SR114", "did you mean `GB`?")
