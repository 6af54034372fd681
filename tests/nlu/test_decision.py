"""The three-way decision from made-up rankings, with thresholds of the test's own: config.yml may change, the rules may not."""
from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY

from nlu import model
from nlu.__main__ import FIELDS
from nlu.components.aspects import ASPECTS, CLAUSE_ASPECTS
from nlu.components.clauses import CLAUSES
from nlu.components.decision import UNDERSTANDING, UNSURE, Decision
from nlu.components.dossier_numbers import DOSSIER
from nlu.components.general import GENERAL
from nlu.components.intents import CLAUSE_RANKINGS, SEVERAL, UNCLEAR
from nlu.components.language import LANGUAGE
from nlu.model import ROOT

THRESHOLDS = {"answer_service": 0.5, "likely_service": 0.3, "answer_general": 0.4, "clarify": 0.2,
              "decline": 0.4,
              "second": 0.8, "second_whole": 0.1, "second_alone": 0.95, "both": 0.6, "several": 0.3, "in_order": 0.7, "unclear": 0.4,
              "clear": 0.9, "rival": 0.01, "part_of": {"birth_registration": "birth_bundle"}, "slope": 1.0, "shift": 0.0}

NUMBER = "G01.123.456-261102-000101"


def ranked(*rows: tuple) -> list[dict[str, Any]]:
    """Return a ranking of (name, confidence) or (name, confidence, likelihood); the likelihood is the confidence if not told."""
    return [{"name": name, "confidence": confidence, "likelihood": (*rest, confidence)[0]} for name, confidence, *rest in rows]


def read(message, *rows: tuple, said="hỏi", aspects=("overview",), clauses=(), **found):
    """Return the message after the decision; a clause is (service, confidence, aspects)."""
    one = message(said, **{
        INTENT_RANKING_KEY: ranked(*rows, ("complaint", 0.001), ("seal_new", 0.001)), ASPECTS: list(aspects),
        CLAUSES: [f"clause {number}" for number, _ in enumerate(clauses)],
        CLAUSE_RANKINGS: [ranked((name, confidence), ("thanks", 0.001)) for name, confidence, _ in clauses],
        CLAUSE_ASPECTS: [list(asked) for *_, asked in clauses], LANGUAGE: "vi", SEVERAL: 0.9, UNCLEAR: 0.0, **found})
    Decision(THRESHOLDS).process([one])
    return one


def decided(message, *rows: tuple, **found) -> dict[str, Any]:
    return read(message, *rows, **found).get(UNDERSTANDING)


def test_what_is_understood_has_the_fields_of_the_contract(message):
    understood = decided(message, ("passport", 0.9), aspects=["fee"])
    assert understood.keys() >= set(FIELDS)
    assert {field: understood[field] for field in FIELDS} == {
        "intent": "ask_service", "service": "passport", "aspects": ["fee"], "also": [], "dossier": None, "language": "vi",
        "confidence": 0.9, "decision": "answer", "candidates": [["passport", 0.9]]}


@pytest.mark.parametrize(("confidence", "likelihood", "decision"), [
    (0.5, 0.3, "answer"), (0.99, 0.99, "answer"), (0.499, 0.99, "clarify"), (0.99, 0.299, "clarify"), (0.2, 0.9, "clarify"),
    (0.199, 0.9, "fallback"), (0.05, 0.05, "fallback")])
def test_a_service_is_answered_only_when_it_is_sure_in_both_ways(message, confidence, likelihood, decision):
    understood = decided(message, ("passport", confidence, likelihood))
    assert (understood["decision"], understood["service"]) == (decision, "passport")


@pytest.mark.parametrize("general", sorted(GENERAL - {"out_of_scope"}))
@pytest.mark.parametrize(("confidence", "second", "decision"), [
    (0.4, 0.1, "answer"), (0.39, 0.1, "fallback"), (0.39, 0.3, "clarify"), (0.45, 0.4, "answer")])
def test_a_general_intent_is_taken_as_meant_from_its_own_threshold(message, general, confidence, second, decision):
    understood = decided(message, (general, confidence), ("passport", second))
    assert (understood["intent"], understood["decision"]) == (general, decision)
    assert understood["service"] is None and understood["also"] == []


