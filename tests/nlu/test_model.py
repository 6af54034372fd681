"""The model of the present inputs, trained beside the process that wants it."""
from __future__ import annotations

import pytest

from nlu import model


@pytest.fixture
def missing(monkeypatch, tmp_path):
    """There is no model, and training it is `program`."""

    def prepare(program: str):
        monkeypatch.setattr(model, "current", lambda: tmp_path / "none.tar.gz")
        monkeypatch.setattr(model.sys, "executable", program)
        return tmp_path / "none.tar.gz"

    return prepare


def test_a_missing_model_is_trained_in_a_process_of_its_own(missing):
    path = missing("/bin/true")
    assert model.ready_apart() == path


def test_a_training_that_fails_is_told(missing):
    missing("/bin/false")
    with pytest.raises(model.ModelUnusable, match="cannot be trained"):
        model.ready_apart()


def test_a_model_that_is_there_is_not_trained_again(missing):
    path = missing("/bin/false")
    path.write_bytes(b"a model")
    assert model.ready_apart() == path


def test_taught_examples_that_are_no_file_of_ours_are_refused(tmp_path):
    (tmp_path / "taught.yml").write_text("nlu: [", encoding="utf-8")
    with pytest.raises(model.ModelUnusable, match="taught.yml"):
        model.train(tmp_path / "taught.yml", tmp_path / "model.tar.gz")
