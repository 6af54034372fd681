"""The trained model: made from its inputs when they changed, loaded, and asked about one message."""
from __future__ import annotations

import hashlib
import logging
import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml
from rasa.core.agent import Agent
from rasa.exceptions import ModelNotFound
from rasa.shared.exceptions import RasaException
from rasa.utils.log_utils import configure_structlog

from nlu.runner import PlainRunner

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
INPUTS = ("config.yml", "domain.yml", "nlu/data", "nlu/components", "dossiers/formats.yml", "dossiers/numbers.py")
"""What a model is made of; when any of it changes, the next start trains a new one."""

_SLASHES = re.compile(r"\A[\s/]+")


class ModelUnusable(Exception):
    """A model cannot be loaded; the message says which, why, and what to do."""


def fingerprint() -> str:
    """Return a name for the inputs as they are now; equal names mean the model need not be trained again."""
    digest = hashlib.sha256(version("rasa").encode())
    for path in _files():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def current() -> Path:
    """Return where the model of the present inputs is or will be."""
    return MODELS / f"{fingerprint()}.tar.gz"


def train() -> Path:
    """Train a model from the present inputs and return it. Raises `ModelUnusable` when the data are wrong."""
    import rasa.model_training

    path = current()
    # Rasa would keep every step's output, a gigabyte, for a training in which only some steps are new: here none is.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    configure_structlog(logging.WARNING)
    try:
        rasa.model_training.train(str(ROOT / "domain.yml"), str(ROOT / "config.yml"), str(ROOT / "nlu" / "data"),
                                  output=str(MODELS), fixed_model_name=path.name)
    except RasaException as error:
        raise ModelUnusable(f"training failed: {error}. Correct config.yml, domain.yml or nlu/data and try again.") from error
    return path


def ready() -> Path:
    """Return the model of the present inputs, trained first if there is none."""
    path = current()
    return path if path.exists() else train()


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


def _files() -> Iterator[Path]:
    for name in INPUTS:
        path = ROOT / name
        yield from sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in (".yml", ".py")) \
            if path.is_dir() else (path,)