@pytest.mark.parametrize(("confidence", "second", "decision"), [
    (0.99, 0.01, "fallback"), (0.4, 0.39, "fallback"), (0.39, 0.3, "clarify"), (0.39, 0.19, "fallback")])
def test_out_of_scope_is_never_answered(message, confidence, second, decision):
    understood = decided(message, ("out_of_scope", confidence), ("passport", second))
    assert (understood["intent"], understood["service"], understood["decision"]) == ("out_of_scope", None, decision)


def test_the_candidates_are_the_likely_services_at_most_three_and_no_general_intent(message):
    understood = decided(message, ("passport", 0.3), ("greet", 0.28), ("driving_licence", 0.26), ("traffic_fine", 0.25),
                         ("seal_special", 0.24))
    assert understood["candidates"] == [["passport", 0.3], ["driving_licence", 0.26], ["traffic_fine", 0.25]]
    assert understood["decision"] == "clarify"


@pytest.mark.parametrize(("confidence", "offered"), [(0.4, 2), (0.499, 2), (0.5, 1), (0.9, 1)])
def test_a_single_likely_service_that_is_not_sure_is_offered_with_the_next_best(message, confidence, offered):
    """One alone would be no choice."""
    understood = decided(message, ("passport", confidence), ("greet", 0.05), ("driving_licence", 0.02))
    assert understood["candidates"] == [["passport", confidence], ["driving_licence", 0.02]][:offered]


def test_a_service_that_is_all_but_impossible_is_not_offered_beside_the_likely_one(message):
    understood = decided(message, ("passport", 0.4), ("out_of_scope", 0.3), ("driving_licence", 0.019))
    assert understood["candidates"] == [["passport", 0.4]]


@pytest.mark.parametrize("said", ["12", " 3 ", "0912", "...", "👍"])
def test_what_has_no_letters_names_nothing(message, said):
    understood = decided(message, ("exam_admission", 0.9), said=said)
    assert (understood["intent"], understood["decision"], understood["service"]) == ("out_of_scope", "fallback", None)


def test_nothing_is_offered_when_no_service_is_likely(message):
    assert decided(message, ("greet", 0.9), ("passport", 0.19), ("driving_licence", 0.18))["candidates"] == []


def test_a_service_below_the_threshold_is_not_offered(message):
    assert decided(message, ("passport", 0.4), ("driving_licence", 0.2), ("traffic_fine", 0.1999))["candidates"] == [
        ["passport", 0.4], ["driving_licence", 0.2]]


@pytest.mark.parametrize(("intent", "aspects"), [
    ("passport", ["fee", "place"]), ("ask_aspect", ["fee", "place"]), ("greet", []), ("dossier_status", []), ("out_of_scope", [])])
def test_only_what_is_about_a_service_has_aspects(message, intent, aspects):
    assert decided(message, (intent, 0.9), aspects=["fee", "place"])["aspects"] == aspects


@pytest.mark.parametrize("intent", ["passport", "ask_aspect"])
def test_without_an_aspect_the_overview_is_asked(message, intent):
    assert decided(message, (intent, 0.9), aspects=[])["aspects"] == ["overview"]


@pytest.mark.parametrize("rows", [[("passport", 0.9)], [("out_of_scope", 0.9)], [("greet", 0.1)]])
def test_a_dossier_number_says_what_is_wanted_whatever_else_is_likely(message, rows):
    entities = [{"entity": name, "value": value} for name, value in [("aspect", "fee"), (DOSSIER, NUMBER), (DOSSIER, "another")]]
    clauses = [("passport", 0.99, ["fee"]), ("driving_licence", 0.99, ["fee"])]
    one = read(message, *rows, aspects=["fee"], clauses=clauses, **{ENTITIES: entities})
    understood = one.get(UNDERSTANDING)
    assert {field: understood[field] for field in FIELDS} == {
        "intent": "dossier_status", "service": None, "aspects": [], "also": [], "dossier": NUMBER, "language": "vi",
        "confidence": 1.0, "decision": "answer", "candidates": []}
    assert one.get(INTENT) == {"name": "dossier_status", "confidence": 1.0}


