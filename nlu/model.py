"""The trained model: made from its inputs when they changed, loaded, and asked about one message."""
from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Mapping

import yaml
from rasa.core.agent import Agent
from rasa.exceptions import ModelNotFound
from rasa.shared.exceptions import RasaException
from rasa.utils.log_utils import configure_structlog

from nlu import additions, steps
from nlu.inputs import ROOT, current
from nlu.runner import PlainRunner
from nlu.steps import Progress

log = logging.getLogger(__name__)

_SLASHES = re.compile(r"\A[\s/]+")


class ModelUnusable(Exception):
    """A model cannot be loaded; the message says which, why, and what to do."""


def train(taught: Path | None = None, output: Path | None = None, progress: Progress = lambda *_: None) -> Path:
    """Train a model from the present inputs, and from a file of taught examples, and return it.

    Without `output` it becomes the model of the present inputs. Raises `ModelUnusable` when the data are wrong.
    """
    import rasa.model_training

    path = output or current()
    # Rasa would keep every step's output, a gigabyte, for a training in which only some steps are new: here none is.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    configure_structlog(logging.WARNING)
    with ExitStack() as stack:
        stack.enter_context(steps.told(progress))
        domain, data = ROOT / "domain.yml", [str(ROOT / "nlu" / "data")]
        try:
            if taught:
                folder = Path(stack.enter_context(TemporaryDirectory()))
                domain, data = additions.beside(domain, ROOT / "nlu" / "data", taught, folder)
            rasa.model_training.train(str(domain), str(ROOT / "config.yml"), data,
                                      output=str(path.parent), fixed_model_name=path.name)
        except (RasaException, yaml.YAMLError, ValueError, OSError) as error:
            files = f"config.yml, domain.yml, nlu/data or {taught}" if taught else "config.yml, domain.yml or nlu/data"
            raise ModelUnusable(f"training failed: {error}. Correct {files} and try again.") from error
    return path


def ready() -> Path:
    """Return the model of the present inputs, trained first if there is none."""
    path = current()
    return path if path.exists() else train()


def ready_apart() -> Path:
    """Return the model of the present inputs, trained first in a process of its own, beside which this one can go on answering.

    Raises `ModelUnusable`; what went wrong is on standard error.
    """
    path = current()
    if not path.exists() and subprocess.run([sys.executable, "-m", "nlu", "train"], cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        raise ModelUnusable("the model cannot be trained; the reason stands above.")
    return path


def component(name: str) -> dict[str, Any]:
    """Return the settings of one of our components as config.yml has them."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    [found] = [one for one in pipeline if one["name"].endswith(f".{name}")]
    return {key: value for key, value in found.items() if key != "name"}


def load(path: Path, **agent: Any) -> Agent:
    """Return a Rasa agent with this model. Raises `ModelUnusable`."""
    # Unless told otherwise, Rasa's log prints every message of every citizen to standard output.
    configure_structlog(logging.WARNING)
    try:
        loaded = Agent.load(path, **agent)
    except (RasaException, ModelNotFound, OSError, KeyError, AttributeError, ImportError, ValueError, EOFError) as error:
        raise ModelUnusable(f"{path}: cannot be loaded by this version ({error!r}). Delete it or run `make train`.") from error
    loaded.processor.graph_runner = PlainRunner(loaded.processor.graph_runner)
    return loaded


def check_dialogue(agent: Agent, path: Path, wanted: Mapping[str, Any] | None = None) -> None:
    """Check that a model knows what domain.yml has, or `wanted`, so that the actions can answer. Raises `ModelUnusable`."""
    domain = agent.domain
    known = {"intents": domain.intents, "slots": [slot.name for slot in domain.slots], "actions": domain.user_actions,
             "forms": domain.form_names}
    wanted = wanted or yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    lacking = [f"{kind}: {', '.join(missing)}" for kind, names in known.items()
               if (missing := [name for name in wanted[kind] if name not in names])]
    if lacking:
        raise ModelUnusable(f"{path}: was trained for another version; it lacks {'; '.join(lacking)}. "
                            "Delete it or run `make train`, and take MODEL out of the settings.")


async def understand(agent: Agent, text: str) -> Mapping[str, Any]:
    """Return what the model makes of a message without history; `understanding` holds the decision."""
    # Rasa takes a text with a slash in front for the payload of a button, and does not try to understand it.
    return await agent.parse_message(_SLASHES.sub("", text))
