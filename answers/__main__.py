"""Show what a citizen would read, from the service files: `python -m answers passport fee --case lost --on 2027-01-01`."""
from __future__ import annotations

import argparse
import sys
from datetime import date

from answers import procedure
from answers.reply import plain
from answers.words import languages
from catalogue import files
from catalogue.model import ASPECTS, Script


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m answers", description=__doc__)
    parser.add_argument("service")
    parser.add_argument("aspects", nargs="*", help="all of them when none is named")
    parser.add_argument("--case", help="a case id; 'all' shows each")
    parser.add_argument("--language", default="vi", choices=languages())
    parser.add_argument("--on", type=date.fromisoformat, default=date.today(), metavar="YYYY-MM-DD")
    options = parser.parse_args()
    data, problems = files.read_file(files.SERVICES / f"{options.service}.yml")
    if data is None:
        print("\n".join(map(str, problems)), file=sys.stderr)
        return 1
    script = Script.of(data, 1)
    cases = [case.id for case in script.cases] if options.case == "all" else [options.case]
    for aspect in options.aspects or ASPECTS:
        for case in cases:
            reply = procedure.answer(script, [aspect], options.on, options.language, case)
            text = plain(reply)
            buttons = (" | ".join(button.label for button in row) for row in reply.buttons)
            print(text, f"[{len(text)} characters]", *buttons, "-" * 40, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
