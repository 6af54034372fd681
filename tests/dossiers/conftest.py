"""What the tests of the dossiers share: the sample in a database, look-ups at a time of the test's choice, the command line."""
from __future__ import annotations

import io
import sys
from datetime import datetime, timedelta

import pytest

from dossiers import __main__ as commands
from dossiers.digits import Digits
from dossiers.importer import load
from dossiers.lookup import Limits, Lookup
from dossiers.provider import EmbeddedProvider
from dossiers.tables import DossierRow


class Clock:
    """A clock that a test sets forward."""

    now = datetime(2026, 11, 23, 9, 0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def digits() -> Digits:
    return Digits(b"key")


@pytest.fixture
def limits() -> Limits:
    return Limits(per_chat=3, per_number=5, overall=40, window=timedelta(hours=1))


@pytest.fixture
def lookup(database, digits, limits, clock) -> Lookup:
    """Look-ups over the sample dossiers."""
    with commands.SAMPLE.open(encoding="utf-8", newline="") as file:
        assert load(file, database, digits).rejected == []
    return Lookup(database, EmbeddedProvider(database, digits), digits, limits, clock)


@pytest.fixture
def loaded(database, digits):
    """Load a CSV text and return the report and what the database holds, by number."""

    def run(text: str):
        report = load(io.StringIO(text, newline=""), database, digits)
        with database.session() as session:
            return report, {row.number: row for row in session.query(DossierRow)}

    return run


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder with a database of its own; return its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    monkeypatch.delenv("DOSSIER_SECRET", raising=False)

    def command(*words) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dossiers", *map(str, words)])
        code = commands.main()
        return (code, *capsys.readouterr())

    return command
