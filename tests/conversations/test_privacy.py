"""What is kept of a chat, in every table there is: shown whole, erased whole, and nobody else's with it."""
from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table, insert, inspect, select

import bot.wiring  # noqa: F401  every table of the bot is known once all its parts are
from answers.words import Words
from conversations.privacy import AGED_BY, BATCH, Privacy, belonging, tables
from conversations.tables import HandoverLine, HandoverRow, LabelRow, OutboxRow, Turn
from dossiers.digits import Digits
from dossiers.lookup import Lookup, TooManyAttempts
from dossiers.tables import LookupAttempt
from store.base import Base

NOW = datetime(2026, 11, 30, 12)
MINE, THEIRS = "telegram:11", "telegram:12"
NUMBER = "G01.123.456-261102-000101"


@pytest.fixture
def privacy(database) -> Privacy:
    return Privacy(database, {"lookup_attempts": Lookup(database, None, Digits(b"key"), now=lambda: NOW).forget}, lambda: NOW)


def value(column, number: int, chat: str) -> Any:
    """Return some value of the column's kind; a text says whose it is."""
    if column.name == "chat":
        return chat
    if column.name in ("memory", "reply"):
        return json.dumps({"of": chat})
    if column.name in ("number_hash", "masked"):
        return f"hidden {number}"
    for kind, made in ((DateTime, NOW - timedelta(hours=1)), (Date, date(2026, 11, 1)), (Boolean, False), (Integer, number),
                       (LargeBinary, b"x")):
        if isinstance(column.type, kind):
            return made
    return f"{chat}{number}"[:column.type.length or 80]


def fill(session, table: Table, number: int, chat: str, **given) -> None:
    values = {column.name: value(column, number, chat) for column in table.c if not column.foreign_keys}
    session.execute(insert(table).values(**{**values, **given}))


def fill_all(database, number: int, chat: str) -> None:
    """Put a row for the chat into every table that keeps something of chats, and into those that belong to them."""
    with database.session() as session:
        for table in tables():
            fill(session, table, number, chat)
            for other, column in belonging(table):
                fill(session, other, number, chat, **{column: number})


def rows(database, table: Table) -> list[str]:
    with database.session() as session:
        return [str(tuple(row)) for row in session.execute(select(table))]


def holding(database, chat: str) -> set[str]:
    """Return the tables of the database in which the name of a chat stands anywhere."""
    return {table.name for table in Base.metadata.sorted_tables if any(chat in row for row in rows(database, table))}


def test_every_table_of_the_database_that_has_a_chat_is_known(database):
    """Asked of the database itself: no table can be forgotten because no module of it was loaded."""
    looked = inspect(database.engine)
    found = {name for name in looked.get_table_names() if "chat" in {column["name"] for column in looked.get_columns(name)}}
    assert found == {table.name for table in tables()} >= {"conversations", "turns", "outbox", "handovers", "lookup_attempts"}
    assert found <= set(AGED_BY), "a new table needs the column that tells its age in AGED_BY"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_table_has_its_name_in_plain_words(language):
    known = Words(language).get("privacy.tables")
    for table in tables():
        assert {table.name, *(other.name for other, _ in belonging(table))} <= set(known), "name the table in answers/words"


def test_what_belongs_to_a_conversation_with_a_person_is_found():
    assert [(table.name, column) for table, column in belonging(HandoverRow.__table__)] == [("handover_lines", "handover_id")]


def test_everything_of_the_chat_is_shown_and_nothing_of_another(database, privacy):
    fill_all(database, 1, MINE)
    fill_all(database, 2, THEIRS)
    kept = privacy.kept(MINE)
    wanted = {name for table in tables() for name in (table.name, *(other.name for other, _ in belonging(table)))}
    assert set(kept) == wanted
    assert all(len(found) == 1 for found in kept.values())
    assert THEIRS not in json.dumps(kept)
    assert kept["conversations"][0]["memory"] == {"of": MINE}


