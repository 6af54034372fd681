"""What each role may do. An account may have several roles; the page of a permission is open to whoever has it."""
from __future__ import annotations

from typing import Iterable

ROLES: dict[str, frozenset[str]] = {
    "reader": frozenset({"read"}),
    "editor": frozenset({"read", "edit", "start"}),
    "approver": frozenset({"read", "approve"}),
    "trainer": frozenset({"read", "teach"}),
    "agent": frozenset({"read", "inbox", "talk"}),
    "administrator": frozenset({"read", "inbox", "accounts", "audit", "start", "switch"}),
}


def permissions(roles: Iterable[str]) -> frozenset[str]:
    """Return what somebody with these roles may do; an unknown role gives nothing."""
    return frozenset().union(*(ROLES.get(role, ()) for role in roles))
