"""How amounts and days are written in a language."""
from __future__ import annotations

from datetime import date

from answers.words import Words
from catalogue.model import Fee, in_language


def money(amount: int, language: str) -> str:
    """Return an amount in đồng as it is written: 100.000đ in Vietnamese, 100,000 VND elsewhere."""
    return f"{amount:,}".replace(",", ".") + "đ" if language == "vi" else f"{amount:,} VND"


def day(value: date) -> str:
    """Return 31/12/2026, the form Vietnamese papers use, in every language."""
    return f"{value:%d/%m/%Y}"


def fee(value: Fee, words: Words) -> str:
    """Return what is to be paid, in words; a fee that nobody confirmed says to ask the office."""
    if value.amount is not None:
        return money(value.amount, words.language) if value.amount else words("procedure.free")
    if value.range:
        low, high = (money(amount, words.language) for amount in value.range)
        return words("procedure.range", low=low, high=high)
    return in_language(value.text, words.language) if value.text else words("procedure.ask_fee")
