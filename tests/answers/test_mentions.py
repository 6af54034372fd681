"""Whether a message speaks of what a script says, and where it says it."""
from __future__ import annotations

from datetime import date

import pytest

from answers import mentions
from catalogue.model import Script

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(("service", "message", "language", "speaks"), [
    ("driving_licence", "có cần đi khám sức khỏe nỏ", "vi", True),
    ("driving_licence", "co can kham suc khoe khong", "vi", True),
    ("permanent_residence", "đồng ý của chủ nhà thế nào", "vi", True),
    ("criminal_record", "fee for student", "en", True),
    ("passport", "nhầm, 15 tuổi", "vi", True),
    ("birth_registration", "em có người yêu chưa", "vi", False),
    ("birth_registration", "thời tiết hôm nay thế nào", "vi", False),
    ("driving_licence", "đổ xăng hết bao nhiêu", "vi", False),
    ("passport", "tell me a joke", "en", False),
    ("passport", "hôm nay thứ mấy", "vi", False),
    ("passport", "", "vi", False),
])
def test_a_message_speaks_of_a_service_when_all_its_words_stand_in_the_script(scripts, service, message, language, speaks):
    assert mentions.speaks_of(Script.of(scripts[service]), message, language) is speaks


@pytest.mark.parametrize(("service", "message", "language", "aspect"), [
    ("driving_licence", "có cần đi khám sức khỏe nỏ", "vi", "documents"),
    ("criminal_record", "sinh viên thì sao", "vi", "fee"),
    ("criminal_record", "students", "en", "fee"),
    ("driving_licence", "đổ xăng", "vi", None),
    ("driving_licence", "thì sao", "vi", None),
])
def test_the_aspect_is_the_first_that_speaks_of_the_same(scripts, service, message, language, aspect):
    assert mentions.aspect_of(Script.of(scripts[service]), message, DAY, language) == aspect
