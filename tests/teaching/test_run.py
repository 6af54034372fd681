"""A training from its beginning to its end, with a stand-in that learns at once; whatever goes wrong, what is live stays."""
from __future__ import annotations

import json
import threading

import pytest

from teaching.tables import ModelPart
from tests.teaching.conftest import BASE


@pytest.fixture
def begun(trainings, labels):
    """A training of two examples, begun."""
    labels.write(["xin quyển xuất cảnh", "mua vé xem đá bóng"], "passport", ["overview"], "lan")
    return trainings.begin("lan", BASE, labels.count())


def known(models, training):
    with models.file(training) as path:
        return json.loads(path.read_text())


def test_a_training_learns_compares_and_keeps_its_model(begun, run, trainings, models):
    assert run(begun)
    found = trainings.get(begun)
    assert (found.state, found.percent, found.log) == ("done", 100, "")
    assert known(models, begun)["xin quyển xuất cảnh"] == ["passport", ["overview"]]
    assert (found.comparison.taught.before, found.comparison.taught.after, found.comparison.left_out) == (0, 2, 2)


def test_the_model_made_live_is_what_the_next_one_is_compared_with(begun, run, trainings, switches, labels):
    run(begun)
    switches.promote(begun, "lan", "good")
    labels.write(["cuốn sổ đi Lào"], "passport", ["overview"], "lan")
    second = trainings.begin("lan", BASE, labels.count())
    assert run(second)
    assert (trainings.get(second).comparison.taught.before, trainings.get(second).comparison.taught.after) == (2, 3)


def test_examples_that_came_after_the_beginning_wait_for_the_next_one(begun, run, labels, models):
    labels.write(["cuốn sổ đi Lào"], "passport", ["overview"], "lan")
    assert run(begun) and "cuốn sổ đi Lào" not in known(models, begun)


@pytest.mark.parametrize("step", ["train", "classify"])
def test_one_that_fails_half_way_keeps_the_end_of_its_log_and_nothing_else(step, begun, run, trainings, switches, database):
    assert not run(begun, "--broken", step)
    found = trainings.get(begun)
    assert (found.state, found.comparison, found.size) == ("failed", None, 0)
    assert "line 99\nout of memory" in found.log and "ended with code 3" in found.log
    assert "line 1\n" not in found.log
    assert switches.training() is None
    with database.session() as session:
        assert session.query(ModelPart).count() == 0


def test_without_the_sets_it_says_what_is_missing(begun, run, trainings, tmp_path):
    assert not run(begun, sets=tmp_path / "nowhere")
    assert str(tmp_path / "nowhere" / "floors.yml") in trainings.get(begun).log


def test_a_live_model_that_is_gone_is_told(begun, run, trainings, database, switches, labels):
    run(begun)
    switches.promote(begun, "lan", "good")
    with database.session() as session:
        session.query(ModelPart).delete()
    second = trainings.begin("lan", BASE, labels.count())
    assert not run(second) and "damaged" in trainings.get(second).log


def test_one_that_somebody_stops_ends_its_command(begun, run, trainings):
    ended = []
    running = threading.Thread(target=lambda: ended.append(run(begun, "--slow", "train")))
    running.start()
    while trainings.get(begun).percent == 0:
        assert running.is_alive()
    assert trainings.get(begun).step == "training"
    assert trainings.fail(begun, "stopped by Lan")
    running.join(60)
    assert ended == [False] and trainings.get(begun).log == "stopped by Lan"
