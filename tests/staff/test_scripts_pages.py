"""Scripts through HTTP: from a change to its approval and back, with two people, and whatever may be typed into a field."""
from __future__ import annotations

import copy
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalogue import files
from catalogue.catalogue import FRESH_SECONDS, Catalogue
from catalogue.drafts import Drafts
from catalogue.revisions import Revisions
from store.database import Database
from tests.conftest import SERVICES
from tests.staff.conftest import ON_ONE, TODAY
from tests.staff.pages import fields, with_values

ROOT = Path(__file__).resolve().parents[2]
EDIT = "/scripts/passport/edit"
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


async def opened(mine, name="passport"):
    """Start a draft and return the fields of its form."""
    await mine.get(f"/scripts/{name}")
    await mine.post(f"/scripts/{name}/open")
    assert mine.path == f"/scripts/{name}/edit"
    return fields(mine.text, f"/scripts/{name}/edit")


async def waiting(mine, said="Quyết định 1/2026", on="", **changed):
    """Write a change of the passport and ask for its approval."""
    given = await opened(mine)
    await mine.post(EDIT, with_values(given, **{"short__vi": "Hộ chiếu mới", **changed}, reason=said, effective_on=on, do="submit"))


async def decide(mine, order, **more):
    await mine.get("/scripts/passport")
    return await mine.post("/scripts/passport/decide", with_values(fields(mine.text, "/scripts/passport/decide"), do=order, **more))


def live(console):
    return console.revisions.live()["passport"]


async def test_the_list_shows_what_is_live_and_what_is_due(someone, console, passport):
    passport["verified_on"], passport["uncertain"] = str(TODAY - timedelta(days=400)), ["một", "hai hai", "ba ba"]
    console.revisions.publish("passport", passport, "import", "old")
    mine = await (await someone("lan", "editor")).get("/")
    assert "Đang đăng bản 2" in mine.text and "Quá hạn rà soát" in mine.text
    await opened(mine)
    assert "Đang soạn" in (await mine.get("/")).text


@ON_ONE
@pytest.mark.parametrize("name", [*SERVICES, files.SHARED, files.ELSEWHERE])
async def test_a_form_saved_untouched_changes_nothing(someone, console, name):
    content = files.read_file(files.SERVICES / f"{name}.yml")[0]
    console.revisions.publish(name, content, "import", "first")
    mine = await someone("lan", "editor")
    given = await opened(mine, name)
    await mine.post(f"/scripts/{name}/edit", [*given, ("do", "save")])
    assert mine.path == f"/scripts/{name}/edit?said=saved", mine.status
    assert console.drafts.current(name).content == content
    assert "draft saved" not in [entry.action for entry in console.audit.page()]


async def test_a_change_is_published_by_a_second_person(someone, console):
    lan, hoa = await someone("lan", "editor", "approver"), await someone("hoa", "approver")
    await waiting(lan, fees__0__periods__1__amount_vnd="250.000")
    assert lan.path == "/scripts/passport?said=submitted"
    assert "cần người khác duyệt" in lan.text and 'value="approve"' not in lan.text
    assert 'value="approve"' in (await hoa.get("/scripts/passport")).text
    assert "250000" in hoa.text, "what changes is shown to who approves"
    await decide(hoa, "approve")
    assert hoa.path == "/scripts/passport?said=published"
    revision, content = live(console)
    assert (revision, content["short"]["vi"], content["fees"][0]["periods"][1]["amount_vnd"]) == (2, "Hộ chiếu mới", 250_000)
    entry = console.audit.page()[0]
    assert (entry.who, entry.action, entry.what) == ("hoa", "draft published", "passport@2")
    assert "short.vi: Hộ chiếu\n" in entry.before and "short.vi: Hộ chiếu mới" in entry.after
    [row] = [row for row in console.revisions.history("passport") if row.revision == 2]
    assert (row.author, row.reason) == ("lan", "Quyết định 1/2026 (approved by hoa)")


async def test_nobody_approves_what_they_wrote_whatever_the_page_shows(someone, console):
    lan = await someone("lan", "editor", "approver")
    await waiting(lan)
    await decide(lan, "approve")
    assert lan.path == "/scripts/passport?said=draft_own" and live(console)[0] == 1


