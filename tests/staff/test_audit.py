"""The audit log is only added to: the database itself refuses anything else."""
from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from staff.audit import PAGE, Audit


@pytest.mark.parametrize("change", ["UPDATE staff_audit SET who = 'nobody'", "DELETE FROM staff_audit"])
def test_an_entry_cannot_be_changed_or_removed(database, change):
    audit = Audit(database)
    audit.add("lan", "sign-in")
    with pytest.raises(DBAPIError, match="only added to"), database.engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert [entry.who for entry in audit.page()] == ["lan"]


def test_the_newest_entries_come_first_and_older_ones_page_by_page(database):
    audit = Audit(database)
    for number in range(PAGE + 5):
        audit.add("lan", f"did {number}")
    first = audit.page()
    assert (len(first), first[0].action) == (PAGE, f"did {PAGE + 4}")
    assert [entry.action for entry in audit.page(first[-1].id)] == [f"did {number}" for number in range(4, -1, -1)]
