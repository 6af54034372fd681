"""Parts of dossier numbers are told from other figures."""
import pytest

from dossiers import part


@pytest.mark.parametrize("text", ["G01.123.456-261102", "mã g22.99.08-26", "000.00.12.H41-2611", "H41.12-26"])
def test_a_number_that_was_cut_off_is_seen(text):
    assert part.found(text)


@pytest.mark.parametrize("text", ["", "12345", "0912 345 678", "sinh ngày 12.03.1990", "31/12/2026", "1.000.000đ", "b1 b2 a1"])
def test_other_figures_are_no_part_of_a_number(text):
    assert not part.found(text)
