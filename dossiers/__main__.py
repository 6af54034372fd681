"""Dossiers from the command line: `python -m dossiers import FILE.csv`, and `sample` for a documented set to try."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from dossiers.digits import Digits, key_from
from dossiers.importer import COLUMNS, WrongFile, lines, load
from store.database import Database, DatabaseUnusable, url_from

SAMPLE = Path(__file__).parent / "sample.csv"
KEY_FILE = Path("var/dossier.key")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dossiers", description=__doc__)
    commands = parser.add_subparsers(required=True)
    columns = "\n".join(f"  {name:12} {meaning}" for name, meaning in COLUMNS.items())
    command = commands.add_parser("import", help="load dossiers from a CSV file", epilog=f"columns:\n{columns}",
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("file", type=Path)
    commands.add_parser("sample", help="load the sample dossiers listed in the README").set_defaults(file=SAMPLE)
    path = parser.parse_args().file
    try:
        digits = Digits(key_from(os.environ.get("DOSSIER_SECRET"), KEY_FILE))
        with path.open(encoding="utf-8-sig", newline="") as file:
            report = load(file, Database(url_from(os.environ)), digits)
    except (OSError, WrongFile, DatabaseUnusable) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines(report)))
    return 1 if report.rejected else 0


if __name__ == "__main__":
    sys.exit(main())
