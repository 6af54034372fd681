"""Processes held to a share of a core by the kernel (control groups), so that they do not take from each other."""
from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator

PERIOD = 50_000
"""Microseconds in which a share is given out anew."""

ROOT = Path("/sys/fs/cgroup")


class NoShares(Exception):
    """Processes cannot be held to a share on this machine; the message says why."""


@contextmanager
def share(name: str, cores: float, root: Path = ROOT) -> Iterator[Path]:
    """Make a group of processes that together have so much of a core. Raises NoShares."""
    # Version 1 has a tree for each kind of resource, version 2 has one for all.
    first = (root / "cpu" / "cgroup.procs").exists()
    group = (root / "cpu" if first else root) / f"{name}-{os.getpid()}"
    quota = int(cores * PERIOD)
    limits = {"cpu.cfs_period_us": f"{PERIOD}", "cpu.cfs_quota_us": f"{quota}"} if first else {"cpu.max": f"{quota} {PERIOD}"}
    try:
        try:
            if not first:
                (root / "cgroup.subtree_control").write_text("+cpu")
            group.mkdir()
            for file, limit in limits.items():
                (group / file).write_text(limit)
        except OSError as error:
            raise NoShares(f"{error.filename}: {error.strerror}") from error
        yield group
    finally:
        _remove(group)


def hold(group: Path, pid: int) -> None:
    """Put a process into a group, with its threads and whatever it starts."""
    (group / "cgroup.procs").write_text(f"{pid}")


def _remove(group: Path) -> None:
    """Remove a group; the kernel refuses for a moment after the end of its last process."""
    for _ in range(20):
        with suppress(OSError):
            group.rmdir()
        if not group.exists():
            return
        time.sleep(0.1)
