"""Where the engines keep their data and their sockets.

A state folder may be too deep for a unix socket (the kernel allows about a hundred bytes), and as root it may lie where
the unprivileged account that PostgreSQL runs as can't go. Then sockets, data or both go to a folder of our own
elsewhere, named after the state folder so that two checkouts never meet.
"""

import fcntl
import hashlib
import json
import os
import pwd
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from securebank.up.errors import CannotStart

# "/postgres/.s.PGSQL.5432.lock" follows; together they must stay under 100 bytes.
LONGEST_SOCKET_FOLDER: Final = 70
SAFE_SOCKET_FOLDER: Final = re.compile(r"[A-Za-z0-9_./-]+")
AWAY_FOLDERS: Final = (Path("/var/lib/securebank"), Path("/var/tmp/securebank"))  # noqa: S108 - checked by own_folder
UNPRIVILEGED: Final = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one bank on this machine.

    Attributes:
        state: what the bank was asked to use; keys, logs and records lie here.
        sockets: a short path for unix sockets.
        data: holds the database and, if need be, copies of the server's programs.
        account: the unprivileged account that PostgreSQL runs as; None when we aren't root.
    """

    state: Path
    sockets: Path
    data: Path
    account: pwd.struct_passwd | None


def find_places(state: Path) -> Places:
    """Make the state folder and choose the others; the choice is written to ``places.json``."""
    state.mkdir(parents=True, exist_ok=True)
    state = state.resolve()
    account = unprivileged_account() if os.geteuid() == 0 else None
    places = Places(state=state, sockets=_sockets(state, account), data=_data(state, account), account=account)
    record = {"state": str(state), "sockets": str(places.sockets), "data": str(places.data)}
    (state / "places.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return places


def unprivileged_account() -> pwd.struct_passwd:
    """Return the account that PostgreSQL runs as when root starts the bank.

    initdb refuses a number without a name, so it must be one that the machine knows.
    """
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return known[name]
    raise CannotStart("PostgreSQL refuses to run as root, and this machine knows neither 'postgres' nor 'nobody'.")


def is_reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Tell whether the account may enter every folder down to ``path`` and ``path`` itself."""
    if account is None:
        return True
    groups = set(os.getgrouplist(account.pw_name, account.pw_gid))
    for step in (path, *path.parents):
        facts = step.stat()
        if facts.st_uid == account.pw_uid:
            needed = stat.S_IXUSR
        elif facts.st_gid in groups:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not facts.st_mode & needed:
            return False
    return True


def own_folder(path: Path, *, mode: int, account: pwd.struct_passwd | None = None) -> Path:
    """Make a folder, or check that an existing one is really ours; never touch another's permissions."""
    owner = os.geteuid() if account is None else account.pw_uid
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        facts = path.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in {owner, os.geteuid()}:
            raise CannotStart(f"{path} exists and belongs to somebody else; remove it.") from None
        return path
    path.chmod(mode)
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)
    return path


def hold_lock(state: Path) -> int:
    """Take the lock of a state folder; the kernel lets go of it when this process ends, however it ends."""
    descriptor = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 100).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise CannotStart(f"This bank already runs from {state} (process {holder or 'unknown'}).") from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
    return descriptor


def _short_name(state: Path) -> str:
    return hashlib.sha256(os.fsencode(state)).hexdigest()[:12]


def _sockets(state: Path, account: pwd.struct_passwd | None) -> Path:
    name = f"securebank-{os.geteuid()}-{_short_name(state)}"
    mode = 0o700 if account is None else 0o711
    candidates = [state / "run", Path(tempfile.gettempdir()) / name, Path("/tmp") / name]  # noqa: S108 - own_folder
    for folder in candidates:
        is_short = len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER
        if is_short and SAFE_SOCKET_FOLDER.fullmatch(str(folder)) and is_reachable(folder.parent, account):
            return own_folder(folder, mode=mode)
    raise CannotStart("Found no short folder for unix sockets; /tmp must be one that other accounts may enter.")


def _data(state: Path, account: pwd.struct_passwd | None) -> Path:
    if is_reachable(state, account):
        return state
    for parent in AWAY_FOLDERS:
        if os.access(parent.parent, os.W_OK) and is_reachable(parent.parent, account):
            return own_folder(own_folder(parent, mode=0o711) / _short_name(state), mode=0o711)
    raise CannotStart(f"The account '{account.pw_name if account else ''}' can enter neither {state} nor /var/lib.")
