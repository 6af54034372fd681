"""The arrows between the rooms: who may import whom, and where the outside libraries live."""
import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("actions", "answers", "bot", "catalogue", "conversations", "dossiers", "nlu", "staff", "store", "teaching")

MAY_IMPORT = {
    "store": set(),
    "catalogue": {"store"},
    "conversations": {"store"},
    "dossiers": {"store"},
    "answers": {"catalogue", "dossiers"},
    "actions": {"answers", "catalogue", "dossiers", "store"},
    "nlu": {"dossiers"},
    "bot": {"answers"},
    "staff": {"answers", "catalogue", "conversations", "dossiers", "store", "teaching"},
    "teaching": {"conversations", "nlu", "store"},
}
"""What each room may import of ours; the wiring, the settings and the command lines may know more."""

EVERYWHERE = {"store.trace"}
"""What is of no room: the name under which the log knows what is being dealt with."""

WIRING = {"bot/wiring.py", "bot/engine.py", "bot/__main__.py", "bot/settings.py", "bot/tracker.py"}

OUTSIDE = {
    "telegram": ("bot/telegram/",),
    "rasa": ("nlu/", "bot/engine.py", "bot/quick.py", "bot/tracker.py"),
    "rasa_sdk": ("actions/", "bot/engine.py"),
}


def sources():
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path):
    """Return every module a file imports, those inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path):
    name = str(path.relative_to(ROOT))
    room = name.split("/")[0]
    if name in WIRING:
        return
    ours = {module.split(".")[0] for module in imports(path) if module not in EVERYWHERE} & set(ROOMS) - {room}
    assert ours <= MAY_IMPORT[room], f"{name} imports {ours - MAY_IMPORT[room]}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_outside_libraries_stay_in_their_rooms(path):
    name = str(path.relative_to(ROOT))
    for library in {module.split(".")[0] for module in imports(path)} & set(OUTSIDE):
        assert name.startswith(OUTSIDE[library]), f"{name} imports {library}"


def test_understanding_takes_only_the_pure_part_of_the_dossiers():
    taken = {module for path in (ROOT / "nlu").rglob("*.py") for module in imports(path) if module.startswith("dossiers.")}
    assert taken <= {"dossiers.numbers"}


def test_only_the_renderer_writes_telegram_html():
    for path in sources():
        if path.relative_to(ROOT).as_posix() != "bot/telegram/render.py":
            assert "<b>" not in path.read_text(encoding="utf-8"), path


def test_only_wiring_and_command_lines_read_the_environment():
    for path in sources():
        name = str(path.relative_to(ROOT))
        # nlu/model.py tells Rasa, which listens to nothing else, how large its cache may be.
        if name.endswith(("__main__.py", "wiring.py")) or name == "nlu/model.py":
            continue
        assert "os.environ" not in path.read_text(encoding="utf-8"), name


def test_only_the_catalogue_opens_the_service_files():
    for path in sources():
        name = str(path.relative_to(ROOT))
        if not name.startswith("catalogue/"):
            assert '/ "services"' not in path.read_text(encoding="utf-8"), name
