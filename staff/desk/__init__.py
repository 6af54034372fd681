"""The desk where citizens meet people: what a citizen asks and writes, what an agent does, and what the other side is told.

The bot knows it as what passes messages on; the console and the agents' Telegram group work with the same conversations.
"""
from __future__ import annotations

from staff.desk.agents import LONGEST
from staff.desk.base import DeskRefused, Limits
from staff.desk.citizens import Citizens
from staff.desk.topics import Topics
from staff.desk.watch import Watch

__all__ = ["LONGEST", "Desk", "DeskRefused", "Limits"]


class Desk(Citizens, Topics, Watch):
    """The desk of a database. Its calls block: make them in threads."""
