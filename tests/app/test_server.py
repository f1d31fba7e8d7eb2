"""The server: where it listens, whom it answers, how it ends."""

from __future__ import annotations

import http.client
import signal
import socket
import sys
from collections.abc import Iterator

import pytest
from tests.app.serving import Live, serving

from strikerules.app.server import DEFAULT_PORT, _listening
from strikerules.cli.main import main
from strikerules.problems import InvalidInput


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with serving("--port", "0", "--policy", "kharkiv", "--against", "ban") as found:
        yield found


def _get(live: Live, headers: dict[str, str], path: str = "/") -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode("utf-8")
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def test_the_page_is_there_and_needs_nothing_from_elsewhere(live: Live) -> None:
    """The page would hang without a network, or tell others who looks at it."""
    status, headers, body = _get(live, {"Host": f"127.0.0.1:{live.port}"})
    assert status == 200
    assert "cdn." not in body
    assert 'src="http' not in body
    assert 'href="http' not in body
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/static/js/bokeh.min.js", "/autoload.js", "/ws"])
def test_other_hosts_are_refused(live: Live, path: str) -> None:
    """A page elsewhere could give its own name this machine's address, and use the page."""
    status, headers, body = _get(live, {"Host": f"evil.example:{live.port}"}, path)
    assert status == 403
    assert headers["X-Frame-Options"] == "DENY"
    assert "<strong>SR632</strong> evil.example" in body
    assert "--allow-origin HOST:PORT" in body


def test_a_refusal_is_harmless(live: Live) -> None:
    """The page that refuses would run what a header says."""
    _, _, body = _get(live, {"Host": "<script>alert(1)</script>"})
    assert "<script" not in body


def test_other_origins_are_refused(live: Live) -> None:
    """A page elsewhere could read the answers."""
    host = f"127.0.0.1:{live.port}"
    status, _, body = _get(live, {"Host": host, "Origin": "http://evil.example"}, "/autoload.js")
    assert (status, "SR632" in body) == (403, True)
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }  # fmt: skip
    status, _, body = _get(live, {"Host": host, "Origin": "http://evil.example", **upgrade}, "/ws")
    assert (status, "SR632" in body) == (403, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(number: int) -> None:
    """Ctrl-C would end in a traceback, or not end it."""
    with serving("--port", "0", "examples/air-base.yaml") as found:
        assert found.end(number) == (0, "the live page has ended\n")


def test_a_port_that_is_taken() -> None:
    """A second page could not be opened beside the first, or would say nothing of why."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(InvalidInput) as caught:
            _listening("127.0.0.1", port)
        assert str(caught.value) == (
            f"SR631 `127.0.0.1:{port}` is taken by another program\n"
            "  help: give another `--port`, or leave it out for one that is free"
        )
    with _listening("127.0.0.1", None) as first, _listening("127.0.0.1", None) as second:
        assert second.getsockname()[1] not in (DEFAULT_PORT, first.getsockname()[1])


def test_without_bokeh(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever has not installed the extra would see a traceback, and not what to install."""
    monkeypatch.setitem(sys.modules, "bokeh", None)
    assert main(["app", "--no-browser"]) == 2
    err = capsys.readouterr().err
    assert "error[SR621]: bokeh is not installed" in err
    assert "pip install 'strikerules[pages]'" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "x"], "error[SR601]: `x` can't be `--port`\n  expected: a number from 0 to"),
        (["--allow-origin", "*"], "error[SR601]: `*` can't be `--allow-origin`\n"),
        (["--rules", "nowhere"], "error[SR603]: can't use `nowhere`: there is no such folder\n"),
        (["--policy", "nowhere"], "error[SR325]: there is no policy or timeline `nowhere`\n"),
        (["--against", "no/where.yaml"], "error[SR101]: there is no file `no/where.yaml`\n"),
        (["--reading", "a=b"], "error[SR324]: `us-weapons-in-russia` has no question `a`\n"),
        (["nowhere.yaml"], "error[SR101]: there is no file `nowhere.yaml`\n"),
        (["--host", "192.0.2.1"], "error[SR631]: can't listen at `192.0.2.1:"),
    ],
)  # fmt: skip
def test_what_it_can_not_begin_with(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake on the command line would come up in the browser, or not at all."""
    assert main(["app", "--no-browser", *words]) == 2
    assert said in capsys.readouterr().err