async def test_one_may_when_the_settings_say_so(someone, database, console, monkeypatch):
    object.__setattr__(console, "drafts", Drafts(database, console.revisions, second_person=False))
    lan = await someone("lan", "editor", "approver")
    await waiting(lan)
    await decide(lan, "approve")
    assert live(console)[0] == 2


async def test_a_change_goes_back_with_the_reason(someone, console):
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    await waiting(lan)
    await decide(hoa, "refuse", why=" ")
    assert hoa.path == "/scripts/passport?said=why_wanted"
    assert console.drafts.current("passport").state == "waiting"
    await decide(hoa, "refuse", why=f"Thiếu căn cứ {HOSTILE}")
    assert "Thiếu căn cứ &lt;script&gt;" in (await lan.get("/scripts/passport")).text
    assert (await lan.get(EDIT)).path == EDIT


async def test_a_waiting_change_is_not_written_on_unless_taken_back(someone, console):
    lan = await someone("lan", "editor")
    await waiting(lan)
    assert (await lan.get(EDIT)).path == "/scripts/passport"
    assert (await lan.post(EDIT, {"do": "save"})).path == "/scripts/passport?said=draft_gone"
    await decide(lan, "take_back")
    assert (await lan.get(EDIT)).path == EDIT
    await decide(lan, "drop")
    assert console.drafts.current("passport") is None and live(console)[0] == 1


async def test_a_change_for_a_day_waits_for_it(someone, console):
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    await waiting(lan, on="2027-01-01")
    await decide(hoa, "approve")
    assert hoa.path == "/scripts/passport?said=scheduled" and live(console)[0] == 1
    assert "01/01/2027" in (await hoa.get("/")).text
    assert console.drafts.publish_due(date(2026, 12, 31)) == []
    console.drafts.publish_due(date(2027, 1, 1))
    assert live(console)[1]["short"]["vi"] == "Hộ chiếu mới"


async def test_the_day_typed_is_kept_with_the_draft(someone, console):
    mine = await someone("lan", "editor")
    given = await opened(mine)
    await mine.post(EDIT, with_values(given, effective_on="2027-01-01", reason="vì", do="save"))
    kept = dict(fields(mine.text, EDIT))
    assert (kept["effective_on"], kept["reason"]) == ("2027-01-01", "vì")


@pytest.mark.parametrize(("changed", "said"), [
    ({"reason": " "}, "reason_wanted"), ({"effective_on": "2026-11-22"}, "day_wrong"), ({"effective_on": "soon"}, "day_wrong"),
    ({"short__vi": ""}, "draft_invalid")])
async def test_what_cannot_be_submitted_is_saved_and_told(someone, console, changed, said):
    mine = await someone("lan", "editor")
    given = await opened(mine)
    await mine.post(EDIT, with_values(given, **{"aliases__vi": "hộ chiếu lạ", "reason": "vì", "do": "submit", **changed}))
    assert mine.path.startswith(f"{EDIT}?said={said}") and 'class="said"' in mine.text
    draft = console.drafts.current("passport")
    assert (draft.state, draft.content["aliases"]["vi"]) == ("writing", ["hộ chiếu lạ"])


@ON_ONE
@pytest.mark.parametrize(("name", "value", "told"), [
    ("fees.0.periods.0.amount_vnd", "hai trăm", "không đúng kiểu"), ("short.vi", "x" * 33, "nhiều nhất 32 ký tự"),
    ("documents.0.name.vi", "", "còn thiếu"), ("steps.0.from", "2026-02-30", "không có trong lịch"),
    ("online.url", "javascript:alert(1)", "không đúng dạng"), ("review_every_days", "0", "nhỏ nhất là 1"),
    ("fees.0.periods.0.text.vi", "tùy", "chọn đúng một cách")])
async def test_a_mistake_is_told_beside_its_field(someone, name, value, told):
    mine = await someone("lan", "editor")
    given = await opened(mine)
    await mine.post(EDIT, [*((key, one) for key, one in given if key != name), (name, value), ("do", "save")])
    assert 'role="alert"' in mine.text and 'class="error"' in mine.text
    assert told in mine.text[mine.text.index('id="editor"'):]


