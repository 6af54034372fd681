"""Dossiers from the command line: `python -m dossiers import FILE`, and `sample` for a documented set to try."""
from __future__ import annotations

import argparse
import csv
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from dossiers.digits import Digits, key_from
from dossiers.importer import COLUMNS, MORE_COLUMNS, Rejected, WrongFile, lines, load_file
from store.database import Database, DatabaseUnusable, url_from

SAMPLE = Path(__file__).parent / "sample.csv"
KEY_FILE = Path("var/dossier.key")
MOST_SHOWN = 20
GOOD, SOME_REJECTED, FAILED = 0, 1, 2
"""Exit codes: every row was loaded; some were rejected; the file or the database could not be used."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dossiers", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("import", help="load dossiers from a CSV or Excel file", epilog=_columns(),
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("file", type=Path, help="CSV in UTF-8, or .xlsx")
    command.add_argument("--rejected", type=Path, metavar="FILE", help="write each rejected row's line and reason to this CSV")
    commands.add_parser("sample", help="load the sample dossiers listed in the README").set_defaults(file=SAMPLE, rejected=None)
    given = parser.parse_args()
    try:
        digits = Digits(key_from(os.environ.get("DOSSIER_SECRET"), KEY_FILE))
        with _report_of(given.rejected) as rejected:
            report = load_file(given.file, Database(url_from(os.environ)), digits, rejected=rejected, progress=_progress)
    except (OSError, WrongFile, DatabaseUnusable) as error:
        print(f"{given.file}: {error}", file=sys.stderr)
        return FAILED
    print("\n".join(lines(report, MOST_SHOWN)))
    return SOME_REJECTED if report.refused else GOOD


def _columns() -> str:
    named = [f"  {name:14} {meaning}" for name, meaning in COLUMNS.items()]
    more = [f"  {name:14} {meaning}" for name, meaning in MORE_COLUMNS.items()]
    codes = "exit codes: 0 every row loaded, 1 some rows rejected, 2 the file or the database cannot be used"
    return "\n".join(["columns:", *named, "columns that may be left out:", *more, "", codes])


def _progress(count: int, seconds: float) -> None:
    if sys.stderr.isatty() or count % 100_000 == 0:
        print(f"\r{count:,} rows, {count / max(seconds, 0.001):,.0f} a second", end="" if sys.stderr.isatty() else "\n",
              file=sys.stderr, flush=True)


@contextmanager
def _report_of(path: Path | None) -> Iterator[Rejected | None]:
    """Give what writes rejected rows to a file, where one is wanted. The cells are not repeated: they may be personal."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "reason"))
        yield lambda line, reason: writer.writerow((line, reason))


if __name__ == "__main__":
    sys.exit(main())
