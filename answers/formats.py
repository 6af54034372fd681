"""How amounts and days are written in a language."""
from __future__ import annotations

from datetime import date, datetime

from answers.words import Words
from catalogue.model import Fee, in_language


def money(amount: int, words: Words) -> str:
    """Return an amount in đồng as the language writes it: 100.000đ, 100,000 VND."""
    return words("formats.money", amount=f"{amount:,}".replace(",", words("formats.thousands")))


def day(value: date) -> str:
    """Return 31/12/2026, the form Vietnamese papers use, in every language."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """Return 09:15 31/12/2026."""
    return f"{value:%H:%M %d/%m/%Y}"


def fee(value: Fee, words: Words) -> str:
    """Return what is to be paid, in words; a fee that nobody confirmed says to ask the office."""
    if value.amount is not None:
        return money(value.amount, words) if value.amount else words("procedure.free")
    if value.range:
        low, high = (money(amount, words) for amount in value.range)
        return words("procedure.range", low=low, high=high)
    return in_language(value.text, words.language) if value.text else words("procedure.ask_fee")
