"""Engines as children: on any path, beside each other, and after a kill."""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from securebank.up import binaries, children, engines, places, postgres
from securebank.up.errors import CannotStart
from tests.up.conftest import is_alive

QUICK = {"fsync": "off", "max_connections": "20"}
START_AND_WAIT = """
import signal, sys, pathlib
from securebank.up import engines
running = engines.start(engines.prepare(pathlib.Path(sys.argv[1])), options={"fsync": "off"})
print(*(child.process.pid for child in running.processes), flush=True)
signal.pause()
"""


def run_engines(state: Path) -> engines.Engines:
    return engines.start(engines.prepare(state), options=QUICK)


def remember(running: engines.Engines, fact: str) -> None:
    with psycopg.connect(running.environment["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE facts (fact text)")
        connection.execute("INSERT INTO facts VALUES (%s)", [fact])


def recall(running: engines.Engines) -> str:
    with psycopg.connect(running.environment["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT fact FROM facts").fetchone()
        assert row is not None
        return str(row[0])


def start_elsewhere(state: Path) -> tuple["subprocess.Popen[str]", list[int]]:
    holder = subprocess.Popen([sys.executable, "-c", START_AND_WAIT, str(state)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout as told:
        return holder, [int(pid) for pid in told.readline().split()]


def test_a_refused_statement_leaves_no_value_in_the_log(home: Path, kind: binaries.Kind) -> None:
    with run_engines(home / "var") as running, psycopg.connect(running.environment["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE people (handle text UNIQUE)")
        connection.execute("INSERT INTO people VALUES ('asha.secret')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('asha.secret')")

    written = (home / "var" / "log" / "postgres.log").read_text(encoding="utf-8")
    assert "duplicate key" in written
    assert "asha.secret" not in written


def test_both_kinds_answer_stop_and_keep_their_data(home: Path, kind: binaries.Kind) -> None:
    with run_engines(home / "var") as running:
        remember(running, "kept")
        assert redis.Redis.from_url(running.environment["REDIS_URL"]).ping()
        pids = [child.process.pid for child in running.processes]
    assert not any(is_alive(pid) for pid in pids)

    where = places.find_places(home / "var")
    with engines.start(where, options=QUICK) as again:
        assert recall(again) == "kept"


@pytest.mark.parametrize("name", ["my bank's", "deep/" + "/".join(["a-rather-long-name"] * 20)])
def test_start_below_an_awkward_path(home: Path, no_engines: None, name: str) -> None:
    with run_engines(home / name) as running:
        remember(running, name)

        assert recall(running) == name


def test_two_run_side_by_side(home: Path, no_engines: None) -> None:
    with run_engines(home / "one") as one, run_engines(home / "two") as two:
        remember(one, "one")
        remember(two, "two")

        assert (recall(one), recall(two)) == ("one", "two")


def test_names_given_by_the_environment_start_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"DATABASE_URL": "postgresql://elsewhere/bank", "REDIS_URL": "redis://elsewhere/0"}
    for name, url in given.items():
        monkeypatch.setenv(name, url)

    running = run_engines(home / "var")

    assert (running.environment, running.processes) == (given, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be where others can't go")
def test_root_below_a_folder_that_no_other_may_enter(home: Path, no_engines: None) -> None:
    private = home / "private"
    private.mkdir(mode=0o700)

    with run_engines(private / "var") as running:
        remember(running, "kept")
        where = places.find_places(private / "var")
        server = running.processes[-1].process.pid

        assert Path(f"/proc/{server}").stat().st_uid == places.unprivileged_account().pw_uid
    assert private.stat().st_mode & 0o777 == 0o700
    assert private not in where.data.parents
    subprocess.run(["rm", "-rf", where.data, where.sockets], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="shows what root may choose")
def test_programs_out_of_reach_are_copied(home: Path, no_engines: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECUREBANK_ENGINES", "wheels")
    found = binaries.postgres_programs(binaries.Kind.WHEELS)[0]
    hidden = home / "hidden"
    hidden.mkdir(mode=0o700)
    package = found.folder.parent.parent
    subprocess.run(["cp", "-a", package, f"{package}.libs", hidden], check=True)
    folder = hidden / package.name / "pginstall" / "bin"
    out_of_reach = binaries.PostgresPrograms(binaries.Kind.WHEELS, folder, found.major)
    monkeypatch.setattr(binaries, "postgres_programs", lambda _kind: [out_of_reach])

    with run_engines(home / "var") as running:
        remember(running, "kept")

        assert recall(running) == "kept"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_start(home: Path, no_engines: None) -> None:
    nobody = pwd.getpwnam("nobody")
    version = f"python3.{sys.version_info.minor}"
    pythons = [Path(sys.executable), Path(f"/usr/bin/{version}")]
    python = next((each for each in pythons if each.exists() and places.is_reachable(each.resolve(), nobody)), None)
    packages = Path(psycopg.__file__).parent.parent
    if python is None or not all(places.is_reachable(folder, nobody) for folder in (packages, Path.cwd())):
        pytest.skip("Python, its packages or this checkout lie where only root may go")
    state = home / "var"
    state.mkdir()
    os.chown(state, nobody.pw_uid, nobody.pw_gid)
    command = START_AND_WAIT.replace("signal.pause()", "running.stop()")

    done = subprocess.run(
        [python, "-c", command, state],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(packages)},
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (state / "postgres-system").is_dir() or (state / "postgres-wheels").is_dir()


def test_a_second_start_from_one_folder_is_refused(home: Path, no_engines: None) -> None:
    engines.prepare(home / "var")

    with pytest.raises(CannotStart, match=f"already runs .* \\(process {os.getpid()}\\)"):
        engines.prepare(home / "var")


def test_a_killed_run_does_not_hinder_the_next(home: Path, no_engines: None) -> None:
    holder, pids = start_elsewhere(home / "var")
    holder.kill()
    holder.wait()

    with run_engines(home / "var") as running:
        remember(running, "after")

        assert not any(is_alive(pid) for pid in pids)
        assert recall(running) == "after"


def test_killed_engines_come_back_with_their_data(home: Path, no_engines: None) -> None:
    with run_engines(home / "var") as running:
        remember(running, "kept")
        for child in running.processes:
            child.process.send_signal(signal.SIGKILL)
            child.process.wait()

    with engines.start(places.find_places(home / "var"), options=QUICK) as again:
        assert recall(again) == "kept"


def test_leftovers_are_stopped_and_strangers_left_alone(home: Path) -> None:
    mine = subprocess.Popen(["sleep", "60"])
    stranger = subprocess.Popen(["sleep", "60"])
    (home / "mine.json").write_text(
        f'{{"pid": {mine.pid}, "born": "{children._birth(mine.pid)}", "stop_signal": 15}}', encoding="ascii"
    )
    (home / "stranger.json").write_text(
        f'{{"pid": {stranger.pid}, "born": "another boot:1", "stop_signal": 15}}', encoding="ascii"
    )

    stopped = children.stop_leftovers(home)

    assert stopped == ["mine"]
    assert (mine.wait(5), stranger.poll()) == (-signal.SIGTERM, None)
    stranger.kill()
    stranger.wait()


def test_a_number_given_away_again_does_not_block_the_data(home: Path, no_engines: None) -> None:
    with run_engines(home / "var") as running:
        remember(running, "kept")
    where = places.find_places(home / "var")
    data = next(where.data.glob("postgres-*"))
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n\n\n\nready\n", encoding="ascii")

    with engines.start(where, options=QUICK) as again:
        assert recall(again) == "kept"


def test_data_of_another_major_version_is_refused_by_name(home: Path, kind: binaries.Kind) -> None:
    where = places.find_places(home / "var")
    folder = where.data / f"postgres-{kind}"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("14\n", encoding="ascii")

    with pytest.raises(CannotStart, match=r"made by PostgreSQL 14, but only \d+"):
        postgres.choose_programs(where.data)


def test_an_unknown_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECUREBANK_ENGINES", "docker")

    with pytest.raises(CannotStart, match="'system' or 'wheels', not 'docker'"):
        binaries.wanted_kinds()
