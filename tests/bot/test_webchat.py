"""The web chat as people use it, in Chromium, with the real bot behind it."""
from __future__ import annotations

import json
import re

import pytest
import zxingcpp
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import expect

from answers.words import Words
from bot.conversation import LIMIT

HOSTILE = """<script>document.title = 'taken over'</script> "quotes" & 'quotes' <img src=x onerror=alert(1)> &amp;"""
NUMBER = "G01.123.456-261102-000101"
PAGE = {language: Words(language).get("page") for language in ("vi", "en")}

# Playwright's objects belong to one event loop, so all these tests share it.
pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]


def answers(page):
    return page.locator("#log article.theirs")


async def greeted(page):
    """Wait for the greeting, with which the page is ready to be written to."""
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator("#send")).to_be_enabled()


async def ask(page, text):
    """Type a question, send it, and return the newest answer once it is there."""
    count = await answers(page).count()
    await page.locator("#input").fill(text)
    await page.locator("#send").click()
    await expect(answers(page)).not_to_have_count(count)
    await expect(page.locator("#send")).to_be_enabled()
    return answers(page).last


def _lightness(color):
    """Return how light a computed color such as rgb(16, 22, 28) is, from 0 to 1."""
    return sum(int(part) for part in re.findall(r"\d+", color)[:3]) / 765


async def test_the_bot_greets_and_says_that_it_is_a_machine(open_chat):
    page = await open_chat()
    await greeted(page)
    await expect(answers(page).first).to_contain_text(Words("vi")("talk.greet"))
    await expect(page).to_have_title(PAGE["vi"]["title"])
    await expect(page.locator("header")).to_contain_text(PAGE["vi"]["notice"])
    assert await page.locator("article.mine").count() == 0


async def test_everything_can_be_done_with_the_keyboard_alone(open_chat):
    page = await open_chat()
    await greeted(page)
    for _ in range(30):
        if await page.evaluate("document.activeElement.id") == "input":
            break
        await page.keyboard.press("Tab")
    await expect(page.locator("#input")).to_be_focused()
    await page.keyboard.type("làm hộ chiếu cần giấy tờ gì")
    await page.keyboard.press("Enter")
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator("article.mine")).to_contain_text("làm hộ chiếu cần giấy tờ gì")
    await expect(page.locator("#input")).to_be_focused()
    await expect(page.locator("#input")).to_have_value("")
    # The way back from the field leads through the buttons of the last answer.
    fee = Words("vi")("aspect_buttons.fee")
    for _ in range(30):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate("document.activeElement.textContent") == fee:
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    await page.keyboard.press("Enter")
    await expect(answers(page)).to_have_count(3)
    await expect(answers(page).last.locator("h2")).to_contain_text(Words("vi")("aspects.fee"))
    # From there the next Tab leads to the buttons of the new answer.
    await expect(answers(page).last).to_be_focused()
    await page.keyboard.press("Tab")
    assert await answers(page).last.evaluate("answer => answer.contains(document.activeElement)")


async def test_a_button_asks_and_shows_what_was_asked(open_chat):
    page = await open_chat()
    await greeted(page)
    label = Words("vi")("fallback.list")
    await page.get_by_role("button", name=label).click()
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator("article.mine")).to_contain_text(label)
    service = answers(page).last.locator("button").first
    named = await service.inner_text()
    await service.click()
    await expect(answers(page)).to_have_count(3)
    await expect(page.locator("article.mine").last).to_contain_text(named)
    await expect(answers(page).last.locator("h2")).not_to_be_empty()


async def test_a_link_opens_outside_and_tells_nothing_of_the_chat(open_chat):
    page = await open_chat()
    await greeted(page)
    links = await page.locator("#log a").evaluate_all("links => links.map(link => [link.href, link.target, link.rel])")
    assert links
    for href, target, rel in links:
        assert href.startswith("https://")
        assert target == "_blank"
        assert {"noopener", "noreferrer"} <= set(rel.split())


async def test_the_language_is_switched_and_kept(open_chat):
    page = await open_chat()
    await greeted(page)
    await page.locator("#language").click()
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    for name, place in (("title", "h1"), ("notice", "header p >> nth=0"), ("send", "#send"), ("new", "#new"), ("input", "label")):
        await expect(page.locator(place)).to_have_text(PAGE["en"][name])
    await expect(page.locator("#input")).to_have_attribute("placeholder", PAGE["en"]["placeholder"])
    answer = await ask(page, "lệ phí làm hộ chiếu bao nhiêu")
    await expect(answer).to_have_attribute("lang", "en")
    await expect(answer).to_contain_text(Words("en")("aspects.fee"))
    await page.locator("#language").click()
    await expect(page.locator("html")).to_have_attribute("lang", "vi")
    await expect(page.locator("#send")).to_be_enabled()
    await expect(await ask(page, "lệ phí làm hộ chiếu bao nhiêu")).to_have_attribute("lang", "vi")