async def test_two_who_edit_at_once_do_not_overwrite_each_other(someone, console):
    lan, minh = await someone("lan", "editor"), await someone("minh", "editor")
    first = await opened(lan)
    await minh.get(EDIT)
    second = fields(minh.text, EDIT)
    await lan.post(EDIT, with_values(first, short__vi="Của Lan", do="save"))
    await minh.post(EDIT, with_values(second, short__en="Of Minh", do="save"))
    assert minh.status == 409 and "Người khác vừa lưu" in minh.text
    assert console.drafts.current("passport").content["short"] == {"vi": "Của Lan", "en": "Passport"}
    shown = dict(fields(minh.text, EDIT))
    assert shown["short.en"] == "Of Minh", "what Minh typed is still there"
    assert "Của Lan" in minh.text, "and what it would take away is named"
    await minh.post(EDIT, with_values(fields(minh.text, EDIT), short__vi="Của Lan", do="save"))
    assert console.drafts.current("passport").content["short"] == {"vi": "Của Lan", "en": "Of Minh"}
    assert console.drafts.current("passport").writers == ("lan", "minh")


async def test_an_approval_of_what_changed_meanwhile_is_stale(someone, console):
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    await waiting(lan)
    await hoa.get("/scripts/passport")
    seen = fields(hoa.text, "/scripts/passport/decide")
    await decide(lan, "take_back")
    await lan.get(EDIT)
    await lan.post(EDIT, with_values(fields(lan.text, EDIT), short__vi="Khác hẳn", do="submit"))
    await hoa.post("/scripts/passport/decide", [*seen, ("do", "approve")])
    assert hoa.path == "/scripts/passport?said=draft_stale" and live(console)[0] == 1


async def test_a_draft_on_an_older_revision_is_not_published_over_a_newer_one(someone, console, passport):
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    await waiting(lan)
    passport["short"]["en"] = "From the command line"
    console.revisions.publish("passport", passport, "import", "meanwhile")
    await decide(hoa, "approve")
    assert hoa.path == "/scripts/passport?said=draft_outdated" and live(console)[1]["short"]["en"] == "From the command line"


async def test_any_two_revisions_are_compared_and_any_is_restored(someone, console, passport):
    first = copy.deepcopy(passport)
    for number in (2, 3):
        passport["short"]["vi"] = f"Bản {number}"
        console.revisions.publish("passport", passport, "import", str(number))
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    await lan.get("/scripts/passport/revisions/3")
    assert "Bản 2" in lan.text and "Bản 3" in lan.text
    await lan.get("/scripts/passport/revisions/1?against=3")
    assert "Bản 3" in lan.text and "Bản 2" not in lan.text
    await lan.get("/scripts/passport/revisions/1")
    await lan.post("/scripts/passport/revisions/1/restore")
    assert lan.path == "/scripts/passport?said=restore_begun"
    assert (await lan.post("/scripts/passport/revisions/2/restore")).path == "/scripts/passport?said=draft_exists"
    await lan.get(EDIT)
    await lan.post(EDIT, with_values(fields(lan.text, EDIT), do="submit"))
    await decide(hoa, "approve")
    assert live(console) == (4, first)


async def test_the_preview_is_what_a_citizen_gets(someone, console):
    from answers import procedure
    from catalogue.model import Script

    lan = await someone("lan", "editor")
    given = await opened(lan)
    await lan.post(EDIT, with_values(given, fees__0__periods__1__amount_vnd="234.000", do="preview"))
    assert lan.path == "/scripts/passport/preview"
    await lan.get("/scripts/passport/preview?aspect=fee&day=2027-01-02&case=renew&language=en")
    assert "234,000 VND" in lan.text
    script = Script.of(console.drafts.current("passport").content, 2)
    reply = procedure.answer(script, ["fee"], date(2027, 1, 2), "en", "renew")
    for block in reply.blocks:
        assert all(line.replace("'", "&#39;") in lan.text for line in block.lines)
    assert "234" not in (await lan.get("/scripts/passport/preview?of=live&aspect=fee&day=2027-01-02&case=renew")).text


@ON_ONE
@pytest.mark.parametrize("query", ["aspect=x&case=y&day=z&language=q&of=w", "day=9999-99-99", "day=0001-01-01", "case=%00"])
async def test_a_preview_of_nonsense_is_a_preview(someone, query):
    mine = await (await someone("lan", "reader")).get(f"/scripts/passport/preview?{query}")
    assert mine.status == 200 and 'class="bubble"' in mine.text


async def test_a_draft_with_mistakes_is_told_in_the_preview(someone):
    mine = await someone("lan", "editor")
    given = await opened(mine)
    await mine.post(EDIT, with_values(given, short__vi="", do="preview"))
    assert "còn thiếu" in mine.text and 'class="bubble"' not in mine.text


