"""The measurements' own tools, as far as a wrong one would measure something else in silence."""
from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bench import shares


@pytest.mark.parametrize(("folder", "shared", "written"), [
    ("cpu", {}, {"cpu.cfs_period_us": "50000", "cpu.cfs_quota_us": "12500", "cgroup.procs": "1"}),
    ("", {"cgroup.subtree_control": "+cpu"}, {"cpu.max": "12500 50000", "cgroup.procs": "1"})], ids=["version 1", "version 2"])
def test_a_share_is_written_as_the_kernel_reads_it(folder, shared, written, tmp_path, monkeypatch):
    monkeypatch.setattr(shares, "_remove", lambda group: None)
    if folder:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "cgroup.procs").touch()
    with shares.share("bench", 0.25, tmp_path) as group:
        shares.hold(group, 1)
    assert group.parent == tmp_path / folder
    assert {path.name: path.read_text() for path in group.iterdir()} == written
    assert {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()} == shared


def test_where_no_group_can_be_made_it_is_said(tmp_path):
    with pytest.raises(shares.NoShares, match="No such file"), shares.share("bench", 0.25, tmp_path / "none"):
        pass


def test_a_process_gets_no_more_than_its_share():
    try:
        with shares.share("test-of-the-bench", 0.1) as group:
            code = "import sys, time; sys.stdin.read(1); end = time.monotonic() + 1\nwhile time.monotonic() < end: pass\nprint(time.process_time())"
            with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
                shares.hold(group, process.pid)
                used, _ = process.communicate("x")
            assert 0 < float(used) < 0.3
    except shares.NoShares as error:
        pytest.skip(f"it takes root and control groups: {error}")
    assert not group.exists()
