"""One training from its beginning to its end, in a process of its own: learn, ask both models, compare, keep the new one."""
from __future__ import annotations

import asyncio
import json
import logging
import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Mapping, Sequence

from conversations.labels import Labels
from nlu.evaluation import FLOORS, SETS
from nlu.inputs import ROOT
from store.database import Database
from teaching import export
from teaching.comparison import Understood, compare, messages
from teaching.models import Models
from teaching.switches import Switches
from teaching.trainings import Stopped, Trainings

log = logging.getLogger(__name__)

BEAT = 1.0
"""Seconds between two looks at a running command; each look is a heartbeat."""

SHARES = {"training": (0, 65), "understanding": (65, 80), "beside_live": (80, 95), "keeping": (95, 100)}
"""From which percent of the whole to which each step goes."""

_TRAINED = re.compile(r"^trained (\d+)/(\d+) ", re.MULTILINE)


class CommandFailed(Exception):
    """A command ended with an error; the text is what it said."""


@dataclass(frozen=True)
class Commands:
    """What is run: ours by default, stand-ins in tests. Each is a command line to which the arguments are added."""

    nlu: Sequence[str] = (sys.executable, "-m", "nlu")
    sets: Path = SETS
    environment: Mapping[str, str] | None = None
    beat: float = BEAT


@dataclass
class Run:
    """A training that is running. `base` is the file of the model that is live when none was promoted (None: the files' one)."""

    database: Database
    training: int
    base: Path | None = None
    commands: Commands = field(default_factory=Commands)

    def __post_init__(self) -> None:
        self._trainings, self._models = Trainings(self.database), Models(self.database)

    def run(self) -> bool:
        """Do the whole training and return whether it ended well; whatever goes wrong, what is live stays."""
        try:
            with TemporaryDirectory(prefix="training-") as folder:
                self._run(Path(folder))
            return True
        except Stopped:
            log.warning("training %s was stopped", self.training)
        except CommandFailed as failed:
            self._trainings.fail(self.training, str(failed))
        except Exception as error:
            log.exception("training %s failed", self.training)
            self._trainings.fail(self.training, f"{type(error).__name__}: {error}")
        finally:
            self._models.forget_old()
        return False

    def _run(self, folder: Path) -> None:
        taught, made = folder / "taught.yml", folder / "model.tar.gz"
        if not (self.commands.sets / FLOORS.name).is_file():
            raise CommandFailed(f"{self.commands.sets / FLOORS.name} is missing: there is nothing to compare the models by. "
                                f"Install the folder {self.commands.sets} too.")
        training = self._trainings.get(self.training)
        labels = [row for row in Labels(self.database).examples() if row.at <= training.begun_at]
        taught.write_text(export.as_yaml(labels), encoding="utf-8")
        self._command("training", folder, ["train", "--taught", str(taught), "--output", str(made)], progress=_trained)
        asked = messages(self.commands.sets, taught)
        after = self._ask("understanding", folder, made, asked)
        with ExitStack() as stack:
            before = self._ask("beside_live", folder, self._live(stack, training.base), asked)
        result = asyncio.run(compare(before, after, self.commands.sets, taught))
        self._report("keeping", 0.0)
        size, digest = self._models.keep(self.training, made)
        self._trainings.finish(self.training, result, size, digest)

    def _live(self, stack: ExitStack, base: str) -> Path | None:
        """Return the file of the model that is live now, None for that of the files."""
        live = Switches(self.database, base).training()
        if live is not None:
            return stack.enter_context(self._models.file(live))
        return self.base

    def _ask(self, step: str, folder: Path, model: Path | None, asked: Sequence[str]) -> Understood:
        """Return what a model makes of each message."""
        given = folder / f"{step}.jsonl"
        given.write_text("".join(json.dumps({"text": one}) + "\n" for one in asked), encoding="utf-8")
        said = self._command(step, folder, ["classify", *(["--model", str(model)] if model else [])], given,
                             lambda out: out.count("\n") / len(asked))
        rows: list[dict[str, Any]] = [json.loads(line) for line in said.split("\n") if line]
        return {row["text"]: row for row in rows}

    def _command(self, step: str, folder: Path, arguments: Sequence[str], given: Path | None = None,
                 progress: Callable[[str], float] = lambda out: 0.0) -> str:
        """Run a command and return what it wrote, telling how far it is meanwhile. Raises `CommandFailed` and `Stopped`."""
        self._report(step, 0.0)
        out, errors = folder / f"{step}.out", folder / f"{step}.log"
        with out.open("wb") as sink, errors.open("wb") as complaints, ExitStack() as stack:
            source = stack.enter_context(given.open("rb")) if given else subprocess.DEVNULL
            process = subprocess.Popen([*self.commands.nlu, *arguments], cwd=ROOT, env=self.commands.environment,
                                       stdin=source, stdout=sink, stderr=complaints)
        try:
            while _still_runs(process, self.commands.beat):
                self._report(step, progress(_read(out)))
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            raise CommandFailed(f"{_read(errors)}\n{_read(out)[-2_000:] if step == 'training' else ''}\n"
                                f"{step}: ended with code {process.returncode}")
        return _read(out)

    def _report(self, step: str, done: float) -> None:
        first, last = SHARES[step]
        self._trainings.report(self.training, step, round(first + (last - first) * min(done, 1.0)))


def _still_runs(process: subprocess.Popen, seconds: float) -> bool:
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        return True


def _trained(out: str) -> float:
    done = _TRAINED.findall(out)
    return int(done[-1][0]) / int(done[-1][1]) if done else 0.0


def _read(path: Path) -> str:
    # Not as text: what a progress bar wrote over would become lines of its own.
    return path.read_bytes().decode("utf-8", "replace")
