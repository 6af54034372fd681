"""Teaching through HTTP: a training is begun, watched, looked at, made live, taken back; and everything that is refused."""
from __future__ import annotations

import pytest

from teaching.models import Models
from teaching.switches import Switches
from tests.staff.conftest import BASE
from tests.teaching.conftest import complete


@pytest.fixture
async def lan(someone):
    return await someone("lan", "trainer")


@pytest.fixture
def workshop(console):
    console.teaching.labels.write(["sổ đi Lào", "cuốn sổ xanh", "quyển xuất cảnh"], "passport", ["fee"], "lan")
    return console.teaching


@pytest.fixture
def done(workshop, database, tmp_path):
    """Make a training that is done, and return its number."""
    return lambda **given: complete(workshop.trainings, Models(database), tmp_path, **given)


def audited(console):
    entry = console.audit.page()[0]
    return entry.action, entry.what, entry.before, entry.after


async def test_without_examples_there_is_nothing_to_train(lan, console, begun):
    await lan.get("/teaching")
    assert "Bản gốc của phần mềm" in lan.text and "/teaching/train" not in lan.text
    await lan.get("/labels")
    await lan.post("/teaching/train")
    assert lan.path == "/teaching?said=training_nothing" and begun == []


async def test_a_training_is_begun_and_watched(lan, workshop, begun, console):
    await lan.get("/teaching")
    assert "3 câu đã dạy, 3 câu mới" in lan.text
    await lan.post("/teaching/train")
    assert (lan.path, begun) == ("/teaching/1", [1])
    assert audited(console) == ("training begun", "training 1", "", "")
    assert '<meta http-equiv="refresh"' in lan.text
    workshop.trainings.report(1, "understanding", 70)
    for page in ("/teaching", "/teaching/1"):
        await lan.get(page)
        assert 'value="70"' in lan.text and "Hỏi thử bản mới" in lan.text and '<meta http-equiv="refresh"' in lan.text


async def test_two_trainings_at_once_are_refused(lan, someone, workshop, begun):
    minh = await (await someone("minh", "trainer")).get("/teaching")
    await (await lan.get("/teaching")).post("/teaching/train")
    await minh.post("/teaching/train")
    assert (minh.path, begun) == ("/teaching?said=training_running", [1]) and "Đang có một lần huấn luyện" in minh.text
    assert workshop.trainings.newest()[0].author == "lan"


async def test_a_running_one_is_stopped(lan, workshop, console):
    await (await lan.get("/teaching")).post("/teaching/train")
    await lan.post("/teaching/1/stop")
    assert lan.path == "/teaching/1?said=training_stopped" and "Lan đã dừng" in lan.text
    assert audited(console)[0] == "training stopped" and '<meta http-equiv="refresh"' not in lan.text
    await lan.post("/teaching/1/stop")
    assert lan.path == "/teaching/1"


async def test_a_failed_one_shows_the_end_of_its_log_and_changes_nothing(lan, workshop):
    await (await lan.get("/teaching")).post("/teaching/train")
    workshop.trainings.fail(1, "line\nMemoryError <b>")
    await lan.get("/teaching/1")
    assert "MemoryError &lt;b&gt;" in lan.text and "promote" not in lan.text
    await lan.post("/teaching/1/promote", {"reason": "please"})
    assert lan.path == "/teaching/1?said=model_unfinished"
    assert workshop.switches.training() is None


async def test_what_would_change_is_shown(lan, done):
    number = done()
    await lan.get(f"/teaching/{number}")
    for word in ("+2", "−2", "làm quyển đi Tây", "đổi bằng", "Kém đi (1)", "Tốt hơn (1)", "Hộ chiếu", "95.0%", "96.0%",
                 "Trong 3 câu đã dạy, bản đang dùng hiểu đúng 1, bản mới hiểu đúng 2", "&lt;b&gt;sổ&lt;/b&gt; đi Lào"):
        assert word in lan.text, word


async def test_a_model_is_made_live_with_a_reason_and_taken_back_with_one_click(lan, done, workshop, console):
    number = done()
    await lan.get(f"/teaching/{number}")
    await lan.post(f"/teaching/{number}/promote", {"reason": " "})
    assert lan.path == f"/teaching/{number}?said=model_reason" and workshop.switches.training() is None
    await lan.post(f"/teaching/{number}/promote", {"reason": "hiểu hộ chiếu tốt hơn"})
    assert lan.path == f"/teaching/{number}?said=model_switched" and workshop.switches.training() == number
    assert audited(console) == ("model made live", f"training {number}", "model of the files", f"training {number}: hiểu hộ chiếu tốt hơn")
    await lan.get("/teaching")
    assert "hiểu hộ chiếu tốt hơn" in lan.text and "3 câu đã dạy, 0 câu mới" in lan.text
    await lan.post("/teaching/back")
    assert lan.path == "/teaching?said=model_back" and workshop.switches.training() is None
    assert audited(console) == ("model before made live again", "model of the files", f"training {number}", "model of the files")


async def test_a_broken_floor_blocks(lan, done, workshop):
    number = done(broken=True)
    await lan.get(f"/teaching/{number}")
    assert "Trả lời đúng thủ tục: 50.0% (ít nhất 92.0%)" in lan.text and "/promote" not in lan.text
    await lan.post(f"/teaching/{number}/promote", {"reason": "please"})
    assert lan.path.endswith("said=model_floors") and workshop.switches.training() is None


async def test_after_an_update_staff_are_told_to_train_again(lan, done, workshop, database):
    number = done(base="an-old-base")
    Switches(database, "an-old-base").promote(number, "lan", "good")
    await lan.get("/teaching")
    assert "Hãy huấn luyện lại rồi đưa vào dùng" in lan.text and "Bản gốc của phần mềm" in lan.text
    await lan.get(f"/teaching/{number}")
    assert "/promote" not in lan.text
    await lan.post(f"/teaching/{number}/promote", {"reason": "please"})
    assert lan.path.endswith("said=model_outdated")
    again = done(base=BASE)
    await lan.post(f"/teaching/{again}/promote", {"reason": "dạy lại"})
    assert workshop.switches.training() == again
    assert "Hãy huấn luyện lại rồi" not in (await lan.get("/teaching")).text


async def test_there_is_no_way_back_from_the_first_model(lan, workshop):
    await lan.get("/teaching")
    assert "/teaching/back" not in lan.text
    await lan.post("/teaching/back")
    assert lan.path == "/teaching?said=model_nothing_before"


@pytest.mark.parametrize("number", ["7", "x", "-1", "9" * 30])
async def test_a_training_there_is_not_is_not_found(number, lan):
    assert (await lan.get(f"/teaching/{number}")).status == 404


async def test_the_pages_speak_english_too(lan, done):
    number = done()
    await lan.get("/account")
    await lan.post("/account/language", {"language": "en"})
    assert "Measures" in (await lan.get(f"/teaching/{number}")).text
    assert "Teaching" in (await lan.get("/teaching")).text and "Unanswered questions" in (await lan.get("/unanswered")).text
