"""What is asked about a service: the made-up messages the aspect model learns from beside the examples."""
from __future__ import annotations

from nlu.components.aspects import told_then_asked

TOLD, FEE, STEPS = frozenset(("overview",)), frozenset(("fee",)), frozenset(("steps",))
EXAMPLES = [("passport", TOLD), ("passport", FEE), ("ask_aspect", FEE), ("ask_aspect", TOLD), ("criminal_record", TOLD),
            ("ask_aspect", STEPS)]


def test_a_situation_is_told_and_then_something_is_asked():
    pairs = told_then_asked(EXAMPLES, 200)
    assert len(pairs) == 200
    assert {told for told, _ in pairs} == {0, 4}
    assert {asked for _, asked in pairs} == {2, 5}


def test_the_same_pairs_are_made_at_every_training():
    assert told_then_asked(EXAMPLES, 50) == told_then_asked(EXAMPLES, 50)


def test_without_situations_or_follow_ups_nothing_is_made_up():
    assert told_then_asked(EXAMPLES[1:3], 10) == told_then_asked(EXAMPLES[:2], 10) == []
