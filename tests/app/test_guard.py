"""Who is answered, and who is not."""

from __future__ import annotations

import pytest

from strikerules.app.guard import guard_for, read_origin
from strikerules.problems import InvalidInput

HERE = guard_for("127.0.0.1", 5173, ())


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "127.0.0.1:5173"},
        {"Host": "LOCALHOST:5173"},
        {"Host": "[::1]:5173"},
        {"Host": "localhost:5173", "Origin": "http://localhost:5173"},
        {"Host": "localhost:5173", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        # a link on another page may be followed
        {"Host": "localhost:5173", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate",
         "Sec-Fetch-Dest": "document"},
    ],
)  # fmt: skip
def test_the_page_itself_is_answered(headers: dict[str, str]) -> None:
    """The page would not open."""
    assert HERE.refusal(headers) is None


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "`no host` is not an address of this server"),
        ({"Host": "localhost"}, "`localhost` is not an address of this server"),
        ({"Host": "localhost:80"}, "`localhost:80` is not an address of this server"),
        ({"Host": "evil.example:5173"}, "`evil.example:5173` is not an address of this server"),
        ({"Host": "127.0.0.1:5173", "Origin": "http://evil.example"},
         "`http://evil.example` is another origin"),
        ({"Host": "127.0.0.1:5173", "Origin": "null"}, "`null` is another origin"),
        ({"Host": "127.0.0.1:5173", "Origin": "http://127.0.0.1:5174"},
         "`http://127.0.0.1:5174` is another origin"),
        ({"Host": "127.0.0.1:5173", "Origin": "ftp://127.0.0.1:5173"},
         "`ftp://127.0.0.1:5173` is another origin"),
        ({"Host": "127.0.0.1:5173", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors",
          "Sec-Fetch-Dest": "script", "Referer": "http://evil.example/"},
         "`http://evil.example/` is another site"),
        ({"Host": "127.0.0.1:5173", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate",
          "Sec-Fetch-Dest": "iframe"}, "`a page elsewhere` is another site"),
    ],
)  # fmt: skip
def test_others_are_refused(headers: dict[str, str], said: str) -> None:
    """Any page on the web could use this one, or pass itself off as it."""
    problem = HERE.refusal(headers)
    assert problem is not None
    assert str(problem) == (
        f"SR632 {said}, and this page answers to itself only\n"
        "  help: open the address that `strikerules app` printed, or start it with"
        " `--allow-origin HOST:PORT`"
    )


def test_allowed_origins() -> None:
    """The page could not stand behind a proxy."""
    guard = guard_for("0.0.0.0", 80, (read_origin("desk.example:443"),))
    assert guard.refusal({"Host": "desk.example:443", "Origin": "https://desk.example"}) is None
    assert guard.refusal({"Host": "localhost"}) is None
    assert guard.refusal({"Host": "192.0.2.7"}) is not None
    assert guard_for("192.0.2.7", 80, ()).refusal({"Host": "192.0.2.7"}) is None
    assert guard_for("fe80::1", 80, ()).refusal({"Host": "[fe80::1]"}) is None
    assert guard_for("localhost", 80, ()).refusal({"Host": "127.0.0.1"}) is None


@pytest.mark.parametrize("text", ["*", "", "a", "a:b", "http://a:1", "a:0", "a:70000", ":1", "*:1"])
def test_origins_that_are_none(text: str) -> None:
    """`*` would let everybody in."""
    with pytest.raises(InvalidInput) as caught:
        read_origin(text)
    assert caught.value.problems[0].code == "SR601"
