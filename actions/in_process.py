"""All actions in one executor, for a bot that runs them in its own process instead of behind an HTTP server."""
from rasa_sdk.executor import ActionExecutor


def executor() -> ActionExecutor:
    """Return an executor that knows every action of this package, found as `rasa run actions` finds them."""
    made = ActionExecutor()
    made.register_package("actions")
    return made
