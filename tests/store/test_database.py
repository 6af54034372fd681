"""The database: opened and set up, or refused with a message that says which and why."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

import catalogue.tables  # noqa: F401
import conversations.tables  # noqa: F401  (puts its tables into the metadata)
import dossiers.tables  # noqa: F401
import staff.tables  # noqa: F401
import teaching.tables  # noqa: F401
from store.base import Base
from store.database import DEFAULT_URL, Database, DatabaseUnusable, url_from


def pragma(database: Database, name: str):
    with database.engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_the_address_comes_from_the_environment_or_is_the_default():
    assert url_from({"DATABASE_URL": "postgresql://host/name"}) == "postgresql://host/name"
    assert url_from({"DATABASE_URL": ""}) == url_from({}) == DEFAULT_URL


def test_a_database_is_made_with_its_folders(opened, tmp_path):
    assert opened("var/deep/bot.db").ready()
    assert (tmp_path / "var" / "deep" / "bot.db").is_file()


@pytest.mark.parametrize("url", ["garbage", "", "sqlite", "postgresql//user:hidden@host/name", "nosuch://user:hidden@host/name",
                                 "postgresql://user:hidden@127.0.0.1:1/name", "postgresql://user:hidden@/name?port=x"])
def test_an_unusable_address_is_told_without_its_password(url):
    with pytest.raises(DatabaseUnusable) as refused:
        Database(url)
    assert str(refused.value).startswith("DATABASE_URL: ")
    assert "hidden" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("path", ["file/bot.db", "folder", "text.txt", "/proc/bot.db"])
def test_an_unusable_path_is_named(tmp_path, path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").write_text("not a database, but long enough to be looked at as one" * 20, encoding="utf-8")
    with pytest.raises(DatabaseUnusable) as refused:
        Database(f"sqlite:///{tmp_path / path}")
    assert str(refused.value).startswith("DATABASE_URL: ")
    assert path in str(refused.value)


def test_a_database_without_the_right_to_write_is_told_so(opened, tmp_path, monkeypatch):
    """Opened read-only, because a test that runs as root may write everywhere."""
    (tmp_path / "bot.db").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseUnusable, match="readonly"):
        opened("sqlite:///file:bot.db?mode=ro&uri=true")


def test_a_database_of_a_later_version_is_told_so(opened, tmp_path):
    database = opened("bot.db")
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="9999"):
        opened("bot.db")


def test_the_migrations_make_what_the_models_describe(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True, "target_metadata": Base.metadata,
            # alembic's own table is in the database and in no model.
            "include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables})
        assert compare_metadata(context, Base.metadata) == []


def test_the_comparison_notices_a_difference(database):
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE dossiers ADD COLUMN applicant TEXT"))
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_constraints_have_names_so_that_later_migrations_can_change_them(database):
    inspector = inspect(database.engine)
    assert {inspector.get_pk_constraint(name)["name"] for name in Base.metadata.tables} == {
        f"pk_{name}" for name in Base.metadata.tables}


def test_opening_a_database_again_keeps_what_it_holds(opened):
    with opened("bot.db").session() as session:
        session.execute(text("UPDATE catalogue_version SET version = 5"))
    with opened("bot.db").session() as session:
        assert session.execute(text("SELECT version FROM catalogue_version")).all() == [(5,)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("name", "value"), [
    ("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 30000)])
def test_sqlite_is_set_up_for_one_writer_beside_many_readers(database, name, value):
    assert pragma(database, name) == value


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_connection_is_set_up(database):
    with database.engine.connect(), database.engine.connect() as second:
        assert second.execute(text("PRAGMA busy_timeout")).scalar() == 30000


def test_a_session_that_fails_leaves_nothing(database):
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(text("UPDATE catalogue_version SET version = 5"))
        session.execute(text("INSERT INTO catalogue_version (id, version) VALUES (1, 1)"))
    with database.session() as session:
        assert session.execute(text("SELECT version FROM catalogue_version")).scalar_one() == 0


def test_writers_in_several_threads_wait_for_each_other(database):
    def write(_: int) -> None:
        with database.session() as session:
            session.execute(text("UPDATE catalogue_version SET version = version + 1"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    with database.session() as session:
        assert session.execute(text("SELECT version FROM catalogue_version")).scalar_one() == 40


def test_a_database_that_is_gone_is_not_ready(database, monkeypatch, tmp_path):
    assert database.ready()
    monkeypatch.setattr(database, "engine", create_engine(f"sqlite:///{tmp_path}/gone/bot.db"))
    assert not database.ready()
