"""Accounts of staff: passwords, lock-out after wrong ones, and a second step by time-based codes (TOTP)."""
from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Sequence

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from staff.roles import ROLES, permissions
from staff.tables import AccountRow
from store.base import utc_now
from store.database import Database

TRIES, LOCKED = 5, timedelta(minutes=15)
"""After how many wrong passwords in a row an account is locked, and for how long."""

SHORTEST = 10
"""Characters of a password."""

ISSUER = "Nghe An public services"
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
_SECRET = re.compile(r"[A-Z2-7]{32,64}")
_STEP = 30


class AccountRefused(ValueError):
    """What was asked of an account is not allowed; `name` says why: name, taken, roles, short, wrong, unknown, code, last."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in."""

    name: str
    full_name: str
    roles: Sequence[str]
    language: str
    two_steps: bool
    disabled: bool
    must_change: bool
    locked_until: datetime | None

    @property
    def permissions(self) -> frozenset[str]:
        return permissions(self.roles)


class Accounts:
    """The accounts of a database. Hashing takes a tenth of a second on purpose: call `sign_in` and the like in a thread."""

    def __init__(self, database: Database, hasher: PasswordHasher | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._clock = clock
        # Checked for names that do not exist, so that they take as long as those that do.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def add(self, name: str, full_name: str, roles: Sequence[str], password: str, must_change: bool = True) -> Account:
        """Make an account. Raises `AccountRefused`: name, taken, roles, short."""
        if not _NAME.fullmatch(name) or not full_name.strip():
            raise AccountRefused("name")
        self._check_roles(roles)
        hashed = self._hash(password)
        with self._database.session() as session:
            if session.get(AccountRow, name):
                raise AccountRefused("taken")
            row = AccountRow(name=name, full_name=full_name.strip()[:80], roles=",".join(roles), password_hash=hashed,
                             language="vi", must_change=must_change, totp_used=0, failures=0, disabled=False)
            session.add(row)
            return _account(row)

    def all(self) -> list[Account]:
        with self._database.session() as session:
            return [_account(row) for row in session.execute(select(AccountRow).order_by(AccountRow.name)).scalars()]

    def get(self, name: str) -> Account:
        """Raises `AccountRefused` for a name that does not exist."""
        with self._database.session() as session:
            return _account(_row(session, name))

    def sign_in(self, name: str, password: str, code: str) -> Account | None:
        """Return the account when name, password and (where it is on) code are right and it is neither locked nor disabled.

        What was wrong is not told: a stranger should not learn which names exist.
        """
        with self._database.session() as session:
            row = session.get(AccountRow, name, with_for_update=True)
            known = self._verify(row.password_hash if row else self._nobody, password)
            if row is None or row.disabled or (row.locked_until and row.locked_until > self._clock()):
                return None
            if not known or not self._code_is_right(row, code):
                row.failures += 1
                if row.failures >= TRIES:
                    row.failures, row.locked_until = 0, self._clock() + LOCKED
                return None
            row.failures, row.locked_until = 0, None
            if self._hasher.check_needs_rehash(row.password_hash):
                row.password_hash = self._hasher.hash(password)
            return _account(row)

    def change_password(self, name: str, old: str, new: str) -> None:
        """Raises `AccountRefused`: wrong, short."""
        with self._database.session() as session:
            row = _row(session, name)
            if not self._verify(row.password_hash, old):
                raise AccountRefused("wrong")
            if old == new:
                raise AccountRefused("short")
            row.password_hash, row.must_change = self._hash(new), False

    def reset(self, name: str) -> str:
        """Give a new password, to be changed at the next sign-in, unlock the account, and turn its second step off."""
        password = new_password()
        self._change(name, password_hash=self._hash(password), must_change=True, failures=0, locked_until=None, totp_secret=None)
        return password

    def set_roles(self, name: str, roles: Sequence[str]) -> Account:
        """Raises `AccountRefused`: roles, and last when nobody would be left to manage accounts."""
        self._check_roles(roles)
        self._keep_an_administrator(name, "administrator" not in roles)
        return self._change(name, roles=",".join(roles))

    def disable(self, name: str, disabled: bool) -> Account:
        """Raises `AccountRefused`: last when nobody would be left to manage accounts."""
        self._keep_an_administrator(name, disabled)
        return self._change(name, disabled=disabled)

    def set_language(self, name: str, language: str) -> Account:
        return self._change(name, language=language)

    def turn_on_two_steps(self, name: str, secret: str, code: str) -> None:
        """Ask for codes of this secret from now on. Raises `AccountRefused`: code, when the first one is not right."""
        if not is_secret(secret) or not pyotp.TOTP(secret).verify(code, valid_window=1):
            raise AccountRefused("code")
        self._change(name, totp_secret=secret)

    def turn_off_two_steps(self, name: str) -> Account:
        return self._change(name, totp_secret=None)

    def _code_is_right(self, row: AccountRow, code: str) -> bool:
        if not row.totp_secret:
            return True
        totp, now = pyotp.TOTP(row.totp_secret), int(time.time()) // _STEP
        # A clock may be off by half a minute; a code that was used is not taken again.
        step = next((step for step in (now - 1, now, now + 1) if step > (row.totp_used or 0)
                     and secrets.compare_digest(totp.at(step * _STEP), code)), None) if code.isascii() else None
        if step is not None:
            row.totp_used = step
        return step is not None

    def _keep_an_administrator(self, name: str, leaves: bool) -> None:
        others = [one for one in self.all() if "administrator" in one.roles and not one.disabled and one.name != name]
        if leaves and not others and "administrator" in self.get(name).roles:
            raise AccountRefused("last")

    def _change(self, name: str, **values: Any) -> Account:
        with self._database.session() as session:
            row = _row(session, name)
            for key, value in values.items():
                setattr(row, key, value)
            return _account(row)

    def _check_roles(self, roles: Sequence[str]) -> None:
        if not roles or not set(roles) <= ROLES.keys():
            raise AccountRefused("roles")

    def _hash(self, password: str) -> str:
        if len(password) < SHORTEST:
            raise AccountRefused("short")
        return self._hasher.hash(password)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def new_password() -> str:
    """Return a password that is hard to guess and can be read out over the telephone."""
    return "-".join("".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(4))


def new_secret() -> str:
    """Return a secret for codes, to be typed into an authenticator."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Tell whether a text is a secret as `new_secret` makes them."""
    return bool(_SECRET.fullmatch(text))


def address(name: str, secret: str) -> str:
    """Return the otpauth:// address an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def _row(session: Session, name: str) -> AccountRow:
    row = session.get(AccountRow, name)
    if row is None:
        raise AccountRefused("unknown")
    return row


def _account(row: AccountRow) -> Account:
    return Account(row.name, row.full_name, tuple(filter(None, row.roles.split(","))), row.language, bool(row.totp_secret),
                   bool(row.disabled), bool(row.must_change), row.locked_until)