@pytest.mark.parametrize("text", [HOSTILE, "=1+1", "@SUM(A1)", "{{ 7*7 }}", "{0}", "%s", "a\x00b", "\u202e đảo", "🙂"])
async def test_whatever_is_typed_stays_text(someone, console, text):
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    await waiting(lan, agency__vi=text, said=text)
    assert lan.path == "/scripts/passport?said=submitted"
    await decide(hoa, "approve")
    assert live(console)[1]["agency"]["vi"] == text.replace("\x00", "")
    for path in ("/scripts/passport", "/scripts/passport/revisions/2", "/scripts/passport/preview?aspect=place", "/scripts/passport/preview"):
        await hoa.get(path)
        assert hoa.status == 200 and "<script>alert" not in hoa.text and "<img src=x" not in hoa.text


@pytest.mark.parametrize("letter", ["x", "ế"])
async def test_a_field_of_a_megabyte_is_a_mistake_beside_it(someone, console, letter):
    mine = await someone("lan", "editor")
    given = await opened(mine)
    long = letter * (1_000_000 // len(letter.encode()))
    await mine.post(EDIT, with_values(given, agency__vi=long, do="save"))
    assert mine.status == 200 and "nhiều nhất 280 ký tự" in mine.text
    assert console.drafts.current("passport").content["agency"]["vi"] == long
    assert (await mine.get("/scripts/passport")).status == 200
    assert len(console.audit.page()[0].after) < 5_000


async def test_items_are_added_moved_and_removed_by_buttons(someone, console):
    mine = await someone("lan", "editor")
    given = await opened(mine)
    names = [one["name"]["vi"] for one in console.drafts.current("passport").content["documents"]]
    await mine.post(EDIT, [*given, ("do", "down:documents.0")])
    await mine.post(EDIT, [*fields(mine.text, EDIT), ("do", "remove:documents.2")])
    await mine.post(EDIT, [*fields(mine.text, EDIT), ("do", "add:documents")])
    shown = console.drafts.current("passport").content["documents"]
    assert [one.get("name", {}).get("vi") for one in shown] == [names[1], names[0], *names[3:], None]


@ON_ONE
@pytest.mark.parametrize("order", ["add:id", "add:short", "add:fees.0.periods.0.amount_vnd", "add:verified_on", "remove:short"])
async def test_a_button_that_no_page_has_spoils_nothing(someone, console, passport, order):
    mine = await someone("lan", "editor")
    given = await opened(mine)
    await mine.post(EDIT, [*given, ("do", order)])
    assert console.drafts.current("passport").content == passport


async def test_a_draft_is_begun_once(someone, console):
    lan, minh = await someone("lan", "editor"), await someone("minh", "editor")
    await opened(lan)
    await minh.get("/scripts/passport")
    await minh.post("/scripts/passport/open")
    assert minh.path == EDIT and len(console.drafts.all_open()) == 1
    assert (await lan.post("/scripts/nothing/open")).status == 404


async def test_another_process_answers_with_what_was_published(someone, console, database_url):
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    clock, database = [0.0], Database(database_url)
    other = Catalogue(Revisions(database), lambda: clock[0])
    assert other.get("passport").short["vi"] == "Hộ chiếu"
    await waiting(lan)
    await decide(hoa, "approve")
    assert FRESH_SECONDS < 1
    clock[0] += FRESH_SECONDS
    assert other.get("passport").tag == "passport@2" and other.get("passport").short["vi"] == "Hộ chiếu mới"
    database.close()


ANSWERING = """
import sys
from catalogue.catalogue import Catalogue
from catalogue.revisions import Revisions
from store.database import Database
catalogue = Catalogue(Revisions(Database(sys.argv[1])))
for _ in sys.stdin:
    print(catalogue.get("passport").tag, flush=True)
"""


async def test_a_running_process_takes_it_up_by_itself(someone, console, database_url):
    running = subprocess.Popen([sys.executable, "-c", ANSWERING, database_url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)

    def asked():
        running.stdin.write("?\n")
        running.stdin.flush()
        return running.stdout.readline().strip()

    try:
        assert asked() == "passport@1"
        lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
        await waiting(lan)
        await decide(hoa, "approve")
        # The promise: within a second, with no restart.
        time.sleep(1)
        assert asked() == "passport@2"
    finally:
        running.kill()
        running.wait()
