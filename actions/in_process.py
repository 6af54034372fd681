"""All actions in one executor, for a bot that runs them in its own process instead of behind an HTTP server."""
from __future__ import annotations

import importlib
import pkgutil

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

import actions


def executor() -> ActionExecutor:
    """Return an executor that knows every action of this package, as `rasa run actions` would find them."""
    for module in pkgutil.iter_modules(actions.__path__, "actions."):
        importlib.import_module(module.name)
    made = ActionExecutor()
    for action in _leaves(Action):
        if action.__module__.startswith("actions."):
            made.register_action(action)
    return made


def _leaves(kind: type) -> list[type]:
    """Return the classes below `kind` that nothing inherits from; those between only share code."""
    children = kind.__subclasses__()
    return [leaf for child in children for leaf in _leaves(child)] if children else [kind]
