"""What the tests of the catalogue share: revisions in a database, a clock, the command line."""
from __future__ import annotations

import sys

import pytest

from catalogue import __main__ as commands
from catalogue import files
from catalogue.revisions import Revisions


@pytest.fixture
def revisions(database) -> Revisions:
    """The record of an empty database."""
    return Revisions(database)


@pytest.fixture
def published(revisions, passport, shared) -> Revisions:
    """A record that holds one script and the shared one, each as revision 1."""
    revisions.publish("passport", passport, "Lan", "first")
    revisions.publish(files.SHARED, shared, "Lan", "first")
    return revisions


class Clock:
    """A clock that a test sets forward."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command over a database of its own; return its exit code, output and errors."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")

    def command(*words) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["catalogue", *map(str, words)])
        code = commands.main()
        return (code, *capsys.readouterr())

    return command


@pytest.fixture
def folder(tmp_path, passport):
    """A folder with one script."""
    made = tmp_path / "scripts"
    made.mkdir()
    (made / "passport.yml").write_text(files.dump(passport), encoding="utf-8")
    return made
