"""The queue through HTTP: what a trainer sees, labels and takes back, and what nobody else may."""
from __future__ import annotations

import hashlib
import html
import re

import pytest
import yaml

from conversations.tables import Turn


@pytest.fixture
async def lan(someone):
    return await someone("lan", "trainer")


@pytest.fixture
def turn(database):
    """Add a turn: `turn("said", decision="fallback")`; returns its id."""

    def add(said: str, **given) -> int:
        row = Turn(**{"chat": "rest:a", "said": said, "intent": "out_of_scope", "outcomes": "declined", "decision": "fallback", **given})
        with database.session() as session:
            session.add(row)
        return row.id

    return add


def forms(browser) -> list[tuple[str, dict[str, list[str]]]]:
    """Return the groups of a page: the action of each form, and what a browser would send of what is ticked."""
    found = []
    for action, body in re.findall(r'<form method="post" action="/staff(/unanswered)"[^>]*>(.*?)</form>', browser.text, re.DOTALL):
        found.append((action, re.findall(r'name="turns" value="([^"]*)" checked', body)))
    return found


def shown(browser) -> list[str]:
    """Return the first wording of each group on the page, in order."""
    return [html.unescape(one) for one in re.findall(r'class="card group" aria-label="([^"]*)"', browser.text)]


async def press(browser, number: int, do: str, intent: str = ""):
    action, turns = forms(browser)[number]
    return await browser.post(action, [*(("turns", one) for one in turns), ("intent", intent), ("do", do)])


async def test_the_largest_group_comes_first_with_all_that_is_known_of_it(lan, turn):
    turn("mua vé xem bóng đá")
    for said in ("tách hộ khẩu cần gì", "tach ho khau can gi", "tách hộ khẩu cần gì"):
        turn(said, decision="clarify", outcomes="service_asked", service="passport", rating=-1)
    await lan.get("/unanswered")
    assert shown(lan) == ["tách hộ khẩu cần gì", "mua vé xem bóng đá"]
    assert "tach ho khau can gi" in lan.text and "× 2" in lan.text and "3 lần" in lan.text
    for word in ("Phải hỏi lại", "Bị chê", "Không trả lời được", "hỏi lại", "Hộ chiếu"):
        assert word in lan.text
    await lan.get("/unanswered?reason=clarify")
    assert shown(lan) == ["tách hộ khẩu cần gì"]
    assert shown(await lan.get("/unanswered?reason=<script>&page=-7")) == ["tách hộ khẩu cần gì", "mua vé xem bóng đá"]
    assert "<script>" not in lan.text.replace('<script src="/staff/static/staff.js" defer></script>', "")


async def test_a_group_is_labelled_with_one_choice_and_one_button(lan, turn, console, database):
    turns = [turn("cuốn sổ đi Tây"), turn("cuon so di Tay")]
    await lan.get("/unanswered")
    await press(lan, 0, "fee", "passport")
    assert lan.path == "/unanswered?said=labelled" and shown(lan) == []
    assert "Hoàn tác" in lan.text and "cuốn sổ đi Tây" in lan.text
    rows = console.teaching.labels.examples()
    assert {(row.text, row.intent, row.aspects, row.author) for row in rows} == {
        ("cuốn sổ đi Tây", "passport", "fee", "lan"), ("cuon so di Tay", "passport", "fee", "lan")}
    entry = console.audit.page()[0]
    assert (entry.who, entry.action, entry.what) == ("lan", "messages labelled", "passport fee")
    assert set(entry.after.splitlines()) == {"cuốn sổ đi Tây", "cuon so di Tay"}
    with database.session() as session:
        assert all(session.get(Turn, one).label_id for one in turns)


async def test_what_is_unticked_stays_in_the_queue(lan, turn):
    turn("làm cái thẻ xanh")
    other = turn("làm cái thẻ xanh lá")
    await lan.get("/unanswered")
    [(action, turns)] = forms(lan)
    await lan.post(action, [("turns", one) for one in turns if one != str(other)] + [("intent", "passport"), ("do", "overview")])
    assert shown(await lan.get("/unanswered")) == ["làm cái thẻ xanh lá"]


@pytest.mark.parametrize(("do", "intent", "kept"), [
    ("out_of_scope", "", [("out_of_scope", "")]), ("out_of_scope", "passport", [("out_of_scope", "")]), ("nothing", "", []),
    ("fee", "greet", [("greet", "")]), ("fee", "ask_aspect", [("ask_aspect", "fee")]), ("no such aspect", "passport", [("passport", "overview")])])
async def test_out_of_scope_nothing_and_general_intents(do, intent, kept, lan, turn, console):
    turn("mua vé xem bóng đá")
    await lan.get("/unanswered")
    await press(lan, 0, do, intent)
    assert lan.path == "/unanswered?said=labelled" and shown(lan) == []
    assert [(row.intent, row.aspects) for row in console.teaching.labels.examples()] == kept


@pytest.mark.parametrize(("fields", "said"), [
    ({"turns": "1", "do": "fee"}, "choose_meaning"), ({"turns": "1", "do": "fee", "intent": "no_such_service"}, "choose_meaning"),
    ({"do": "fee", "intent": "passport"}, "choose_wording"), ({"turns": "x,-1,1e3,99999999999999", "do": "fee", "intent": "passport"}, "choose_wording"),
    ({"turns": "4711", "do": "fee", "intent": "passport"}, "label_gone")])
async def test_bad_input_changes_nothing_and_is_told(fields, said, lan, turn, console):
    turn("tách khẩu")
    await lan.get("/unanswered")
    await lan.post("/unanswered", fields)
    assert lan.status == 200 and lan.path == f"/unanswered?said={said}" and 'role="status"' in lan.text
    assert shown(lan) == ["tách khẩu"] and console.teaching.labels.page() == []