def test_two_sure_clauses_are_two_requests_each_with_what_it_asks(message):
    understood = decided(message, ("passport", 0.45), ("driving_licence", 0.4), aspects=["fee"],
                         clauses=[("driving_licence", 0.8, ["duration"]), ("passport", 0.9, ["documents", "place"])])
    assert (understood["decision"], understood["service"], understood["aspects"]) == ("answer", "driving_licence", ["duration"])
    assert understood["also"] == ["passport"]
    assert understood["also_asked"] == [{"service": "passport", "aspects": ["documents", "place"]}]


def test_what_is_asked_once_is_asked_of_both(message):
    understood = decided(message, ("passport", 0.6), ("driving_licence", 0.3), aspects=["documents"],
                         clauses=[("passport", 0.9, ["overview"]), ("driving_licence", 0.9, ["documents"])])
    assert understood["aspects"] == ["documents"]
    assert understood["also_asked"] == [{"service": "driving_licence", "aspects": ["documents"]}]


@pytest.mark.parametrize(("in_clause", "in_message", "second"), [
    (0.8, 0.1, True), (0.79, 0.4, False), (0.8, 0.09, False), (0.95, 0.0, True), (0.94, 0.09, False)])
def test_a_clause_is_a_request_when_it_is_sure_and_the_message_bears_it_out(message, in_clause, in_message, second):
    understood = decided(message, ("passport", 0.6), ("driving_licence", in_message, in_message), clauses=[
        ("passport", 0.9, ["overview"]), ("driving_licence", in_clause, ["overview"])])
    assert understood["also"] == (["driving_licence"] if second else [])
    assert understood["service"] == "passport"


@pytest.mark.parametrize(("one", "other", "clauses", "also"), [
    (0.6, 0.6, 2, ["driving_licence"]), (0.9, 0.59, 2, []), (0.59, 0.9, 2, []), (0.9, 0.9, 0, [])])
def test_two_services_likely_in_the_whole_message_are_two_requests_when_it_has_joints(message, one, other, clauses, also):
    understood = decided(message, ("passport", 0.5, one), ("driving_licence", 0.5, other), aspects=["fee"],
                         clauses=[("greet", 0.5, ["overview"])] * clauses)
    assert (understood["service"], understood["also"]) == ("passport", also)
    assert understood["aspects"] == ["fee"]


@pytest.mark.parametrize("clause", [
    ("passport", 0.99, ["fee"]), ("greet", 0.99, ["overview"]), ("out_of_scope", 0.99, ["overview"])])
def test_a_service_said_twice_or_small_talk_is_no_second_request(message, clause):
    understood = decided(message, ("passport", 0.9), ("driving_licence", 0.05), aspects=["fee"],
                         clauses=[("passport", 0.99, ["overview"]), clause])
    assert (understood["service"], understood["also"], understood["also_asked"]) == ("passport", [], [])
    assert understood["aspects"] == ["fee"]


def test_the_likeliest_service_comes_first_when_no_clause_names_it(message):
    understood = decided(message, ("passport", 0.6), ("driving_licence", 0.2), clauses=[
        ("driving_licence", 0.9, ["overview"]), ("traffic_fine", 0.5, ["overview"])])
    assert (understood["service"], understood["also"]) == ("passport", ["driving_licence"])


@pytest.mark.parametrize(("several", "service", "also"), [
    (0.7, "driving_licence", ["passport"]), (0.69, "passport", ["driving_licence"]), (0.3, "passport", ["driving_licence"]),
    (0.29, "passport", [])])
def test_two_requests_need_a_message_that_is_likely_to_hold_two(message, several, service, also):
    """And when it is not very likely, the surer of the two services comes first, not the first said."""
    understood = decided(message, ("passport", 0.6), ("driving_licence", 0.3), clauses=[
        ("driving_licence", 0.9, ["fee"]), ("passport", 0.9, ["fee"])], **{SEVERAL: several})
    assert (understood["service"], understood["also"]) == (service, also)


@pytest.mark.parametrize(("unclear", "confidence", "decision"), [
    (0.4, 0.6, "clarify"), (0.39, 0.6, "answer"), (0.99, 0.89, "clarify"), (0.99, 0.9, "answer")])
def test_a_message_a_clerk_would_ask_back_about_is_asked_about_unless_its_service_is_clear(message, unclear, confidence, decision):
    understood = decided(message, ("land_change_registration", confidence), ("motorbike_registration", 0.09), **{UNCLEAR: unclear})
    assert understood["decision"] == decision
    if decision == "clarify":
        assert [name for name, _ in understood["candidates"]][:2] == ["land_change_registration", "motorbike_registration"]


