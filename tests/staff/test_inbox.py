"""The inbox over HTTP: who may see it, taking, writing, cards, closing, the count in the menu, and the working hours."""
from __future__ import annotations

import asyncio

import pytest

from answers.reply import About, Block, Reply, plain
from answers.words import Words
from staff.audit import Audit
from staff.console import WORDS

VI, BOT = Words("vi", WORDS), Words("vi")
NUMBERS = Reply("person_offered", About("handover", "human_agent"), "Gặp người thật", (Block(["Tổng đài 1800 1096"]),))
CHAT = "web:lan"


def ask(desk, chat=CHAT) -> int:
    """Have somebody wait for a person; return the conversation."""
    desk.after(chat, "web", "/human_agent", [NUMBERS])
    return next(row.id for row in desk.inbox()["waiting"] if row.chat == chat)


def told(outbox) -> list[str]:
    return [plain(Reply.from_dict(letter.reply)) for letter in outbox.take(CHAT)]


@pytest.fixture
async def minh(someone):
    return await someone("minh", "agent")


async def test_an_agent_takes_a_conversation_writes_and_closes_it(minh, desk, outbox, database):
    handover = ask(desk)
    await minh.get("/inbox")
    assert VI("inbox.citizen", number=handover) in minh.text and VI("inbox.take") in minh.text
    await minh.post(f"/inbox/{handover}", {"do": "take"})
    assert minh.path.startswith(f"/inbox/{handover}") and VI("inbox.masked_mine") in minh.text
    desk.hear(CHAT, "số của tôi 0912345678 <script>alert(1)</script>")
    await minh.get(f"/inbox/{handover}")
    assert "0912345678" in minh.text and "<script>alert" not in minh.text
    await minh.post(f"/inbox/{handover}", {"do": "write", "text": "Chào chị, chị mang căn cước."})
    await minh.post(f"/inbox/{handover}", {"do": "close"})
    assert VI("said.desk_closed_now") in minh.text
    assert [text.splitlines()[-1] for text in told(outbox)] == [
        BOT("handover.joined", name="Minh"), "Chào chị, chị mang căn cước.", BOT("handover.ended")]
    await minh.get(f"/inbox/{handover}")
    assert "0912345678" not in minh.text and 'name="text"' not in minh.text
    assert {"conversation taken", "conversation closed"} < {row.action for row in Audit(database).page()}


async def test_a_card_of_the_live_script_is_sent_in_the_citizens_language(minh, desk, outbox):
    handover = ask(desk)
    await minh.get("/inbox")
    await minh.post(f"/inbox/{handover}", {"do": "take"})
    told(outbox)
    await minh.post(f"/inbox/{handover}", {"do": "card", "service": "passport", "aspect": "fee"})
    [card] = told(outbox)
    assert "passport@1" in card and BOT("aspects.fee") in card


@pytest.mark.parametrize("fields", [{"service": "no_such", "aspect": "fee"}, {"service": "passport", "aspect": "no_such"}, {},
                                    {"service": "_shared", "aspect": "fee"}])
async def test_a_card_that_is_none_is_told_so(fields, minh, desk, outbox):
    handover = ask(desk)
    await minh.get("/inbox")
    await minh.post(f"/inbox/{handover}", {"do": "take"})
    told(outbox)
    await minh.post(f"/inbox/{handover}", {"do": "card", **fields})
    assert VI("said.desk_card_unknown") in minh.text and told(outbox) == []


async def test_of_two_agents_who_press_take_at_once_one_gets_it_and_the_other_is_told(someone, desk):
    handover = ask(desk)
    agents = [await someone(name, "agent") for name in ("minh", "hoa", "son")]
    for agent in agents:
        await agent.get("/inbox")
    await asyncio.gather(*(agent.post(f"/inbox/{handover}", {"do": "take"}) for agent in agents))
    assert sorted(agent.status for agent in agents) == [200, 409, 409]
    assert all((VI("said.desk_taken") in agent.text) == (agent.status == 409) for agent in agents)


async def test_what_was_written_too_late_is_not_lost(minh, desk, outbox):
    handover = ask(desk)
    await minh.get("/inbox")
    await minh.post(f"/inbox/{handover}", {"do": "take"})
    desk.release(handover, "minh")
    desk.take(handover, "hoa", "Hoa")
    told(outbox)
    await minh.post(f"/inbox/{handover}", {"do": "write", "text": "câu trả lời dài"})
    assert minh.status == 409 and VI("said.desk_taken") in minh.text and told(outbox) == []


async def test_a_message_that_is_too_long_stays_in_the_form(minh, desk):
    handover = ask(desk)
    await minh.get("/inbox")
    await minh.post(f"/inbox/{handover}", {"do": "take"})
    await minh.post(f"/inbox/{handover}", {"do": "write", "text": "dài " * 600})
    assert minh.status == 409 and VI("said.desk_long") in minh.text and "dài dài" in minh.text


