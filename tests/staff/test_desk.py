"""The desk: how a citizen gets to a person, what each side is told, that one agent only has a conversation, that nobody is forgotten."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from answers.handover import BACK, LEAVE_MESSAGE
from answers.reply import About, Block, Payload, Reply, plain
from answers.words import Words
from conversations.outbox import Outbox
from conversations.tables import HandoverLine, HandoverRow, Turn
from staff.audit import Audit
from staff.desk import LONGEST, Desk, DeskRefused
from tests.staff.conftest import make_desk

VI = Words("vi")
NUMBERS = Reply("person_offered", About("handover", "human_agent", revision="_shared@1"), "Gặp người thật", (Block(["Tổng đài 1800 1096"]),))
FALLBACK = Reply("declined", About("fallback", "out_of_scope"), "Chưa hướng dẫn được")
CHAT = "rest:lan"
SECRET = "số căn cước của tôi là 040099012345"


def ask(desk: Desk, chat: str = CHAT, text: str = "cho tôi gặp người thật") -> Reply:
    [reply] = desk.after(chat, chat.partition(":")[0], text, [NUMBERS])
    return reply


def press(desk: Desk, intent: str, chat: str = CHAT) -> Reply:
    [reply] = desk.press(chat, "rest", "vi", intent)
    return reply


def told(outbox: Outbox, chat: str = CHAT) -> list[str]:
    """Take what was sent to a chat, as text."""
    return [plain(Reply.from_dict(letter.reply)) for letter in outbox.take(chat)]


def waiting(desk: Desk) -> list[int]:
    return [row.id for row in desk.inbox()["waiting"]]


def only(desk: Desk) -> HandoverRow:
    [row] = [row for rows in desk.inbox().values() for row in rows]
    return row


def taken(desk: Desk) -> int:
    """Have a conversation that lan waits in and minh has."""
    ask(desk)
    desk.take(only(desk).id, "minh", "Trần Minh")
    return only(desk).id


def test_who_asks_for_a_person_waits_for_one_and_is_told_the_place(desk):
    first, second = ask(desk), ask(desk, "rest:hoa")
    assert (first.outcome, second.outcome) == ("person_waiting", "person_waiting")
    assert VI("handover.waiting", place=1) in plain(first) and VI("handover.waiting", place=2) in plain(second)
    assert "1800 1096" in plain(first) and first.about.revision == "_shared@1"
    assert Payload(BACK).text() in [button.payload for row in first.buttons for button in row]
    assert len(waiting(desk)) == 2


@pytest.mark.parametrize("text", ["cho xin số điện thoại cán bộ", "hotline bao nhieu", "so dien thoai ho tro", "gọi lại cho tôi"])
def test_who_asks_for_a_number_gets_the_number_and_is_offered_a_person(text, desk):
    reply = ask(desk, text=text)
    assert reply.outcome == "person_offered" and reply.buttons[0][0].payload == "/human_agent"
    assert waiting(desk) == []


def test_the_button_asks_for_a_person_whatever_the_numbers_say(desk):
    assert ask(desk, text="/human_agent").outcome == "person_waiting"


def test_asking_twice_is_waiting_once(desk):
    ask(desk)
    assert VI("handover.waiting", place=1) in plain(ask(desk)) and len(waiting(desk)) == 1


def test_many_requests_at_once_make_one_conversation(desk):
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda _: ask(desk), range(12)))
    assert {reply.outcome for reply in replies} == {"person_waiting"} and len(waiting(desk)) == 1


@pytest.mark.parametrize(("decisions", "offered"), [
    (("fallback", "fallback"), True), (("answer", "fallback"), False), (("fallback", "answer", "fallback"), False),
    (("fallback", "", "fallback"), True), (("fallback",), False)])
def test_after_two_messages_not_understood_a_person_is_offered_not_forced(decisions, offered, desk, database):
    with database.session() as session:
        session.add_all([Turn(chat=CHAT, said="x", intent="", outcomes="", decision=one) for one in decisions])
    [reply] = desk.after(CHAT, "rest", "x", [FALLBACK])
    assert (VI("handover.offer") in plain(reply)) is offered and waiting(desk) == []
    assert (len(reply.buttons) == 1 and reply.buttons[0][0].payload == "/human_agent") is offered


@pytest.mark.parametrize(("outcomes", "offered"), [
    (("declined", "not_understood"), True), (("pointed_elsewhere", "pointed_elsewhere"), False),
    (("declined", "pointed_elsewhere"), False), (("case_answered", "declined"), False)])
def test_an_answer_that_understood_is_no_reason_to_offer_a_person(outcomes, offered, desk, database):
    with database.session() as session:
        session.add_all([Turn(chat=CHAT, said="x", intent="", outcomes=one, decision="fallback") for one in outcomes])
    [reply] = desk.after(CHAT, "rest", "x", [Reply(outcomes[-1], About("fallback", "out_of_scope"), "x")])
    assert (VI("handover.offer") in plain(reply)) is offered


@pytest.mark.parametrize("text", ["quay lại hỏi máy", "Quay lại hỏi máy ạ", "quay lai hoi may", "thôi không cần nữa", "hủy", "back to the bot"])
def test_who_waits_goes_back_to_the_machine_by_typing(text, desk):
    ask(desk)
    [reply] = desk.hear(CHAT, text)
    assert reply.outcome == "bot_resumed" and waiting(desk) == []
    assert desk.hear(CHAT, "làm hộ chiếu") is None


def test_who_waits_is_told_the_words_that_lead_back(desk):
    assert VI("handover.way_back") in plain(ask(desk))
    [reply] = desk.hear(CHAT, "làm hộ chiếu")
    assert reply.outcome == "passed_on" and VI("handover.way_back") in plain(reply)


def test_a_message_that_is_not_wanted_any_more_is_not_left(desk):
    press(desk, LEAVE_MESSAGE)
    [reply] = desk.hear(CHAT, "thôi không cần nữa")
    assert reply.outcome == "bot_resumed" and waiting(desk) == []


def test_to_a_person_only_the_words_of_the_button_lead_back(desk):
    taken(desk)
    assert list(desk.hear(CHAT, "không cần")) == [] and desk.expects(CHAT)
    [reply] = desk.hear(CHAT, "quay lại hỏi máy")
    assert reply.outcome == "bot_resumed" and not desk.expects(CHAT)


def test_of_two_agents_who_take_at_once_one_gets_it(desk, outbox, database):
    ask(desk)
    handover = only(desk).id

    def take(who: str) -> str:
        try:
            desk.take(handover, who, who.title())
            return who
        except DeskRefused as refused:
            return refused.name

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(take, (f"agent{number}" for number in range(8))))
    assert results.count("taken") == 7
    assert [only(desk).agent] == [name for name in results if name != "taken"]
    assert len(told(outbox)) == 1
    assert [row.action for row in Audit(database).page()].count("conversation taken") == 1


def test_while_a_person_has_it_the_bot_is_silent_and_afterwards_says_that_it_is_back(desk, outbox):
    handover = taken(desk)
    assert told(outbox) == [VI("handover.joined", name="Trần Minh")]
    assert list(desk.hear(CHAT, "con tôi 3 tuổi")) == []
    desk.write(handover, "minh", "Trần Minh", "Chị mang giấy khai sinh của cháu.\nVà căn cước của chị.")
    [wrote] = [Reply.from_dict(letter.reply) for letter in outbox.take(CHAT)]
    assert wrote.title == VI("handover.by", name="Trần Minh") and len(wrote.blocks[0].lines) == 2
    desk.close(handover, "minh")
    assert told(outbox) == [VI("handover.ended")]
    assert desk.hear(CHAT, "làm hộ chiếu") is None and not desk.expects(CHAT)


def test_what_is_typed_while_waiting_is_kept_and_told_so(desk):
    ask(desk)
    [reply] = desk.hear(CHAT, SECRET)
    assert reply.outcome == "passed_on"
    assert [line.said for line in desk.shown(only(desk).id, "minh")[1]] == ["số căn cước của tôi là …"]


def test_only_the_agent_who_has_it_reads_it_in_clear_and_only_until_it_is_closed(desk, database):
    handover = taken(desk)
    desk.hear(CHAT, SECRET)
    said = lambda who: [(line.said, line.masked) for line in desk.shown(handover, who)[1] if line.who == "citizen"]  # noqa: E731
    assert said("minh") == [(SECRET, False)] and said("hoa") == [("số căn cước của tôi là …", True)]
    desk.close(handover, "minh")
    assert said("minh") == [("số căn cước của tôi là …", True)]
    with database.session() as session:
        assert not [line for line in session.query(HandoverLine) if "0400" in line.said + (line.live or "")]


def test_nobody_writes_in_or_ends_a_conversation_of_another(desk, outbox):
    handover = taken(desk)
    told(outbox)
    for act in (lambda: desk.write(handover, "hoa", "Hoa", "x"), lambda: desk.card(handover, "hoa", "Hoa", FALLBACK),
                lambda: desk.release(handover, "hoa"), lambda: desk.close(handover, "hoa"), lambda: desk.take(handover, "hoa", "Hoa")):
        with pytest.raises(DeskRefused, match="taken"):
            act()
    assert told(outbox) == [] and only(desk).agent == "minh"


@pytest.mark.parametrize(("text", "name"), [("", "empty"), ("  \n ", "empty"), ("x" * (LONGEST + 1), "long")])
def test_what_cannot_be_sent_is_refused(text, name, desk, outbox):
    handover = taken(desk)
    told(outbox)
    with pytest.raises(DeskRefused, match=name):
        desk.write(handover, "minh", "Trần Minh", text)
    assert told(outbox) == []


def test_a_closed_conversation_takes_nothing_more(desk):
    handover = taken(desk)
    desk.close(handover, "minh")
    for act in (lambda: desk.write(handover, "minh", "Minh", "x"), lambda: desk.take(handover, "minh", "Minh"),
                lambda: desk.close(handover, "minh")):
        with pytest.raises(DeskRefused, match="closed"):
            act()


def test_the_citizen_goes_back_to_the_bot_with_one_button(desk):
    taken(desk)
    assert press(desk, BACK).outcome == "bot_resumed"
    assert desk.hear(CHAT, "x") is None and only(desk).closed_by == "citizen"
    assert press(desk, BACK).blocks[0].lines == (VI("handover.nothing_open"),)


def test_a_card_is_an_answer_of_the_bot_without_the_question_whether_it_helped(desk, outbox, passport):
    from datetime import date

    from answers import procedure
    from catalogue.model import Script

    handover = taken(desk)
    outbox.take(CHAT)
    desk.card(handover, "minh", "Trần Minh", procedure.answer(Script.of(passport, 3), ["fee"], date(2026, 11, 30), "vi", None))
    [card] = [Reply.from_dict(letter.reply) for letter in outbox.take(CHAT)]
    assert (card.about.service, card.about.revision) == ("passport", "passport@3")
    assert not [button for row in card.buttons for button in row if (button.payload or "").startswith("/rate")]


@pytest.mark.parametrize(("now", "back"), [
    ("2026-11-30 18:00", "07:30 thứ Ba, ngày 01/12/2026"), ("2026-12-04 17:00", "07:30 thứ Hai, ngày 07/12/2026"),
    ("2027-02-03 17:30", "07:30 thứ Năm, ngày 11/02/2027")])
def test_outside_working_hours_the_citizen_learns_when_people_are_back(now, back, desk, clock):
    clock.at(now)
    reply = ask(desk)
    assert reply.outcome == "people_away" and back in plain(reply) and "1800 1096" in plain(reply)
    assert reply.buttons[0][0].payload == Payload(LEAVE_MESSAGE).text()
    assert desk.hear(CHAT, "làm hộ chiếu") is None


def test_a_message_left_at_night_stands_in_the_inbox_in_the_morning_and_its_answer_reaches_the_citizen(desk, clock, outbox):
    clock.at("2026-11-30 20:00")
    assert press(desk, LEAVE_MESSAGE).outcome == "message_wanted"
    [reply] = desk.hear(CHAT, SECRET)
    assert reply.outcome == "message_taken" and "07:30 thứ Ba" in plain(reply)
    # The bot goes on answering, and nothing waits before the morning.
    assert desk.hear(CHAT, "làm hộ chiếu") is None
    assert waiting(desk) == [] and len(desk.inbox()["later"]) == 1
    desk.watch()
    clock.at("2026-12-01 07:31")
    assert waiting(desk) == [only(desk).id]
    desk.take(only(desk).id, "minh", "Trần Minh")
    desk.write(only(desk).id, "minh", "Trần Minh", "Chào chị.")
    assert [text.splitlines()[-1] for text in told(outbox)] == [VI("handover.joined", name="Trần Minh"), "Chào chị."]
    assert list(desk.hear(CHAT, "cảm ơn")) == []


def test_a_message_that_was_begun_and_left_is_forgotten_after_a_while(desk, clock):
    press(desk, LEAVE_MESSAGE)
    clock.passes(minutes=31)
    assert desk.hear(CHAT, "làm hộ chiếu") is None
    press(desk, LEAVE_MESSAGE)
    press(desk, BACK)
    assert desk.hear(CHAT, "làm hộ chiếu") is None and desk.inbox()["later"] == []


def test_a_second_message_is_added_to_the_first_and_going_back_keeps_it(desk, clock):
    clock.at("2026-11-30 20:00")
    for text in ("một", "hai"):
        press(desk, LEAVE_MESSAGE)
        desk.hear(CHAT, text)
    press(desk, LEAVE_MESSAGE)
    press(desk, BACK)
    [row] = desk.inbox()["later"]
    assert [line.said for line in desk.shown(row.id, "minh")[1]] == ["một", "hai"]


@pytest.mark.parametrize("by", ["time", "the next question", "asking for a person"])
def test_a_second_message_that_never_came_does_not_take_the_first_away(by, desk, clock):
    clock.at("2026-11-30 20:00")
    press(desk, LEAVE_MESSAGE)
    desk.hear(CHAT, "một")
    press(desk, LEAVE_MESSAGE)
    clock.passes(minutes=31)
    if by == "time":
        desk.watch()
    elif by == "the next question":
        assert desk.hear(CHAT, "làm hộ chiếu") is None
    else:
        assert ask(desk).outcome == "people_away"
    [row] = desk.inbox()["later"]
    assert [line.said for line in desk.shown(row.id, "minh")[1]] == ["một"]


def test_what_is_typed_while_the_conversation_is_closed_is_never_kept_in_clear(desk, database):
    """Whichever comes first: what was heard is masked by the closing, or it is for the bot."""
    for number in range(12):
        chat = f"rest:{number}"
        ask(desk, chat)
        handover = next(row.id for row in desk.inbox()["waiting"] if row.chat == chat)
        desk.take(handover, "minh", "Trần Minh")
        with ThreadPoolExecutor(4) as threads:
            heard = [threads.submit(desk.hear, chat, SECRET) for _ in range(3)]
            threads.submit(desk.close, handover, "minh").result()
            results = [one.result() for one in heard]
        lines = [line for line in desk.shown(handover, "minh")[1] if line.who == "citizen"]
        assert len(lines) == sum(result is not None for result in results)
    with database.session() as session:
        assert not session.query(HandoverLine).filter(HandoverLine.live.isnot(None)).count()


def test_who_left_a_message_and_comes_to_talk_waits_as_one(desk, clock):
    clock.at("2026-11-30 20:00")
    press(desk, LEAVE_MESSAGE)
    desk.hear(CHAT, "một")
    clock.at("2026-12-01 08:00")
    assert ask(desk).outcome == "person_waiting"
    assert [reply.outcome for reply in desk.hear(CHAT, "hai")] == ["passed_on"] and len(waiting(desk)) == 1


def test_who_waits_long_is_told_once_and_then_all_staff_are(desk, clock, outbox):
    ask(desk)
    desk.watch()
    assert told(outbox) == []
    clock.passes(minutes=3, seconds=1)
    for _ in range(3):
        desk.watch()
    assert told(outbox) == [VI("handover.still", place=1)] and desk.load().late == 0
    clock.passes(minutes=2)
    load = desk.watch()
    assert (load.waiting, load.oldest) == (1, 301) and desk.load().late == 1


def test_several_processes_that_look_after_the_desk_tell_it_once(desk, database, clock, outbox):
    grouped = make_desk(database, outbox, clock, group=True)
    ask(grouped)
    clock.passes(minutes=6)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: grouped.watch(), range(8)))
    assert len(told(outbox)) == 1
    assert told(outbox, "group:0") == [VI("group.late", count=1, minutes=6)]


def test_an_agent_without_a_word_loses_the_conversation_to_the_queue(desk, clock, outbox):
    handover = taken(desk)
    told(outbox)
    clock.passes(minutes=11)
    desk.watch()
    assert waiting(desk) == [handover] and told(outbox) == [VI("handover.requeued", place=1)]
    desk.take(handover, "hoa", "Hoa")
    with pytest.raises(DeskRefused):
        desk.write(handover, "minh", "Trần Minh", "xin lỗi")


def test_a_citizen_who_writes_again_and_again_does_not_make_the_agent_less_absent(desk, clock):
    handover = taken(desk)
    desk.write(handover, "minh", "Trần Minh", "Chào chị")
    for _ in range(4):
        clock.passes(minutes=3)
        desk.hear(CHAT, "anh ơi")
    desk.watch()
    assert waiting(desk) == []
    clock.passes(minutes=2)
    desk.watch()
    assert waiting(desk) == [handover]


def test_a_citizen_who_went_silent_is_let_go(desk, clock, outbox):
    handover = taken(desk)
    desk.write(handover, "minh", "Trần Minh", "Chị còn hỏi gì không?")
    told(outbox)
    clock.passes(minutes=31)
    desk.watch()
    assert only(desk).closed_by == "silence" and only(desk).id == handover and told(outbox) == [VI("handover.silent")]
    assert desk.hear(CHAT, "làm hộ chiếu") is None


def test_who_still_waits_when_people_go_home_is_first_in_the_morning_and_told_so(desk, clock, outbox):
    clock.at("2026-11-30 16:58")
    ask(desk)
    clock.at("2026-11-30 17:01")
    desk.watch()
    desk.watch()
    [text] = told(outbox)
    assert "07:30 thứ Ba" in text and waiting(desk) == [] and desk.load().late == 0
    assert desk.hear(CHAT, "làm hộ chiếu") is None
    clock.at("2026-12-01 07:30")
    assert len(waiting(desk)) == 1


def test_the_longest_wait_stands_first(desk, clock):
    for chat in ("rest:a", "rest:b", "rest:c"):
        ask(desk, chat)
        clock.passes(minutes=1)
    assert [row.chat for row in desk.inbox()["waiting"]] == ["rest:a", "rest:b", "rest:c"]


def test_the_agent_reads_what_was_said_to_the_bot_before(desk, database, clock):
    with database.session() as session:
        session.add_all([
            Turn(chat=CHAT, said="làm hộ chiếu", intent="passport", service="passport", aspect="fee", outcomes="answered", at=clock.now),
            Turn(chat=CHAT, said='/passport{"aspect": "documents"}', intent="passport", outcomes="declined", at=clock.now),
            Turn(chat="rest:other", said="của người khác", intent="", outcomes="", at=clock.now),
            Turn(chat=CHAT, said="hôm qua", intent="", outcomes="", at=clock.now - timedelta(days=2))])
    clock.passes(seconds=1)
    ask(desk)
    assert [desk.in_words(line, "vi") for line in desk.shown(only(desk).id, "minh")[1]] == [
        "làm hộ chiếu", "Hộ chiếu – Lệ phí", VI("group.pressed"), VI("group.kinds.fallback")]


@pytest.fixture
def grouped(database, outbox, clock) -> Desk:
    """A desk whose agents have a group, with one conversation in topic 7."""
    desk = make_desk(database, outbox, clock, group=True)
    ask(desk)
    desk.set_topic(only(desk).id, 7)
    return desk


def in_group(desk: Desk, text: str | None, who: str = "telegram:5", name: str = "Hoa") -> str | None:
    return desk.in_topic(7, who, name, text)


def test_the_group_and_the_console_show_the_same_conversation(grouped, outbox):
    handover = only(grouped).id
    grouped.hear(CHAT, SECRET)
    grouped.take(handover, "minh", "Trần Minh")
    grouped.write(handover, "minh", "Trần Minh", "Chào chị 0912345678")
    grouped.close(handover, "minh")
    opened, *posts = told(outbox, f"group:{handover}")
    assert opened.startswith(VI("group.opened"))
    assert posts == [VI("group.citizen", text="số căn cước của tôi là …"), VI("group.taken", name="Trần Minh"),
                     VI("group.agent", name="Trần Minh", text="Chào chị …"), VI("group.closed")]


def test_who_writes_in_a_topic_takes_it_and_reaches_the_citizen(grouped, outbox):
    assert in_group(grouped, "Chào chị") is None
    assert only(grouped).agent_name == "Hoa"
    assert [text.splitlines()[-1] for text in told(outbox)] == [VI("handover.joined", name="Hoa"), "Chào chị"]
    assert in_group(grouped, "/close@bot") is None
    assert only(grouped).state == "closed" and told(outbox) == [VI("handover.ended")]
    assert in_group(grouped, "còn nữa") == VI("group.over")


def test_a_conversation_of_another_is_not_written_into_from_the_group(grouped, outbox):
    grouped.take(only(grouped).id, "minh", "Trần Minh")
    told(outbox)
    assert in_group(grouped, "tôi nữa") == VI("group.other", name="Trần Minh")
    assert in_group(grouped, "/close") == VI("group.other", name="Trần Minh")
    assert told(outbox) == []


def test_a_conversation_can_be_given_back_in_the_group(grouped):
    in_group(grouped, "Chào chị")
    assert in_group(grouped, "/release") is None and len(waiting(grouped)) == 1


@pytest.mark.parametrize(("text", "answer"), [("/help", "help"), ("/start", "help"), (None, "text_only")])
def test_what_is_not_for_the_citizen_is_explained(text, answer, grouped, outbox):
    assert in_group(grouped, text) == VI(f"group.{answer}") and told(outbox) == []


def test_a_topic_of_the_agents_own_is_told_to_belong_to_nobody(grouped):
    assert grouped.in_topic(99, "telegram:5", "Hoa", "x") == VI("group.nobody")


def test_without_a_group_nothing_is_put_for_it(desk, outbox):
    taken(desk)
    assert outbox.claim("group") == []
