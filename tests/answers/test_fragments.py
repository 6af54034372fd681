"""What a message of few words says beside what was said before."""
from __future__ import annotations

import pytest

from answers import fragments
from catalogue.model import Script


@pytest.fixture(scope="module")
def made(scripts):
    """A service's script by its id."""
    return lambda service: Script.of(scripts[service])


def test_a_case_that_is_named_alone_is_found(script):
    """Every phrase a script lists, with the small words of a follow-up around it, names its case or one that has it too."""
    for case in script.cases:
        for phrase in case.words["vi"]:
            found = fragments.case_alone(script, f"Còn {phrase} thì sao ạ?")
            assert found == case.id or phrase in str(script.case(found).words), phrase


@pytest.mark.parametrize(("service", "message", "case"), [
    ("passport", "mất", "lost"),
    ("passport", "tôi bị mất", "lost"),
    ("passport", "con 5 tuổi thì sao", "child"),
    ("passport", "con trai em 5 tuoi thi rang", "child"),
    ("passport", "cho con nho", "child"),
    ("passport", "for my 5 year old", "child"),
    ("passport", "lost", "lost"),
    ("citizen_id_card", "mất rồi em ơi", "lost"),
    ("seal_new", "bị mất", "lost"),
    ("death_bundle", "ông hưởng lương hưu", "pension"),
    ("marriage_registration", "tôi từng ly hôn", "again"),
    ("birth_registration", "không có giấy chứng sinh", "no_paper"),
    ("birth_registration", "có giấy chứng sinh", None),
    ("passport", "con tôi mất", None),
    ("passport", "bố mất", None),
    ("passport", "mat so do", None),
    ("death_registration", "me toi mat xe", None),
    ("motorbike_registration", "bố mất thì sao", "transfer"),
    ("passport", "mất bao lâu", None),
    ("passport", "mất giấy khai sinh", None),
    ("passport", "ạ", None),
    ("passport", "", None),
])
def test_only_what_says_nothing_but_the_case_names_it(made, service, message, case):
    assert fragments.case_alone(made(service), message) == case


@pytest.mark.parametrize(("message", "aspect"), [
    ("Lệ phí", "fee"), ("le phi", "fee"), ("lệ phí thì sao", "fee"), ("💰 Lệ phí", "fee"), ("phạt bao nhiêu", "deadline"),
    ("đi đăng ký ở đâu", "place"), ("documents", "documents"), ("How long", "duration"),
    ("lệ phí làm hộ chiếu", None), ("", None), ("thì sao", None),
])
def test_an_aspect_that_is_the_whole_message_is_found(message, aspect):
    assert fragments.aspect_alone(message) == aspect


@pytest.mark.parametrize(("message", "aspect"), [
    ("con 5 tuổi cần giấy tờ gì", "documents"), ("nộp ở đâu cho nhanh", "place"), ("gia hạn tạm trú", None), ("", None)])
def test_the_name_of_an_aspect_is_found_in_a_message(message, aspect):
    assert fragments.aspect_named(message) == aspect


@pytest.mark.parametrize(("message", "place"), [
    ("thứ nhất", 0), ("cái thứ 2", 1), ("cái đầu tiên", 0), ("the second one", 1), ("thứ ba ạ", 2), ("xe máy", 1), ("the motorbike", 1),
    ("đất", 0), ("4", None), ("đăng ký", None), ("không phải", None), ("", None),
])
def test_an_answer_to_which_of_these_picks_one(made, message, place):
    offered = [made(service) for service in ("land_change_registration", "motorbike_registration", "electricity_contract_transfer")]
    assert fragments.chosen(message, offered) == (None if place is None else offered[place])


@pytest.mark.parametrize(("message", "place"), [("10", 0), ("số 11", 1), ("1", None), ("13", None), ("999", None), ("-10", 0)])
def test_a_list_that_begins_with_another_number_is_picked_from_by_that(made, message, place):
    offered = [made(service) for service in ("death_registration", "marriage_registration", "passport")]
    assert fragments.numbered(message, dict(enumerate(offered, 10))) == (None if place is None else offered[place])


def test_there_is_nothing_to_choose_when_nothing_was_offered():
    assert fragments.chosen("xe máy", []) is None
    assert fragments.numbered("1", {}) is None


@pytest.mark.parametrize(("message", "said"), [
    ("tôi không có mã", True), ("toi quen ma roi", True), ("mất giấy hẹn rồi", True), ("I don't have the number", True),
    ("G01.123.456-261102-000101", False), ("làm hộ chiếu", False)])
def test_a_number_that_is_not_at_hand_is_said_to_be_so(message, said):
    assert fragments.without_number(message) is said


def test_a_service_is_called_by_its_names(made):
    assert fragments.names(made("passport"), "còn hộ chiếu thì sao")
    assert fragments.names(made("passport"), "and the Passport?")
    assert not fragments.names(made("passport"), "lệ phí bao nhiêu")


@pytest.mark.parametrize(("message", "meant"), [
    ("không đúng", ""), ("sai, tôi hỏi lệ phí", "tôi hỏi lệ phí"), ("không phải đúng hạn, quá hạn rồi", "quá hạn rồi"),
    ("à nhầm, 15 tuổi", "15 tuổi"), ("that's wrong", None), ("wrong, the fee", "the fee"),
    ("không phải nộp tiền à", None), ("sai tên thì sao", None), ("không", None), ("", None)])
def test_what_is_meant_stands_after_what_was_not(message, meant):
    assert fragments.corrected(message) == meant


@pytest.mark.parametrize(("message", "goes_on"), [("còn bằng lái", True), ("what about the fee", True), ("bằng lái còn hạn", False)])
def test_a_message_takes_up_what_was_asked_before(message, goes_on):
    assert fragments.goes_on(message) is goes_on


@pytest.mark.parametrize(("message", "by"), [
    ("trang sau", 1), ("cho trang sau ạ", 1), ("Trang trước", -1), ("next page please", 1), ("trang sau của sổ", None), ("", None)])
def test_a_list_is_turned_by_word(message, by):
    assert fragments.page_turned(message) == by


def test_a_name_has_a_place_in_the_message(made):
    assert fragments.place_of(made("passport"), "căn cước rồi hộ chiếu") > 0
    assert fragments.place_of(made("passport"), "lệ phí") is None


@pytest.mark.parametrize(("message", "aspect"), [("kết quả", "result"), ("kết quả thì sao", "result"), ("kết quả hồ sơ", None)])
def test_the_bare_name_of_an_aspect_has_only_small_words_beside_it(message, aspect):
    assert fragments.aspect_alone(message, bare=True) == aspect


def test_a_part_of_the_short_name_has_a_place_too(made):
    assert fragments.place_near(made("citizen_id_card"), "lệ phí căn cước và hộ chiếu") == 7
    assert fragments.place_near(made("passport"), "lệ phí căn cước và hộ chiếu") > 7
    assert fragments.place_near(made("citizen_id_card"), "lệ phí") is None