async def test_a_colleague_reads_the_conversation_masked(minh, someone, desk):
    handover = ask(desk)
    desk.take(handover, "minh", "Minh")
    desk.hear(CHAT, "0912345678")
    hoa = await someone("hoa", "agent")
    await hoa.get(f"/inbox/{handover}")
    assert hoa.status == 200 and "0912345678" not in hoa.text and VI("inbox.masked") in hoa.text and 'name="do"' not in hoa.text


@pytest.mark.parametrize("role", ["reader", "editor", "approver", "trainer"])
async def test_others_see_neither_the_inbox_nor_the_conversations_nor_the_count(role, someone, desk):
    handover = ask(desk)
    them = await someone("lan", role)
    assert VI("menu.inbox") not in them.text
    for path in ("/inbox", f"/inbox/{handover}"):
        await them.get(path)
        assert them.status == 403
    await them.get("/hours")
    await them.post(f"/inbox/{handover}", {"do": "take"})
    assert them.status == 403 and desk.load().taken == 0


async def test_an_administrator_sees_who_waits_but_not_what_is_said(someone, desk):
    handover = ask(desk)
    boss = await someone("boss", "administrator")
    await boss.get("/inbox")
    assert VI("inbox.citizen", number=handover) in boss.text and 'value="take"' not in boss.text
    await boss.get(f"/inbox/{handover}")
    assert boss.status == 403


@pytest.mark.parametrize("role", ["agent", "administrator"])
async def test_every_page_of_those_who_should_know_counts_who_waits_and_says_when_it_is_too_long(role, someone, desk, clock):
    them = await someone("lan", role)
    assert VI("menu.inbox") in them.text and VI("menu.waiting") not in them.text
    ask(desk)
    for path in ("/", "/account", "/scripts/passport"):
        await them.get(path)
        assert VI("menu.waiting") in them.text and VI("menu.late") not in them.text
    clock.passes(minutes=6)
    desk.watch()
    await them.get("/")
    assert VI("menu.late") in them.text


async def test_how_long_each_waits_is_shown_the_longest_first(minh, desk, clock):
    for chat, then in (("web:a", 4), ("web:b", 2), ("web:c", 0)):
        ask(desk, chat)
        clock.passes(minutes=then, seconds=1)
    await minh.get("/inbox")
    places = [minh.text.index(VI("inbox.waits", minutes=minutes)) for minutes in (6, 2, 0)]
    assert places == sorted(places)
    assert [minh.text.count(f"wait-{level}") for level in ("late", "long", "fine")] == [1, 0, 2]


async def test_messages_left_at_night_are_shown_with_their_day(minh, desk, clock):
    clock.at("2026-11-30 20:00")
    desk.press(CHAT, "web", "vi", "leave_message")
    desk.hear(CHAT, "nhờ gọi lại")
    await minh.get("/inbox")
    assert VI("inbox.from", moment="07:30 01/12/2026") in minh.text and VI("menu.waiting") not in minh.text


@pytest.mark.parametrize("number", ["999", "0", "x", "١", "9" * 30, "-1"])
async def test_a_conversation_that_does_not_exist_is_not_found(number, minh):
    await minh.get(f"/inbox/{number}")
    assert minh.status == 404


async def test_a_form_of_another_site_does_nothing(minh, desk):
    handover = ask(desk)
    minh.text = 'name="csrf" value="guessed"'
    await minh.post(f"/inbox/{handover}", {"do": "take"})
    assert minh.status == 403 and desk.load().taken == 0


async def test_an_administrator_closes_a_day_and_takes_it_back(someone, desk, database):
    boss = await someone("boss", "administrator")
    await boss.get("/hours")
    assert "06/02/2027" in boss.text and "Tết Nguyên Đán" in boss.text and "07:30–11:30, 13:30–17:00" in boss.text
    await boss.post("/hours/days", {"do": "close", "day": "2026-11-30", "name": "Tập huấn"})
    assert "Tập huấn" in boss.text and VI("said.saved") in boss.text and not desk.hours.open()
    await boss.post("/hours/days", {"do": "close", "day": "2026-11-30", "name": "Lần nữa"})
    assert VI("said.day_same") in boss.text
    await boss.post("/hours/days", {"do": "reopen", "day": "2026-11-30"})
    assert "Tập huấn" not in boss.text and desk.hours.open()
    assert {"day closed", "day reopened"} < {row.action for row in Audit(database).page()}


@pytest.mark.parametrize(("fields", "said"), [({"day": "tomorrow", "name": "x"}, "day_unknown"), ({"day": "2026-12-01", "name": " "}, "day_reason"),
                                              ({}, "day_unknown")])
async def test_a_wrong_closed_day_is_told_what_is_wrong(fields, said, someone, desk):
    boss = await someone("boss", "administrator")
    await boss.get("/hours")
    await boss.post("/hours/days", {"do": "close", **fields})
    assert VI(f"said.{said}") in boss.text and desk.hours.open()


async def test_nobody_else_closes_days(minh, desk):
    await minh.get("/hours")
    assert minh.status == 200 and 'name="day"' not in minh.text
    await minh.get("/account")
    await minh.post("/hours/days", {"do": "close", "day": "2026-11-30", "name": "x"})
    assert minh.status == 403 and desk.hours.open()
