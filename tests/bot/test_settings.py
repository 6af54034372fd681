"""Settings: what holds without any, and what a wrong one is told."""
from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.settings import SETTINGS, WrongSettings, read

DEFAULTS = {
    "HOST": "127.0.0.1", "PORT": 8080, "DATABASE_URL": "sqlite:///var/bot.db", "REDIS_URL": "", "TELEGRAM_TOKEN": "", "TELEGRAM_WEBHOOK_URL": "",
    "TELEGRAM_WEBHOOK_SECRET": "", "TELEGRAM_API_URL": "https://api.telegram.org", "TELEGRAM_STAFF_GROUP": None,
    "WAIT_TOLD_MINUTES": timedelta(minutes=3), "WAIT_ESCALATES_MINUTES": timedelta(minutes=5),
    "AGENT_SILENT_MINUTES": timedelta(minutes=10), "CITIZEN_SILENT_MINUTES": timedelta(minutes=30), "RATE_CHAT": 120, "RATE_ADDRESS": 600, "RATE_PROCESS": 12000, "PROXIES": 0, "DOSSIER_SECRET": "",
    "DOSSIER_PROVIDER": "embedded", "DOSSIER_GATEWAY_URL": "", "DOSSIER_GATEWAY_TOKEN": "", "DOSSIER_GATEWAY_KEY": "",
    "DOSSIER_GATEWAY_TIMEOUT": 3.0, "DOSSIER_GATEWAY_CACHE": 60.0, "DOSSIER_GATEWAY_CA": None, "INDEX_TOKEN": "",
    "RETENTION_DAYS": timedelta(days=180), "LOOKUP_RETENTION_DAYS": timedelta(days=30), "MODEL": None,
    "BOT_TODAY": None, "STAFF_SECOND_PERSON": True, "LOG_LEVEL": "INFO", "LOG_FORMAT": "text",
}

