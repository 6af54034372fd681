"""Model files in the database: whole, checked, and forgotten when nobody will want them."""
from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from teaching.models import KEPT, PART, ModelGone
from teaching.tables import ModelPart


def parts(database):
    with database.session() as session:
        return dict(session.execute(select(ModelPart.training, func.count()).group_by(ModelPart.training)).all())


@pytest.mark.parametrize("size", [1, PART, 2 * PART + 17])
def test_a_file_comes_out_as_it_went_in(done, models, database, size):
    content = os.urandom(size)
    training = done(content=content)
    assert parts(database) == {training: -(-size // PART)}
    with models.file(training) as path:
        assert path.read_bytes() == content and path.name.endswith(".tar.gz")
    assert not path.exists()


def test_a_training_that_made_none_has_none(models, trainings):
    training = trainings.begin("lan", "x", 1)
    for number in (training, training + 1):
        with pytest.raises(ModelGone, match="not kept"), models.file(number):
            pass


def test_damage_is_noticed(done, models, database):
    training = done(content=os.urandom(100))
    with database.session() as session:
        session.get(ModelPart, (training, 0)).content = os.urandom(100)
    with pytest.raises(ModelGone, match="damaged"), models.file(training):
        pass


def test_a_model_is_stored_once(done, models, tmp_path):
    training = done()
    with pytest.raises(ModelGone, match="before"):
        models.keep(training, tmp_path / "made")


def test_old_ones_are_forgotten_but_those_in_use_and_the_newest(done, models, switches, trainings, database, tmp_path):
    first, second, *others = [done() for _ in range(KEPT + 4)]
    switches.promote(first, "lan", "good")
    switches.promote(second, "lan", "better")
    failed = trainings.begin("lan", "x", 1)
    (tmp_path / "half").write_bytes(b"half a model")
    models.keep(failed, tmp_path / "half")
    trainings.fail(failed, "no memory")
    models.forget_old()
    assert parts(database).keys() == {first, second, *others[-KEPT:]}
    assert trainings.get(others[0]).size == 0 and trainings.get(first).size > 0


def test_one_that_is_being_stored_is_not_forgotten(trainings, models, database, tmp_path):
    training = trainings.begin("lan", "x", 1)
    (tmp_path / "half").write_bytes(b"half a model")
    models.keep(training, tmp_path / "half")
    models.forget_old()
    assert parts(database) == {training: 1}
