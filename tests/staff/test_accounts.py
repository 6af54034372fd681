"""Accounts: right passwords only, a lock after wrong ones, codes that work once, and always an administrator left."""
from __future__ import annotations

import time
from datetime import timedelta

import pyotp
import pytest

from staff.accounts import LOCKED, TRIES, AccountRefused, Accounts, new_secret
from store.base import utc_now
from tests.staff.conftest import PASSWORD


@pytest.fixture
def lan(accounts):
    return accounts.add("lan", "Nguyễn Thị Lan", ["editor", "administrator"], PASSWORD)


def refused(name):
    return pytest.raises(AccountRefused, match=f"^{name}$")


def test_the_right_password_lets_in(accounts, lan):
    assert accounts.sign_in("lan", PASSWORD, "") == lan
    assert lan.permissions == {"read", "edit", "start", "inbox", "accounts", "audit", "switch"}


@pytest.mark.parametrize(("name", "password"), [("lan", "wrong-password"), ("lan", ""), ("nobody", PASSWORD), ("", "")])
def test_anything_else_does_not(accounts, lan, name, password):
    assert accounts.sign_in(name, password, "") is None


def test_passwords_are_kept_as_argon2_hashes(accounts, lan, database):
    with database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM staff_accounts").scalar_one()
    assert kept.startswith("$argon2id$") and PASSWORD not in kept


def test_wrong_passwords_lock_the_account_for_a_while(database, hasher):
    now = [utc_now()]
    accounts = Accounts(database, hasher, lambda: now[0])
    accounts.add("lan", "Lan", ["reader"], PASSWORD)
    for _ in range(TRIES):
        assert accounts.sign_in("lan", "wrong-password", "") is None
    assert accounts.sign_in("lan", PASSWORD, "") is None
    now[0] += LOCKED + timedelta(seconds=1)
    assert accounts.sign_in("lan", PASSWORD, "") is not None


def test_a_right_password_starts_the_counting_anew(accounts, lan):
    for _ in range(3):
        for _ in range(TRIES - 1):
            accounts.sign_in("lan", "wrong-password", "")
        assert accounts.sign_in("lan", PASSWORD, "") is not None


def test_a_code_is_asked_for_once_the_second_step_is_on(accounts, lan):
    secret = new_secret()
    with refused("code"):
        accounts.turn_on_two_steps("lan", secret, "000000x")
    accounts.turn_on_two_steps("lan", secret, pyotp.TOTP(secret).now())
    assert accounts.sign_in("lan", PASSWORD, "") is None
    assert accounts.sign_in("lan", PASSWORD, "１２３４５６") is None
    code = pyotp.TOTP(secret).at(int(time.time()))
    assert accounts.sign_in("lan", PASSWORD, code) is not None
    assert accounts.sign_in("lan", PASSWORD, code) is None, "a code works once"


def test_a_reset_gives_a_password_that_has_to_be_changed(accounts, lan):
    password = accounts.reset("lan")
    assert accounts.sign_in("lan", PASSWORD, "") is None
    assert accounts.sign_in("lan", password, "").must_change
    accounts.change_password("lan", password, "another-password")
    assert not accounts.sign_in("lan", "another-password", "").must_change


@pytest.mark.parametrize(("old", "new", "why"), [
    ("wrong-password", "another-password", "wrong"), (PASSWORD, "short", "short"), (PASSWORD, PASSWORD, "short")])
def test_a_password_is_changed_with_the_old_one_to_a_long_other_one(accounts, lan, old, new, why):
    with refused(why):
        accounts.change_password("lan", old, new)


@pytest.mark.parametrize("name", ["", "x", "Lan", "1lan", "lan nguyen", "lan/..", "a" * 41, "lân"])
def test_a_name_is_plain(accounts, name):
    with refused("name"):
        accounts.add(name, "Lan", ["reader"], PASSWORD)


@pytest.mark.parametrize("roles", [[], ["boss"], ["reader", "boss"]])
def test_roles_are_known_ones(accounts, roles):
    with refused("roles"):
        accounts.add("lan", "Lan", roles, PASSWORD)


def test_a_name_is_given_once(accounts, lan):
    with refused("taken"):
        accounts.add("lan", "Another", ["reader"], PASSWORD)


def test_the_last_administrator_stays(accounts, lan):
    with refused("last"):
        accounts.disable("lan", True)
    with refused("last"):
        accounts.set_roles("lan", ["reader"])
    accounts.add("minh", "Minh", ["administrator"], PASSWORD)
    assert accounts.disable("lan", True).disabled
    assert accounts.sign_in("lan", PASSWORD, "") is None
    with refused("last"):
        accounts.set_roles("minh", ["reader"])
