"""What a citizen does on Telegram, against the real bot process; after each journey no call of the bot was refused."""
from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from answers.words import Words, languages
from bot import commands
from bot.telegram.webhook import HEADER, PATH

pytestmark = [pytest.mark.telegram, pytest.mark.model]

VI, EN = Words("vi"), Words("en")
NUMBER, DIGITS = "G01.123.456-261102-000101", "1234"
"""A dossier of dossiers/sample.csv and the last four digits of its phone."""


def test_start_introduces_the_bot_and_offers_ways_on(citizen):
    greeting = citizen.ask("/start")
    assert greeting.text.startswith(VI("talk.greet_title"))
    assert {"list_services", "human_agent"} < set(greeting.buttons)


def test_a_question_is_answered_with_typing_and_buttons_that_lead_on(citizen, telegram):
    answer = citizen.ask("làm hộ chiếu hết bao nhiêu tiền")
    assert VI("aspects.fee") in answer.text
    assert "passport|documents" in answer.buttons
    assert [call["method"] for call in telegram.calls(chat=citizen.chat)] == ["sendChatAction", "sendMessage"]


def test_a_tap_edits_the_message_in_place_and_is_confirmed(citizen):
    question = citizen.ask("làm hộ chiếu hết bao nhiêu tiền")
    answer = citizen.press("passport|documents")
    assert answer.edited and answer.message_id == question.message_id
    assert VI("aspects.documents") in answer.text


def test_the_same_tap_twice_changes_nothing_the_second_time(citizen, allowed_refusals):
    """Both presses come from the message as it was before the first."""
    allowed_refusals.append("editMessageText: Bad Request: message is not modified")
    question = citizen.ask("làm hộ chiếu hết bao nhiêu tiền")
    citizen.tap("passport|documents", on=question)
    citizen.tap("passport|documents", on=question)
    citizen.reply()


@pytest.mark.parametrize("data", ["no_such_service|fee", "passport|no_such_aspect|no_such_case", "|||", "/restart", "{}", "x" * 64])
def test_a_button_of_an_unknown_keyboard_is_answered(citizen, data):
    assert citizen.press(data, on=citizen.ask("/start")).text


def test_a_message_too_old_to_be_edited_is_followed_by_the_answer(citizen, telegram, allowed_refusals):
    allowed_refusals.append("editMessageText: Bad Request: message can't be edited")
    question = citizen.ask("làm hộ chiếu hết bao nhiêu tiền")
    telegram.refuse(citizen.bot.token, "editMessageText", "uneditable")
    answer = citizen.press("passport|documents")
    assert not answer.edited and answer.message_id > question.message_id


def test_a_deep_link_leads_to_its_service(citizen):
    assert "passport|fee" in citizen.ask("/start passport").buttons


def test_a_deep_link_to_nothing_is_answered(citizen):
    assert citizen.ask("/start no_such_service").text


def test_the_list_of_services_is_paged_in_place(citizen):
    first = citizen.ask("/services")
    second = citizen.press("list_services|||1")
    back = citizen.press("list_services|||0")
    assert second.edited and set(first.buttons) & set(second.buttons) == set()
    assert back.edited and back.buttons == first.buttons and back.text != second.text


def test_a_chosen_language_stays(citizen):
    citizen.ask("/language")
    assert EN("talk.language") in citizen.press("change_language|||en").text
    assert citizen.ask("/start passport").buttons["passport|fee"] == EN("aspect_buttons.fee")


def test_what_is_no_text_is_answered_in_the_chosen_language(citizen):
    citizen.ask("/language")
    citizen.press("change_language|||en")
    citizen.send(voice={"file_id": "1", "file_unique_id": "1", "duration": 3})
    assert citizen.reply().text == EN("talk.no_voice")
    assert citizen.ask("😀").text.startswith(EN("talk.no_words"))


def test_a_conversation_in_words_of_one_or_two(citizen):
    """What was asked before is known when a button was pressed in between, and the question of the bot can be answered in words."""
    citizen.ask("làm hộ chiếu cần giấy tờ gì")
    assert "passport|fee|lost" in citizen.ask("mất").buttons
    assert VI("aspects.fee") in citizen.press("passport|fee|lost").text
    assert VI("aspects.duration") in citizen.ask("bao lâu").text
    choice = citizen.ask("đăng ký cư trú cần giấy tờ gì")
    assert {"temporary_residence|documents", "permanent_residence|documents", "out_of_scope"} == set(choice.buttons)
    assert "temporary_residence|fee" in citizen.ask("tạm trú").buttons


