"""Whether a message holds part of a dossier number: a number that was cut off, or mistyped beyond what `numbers` reads."""
import re

_BEGINNING = re.compile(r"\b(?:[GH]\d{2}[.\-]|\d{3}\.\d{2}\.\d{2}\.)", re.IGNORECASE)


def found(text: str) -> bool:
    """Tell whether something in the text begins as a dossier number does."""
    return bool(_BEGINNING.search(text))
