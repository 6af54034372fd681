"""Where a request came from: who connects, or, behind proxies, whom the outermost of ours heard."""
from __future__ import annotations

from aiohttp import web

PROXIES: web.AppKey[int] = web.AppKey("proxies")
"""How many proxies of ours stand in front: each adds the address it heard to the end of X-Forwarded-For."""


def address(request: web.Request) -> str:
    """Return the sender's address. What stands further left in the header than our proxies wrote, anybody may have made up."""
    hops = [hop.strip() for hop in ",".join(request.headers.getall("X-Forwarded-For", ())).split(",") if hop.strip()]
    proxies = request.app[PROXIES]
    return (hops[-proxies] if proxies and len(hops) >= proxies else request.remote or "")[:64]
