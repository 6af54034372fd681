"""Databases of a test's choice, closed at its end."""
from __future__ import annotations

import pytest

from store.database import Database


@pytest.fixture
def opened(tmp_path):
    """Open a database by its address, or by its path below the test's folder; all are closed at the end."""
    made = []

    def open_(url: str) -> Database:
        made.append(Database(url if ":" in url else f"sqlite:///{tmp_path / url}"))
        return made[-1]

    yield open_
    for database in made:
        database.close()
