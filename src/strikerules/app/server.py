"""The server of the live page: where it listens, whom it answers, how it ends."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import escape
from importlib import import_module
from typing import Any

from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.server.server import BaseServer
from bokeh.server.tornado import BokehTornado
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.web import OutputTransform, RequestHandler

from strikerules.app.guard import Guard, guard_for
from strikerules.app.page import build_page
from strikerules.app.session import Setup
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["DEFAULT_PORT", "LiveServer", "serve"]

DEFAULT_PORT = 5173

#: Nothing is fetched from anywhere else; Bokeh makes functions of text, and styles in place.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_REFUSED = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>403: refused</title>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem">
<h1>403: this request is refused</h1>
<p><strong>{code}</strong> {message}.</p><p>{help}.</p>
</body></html>
"""


class _Refuse(RequestHandler):
    """Answers every request in one way: no, and why."""

    def initialize(self, problem: Problem) -> None:
        self.problem = problem

    def prepare(self) -> None:
        problem = self.problem
        self.set_status(403)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            _REFUSED.format(
                code=problem.code,
                message=escape(problem.message).replace("`", ""),
                help=escape(problem.help or "").replace("`", ""),
            )
        )


class _Sealed(OutputTransform):
    """Adds the headers that keep the page to itself."""

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        for name, value in _HEADERS.items():
            headers[name] = value
        return status_code, headers, chunk


class _Guarded(BokehTornado):  # type: ignore[misc]
    """Bokeh's web application behind a guard."""

    guard: Guard

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate:
        problem = self.guard.refusal(request.headers)
        if problem is not None:
            refused: HTTPMessageDelegate = self.get_handler_delegate(
                request, _Refuse, {"problem": problem}
            )
            return refused
        found: HTTPMessageDelegate = super().find_handler(request, **kwargs)
        return found


class LiveServer:
    """The live page, listening.

    Parameters
    ----------
    setup : Setup
    host : str
    port : int, optional
        The default one, or any that is free where it is taken, unless given; 0 is any.
    allowed : sequence of str
        ``HOST:PORT`` that pages may come from beside the server's own.

    Raises
    ------
    InvalidInput
        SR631: the port is taken, or the address is not one of this machine.
    """

    def __init__(
        self,
        setup: Setup,
        host: str = "127.0.0.1",
        port: int | None = None,
        allowed: Sequence[str] = (),
    ) -> None:
        listening = _listening(host, port)
        self.port: int = listening.getsockname()[1]
        self.host = host
        self.executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="regions")
        # what regions take a second to import is there when the first are asked for
        self.executor.submit(import_module, "geopandas")
        guard = guard_for(host, self.port, allowed)
        self.loop = IOLoop.current()
        application = Application(FunctionHandler(build_page(setup, self.executor)))
        tornado = _Guarded(
            {"/": application},
            extra_websocket_origins=sorted(guard.hosts),
            unused_session_lifetime_milliseconds=60_000,
            check_unused_sessions_milliseconds=20_000,
        )
        tornado.guard = guard
        tornado.settings["log_function"] = lambda _: None  # what is refused says so itself
        tornado.add_transform(_Sealed)
        http = HTTPServer(tornado, max_buffer_size=20 * 2**20)
        http.add_sockets([listening])
        self.server = BaseServer(self.loop, tornado, http)

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        name = self.host
        if name in ("0.0.0.0", "::", ""):
            name = "127.0.0.1"
        elif ":" in name:
            name = f"[{name}]"
        return f"http://{name}:{self.port}/"

    def run(self, ready: Callable[[str], None]) -> None:
        """Answer until told to stop by Ctrl-C or SIGTERM.

        Parameters
        ----------
        ready : callable
            Takes the address, once requests are answered.
        """
        self.server.start()
        before = {
            number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            self.loop.add_callback(ready, self.address)
            self.loop.start()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.executor.shutdown(wait=False, cancel_futures=True)
            with suppress(Exception):
                self.server.stop(wait=False)

    def _stop(self, *_: Any) -> None:
        self.loop.add_callback_from_signal(self.loop.stop)


def _listening(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens at an address."""
    tries = (DEFAULT_PORT, 0) if port is None else (port,)
    for number in tries:
        try:
            found = _bound(host, number)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            if taken and number != tries[-1]:
                continue
            where = f"{host}:{number}"
            if taken:
                raise InvalidInput(
                    Problem(
                        "SR631",
                        f"{quoted(where)} is taken by another program",
                        help="give another `--port`, or leave it out for one that is free",
                    )
                ) from None
            why = (error.strerror or "it is not an address").lower()
            raise InvalidInput(
                Problem(
                    "SR631",
                    f"can't listen at {quoted(where)}: {why}",
                    expected="an address of this machine such as `127.0.0.1`",
                )
            ) from None
        return found
    raise AssertionError("the last try either succeeds or raises")


def _bound(host: str, port: int) -> socket.socket:
    # that of IPv4 where a name has both, as most who type one expect
    known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, *_, address = min(known, key=lambda one: one[0] != socket.AF_INET)
    found = socket.create_server(address[:2], family=family, backlog=128)
    found.setblocking(False)
    return found


def serve(
    setup: Setup,
    ready: Callable[[str], None],
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    allowed: Sequence[str] = (),
) -> None:
    """Serve the live page until told to stop; see `LiveServer`."""
    # a page that was closed while it was being sent something is nobody's concern
    logging.getLogger("bokeh").setLevel(logging.ERROR)
    LiveServer(setup, host, port, allowed).run(ready)
