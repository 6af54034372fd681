"""Trainings over a database of its own, with a stand-in that learns at once."""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

from conversations.labels import Labels
from teaching.comparison import Change, Comparison, Measure, Part, Taught
from teaching.models import Models
from teaching.run import Commands, Run
from teaching.switches import Switches
from teaching.trainings import Trainings

HERE = Path(__file__).parent
SETS = HERE / "sets"
BASE = "0123456789ab"
STAND_IN = (sys.executable, "-m", "tests.teaching.stand_in")


def compared(broken: bool = False) -> Comparison:
    """Return a comparison; with a floor that is broken if so wished."""
    return Comparison(
        [Measure("right service answered", 0.95, 0.5 if broken else 0.96, 0.92, False, broken),
         Measure("wrong service answered", 0.01, 0.01, 0.018, True, False)],
        [Part("passport", 40, 37, 39), Part("driving_licence", 40, 40, 38), Part("greet", 10, 10, 10)],
        [Change("làm quyển đi Tây", ["passport"], ["fallback"], ["passport", "overview"], "better"),
         Change("đổi bằng", ["driving_licence"], ["driving_licence", "fee"], ["clarify", "driving_licence", "passport"], "worse")],
        Taught(3, 1, 2, [Change("<b>sổ</b> đi Lào", ["passport"], ["fallback"], ["fallback"], "other")]), 1)


def complete(trainings: Trainings, models: Models, folder: Path, base: str = BASE, broken: bool = False, content: bytes = b"") -> int:
    """Do a training without learning anything; its model is `content`."""
    training = trainings.begin("lan", base, 3)
    (folder / "made").write_bytes(content or f"model {training}".encode())
    trainings.finish(training, compared(broken), *models.keep(training, folder / "made"))
    return training


@pytest.fixture
def trainings(database) -> Trainings:
    return Trainings(database)


@pytest.fixture
def models(database) -> Models:
    return Models(database)


@pytest.fixture
def switches(database) -> Switches:
    return Switches(database, BASE)


@pytest.fixture
def labels(database) -> Labels:
    return Labels(database)


@pytest.fixture
def done(trainings, models, tmp_path) -> Callable[..., int]:
    """Make a training that is done, and return its number."""
    return lambda **given: complete(trainings, models, tmp_path, **given)


@pytest.fixture
def live_file(tmp_path) -> Path:
    """The file of the model that is live when none was promoted."""
    path = tmp_path / "live.json"
    path.write_text((HERE / "base.json").read_text(encoding="utf-8"))
    return path


@pytest.fixture
def run(database, live_file) -> Callable[..., bool]:
    """Do a training that was begun, with the stand-in."""

    def do(training: int, *options: str, sets: Path = SETS) -> bool:
        return Run(database, training, live_file, Commands([*STAND_IN, *options], sets, beat=0.05)).run()

    return do


def content(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
