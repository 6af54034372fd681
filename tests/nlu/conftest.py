"""The trained model, loaded once for the tests that ask it, and commands run in processes of their own."""
from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Awaitable, Callable, Mapping

import pytest

Understand = Callable[[str], Awaitable[Mapping[str, Any]]]


@pytest.fixture(scope="session")
def model_path():
    """The model of the present inputs, trained first if there is none."""
    # Rasa takes seconds to load; the tests that need no model should not wait for it.
    from nlu import model

    return model.ready()


@pytest.fixture(scope="session")
def agent(model_path):
    from nlu import model

    return model.load(model_path)


@pytest.fixture(scope="session")
def understand(agent) -> Understand:
    """Understand a message; one that several tests ask about is understood once, so what comes back is not to be changed."""
    from nlu import model

    known: dict[str, Mapping[str, Any]] = {}

    async def ask(text: str) -> Mapping[str, Any]:
        if text not in known:
            known[text] = (await model.understand(agent, text))["understanding"]
        return known[text]

    return ask


@pytest.fixture
def message():
    """Make a message as a component gets it: its text and what components before it have found."""
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.message import Message

    def make(text: str = "", **found: Any) -> Message:
        return Message({TEXT: text, **found})

    return make


@dataclass(frozen=True)
class Ran:
    """How a command ended, what it said, and the folder it was given."""

    code: int
    out: str
    err: str
    folder: Path


@pytest.fixture(scope="module")
def ran(request, model_path, tmp_path_factory) -> Mapping[str, Ran]:
    """The module's COMMANDS by name, each run once; side by side, because each takes seconds to load Rasa.

    A command is a list of arguments to Python, in which {model} and {folder} are filled in, and the bytes it reads.
    """
    from nlu.model import ROOT

    folder = tmp_path_factory.mktemp("ran")
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"}
    running = {}
    for name, (arguments, given) in request.module.COMMANDS.items():
        filled = [argument.format(model=model_path, folder=folder) for argument in arguments]
        # Files instead of pipes: a pipe that nobody reads yet fills up and stops its writer.
        (folder / f"{name}.in").write_bytes(given)
        with (folder / f"{name}.in").open("rb") as source, (folder / f"{name}.out").open("wb") as out, \
                (folder / f"{name}.err").open("wb") as err:
            running[name] = subprocess.Popen(
                [sys.executable, *filled], cwd=ROOT, env=environment, stdin=source, stdout=out, stderr=err)
    try:
        ended = {name: process.wait(timeout=300) for name, process in running.items()}
        said = {name: [(folder / f"{name}.{stream}").read_text(encoding="utf-8") for stream in ("out", "err")] for name in running}
        return {name: Ran(ended[name], *said[name], folder) for name in running}
    finally:
        for process in running.values():
            process.kill()
            process.wait()
