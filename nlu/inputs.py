"""What a model is made of, and the name of these inputs as they are; asking needs no Rasa."""
from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
INPUTS = ("config.yml", "domain.yml", "nlu/data", "nlu/components", "dossiers/formats.yml", "dossiers/numbers.py")
"""What a model is made of; when any of it changes, the next start trains a new one."""


def fingerprint() -> str:
    """Return a name for the inputs as they are now; equal names mean the model need not be trained again."""
    digest = hashlib.sha256(version("rasa").encode())
    for path in _files():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def current() -> Path:
    """Return where the model of the present inputs is or will be."""
    return MODELS / f"{fingerprint()}.tar.gz"


def _files() -> Iterator[Path]:
    for name in INPUTS:
        path = ROOT / name
        yield from sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in (".yml", ".py")) \
            if path.is_dir() else (path,)