async def test_undo_takes_back_the_last_label_and_the_queue_is_as_before(lan, turn, console):
    turn("tách khẩu")
    turn("tach khau")
    await lan.get("/unanswered")
    before = forms(lan)
    await press(lan, 0, "nothing")
    await lan.post("/unanswered/undo")
    assert lan.path == "/unanswered?said=undone" and forms(lan) == before
    assert console.audit.page()[0].action == "labels taken back"
    await lan.post("/unanswered/undo")
    assert lan.path == "/unanswered?said=nothing_to_undo"


async def test_a_colleague_who_was_faster_is_told_of(lan, someone, turn, console):
    turn("tách khẩu")
    minh = await someone("minh", "trainer")
    await lan.get("/unanswered")
    await minh.get("/unanswered")
    await press(lan, 0, "out_of_scope")
    await press(minh, 0, "fee", "passport")
    assert minh.path == "/unanswered?said=label_gone"
    assert [(row.author, row.intent) for row in console.teaching.labels.examples()] == [("lan", "out_of_scope")]


async def test_what_citizens_write_is_shown_as_text(lan, turn):
    turn('<script>alert(1)</script> " onclick="x')
    await lan.get("/unanswered")
    assert "<script>alert" not in lan.text and "&lt;script&gt;alert" in lan.text and '" onclick="x' not in lan.text
    await press(lan, 0, "nothing")
    assert "<script>alert" not in lan.text and "<script>alert" not in (await lan.get("/labels")).text


async def test_labels_are_listed_with_author_and_time_and_taken_back_one_by_one(lan, turn, console):
    turn("tách khẩu")
    turn("xin chào em")
    await lan.get("/unanswered")
    await press(lan, 0, "fee", "passport")
    await lan.get("/labels")
    [label] = console.teaching.labels.examples()
    assert label.text in lan.text and "Lệ phí" in lan.text and "<td>lan</td>" in lan.text
    await lan.post(f"/labels/{label.id}/remove")
    assert lan.path == "/labels?said=undone" and console.teaching.labels.page() == []
    assert len(shown(await lan.get("/unanswered"))) == 2
    for gone in (label.id, "x", "-1", "9" * 30):
        await lan.post(f"/labels/{gone}/remove")
        assert lan.path == "/labels?said=label_gone"


async def test_examples_are_written_by_hand(lan, console):
    await lan.get("/labels")
    await lan.post("/labels", [("intent", "passport"), ("aspects", "place"), ("aspects", "fee"), ("examples", "sổ đi Lào\r\n\r\nsố em 0912345678\r\n")])
    assert lan.path == "/labels?said=examples_added"
    assert [(row.text, row.aspects) for row in console.teaching.labels.examples()] == [("sổ đi Lào", "fee,place"), ("số em …", "fee,place")]
    await lan.post("/labels", {"intent": "passport", "examples": "sổ đi Lào"})
    assert lan.path == "/labels?said=examples_known"


@pytest.mark.parametrize(("fields", "said"), [
    ({"intent": "passport", "examples": " \n…"}, "lines_wrong"), ({"intent": "passport", "examples": "a" * 501}, "lines_wrong"),
    ({"intent": "passport", "examples": "câu\n" * 201}, "lines_wrong"), ({"intent": "", "examples": "câu"}, "choose_meaning"),
    ({"examples": "a" * 1_000_000, "intent": "passport"}, "lines_wrong")])
async def test_examples_that_are_none_are_refused(fields, said, lan, console):
    await lan.get("/labels")
    await lan.post("/labels", fields)
    assert (lan.status, lan.path) == (200, f"/labels?said={said}") and console.teaching.labels.page() == []


async def test_the_examples_download_as_a_file_rasa_takes(lan, console):
    console.teaching.labels.write(["sổ đi Lào"], "passport", ["fee"], "lan")
    await lan.get("/labels/export")
    assert lan.status == 200 and re.fullmatch(r'attachment; filename="taught-\d{4}-\d\d-\d\d\.yml"', lan.headers["Content-Disposition"])
    [block] = yaml.safe_load(lan.text)["nlu"]
    assert (block["intent"], block["metadata"]["aspects"], block["metadata"]["author"], block["examples"]) == (
        "passport", ["fee"], "lan", "- sổ đi Lào\n")


@pytest.mark.parametrize("path", ["/unanswered", "/labels", "/labels/export", "/teaching", "/teaching/1"])
async def test_only_trainers_see_it(path, someone):
    other = await someone("minh", "reader", "editor", "approver", "agent", "administrator")
    assert (await other.get(path)).status == 403 and "menu" not in other.path
    assert "/staff/unanswered" not in (await other.get("/")).text


@pytest.mark.parametrize("path", ["/unanswered", "/unanswered/undo", "/labels", "/labels/1/remove", "/teaching/train", "/teaching/back",
                                  "/teaching/1/stop", "/teaching/1/promote"])
async def test_a_form_of_another_site_and_one_without_the_role_do_nothing(path, lan, someone, turn, console):
    turn("tách khẩu")
    lan.text = ""
    assert (await lan.post(path, {"turns": "1", "do": "nothing"})).status == 403
    other = await (await someone("minh", "editor")).get("/")
    assert (await other.post(path, {"turns": "1", "do": "nothing"})).status == 403
    assert shown(await lan.get("/unanswered")) == ["tách khẩu"]


async def test_many_groups_come_page_by_page(lan, turn):
    for number in range(30):
        turn(hashlib.sha256(bytes([number])).hexdigest())
    assert len(shown(await lan.get("/unanswered"))) == 25
    assert len(shown(await lan.get("/unanswered?page=2"))) == 5
    assert len(shown(await lan.get("/unanswered?page=3"))) == 5
