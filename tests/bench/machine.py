"""What the figures were measured on."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

from securebank.up import binaries

FSYNC_RATE = re.compile(r"fdatasync\s+([0-9.]+) ops/sec")


def facts() -> dict[str, str]:
    """Return machine and programs, ready to print."""
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "PostgreSQL": _output([str(program("postgres")), "--version"]).strip(),
        "Flushes a second (pg_test_fsync, fdatasync)": fsync_rate() or "not measured: no pg_test_fsync here",
        "Load before the latest run (1 min)": f"{os.getloadavg()[0]:.1f}",
    }


def program(name: str) -> Path:
    """Return one of PostgreSQL's programs, of the server that the benchmarks start if it has it."""
    beside = [each.folder for kind in binaries.wanted_kinds() for each in binaries.postgres_programs(kind)]
    return next((folder / name for folder in beside if (folder / name).is_file()), Path(name))


def fsync_rate() -> str | None:
    """Return how often a second the disk says that a commit is safe, or None without the program."""
    try:
        said = _output([str(program("pg_test_fsync")), "-s", "1", "-f", "pg_test_fsync.out"])
    except FileNotFoundError:
        return None
    finally:
        Path("pg_test_fsync.out").unlink(missing_ok=True)
    found = FSYNC_RATE.search(said)
    return f"{float(found[1]):.0f}" if found else None


def cpu_seconds(pid: int) -> float:
    """Return the user and system time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> tuple[float, float]:
    """Return a process's resident memory, and its share when pages that others map too are split (RSS, PSS)."""
    rolled = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    sizes = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", rolled, re.MULTILINE))
    return int(sizes["Rss"]) / 1024, int(sizes["Pss"]) / 1024


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for parent in found:
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in tasks.read_text(encoding="ascii").split()]
    return found


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