async def test_a_browser_in_english_is_greeted_in_english(open_chat):
    page = await open_chat(locale="en-GB")
    await greeted(page)
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(answers(page).first).to_contain_text(Words("en")("talk.greet"))


async def test_a_new_conversation_forgets_the_one_before(open_chat):
    page = await open_chat()
    await greeted(page)
    await ask(page, "làm hộ chiếu cần giấy tờ gì")
    await page.locator("#new").click()
    await greeted(page)
    assert await page.locator("article.mine").count() == 0
    await expect(await ask(page, "lệ phí bao nhiêu")).to_contain_text(Words("vi")("clarify.no_focus"))


async def test_a_conversation_goes_on_after_the_page_was_loaded_again(open_chat):
    page = await open_chat()
    await greeted(page)
    await ask(page, "làm hộ chiếu cần giấy tờ gì")
    await page.reload()
    await greeted(page)
    answer = await ask(page, "lệ phí bao nhiêu")
    await expect(answer.locator("h2")).to_contain_text("Hộ chiếu")


async def test_two_people_have_a_conversation_each(open_chat):
    first, second = await open_chat(), await open_chat()
    await greeted(first)
    await greeted(second)
    await ask(first, "làm hộ chiếu cần giấy tờ gì")
    await expect(await ask(second, "lệ phí bao nhiêu")).to_contain_text(Words("vi")("clarify.no_focus"))


async def test_what_is_typed_is_shown_as_text_and_never_as_markup(open_chat):
    page = await open_chat()
    await greeted(page)
    await ask(page, HOSTILE)
    assert (await page.locator("article.mine p").inner_text()) == HOSTILE
    assert await page.locator("#log script, #log img").count() == 0
    await expect(page).to_have_title(PAGE["vi"]["title"])


async def test_what_the_server_says_is_shown_as_text_and_never_as_markup(open_chat):
    """A note of an office, or a script edited by staff, comes to the page through the same fields."""
    page = await open_chat()
    await greeted(page)
    reply = {
        "title": HOSTILE, "footer": [HOSTILE], "about": {"language": "vi"},
        "buttons": [[{"label": HOSTILE, "payload": "/greet", "url": None}]],
        "blocks": [{"heading": HOSTILE, "style": style, "lines": [HOSTILE]} for style in ("text", "bullets", "numbers")],
    }
    await page.route("**/chat/messages", lambda route: route.fulfill(content_type="application/json", body=json.dumps([reply])))
    answer = await ask(page, "x")
    shown = [*await answer.locator("h2, h3, p, li, footer div, button").all_inner_texts()]
    assert shown == [HOSTILE] * 9
    assert await page.locator("#log script, #log img").count() == 0
    await expect(page).to_have_title(PAGE["vi"]["title"])


async def test_lists_are_lists_and_headings_are_headings(open_chat):
    page = await open_chat()
    await greeted(page)
    answer = await ask(page, '/passport{"aspect": "steps"}')
    assert await answer.locator("ol li").count() > 1
    answer = await ask(page, '/passport{"aspect": "documents"}')
    assert await answer.locator("ul li").count() > 1
    assert await answer.locator("h2").count() == 1


async def test_two_answers_to_one_message_are_shown_apart(open_chat):
    page = await open_chat()
    await greeted(page)
    await ask(page, "làm hộ chiếu hết bao nhiêu tiền, với lại đổi bằng lái xe ô tô cần giấy tờ gì")
    await expect(answers(page)).to_have_count(3)


async def test_the_beginning_of_an_answer_is_on_the_screen(open_chat):
    page = await open_chat(viewport={"width": 390, "height": 700}, reduced_motion="reduce")
    await greeted(page)
    answer = await ask(page, "/land_change_registration")
    await expect(answer.locator("h2")).to_be_in_viewport()
    await expect(page.locator("header")).to_be_in_viewport()
    await expect(page.locator("#send")).to_be_in_viewport()


@pytest.mark.parametrize("question", ["sang tên sổ đỏ", "hộ chiếu " * 200])
async def test_the_question_stays_in_sight_above_its_answer(question, open_chat):
    page = await open_chat(viewport={"width": 390, "height": 700}, reduced_motion="reduce")
    await greeted(page)
    answer = await ask(page, question)
    await expect(page.locator("article.mine")).to_be_in_viewport()
    await expect(answer.locator("h2")).to_be_in_viewport()


async def test_without_a_network_the_question_is_kept_and_can_be_sent_again(open_chat, faults):
    page = await open_chat()
    await greeted(page)
    await page.context.set_offline(True)
    await page.locator("#input").fill("lệ phí làm hộ chiếu")
    await page.locator("#send").click()
    await expect(page.locator("#state")).to_have_text(PAGE["vi"]["offline"])
    await expect(page.locator("#input")).to_have_value("lệ phí làm hộ chiếu")
    assert faults
    faults.clear()
    await page.context.set_offline(False)
    await page.locator("#send").click()
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator("#state")).to_be_empty()
    await expect(page.locator("#input")).to_have_value("")


