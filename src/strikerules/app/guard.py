"""Which requests are answered: those that come from the page itself, on this machine's address.

A page elsewhere on the web can make a browser send requests to this machine, and can give its own
name this machine's address (DNS rebinding). Both show in the headers: a foreign `Origin`, or a
`Host` that is not the server's.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

from msgspec import Struct

from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["LOOPBACK", "Guard", "guard_for", "read_origin"]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Guard(Struct, frozen=True):
    """Tells which requests are refused, and why.

    Parameters
    ----------
    hosts : frozenset of str
        ``HOST:PORT``, in small letters, that the server may be called by.
    """

    hosts: frozenset[str]

    def refusal(self, headers: Mapping[str, str]) -> Problem | None:
        """Return why a request with these headers is refused; None where it is answered.

        Examples
        --------
        >>> guard = guard_for("127.0.0.1", 5006, ())
        >>> guard.refusal({"Host": "localhost:5006"}) is None
        True
        >>> guard.refusal({"Host": "example.org:5006"}).code
        'SR632'
        """
        host = _with_port(headers.get("Host", ""))
        if host not in self.hosts:
            return _refused("is not an address of this server", headers.get("Host") or "no host")
        origin = headers.get("Origin")
        if origin is not None:
            scheme, _, rest = origin.partition("://")
            if scheme not in ("http", "https") or _with_port(rest, scheme) not in self.hosts:
                return _refused("is another origin", origin)
        # a browser says so where a page of another site asks for a part of this one
        site, mode = headers.get("Sec-Fetch-Site"), headers.get("Sec-Fetch-Mode")
        followed = mode == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
        if site in ("cross-site", "same-site") and not followed and origin is None:
            return _refused("is another site", str(headers.get("Referer") or "a page elsewhere"))
        return None


def _refused(what: str, value: str) -> Problem:
    return Problem(
        "SR632",
        f"{quoted(value)} {what}, and this page answers to itself only",
        help="open the address that `strikerules app` printed, or start it with"
        " `--allow-origin HOST:PORT`",
    )


def _with_port(host: str, scheme: str = "http") -> str:
    host = host.strip().lower()
    if host and not host.rpartition("]")[2].count(":"):
        host += ":443" if scheme == "https" else ":80"
    return host


def read_origin(text: str) -> str:
    """Return what ``--allow-origin`` says as ``HOST:PORT``.

    Raises
    ------
    InvalidInput
        SR601: it is something else. ``*`` is not taken: it would allow everybody.

    Examples
    --------
    >>> read_origin("Desk.example:8000")
    'desk.example:8000'
    """
    host = text.strip().lower()
    name, _, port = host.rpartition(":")
    plain = name.replace("-", "").replace(".", "").replace("[", "").replace("]", "")
    if not (plain.replace(":", "").isalnum() and port.isdecimal() and 0 < int(port) < 65536):
        raise InvalidInput(
            Problem(
                "SR601",
                f"{quoted(text)} can't be `--allow-origin`",
                expected="a host and a port such as `desk.example:8000`, without `http://`",
            )
        )
    return host


def guard_for(address: str, port: int, allowed: Iterable[str]) -> Guard:
    """Return the guard of a server that listens at an address.

    Parameters
    ----------
    address : str
        A name or an IP address; one that stands for all of a machine's addresses has no name of
        its own, so that only the loopback ones and those allowed are answered.
    port : int
    allowed : iterable of str
        ``HOST:PORT`` that are answered too.
    """
    names = {address.lower()}
    try:
        ip = ipaddress.ip_address(address)
        names = {f"[{ip}]" if ip.version == 6 else str(ip)}
        if ip.is_loopback or ip.is_unspecified:
            names = set(LOOPBACK)
    except ValueError:
        if address.lower() == "localhost":
            names = set(LOOPBACK)
    return Guard(frozenset({f"{name}:{port}" for name in names} | set(allowed)))
