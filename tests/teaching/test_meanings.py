"""What staff may choose is what the model knows."""
from nlu.components import general
from teaching.meanings import GENERAL, OUT_OF_SCOPE


def test_the_general_intents_are_those_of_the_model():
    assert {*GENERAL, OUT_OF_SCOPE} == general.GENERAL