async def test_while_an_answer_is_awaited_nothing_else_is_sent_and_what_is_typed_stays(open_chat):
    page = await open_chat()
    await greeted(page)
    held = []
    await page.route("**/chat/messages", lambda route: held.append(route))
    await page.locator("#input").fill("lệ phí làm hộ chiếu")
    await page.keyboard.press("Enter")
    await expect(page.locator("#state")).to_have_text(PAGE["vi"]["waiting"])
    await page.locator("#input").fill("câu sau")
    await page.keyboard.press("Enter")
    await page.locator("#new").click()
    await page.locator("#language").click()
    await expect(page.locator("html")).to_have_attribute("lang", "vi")
    await expect(answers(page)).to_have_count(1)
    assert len(held) == 1
    await held[0].continue_()
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator("#input")).to_have_value("câu sau")


async def test_an_empty_question_is_not_sent(open_chat):
    page = await open_chat()
    await greeted(page)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    await page.locator("#input").fill("   ")
    await page.keyboard.press("Enter")
    await page.locator("#send").click()
    await ask(page, "/greet")
    assert len(sent) == 1


async def test_the_field_takes_no_more_than_the_bot_reads(open_chat):
    page = await open_chat()
    await expect(page.locator("#input")).to_have_attribute("maxlength", str(LIMIT))
    await greeted(page)


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_no_width_of_a_screen_needs_scrolling_sideways(width, open_chat):
    page = await open_chat(viewport={"width": width, "height": 800})
    await greeted(page)
    for text in ("/land_change_registration", '/passport{"aspect": "faq"}', "/list_services", "x" * 300, NUMBER):
        await ask(page, text)
    overflow = "element => [element.scrollWidth, element.clientWidth]"
    for place in ("html", "body", "#log"):
        needed, there = await page.locator(place).evaluate(overflow)
        assert needed <= there, place
    edges = await page.locator("article, article *:not(.hidden), button, input").evaluate_all(
        "elements => elements.map(element => element.getBoundingClientRect().right)")
    assert max(edges) <= width


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
async def test_the_page_is_dark_where_people_want_it_dark(scheme, dark, open_chat):
    page = await open_chat(color_scheme=scheme)
    await greeted(page)
    for place in ("body", "article", "#input"):
        background, text = await page.locator(place).first.evaluate(
            "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]")
        assert (_lightness(background) < 0.3) == dark, place
        assert (_lightness(text) > 0.7) == dark, place


@pytest.mark.parametrize(("scheme", "locale"), [("light", "vi-VN"), ("dark", "en-GB")])
async def test_axe_finds_no_barrier(scheme, locale, open_chat):
    # The page's own policy would keep the checker out.
    page = await open_chat(color_scheme=scheme, locale=locale, bypass_csp=True)
    await greeted(page)
    for text in ("/passport", '/passport{"aspect": "documents"}', "/list_services", NUMBER, "/out_of_scope", "/human_agent"):
        await ask(page, text)
    found = (await Axe().run(page)).response["violations"]
    assert not found, [(one["id"], one["help"], [node["html"] for node in one["nodes"]][:3]) for one in found]


async def test_what_is_read_out_names_who_speaks_and_is_announced(open_chat):
    page = await open_chat()
    await greeted(page)
    await ask(page, "xin chào")
    log = page.get_by_role("log", name=PAGE["vi"]["log"])
    await expect(log).to_have_attribute("aria-live", "polite")
    names = await log.locator("article > span.hidden").all_inner_texts()
    assert [name.strip(": ") for name in names] == [PAGE["vi"]["bot"], PAGE["vi"]["you"], PAGE["vi"]["bot"]]
    await expect(page.get_by_label(PAGE["vi"]["input"])).to_have_attribute("id", "input")


async def test_without_scripts_the_page_says_what_to_do_instead(open_chat):
    page = await open_chat(java_script_enabled=False)
    assert "1800 1096" in await page.locator("noscript").inner_text()


async def test_a_photo_of_a_receipt_is_answered_by_its_number(open_chat, tmp_path):
    Image.fromarray(zxingcpp.write_barcode(zxingcpp.BarcodeFormat.QRCode, NUMBER, 400, 400)).save(tmp_path / "code.png")
    page = await open_chat()
    await greeted(page)
    await page.locator("#file").set_input_files(tmp_path / "code.png")
    await expect(answers(page).last).to_contain_text(NUMBER)
    await expect(page.locator("article.mine").last).to_contain_text(PAGE["vi"]["photo_sent"])


async def test_a_file_that_is_no_photo_is_told_so(open_chat, tmp_path):
    (tmp_path / "code.png").write_text("no photo", encoding="utf-8")
    page = await open_chat()
    await greeted(page)
    await page.locator("#file").set_input_files(tmp_path / "code.png")
    await expect(answers(page).last).to_contain_text(Words("vi")("talk.photo_not_a_photo"))
