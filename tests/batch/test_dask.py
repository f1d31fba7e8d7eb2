"""Dask: parts of a frame are decided as the whole is, by processes that may die on the way."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from tests.batch.one_row import ADDED, RECORDS, columns_of

import strikerules as sr

dask = pytest.importorskip("dask", reason="dask is not installed")
dd = pytest.importorskip("dask.dataframe", reason="dask.dataframe is not installed")

KHARKIV = sr.load("kharkiv")
OWN = {
    "policy": "own",
    "otherwise": "prohibit",
    "zones": {"here": {"geometry": {"type": "Polygon", "coordinates": [
        [[36, 50], [37, 50], [37, 51], [36, 51], [36, 50]]]}}},
    "rules": [{"id": "r", "effect": "permit", "when": {"target.location": {"within": "here"}}}],
}  # fmt: skip


def _rows(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "row": np.arange(count),
            "weapon.made_in": rng.choice(["US", "FR"], count),
            "weapon.max_range_km": rng.choice([40.0, 120.0], count),
            "target.location.lon": rng.uniform(35.0, 38.5, count),
            "target.location.lat": rng.uniform(49.0, 52.0, count),
        },
        index=pd.Index(np.arange(count) * 3 + 5, name="key"),
    )


def _same(found: pd.DataFrame, want: pd.DataFrame) -> None:
    """Assert that two frames are the same but for how Dask stores text and joins categories."""
    assert list(found.columns) == list(want.columns)
    assert found.index.tolist() == want.index.tolist()
    for name in want.columns:
        assert found[name].astype(object).tolist() == want[name].astype(object).tolist(), name


@pytest.fixture
def alone() -> Iterator[None]:
    """No cluster and no threads: a test of what is computed, not of where."""
    with dask.config.set(scheduler="synchronous"):
        yield


@pytest.mark.parametrize("parts", [1, 3, 7])
@pytest.mark.usefixtures("alone")
def test_parts_are_decided_as_the_whole(parts: int) -> None:
    """The answers would depend on where a frame was cut."""
    frame = _rows(50)
    split = dd.from_pandas(frame, npartitions=parts)
    lazy = KHARKIV.check_frame(split)
    assert dask.is_dask_collection(lazy)
    assert lazy.divisions == split.divisions
    found = lazy.compute()
    _same(found, KHARKIV.check_frame(frame))
    assert (found.dtypes[ADDED] == "category").tolist() == [True, True, False, True, True]


@pytest.mark.usefixtures("alone")
def test_what_is_foretold_is_what_comes() -> None:
    """Dask would plan with other columns or types than the parts have, and fail far from here."""
    split = dd.from_pandas(_rows(20), npartitions=3)
    for bad in ("raise", "mark"):
        lazy = KHARKIV.check_frame(split, prefix="k_", bad=bad)
        found = lazy.compute()
        assert list(lazy.columns) == list(found.columns)
        for name in found.columns:
            assert str(lazy.dtypes[name]) == str(found.dtypes[name])
        assert lazy["k_decision"].cat.known
        assert not lazy["k_rules"].cat.known
        counted = lazy.groupby("k_decision", observed=True).size().compute()
        assert counted.to_dict() == found.groupby("k_decision", observed=True).size().to_dict()


@pytest.mark.usefixtures("alone")
def test_a_frame_of_pandas_is_split_when_asked() -> None:
    """A frame that was read already could not be decided by several processors."""
    frame = pd.DataFrame(columns_of(RECORDS)).iloc[::-1]
    lazy = KHARKIV.check_frame(frame, engine="dask")
    assert dask.is_dask_collection(lazy)
    _same(lazy.compute()[ADDED], KHARKIV.check_frame(frame)[ADDED])


@pytest.mark.usefixtures("alone")
def test_a_map_stays_a_map() -> None:
    """Geometry or reference system would be lost on the way through the parts."""
    rows = _rows(30)
    places = gpd.points_from_xy(rows.pop("target.location.lon"), rows.pop("target.location.lat"))
    frame = gpd.GeoDataFrame(rows, geometry=places, crs=4326).to_crs(32637)
    frame.loc[frame.index[3], "geometry"] = None
    frame.loc[frame.index[4], "geometry"] = shapely.box(4e5, 5.5e6, 5e5, 5.6e6)
    found = KHARKIV.check_frame(dd.from_pandas(frame, npartitions=4)).compute()
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs == "EPSG:32637"
    assert found.geometry.geom_equals(frame.geometry).tolist() == [True] * 3 + [False] + [True] * 26
    _same(found[ADDED], KHARKIV.check_frame(frame)[ADDED])


@pytest.mark.usefixtures("alone")
def test_dask_geopandas() -> None:
    """A map in parts would come back as another kind of frame."""
    import dask_geopandas

    frame = gpd.GeoDataFrame(
        {"weapon.made_in": ["US"] * 4},
        geometry=gpd.points_from_xy([36.9] * 4, [50.45] * 4),
        crs=4326,
    )
    lazy = KHARKIV.check_frame(dask_geopandas.from_geopandas(frame, npartitions=2))
    assert isinstance(lazy, dask_geopandas.GeoDataFrame)
    assert lazy.crs == "EPSG:4326"
    _same(lazy.compute()[ADDED], KHARKIV.check_frame(frame)[ADDED])


@pytest.mark.usefixtures("alone")
def test_mistakes_are_told_before_or_with_their_part() -> None:
    """A slip in a name would be told after hours, or a bad row without its part."""
    split = dd.from_pandas(_rows(40), npartitions=4)
    with pytest.raises(sr.InvalidInput, match="SR221"):
        KHARKIV.check_frame(split, columns={"x": "date"})
    with pytest.raises(sr.InvalidInput, match="SR223"):
        KHARKIV.check_frame(KHARKIV.check_frame(split))
    with pytest.warns(UserWarning, match="not looked at") as said:
        KHARKIV.check_frame(split.rename(columns={"weapon.made_in": "made_in"}))
    assert [w.filename for w in said if w.category is UserWarning] == [__file__]
    bad = _rows(40)
    bad.loc[bad.index[35], "weapon.made_in"] = "USA"
    lazy = KHARKIV.check_frame(dd.from_pandas(bad, npartitions=4))
    with pytest.raises(sr.InvalidInput) as caught:
        lazy.compute()
    assert [(p.code, p.message) for p in caught.value.problems] == [
        ("SR224", "1 of 10 rows can't be read"),
        ("SR114", "part 3, row 6, index `110`: `USA` is not a country code"),
    ]
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems


@pytest.mark.usefixtures("alone")
def test_parquet_in_and_out(tmp_path: Path) -> None:
    """Rows that do not fit into memory could not be decided from disk to disk."""
    whole = _rows(60).reset_index(drop=True)
    for part in range(6):
        whole[part * 10 : part * 10 + 10].to_parquet(tmp_path / f"{part}.parquet")
    with warnings.catch_warnings():
        # Dask's own, with the newest pandas
        warnings.simplefilter("ignore", DeprecationWarning)
        KHARKIV.check_frame(dd.read_parquet(tmp_path)).to_parquet(tmp_path / "out")
    found = pd.read_parquet(tmp_path / "out").sort_values("row", ignore_index=True)
    _same(found, KHARKIV.check_frame(whole))


@pytest.mark.parametrize(
    ("policy", "most"),
    [
        (KHARKIV, 200),
        (KHARKIV.vary(set={"long_range_km": 70}).vary(readings={"air-bases": "counted"}), 400),
        (sr.load("timeline"), 200),
        (sr.load(OWN), 4_000),
    ],
    ids=["named", "varied", "timeline", "own"],
)
def test_a_policy_is_sent_as_little(policy: sr.Policy, most: int) -> None:
    """Every part of a frame would carry the compiled policy with it, or arrive with another."""
    policy.check_frame(_rows(5))
    sent = pickle.dumps(policy)
    assert len(sent) < most
    there = pickle.loads(sent)
    assert pickle.loads(sent) is there
    assert pickle.loads(pickle.dumps(there)) is there
    assert (there.name, there.parameters, there.questions) == (
        policy.name,
        policy.parameters,
        policy.questions,
    )
    _same(there.check_frame(_rows(40)), policy.check_frame(_rows(40)))


def test_a_policy_of_ones_own_is_sent_as_it_was_read(tmp_path: Path) -> None:
    """Another machine would look for a file that it does not have, or find a later one."""
    (tmp_path / "base.yaml").write_text("policy: base\notherwise: prohibit\nrules: []\n")
    file = tmp_path / "more.yaml"
    file.write_text("policy: more\nextends: base\nadd: {rules: [{id: all, effect: permit}]}\n")
    policy = sr.load(file)
    sent = pickle.dumps(policy.of(policy.ruling)), pickle.dumps(policy)
    file.unlink()
    (tmp_path / "base.yaml").unlink()
    for one in sent:
        assert pickle.loads(one).check({}).decision == "permitted"
    assert pickle.loads(sent[1]).check({"timing": "pre_emptive"}).rules[0].id == "all"


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines with different versions would decide their parts differently."""
    from strikerules import api

    monkeypatch.setattr(api, "__version__", "0.0.1")
    sent = pickle.dumps(sr.load("ban"))
    monkeypatch.undo()
    with pytest.raises(RuntimeError, match=r"comes from strikerules 0\.0\.1, and this is"):
        pickle.loads(sent)