@pytest.mark.parametrize(("rows", "decision", "service"), [
    ([("birth_registration", 0.45), ("birth_bundle", 0.4)], "answer", "birth_bundle"),
    ([("birth_bundle", 0.45), ("birth_registration", 0.4)], "answer", "birth_bundle"),
    ([("birth_registration", 0.8), ("birth_bundle", 0.19)], "answer", "birth_registration"),
    ([("birth_registration", 0.25), ("birth_bundle", 0.2)], "clarify", "birth_registration"),
    ([("birth_registration", 0.3), ("permanent_residence", 0.25), ("birth_bundle", 0.24)], "clarify", "birth_registration"),
    ([("birth_registration", 0.45), ("passport", 0.4)], "clarify", "birth_registration")])
def test_unsure_between_a_service_and_what_it_is_a_part_of_the_whole_is_answered(message, rows, decision, service):
    understood = decided(message, *rows)
    assert (understood["decision"], understood["service"]) == (decision, service)


def test_there_are_never_more_than_two_requests(message):
    understood = decided(message, ("passport", 0.3), ("driving_licence", 0.3), ("traffic_fine", 0.3), clauses=[
        (name, 0.99, ["overview"]) for name in ("traffic_fine", "passport", "driving_licence")])
    assert (understood["service"], understood["also"]) == ("traffic_fine", ["passport"])


def test_clauses_do_not_make_a_general_intent_a_service(message):
    understood = decided(message, ("greet", 0.6), clauses=[("passport", 0.99, ["fee"]), ("driving_licence", 0.99, ["fee"])])
    assert (understood["intent"], understood["service"], understood["also"]) == ("greet", None, [])


@pytest.mark.parametrize(("rows", "name"), [
    ([("passport", 0.9)], "passport"), ([("greet", 0.9)], "greet"), ([("passport", 0.4)], UNSURE), ([("passport", 0.1)], UNSURE),
    ([("out_of_scope", 0.9)], UNSURE), ([("greet", 0.3)], UNSURE)])
def test_the_rules_see_what_was_decided(message, rows, name):
    one = read(message, *rows)
    assert one.get(INTENT) == {"name": name, "confidence": rows[0][1]}
    assert one.as_dict(only_output_properties=True)[UNDERSTANDING] == one.get(UNDERSTANDING)


def test_a_message_that_was_not_ranked_is_left_as_it_is(message):
    """Rasa itself reads the payload of a button; there is nothing to decide."""
    one = message("/passport", **{INTENT: {"name": "passport", "confidence": 1.0}})
    Decision(THRESHOLDS).process([one])
    assert one.get(UNDERSTANDING) is None and one.get(INTENT)["name"] == "passport"


def test_the_project_sets_every_threshold():
    """Otherwise a reader of config.yml would not see what is in force."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    [given] = [step for step in pipeline if step["name"].endswith(".Decision")]
    assert given.keys() - {"name"} == Decision.get_default_config().keys() == THRESHOLDS.keys()
    assert all(0 < value < 2 for name, value in given.items() if name not in ("name", "part_of", "shift"))
    assert -1 < given["shift"] < 1


def test_a_part_and_its_whole_are_services(scripts):
    given = model.component("Decision")["part_of"]
    assert given.keys() | set(given.values()) <= scripts.keys()


@pytest.mark.parametrize(("confidence", "calibrated"), [(0.0, 0.0), (1.0, 1.0), (0.5, 0.5), (0.9, 0.9878), (0.1, 0.0122)])
def test_the_confidence_told_is_calibrated_and_the_decision_is_made_before(message, confidence, calibrated):
    one = message("hỏi", **{INTENT_RANKING_KEY: ranked(("greet", confidence)), ASPECTS: [], CLAUSES: [], SEVERAL: 0.0, UNCLEAR: 0.0})
    Decision({**THRESHOLDS, "slope": 2.0}).process([one])
    assert one.get(UNDERSTANDING)["confidence"] == calibrated
    assert one.get(UNDERSTANDING)["decision"] == ("answer" if confidence >= THRESHOLDS["answer_general"] else "fallback")