def test_a_command_that_is_none_of_ours_is_answered(citizen):
    assert citizen.ask("/khongco").text == VI("talk.old_button")
    assert "passport|fee" in citizen.ask("/làm hộ chiếu").buttons


def test_the_language_of_the_app_is_the_first_guess(new_citizen):
    assert new_citizen(language="en").ask("/start").text.startswith(EN("talk.greet_title"))
    assert new_citizen(language="fr").ask("/start").text.startswith(VI("talk.greet_title"))


def test_a_dossier_is_found_with_its_number_and_digits(citizen, bot):
    subprocess.run([sys.executable, "-m", "dossiers", "sample"], env=bot.environment, check=True, capture_output=True)
    assert citizen.ask("/status").buttons == {"deny": VI("status.leave")}
    assert NUMBER in citizen.ask(f"dạ mã là {NUMBER} ạ").text
    status = citizen.ask(DIGITS)
    assert NUMBER in status.text and "passport" in status.buttons


def test_html_characters_reach_the_reader_as_they_were_written(citizen, bot, tmp_path):
    number, office, note = "G01.123.456-261102-000199", "Phòng <b>A</i> & B", "nếu 1 < 2 thì &lt; hay &amp; đều \"được\""
    file = tmp_path / "dossiers.csv"
    file.write_text("number,service,status,office,filed_on,due_on,changed_at,note,phone_last4,id_last4\n"
                    f"{number},,5,{office},2026-11-02,,,\"{note.replace(chr(34), chr(34) * 2)}\",4321,\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "dossiers", "import", str(file)], env=bot.environment, check=True, capture_output=True)
    citizen.ask(f"<b>hồ sơ</i> của tôi đến đâu rồi & sao < 3 ngày: {number}")
    status = citizen.ask("4321").text
    assert office in status and note in status


@pytest.mark.parametrize("name, content", {
    "no_voice": {"voice": {"file_id": "1", "file_unique_id": "1", "duration": 3}},
    "text_only": {"sticker": {"file_id": "1", "file_unique_id": "1", "width": 512, "height": 512, "type": "regular",
                              "is_animated": False, "is_video": False}},
}.items())
def test_what_is_no_text_is_answered_politely(citizen, name, content):
    citizen.send(**content)
    assert citizen.reply().text == VI(f"talk.{name}")


def test_a_photo_telegram_does_not_hand_out_is_answered_politely(citizen, allowed_refusals):
    allowed_refusals.append("getFile: Bad Request: wrong file_id")
    citizen.send(photo=[{"file_id": "1", "file_unique_id": "1", "width": 90, "height": 90}], caption="giấy này đủ chưa")
    assert citizen.reply().text == VI("talk.no_photo")


def test_an_edited_question_is_asked_for_anew(citizen):
    citizen.send("edited_message", text="làm hộ chiếu")
    assert citizen.reply().text == VI("talk.edited")


def test_groups_moving_places_and_blocks_are_left_alone(citizen, telegram):
    group = {"id": -citizen.chat, "type": "group", "title": "Xóm"}
    person = {"id": citizen.chat, "is_bot": False, "first_name": "Lan"}
    member = {"user": {"id": 7, "is_bot": True, "first_name": "Bot"}}
    citizen.send(text="làm hộ chiếu", chat=group)
    citizen.send("edited_message", location={"latitude": 18.7, "longitude": 105.7, "live_period": 900})
    citizen.queue("my_chat_member", {"chat": {**person, "type": "private"}, "from": person, "date": 1,
                                     "old_chat_member": {**member, "status": "member"},
                                     "new_chat_member": {**member, "status": "kicked", "until_date": 0}})
    citizen.ask("/help")
    citizen.settle()
    assert not telegram.calls(chat=group["id"])


def test_when_telegram_asks_to_wait_the_answer_comes_later(citizen, telegram, allowed_refusals):
    allowed_refusals.append("sendMessage: Too Many Requests")
    telegram.refuse(citizen.bot.token, "sendMessage", "flood", "flood")
    citizen.ask("/help")
    assert [call["status"] for call in telegram.calls("sendMessage", citizen.chat)] == [429, 429, 200]


def test_who_blocked_the_bot_costs_others_nothing(citizen, new_citizen, telegram, allowed_refusals):
    allowed_refusals.append("sendMessage: Forbidden: bot was blocked by the user")
    telegram.refuse(citizen.bot.token, "sendMessage", "blocked")
    citizen.say("/help")
    citizen.settle()
    assert new_citizen().ask("/help") and citizen.ask("/help")
    assert [call["status"] for call in telegram.calls("sendMessage", citizen.chat)] == [403, 200]


def test_an_outage_of_telegram_does_not_end_the_polling(citizen, telegram):
    telegram.refuse(citizen.bot.token, "getUpdates", "unauthorized")
    citizen.ask("/help")
    citizen.ask("/help")


def test_a_chat_is_answered_in_order_while_others_go_on(citizen, new_citizen, telegram):
    other, asked = new_citizen(), ("passport", "tax_registration", "birth_registration")
    telegram.hold(citizen.chat)
    for service in asked:
        citizen.say(f"/start {service}")
    assert other.ask("/start passport")
    assert len(telegram.calls(chat=citizen.chat)) <= 1, "the second was begun before the first was done"
    telegram.release(citizen.chat)
    assert [next(iter(answer.buttons)).partition("|")[0] for answer in citizen.replies(len(asked))] == list(asked)


def test_the_menu_is_set_in_every_language(bot, telegram):
    menus = {call["fields"].get("language_code"): call["fields"]["commands"]
             for call in telegram.calls("setMyCommands") if call["token"] == bot.token}
    assert set(menus) == {None, *languages()[1:]}
    for menu in menus.values():
        assert all(f'"{name}"' in menu for name in commands.MENU)


def test_a_webhook_takes_updates_with_the_right_secret_only(new_bot, new_citizen, telegram):
    with new_bot(TELEGRAM_WEBHOOK_URL="http://127.0.0.1:{port}") as bot:
        citizen = new_citizen(of=bot)
        assert citizen.ask("/help")
        question = citizen.ask("làm hộ chiếu hết bao nhiêu tiền")
        answer = citizen.press("passport|documents")
        assert answer.edited and answer.message_id == question.message_id
        for service in ("passport", "tax_registration", "birth_registration"):
            citizen.say(f"/start {service}")
        assert [next(iter(one.buttons)).partition("|")[0] for one in citizen.replies(3)] == [
            "passport", "tax_registration", "birth_registration"]
        [asked] = [call["fields"] for call in telegram.calls("setWebhook") if call["token"] == bot.token]
        update = {"update_id": 1_000_000, "message": citizen.message(text="/help")}
        for headers, body, status in (({}, update, 403), ({HEADER: "wrong"}, update, 403), ({HEADER: b"\xff\xfe"}, update, 403),
                                      ({HEADER: asked["secret_token"]}, {"no": "update"}, 400),
                                      ({HEADER: asked["secret_token"]}, update, 200)):
            assert httpx.post(bot.url + PATH, json=body, headers=headers).status_code == status
        assert citizen.reply()
        citizen.settle()


def test_a_token_that_telegram_does_not_know_ends_the_start_with_a_clear_message(new_bot, telegram, allowed_refusals):
    allowed_refusals.append("getMe: Unauthorized")
    token = "123456789:unknown-to-telegram"
    telegram.refuse(token, "getMe", "unauthorized")
    with new_bot(until_ready=False, TELEGRAM_TOKEN=token) as bot:
        assert bot.process.wait(300) == 1
    log = bot.log.read_text()
    assert "TELEGRAM_TOKEN" in log and "Traceback" not in log and token not in log


def test_a_text_that_is_no_token_ends_the_start_at_once(new_bot):
    with new_bot(until_ready=False, TELEGRAM_TOKEN="hello") as bot:
        assert bot.process.wait(60) == 2
    assert "TELEGRAM_TOKEN" in bot.log.read_text()