def test_registered_sources_are_sent_along(tmp_path: Path) -> None:
    """What a rule cites would not be found in the other process."""
    policy = sr.load("kharkiv", sources=tmp_path)
    there = pickle.loads(pickle.dumps(policy))
    assert there is not pickle.loads(pickle.dumps(KHARKIV))
    case = {"weapon.made_in": "US", "target.location": {"lon": 36.9, "lat": 50.45}}
    assert there.check(case).citations == policy.check(case).citations


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two worker processes on this machine, of a thread each."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2] / "src"))
    with (
        warnings.catch_warnings(),
        dask.config.set({"distributed.logging.distributed": "critical"}),
    ):
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as local,
            distributed.Client(local) as client,
        ):
            client.wait_for_workers(2, timeout=60)
            yield client


def test_a_worker_that_is_killed_loses_no_row(cluster: Any, tmp_path: Path) -> None:
    """Rows would be lost, or decided twice and counted twice, when a machine goes down."""
    frame = _rows(400)
    lazy = KHARKIV.check_frame(dd.from_pandas(frame, npartitions=40, sort=False))
    killed: list[int] = []

    # here, so that it is sent by what it does: the workers do not know the tests
    def slowly(part: pd.DataFrame, folder: str) -> pd.DataFrame:
        time.sleep(0.15)
        note = f"{os.getpid()}-{int(part.row.iloc[0])}-{time.monotonic_ns()}"
        (Path(folder) / note).touch()
        return part

    slow = lazy.map_partitions(slowly, str(tmp_path), meta=lazy._meta)

    def kill() -> None:
        while len(list(tmp_path.iterdir())) < 8:
            time.sleep(0.02)
        pids = sorted({int(p.name.partition("-")[0]) for p in tmp_path.iterdir()})
        killed.append(pids[0])
        os.kill(pids[0], signal.SIGKILL)

    watcher = threading.Thread(target=kill, daemon=True)
    watcher.start()
    found = cluster.compute(slow).result(timeout=120)
    watcher.join(30)
    done = [p.name.split("-") for p in tmp_path.iterdir()]
    by_the_dead = [first for pid, first, _ in done if int(pid) == killed[0]]
    assert by_the_dead
    assert len({first for _, first, _ in done}) == 40
    # it was killed on the way, not at the end: others decided most of the parts
    assert len(done) - len(by_the_dead) >= 20
    _same(found, KHARKIV.check_frame(frame))


def test_a_policy_is_made_ready_once_in_a_process(cluster: Any) -> None:
    """Every part would pay for compiling the policy again."""
    lazy = KHARKIV.check_frame(dd.from_pandas(_rows(200), npartitions=20))
    cluster.compute(lazy).result(timeout=120)

    def times_loaded(sent: bytes) -> int:
        from strikerules import api

        pickle.loads(sent)
        return api._unpacked.cache_info().misses

    found = cluster.run(times_loaded, pickle.dumps(KHARKIV))
    assert list(found.values()) == [1, 1]


def test_parts_for_every_thread_of_the_cluster(cluster: Any) -> None:
    """A frame would be split for this machine and not for the cluster that is to decide it."""
    lazy = KHARKIV.check_frame(_rows(100), engine="dask")
    assert lazy.npartitions == 2
    found = cluster.compute(lazy).result(timeout=120)
    _same(found, KHARKIV.check_frame(_rows(100)))
