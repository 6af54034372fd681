"""What people say beside what they want ("tôi năm nay bảy mươi hai tuổi rồi"): `asides.yml`, read for training."""
from __future__ import annotations

from pathlib import Path
from typing import List

import yaml

ASIDE_VECTORS = "aside_vectors"
"""The property of the one training message that carries the vectors of all asides."""

_FILE = Path(__file__).with_suffix(".yml")


def asides() -> List[str]:
    """Return every aside, in all languages."""
    return [aside for spoken in yaml.safe_load(_FILE.read_text(encoding="utf-8")).values() for aside in spoken]
