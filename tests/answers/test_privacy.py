"""What the bot says about what it keeps of a chat."""
from __future__ import annotations

from answers import privacy, talk
from answers.reply import Payload, plain
from answers.words import Words


def test_what_is_kept_is_counted_and_the_latest_messages_are_shown(language):
    kept = {"turns": [{"said": f"câu {number}"} for number in range(25)], "conversations": [{}], "something_new": [{}, {}]}
    reply = privacy.shown(Words(language), kept, 90)
    text = plain(reply)
    assert "câu 24" in text and "câu 5" in text and "câu 4\n" not in text
    assert all(number in text for number in ("25", "90"))
    assert len(reply.blocks[0].lines) == 3
    assert reply.buttons[0][0].payload == Payload("forget_me").text()


def test_a_button_is_not_shown_as_its_code(language):
    text = plain(privacy.shown(Words(language), {"turns": [{"said": "/passport"}]}))
    assert "/passport" not in text and Words(language)("privacy.pressed") in text


def test_nothing_kept_is_said_and_nothing_is_offered(language):
    reply = privacy.shown(Words(language), {})
    assert (reply.outcome, reply.buttons) == ("data_shown", ())


def test_erasing_is_asked_first_with_both_answers(language):
    (row,) = privacy.sure(Words(language)).buttons
    assert [Payload.parse(button.payload).item for button in row] == [privacy.YES, privacy.NO]


def test_the_first_answers_say_what_is_kept_why_how_long_and_the_commands(language):
    words = Words(language)
    for text in (plain(talk.greeting(words, kept_days=77)), words("talk.introduction", days=77)):
        assert all(part in text for part in ("77", "/mydata", "/forget"))
