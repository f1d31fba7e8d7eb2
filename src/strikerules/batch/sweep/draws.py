"""What is drawn at random: positions in a region, numbers, dates; reproducible by a seed."""

from __future__ import annotations

import datetime
import hashlib
import math
from typing import Protocol

import numpy as np
import pyarrow as pa
from msgspec import Struct

from strikerules.batch.sweep.regions import Region

__all__ = ["LEAST_PART", "Days", "Drawn", "Normal", "Positions", "Uniform", "generator_of"]

#: A normal distribution of which less is within the limits is not drawn from.
LEAST_PART = 0.01

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_ROUND = 8192


def generator_of(seed: int, path: str, chunk: int = 0) -> np.random.Generator:
    """Return the generator of one chunk of what is drawn for an attribute.

    It hangs on these three alone: another attribute that is drawn as well, more draws, or other
    batches change none of the draws.

    Parameters
    ----------
    seed : int
    path : str
        The attribute.
    chunk : int

    Examples
    --------
    >>> one, again = (generator_of(7, "target.location").random() for _ in range(2))
    >>> one == again
    True
    """
    digest = hashlib.sha256(path.encode()).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "big") for i in (0, 4))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*key, chunk)))


class Drawn(Protocol):
    """What is drawn for one attribute."""

    @property
    def path(self) -> str:
        """The attribute."""

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its columns."""

    @property
    def words(self) -> str:
        """How it is drawn, for people."""

    def arrays(self, generator: np.random.Generator, count: int) -> list[pa.Array]:
        """Return its columns for the first draws of a generator."""


class Positions(Struct, frozen=True):
    """Positions in a region, uniform by area on the ellipsoid."""

    path: str
    region: Region
    accuracy_km: float = 0.0

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its columns."""
        parts = ("lon", "lat", "accuracy_km") if self.accuracy_km else ("lon", "lat")
        return tuple(pa.field(f"{self.path}.{part}", pa.float64()) for part in parts)

    @property
    def words(self) -> str:
        """How it is drawn, for people."""
        place = self.region.place
        if not self.region.disc:
            return f"{self.path} uniform by area in {place.label}"
        return f"{self.path} uniform by area within {place.accuracy_km:g} km of {place.label}"

    def arrays(self, generator: np.random.Generator, count: int) -> list[pa.Array]:
        """Return its columns for the first draws of a generator."""
        found = list(self.region.draw(generator, count))
        if self.accuracy_km:
            found.append(np.full(count, self.accuracy_km))
        return [pa.array(values) for values in found]


class Uniform(Struct, frozen=True):
    """Numbers between two, each as likely as another."""

    path: str
    least: float
    most: float

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its column."""
        return (pa.field(self.path, pa.float64()),)

    @property
    def words(self) -> str:
        """How it is drawn, for people."""
        return f"{self.path} uniform from {self.least:g} to {self.most:g}"

    def arrays(self, generator: np.random.Generator, count: int) -> list[pa.Array]:
        """Return its column for the first draws of a generator."""
        part = generator.random(count)
        # so rounded, it stays between the two
        values = self.least * (1.0 - part) + self.most * part
        return [pa.array(np.clip(values, self.least, self.most))]


class Normal(Struct, frozen=True):
    """Numbers of a normal distribution, those within the limits."""

    path: str
    mean: float
    sd: float
    least: float = -math.inf
    most: float = math.inf

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its column."""
        return (pa.field(self.path, pa.float64()),)

    @property
    def words(self) -> str:
        """How it is drawn, for people."""
        limits = ((word, x) for word, x in (("from", self.least), ("to", self.most))
                  if math.isfinite(x))  # fmt: skip
        cut = "".join(f" {word} {x:g}" for word, x in limits)
        return f"{self.path} normal with mean {self.mean:g} and sd {self.sd:g}" + (
            f", cut{cut}" if cut else ""
        )

    @property
    def part(self) -> float:
        """How much of the distribution is within the limits."""
        low, high = ((x - self.mean) / (self.sd * math.sqrt(2)) for x in (self.least, self.most))
        # of two tails of one side the difference is taken where it is exact
        side = -1.0 if low < 0 else 1.0
        return 0.5 * abs(math.erfc(side * low) - math.erfc(side * high))

    def arrays(self, generator: np.random.Generator, count: int) -> list[pa.Array]:
        """Return its column for the first draws of a generator."""
        found = [np.empty(0)]
        while sum(map(len, found)) < count:
            values = self.mean + self.sd * generator.standard_normal(_ROUND)
            found.append(values[(values >= self.least) & (values <= self.most)])
        return [pa.array(np.concatenate(found)[:count])]


class Days(Struct, frozen=True):
    """Days from one to another, both among them, each as likely as another."""

    path: str
    first: datetime.date
    last: datetime.date

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its column."""
        return (pa.field(self.path, pa.date32()),)

    @property
    def words(self) -> str:
        """How it is drawn, for people."""
        return f"{self.path} uniform from {self.first} to {self.last}"

    def arrays(self, generator: np.random.Generator, count: int) -> list[pa.Array]:
        """Return its column for the first draws of a generator."""
        days = self.last.toordinal() - self.first.toordinal() + 1
        step = np.minimum(np.floor(generator.random(count) * days), days - 1).astype(np.int32)
        since = np.int32(self.first.toordinal() - _EPOCH) + step
        return [pa.array(since, pa.int32()).cast(pa.date32())]