def test_everything_of_the_chat_is_erased_and_nothing_of_another(database, privacy):
    fill_all(database, 1, MINE)
    fill_all(database, 2, THEIRS)
    before = holding(database, THEIRS)
    assert holding(database, MINE) == before
    privacy.forget(MINE)
    assert holding(database, MINE) == set()
    assert holding(database, THEIRS) == before
    assert privacy.kept(MINE) == {}
    assert len(privacy.kept(THEIRS)) >= 6


def test_what_the_agents_group_was_to_hear_of_the_chat_goes_too(database, privacy):
    with database.session() as session:
        fill(session, HandoverRow.__table__, 5, MINE)
        fill(session, OutboxRow.__table__, 1, "group:5")
        fill(session, OutboxRow.__table__, 2, "group:6")
    privacy.forget(MINE)
    assert holding(database, "group:5") == set()
    assert holding(database, "group:6") == {"outbox"}


def test_a_label_stays_without_saying_whose_message_it_was(database, privacy):
    with database.session() as session:
        session.add(LabelRow(id=1, text="mần răng", intent="passport", aspects="", author="lan"))
        session.flush()
        session.add(Turn(chat=MINE, said="mần răng", intent="", outcomes="", label_id=1))
    privacy.forget(MINE)
    assert (rows(database, Turn.__table__), len(rows(database, LabelRow.__table__))) == ([], 1)


def test_a_chat_of_which_nothing_is_kept_is_forgotten_without_a_word(privacy):
    privacy.forget(MINE)
    assert privacy.kept(MINE) == {}


async def test_forgetting_does_not_reset_the_limit_on_guessing(database):
    class Nothing:
        async def find(self, number, digits):
            return None

    lookup = Lookup(database, Nothing(), Digits(b"key"), now=lambda: NOW)
    privacy = Privacy(database, {"lookup_attempts": lookup.forget}, lambda: NOW)
    for attempt in range(5):
        assert await lookup.find(MINE, f"{NUMBER[:-1]}{attempt}", "0000") is None
    privacy.forget(MINE)
    assert holding(database, MINE) == set()
    with pytest.raises(TooManyAttempts):
        await lookup.find(MINE, NUMBER, "0000")
    assert await lookup.find(THEIRS, NUMBER, "0000") is None


def test_right_and_old_attempts_are_erased_at_once(database, privacy):
    with database.session() as session:
        for number, given in enumerate(({"right": True}, {"at": NOW - timedelta(days=2)}, {}), 1):
            fill(session, LookupAttempt.__table__, number, MINE, **given)
    privacy.forget(MINE)
    assert len(rows(database, LookupAttempt.__table__)) == 1


def test_what_is_too_old_goes_with_what_belongs_to_it(database, privacy):
    fill_all(database, 1, MINE)
    fill_all(database, 2, THEIRS)
    with database.session() as session:
        for table in tables():
            age = table.c[AGED_BY[table.name]]
            session.execute(table.update().where(table.c.chat == MINE).values({age: NOW - timedelta(days=181)}))
    assert privacy.purge(timedelta(days=180)) == len(tables())
    assert holding(database, MINE) == set()
    assert len(holding(database, THEIRS)) == len(tables()) + 1


def test_look_ups_go_sooner_and_an_open_conversation_with_a_person_stays(database, privacy):
    with database.session() as session:
        fill(session, HandoverRow.__table__, 1, MINE, closed_at=None, created_at=NOW - timedelta(days=900))
        fill(session, LookupAttempt.__table__, 1, MINE, at=NOW - timedelta(days=31))
        fill(session, Turn.__table__, 1, MINE, at=NOW - timedelta(days=31))
    assert privacy.purge(timedelta(days=180), {"lookup_attempts": timedelta(days=30)}) == 1
    assert set(privacy.kept(MINE)) == {"handovers", "turns"}


def test_many_rows_go_in_parts(database, privacy):
    with database.session() as session:
        session.execute(insert(Turn), [{"chat": MINE, "said": "x", "intent": "", "outcomes": "", "at": NOW - timedelta(days=200)}
                                       for _ in range(BATCH + 1)])
    assert privacy.purge(timedelta(days=180)) == BATCH + 1
    assert rows(database, HandoverLine.__table__) == rows(database, Turn.__table__) == []