WRONG = [
    ("PORT", "0"), ("PORT", "65536"), ("PORT", "-1"), ("PORT", "8080a"), ("PORT", "８０８０"), ("PORT", "80.5"),
    ("DATABASE_URL", "var/bot.db"), ("DATABASE_URL", "postgresql://user:password@host:port/name"),
    ("REDIS_URL", "localhost:6379"), ("REDIS_URL", "http://localhost:6379"), ("REDIS_URL", "redis://"), ("REDIS_URL", "redis://host:0"),
    ("REDIS_URL", "redis://host:port/0"), ("REDIS_URL", "redis://host/first"), ("REDIS_URL", "redis://host/0?socket_timeout=60"),
    ("REDIS_URL", "redis://host..name"), ("REDIS_URL", "redis://host?ssl_ca_certs=pyproject.toml"), ("REDIS_URL", "rediss://host?ssl_ca_certs=no/such.pem"),
    ("REDIS_URL", "unix://"), ("REDIS_URL", "unix://run/valkey.sock"), ("REDIS_URL", "unix:///run/valkey.sock?db=one"),
    ("TELEGRAM_TOKEN", "hello"), ("TELEGRAM_TOKEN", "123456:ABC DEF"), ("TELEGRAM_TOKEN", ":ABCDEF"),
    ("TELEGRAM_WEBHOOK_URL", "example.org/hook"), ("TELEGRAM_WEBHOOK_URL", "ftp://example.org"),
    ("TELEGRAM_WEBHOOK_SECRET", "short"), ("TELEGRAM_WEBHOOK_SECRET", "a secret with spaces"),
    ("TELEGRAM_API_URL", "api.telegram.org"), ("TELEGRAM_API_URL", "https://"),
    ("TELEGRAM_STAFF_GROUP", "1001234567890"), ("TELEGRAM_STAFF_GROUP", "@agents"), ("WAIT_TOLD_MINUTES", "0"),
    ("WAIT_ESCALATES_MINUTES", "1441"), ("AGENT_SILENT_MINUTES", "ten"), ("CITIZEN_SILENT_MINUTES", "-5"),
    ("RATE_CHAT", "-1"), ("RATE_CHAT", "many"), ("RATE_ADDRESS", "1.5"), ("RATE_PROCESS", "1000001"), ("PROXIES", "10"),
    ("DOSSIER_SECRET", "short"), ("DOSSIER_SECRET", "x" * 257),
    ("DOSSIER_PROVIDER", "oracle"), ("DOSSIER_GATEWAY_URL", "gateway.example"), ("DOSSIER_GATEWAY_TOKEN", "short"),
    ("DOSSIER_GATEWAY_KEY", "a key with spaces"), ("DOSSIER_GATEWAY_TIMEOUT", "0"), ("DOSSIER_GATEWAY_TIMEOUT", "soon"),
    ("DOSSIER_GATEWAY_CACHE", "3601"), ("DOSSIER_GATEWAY_CACHE", "-1"), ("DOSSIER_GATEWAY_CA", "no/such.pem"), ("INDEX_TOKEN", "short"),
    ("RETENTION_DAYS", "0"), ("RETENTION_DAYS", "half a year"), ("LOOKUP_RETENTION_DAYS", "3651"),
    ("MODEL", "no/such/model.tar.gz"), ("MODEL", "."),
    ("BOT_TODAY", "1.3.2027"), ("BOT_TODAY", "2027-02-30"), ("BOT_TODAY", "tomorrow"),
    ("STAFF_SECOND_PERSON", "maybe"), ("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "xml"),
]


def test_without_any_setting_the_defaults_hold():
    assert read({}) == DEFAULTS


def test_a_setting_left_empty_has_its_default():
    assert read(dict.fromkeys(DEFAULTS, " ")) == DEFAULTS


def test_every_setting_says_what_it_is_for():
    assert all(setting.help for setting in SETTINGS)
    assert [setting.name for setting in SETTINGS] == list(DEFAULTS)


def test_values_are_read_into_what_they_mean(tmp_path):
    model = tmp_path / "model.tar.gz"
    model.touch()
    given = {
        "HOST": "0.0.0.0", "PORT": " 9000 ", "DATABASE_URL": "postgresql://user:password@host/name",
        "TELEGRAM_TOKEN": "123456:ABC-DEF_ghi", "TELEGRAM_WEBHOOK_URL": "https://example.org/bot/",
        "REDIS_URL": "rediss://user:p%2Fw@valkey.example:6380/1",
        "TELEGRAM_WEBHOOK_SECRET": "0123456789abcdef", "TELEGRAM_API_URL": "http://127.0.0.1:8081/", "TELEGRAM_STAFF_GROUP": "-1001234567890",
        "WAIT_TOLD_MINUTES": "1", "WAIT_ESCALATES_MINUTES": "2", "AGENT_SILENT_MINUTES": "1440", "CITIZEN_SILENT_MINUTES": "4", "DOSSIER_SECRET": "x" * 256,
        "DOSSIER_PROVIDER": "gateway", "DOSSIER_GATEWAY_URL": "https://gateway.example/", "DOSSIER_GATEWAY_TOKEN": "t" * 16,
        "DOSSIER_GATEWAY_KEY": "k" * 16, "DOSSIER_GATEWAY_TIMEOUT": "1.5", "DOSSIER_GATEWAY_CACHE": "0",
        "DOSSIER_GATEWAY_CA": str(model), "INDEX_TOKEN": "i" * 16,
        "RETENTION_DAYS": "90", "LOOKUP_RETENTION_DAYS": "7", "RATE_CHAT": "0", "RATE_ADDRESS": "60", "RATE_PROCESS": "6000", "PROXIES": "2",
        "MODEL": str(model), "BOT_TODAY": "2027-03-01", "STAFF_SECOND_PERSON": "no", "LOG_LEVEL": "debug", "LOG_FORMAT": "json",
    }
    assert read(given) == {
        **given, "PORT": 9000, "TELEGRAM_WEBHOOK_URL": "https://example.org/bot", "TELEGRAM_API_URL": "http://127.0.0.1:8081",
        "TELEGRAM_STAFF_GROUP": -1001234567890, "WAIT_TOLD_MINUTES": timedelta(minutes=1), "WAIT_ESCALATES_MINUTES": timedelta(minutes=2),
        "AGENT_SILENT_MINUTES": timedelta(days=1), "CITIZEN_SILENT_MINUTES": timedelta(minutes=4),
        "RATE_CHAT": 0, "RATE_ADDRESS": 60, "RATE_PROCESS": 6000, "PROXIES": 2,
        "DOSSIER_GATEWAY_URL": "https://gateway.example", "DOSSIER_GATEWAY_TIMEOUT": 1.5, "DOSSIER_GATEWAY_CACHE": 0.0,
        "DOSSIER_GATEWAY_CA": Path(model),
        "RETENTION_DAYS": timedelta(days=90), "LOOKUP_RETENTION_DAYS": timedelta(days=7),
        "MODEL": Path(model), "BOT_TODAY": date(2027, 3, 1), "STAFF_SECOND_PERSON": False, "LOG_LEVEL": "DEBUG",
    }


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_told_with_the_name_of_its_setting(name, value):
    with pytest.raises(WrongSettings) as told:
        read({name: value})
    (line,) = str(told.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert len(line) > len(f"{name}: must be")


def test_every_setting_that_can_be_wrong_is_tried():
    assert {name for name, _ in WRONG} == set(DEFAULTS) - {"HOST"}


def test_all_wrong_settings_are_told_at_once():
    wrong = dict(WRONG)
    with pytest.raises(WrongSettings) as told:
        read(wrong)
    assert [line.partition(":")[0] for line in str(told.value).splitlines()] == [name for name in DEFAULTS if name in wrong]


@pytest.mark.parametrize(("name", "value"), [
    ("TELEGRAM_TOKEN", "123456/SecretPart"), ("TELEGRAM_WEBHOOK_SECRET", "SecretPart"), ("DOSSIER_SECRET", "SecretPart"),
    ("DATABASE_URL", "postgresql://user:1@2:SecretPart@host/name"), ("DATABASE_URL", "SecretPart"),
    ("REDIS_URL", "redis://:SecretPart@host/x"), ("REDIS_URL", "redis://:1/SecretPart@host"), ("REDIS_URL", "redis://user:1#SecretPart@host"),
    ("REDIS_URL", "redis://user:SecretPart?@host"), ("REDIS_URL", "redis://[SecretPart@host"), ("REDIS_URL", "SecretPart"),
])
def test_a_wrong_secret_is_not_repeated(name, value):
    with pytest.raises(WrongSettings) as told:
        read({name: value})
    assert "SecretPart" not in str(told.value)


def test_a_gateway_needs_an_address_and_a_secret():
    with pytest.raises(WrongSettings) as told:
        read({"DOSSIER_PROVIDER": "gateway"})
    assert [line.partition(":")[0] for line in str(told.value).splitlines()] == ["DOSSIER_GATEWAY_URL", "DOSSIER_GATEWAY_TOKEN"]
    for secret in ("DOSSIER_GATEWAY_TOKEN", "DOSSIER_GATEWAY_KEY"):
        assert read({"DOSSIER_PROVIDER": "gateway", "DOSSIER_GATEWAY_URL": "https://gateway.example", secret: "x" * 16})
