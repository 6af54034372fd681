"""Replies as Telegram HTML, judged by TDLib: markup, length and words."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from answers.reply import About, Block, Reply, plain
from bot.telegram import render

PIECES = some.sampled_from(["<b>", "</b>", "<", ">", "&", "&lt;", "&amp;", "&nbsp;", "\"", "'", "`", "*", "_", "a", "ấ", "😀", " "])


def test_every_answer_about_a_service_shows_the_plain_words(service_replies, seen):
    for reply in service_replies:
        shows_the_plain_words(reply, seen)


def test_every_other_reply_shows_the_plain_words(other_replies, seen):
    for reply in other_replies:
        shows_the_plain_words(reply, seen)


def test_title_and_headings_are_bold(service_replies, seen):
    for reply in service_replies:
        bold = [part for message in render.messages(reply) for part in parts(seen(message), "textEntityTypeBold")]
        assert bold == [reply.title, *(f"{block.heading}:" for block in reply.blocks if block.heading)]


@given(pieces=some.lists(PIECES, min_size=1, max_size=40))
def test_characters_of_markup_are_shown_as_they_were_written(pieces, seen):
    words = f"x{''.join(pieces)}x"
    reply = Reply("answered", About("talk"), words, [Block([words], words, "bullets")], [words])
    shows_the_plain_words(reply, seen)


@given(lengths=some.lists(some.integers(1, 6_000), min_size=1, max_size=12), word=some.sampled_from(["a", "ấ", "😀", "<&>", "ab "]))
def test_a_reply_of_any_length_is_cut_into_messages_that_fit(lengths, word, seen):
    lines = [(word * length)[:length].strip() or "a" for length in lengths]
    shown = [seen(message)["text"] for message in render.messages(Reply("answered", About("talk"), "t", [Block(lines)], ["f"]))]
    assert all(0 < units(text) <= render.LIMIT for text in shown)
    assert "".join("".join(shown).split()) == "".join("".join(["t", *lines, "f"]).split())


@given(lengths=some.lists(some.integers(1, 700), min_size=20, max_size=40), word=some.sampled_from("aấ😀<&"))
def test_a_line_that_fits_is_never_torn(lengths, word, seen):
    lines = [word * length for length in lengths]
    messages = render.messages(Reply("answered", About("talk"), "", [Block(lines)]))
    assert [line for message in messages for line in seen(message)["text"].split("\n")] == lines


def shows_the_plain_words(reply, seen):
    shown = [seen(message)["text"] for message in render.messages(reply)]
    assert all(0 < units(text) <= render.LIMIT for text in shown), reply
    assert "\n".join(shown).split() == plain(reply).split(), reply


def parts(formatted, kind):
    """Return the pieces of a parsed text that an entity of this kind covers; TDLib counts in UTF-16 units."""
    text = formatted["text"].encode("utf-16-le")
    return [text[2 * entity["offset"]:2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
            for entity in formatted["entities"] if entity["type"]["@type"] == kind]


def units(text):
    return len(text.encode("utf-16-le")) // 2
