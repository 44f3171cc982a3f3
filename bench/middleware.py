"""Requests a second and processor time a request of a simple page, for several middleware stacks, on one core.

    .venv/bin/python bench/middleware.py [--seconds 2] [--rounds 3]

Each stack is served by uvicorn in a process of its own on 127.0.0.1 and asked over 16 kept-alive connections. The time
of the processor is the steadier figure on a machine that does other things too. The best of the rounds is printed.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CONNECTIONS = 16
REQUEST = b"GET /%s/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


def stacks() -> dict[str, list[str]]:
    """Name → MIDDLEWARE. `as configured` is what settings.py says."""
    import agentsite.settings

    configured = list(agentsite.settings.MIDDLEWARE)
    sync_only = "accounts.middleware.PreferencesMiddleware"
    white_noise = "whitenoise.middleware.WhiteNoiseMiddleware"
    native = [name for name in configured if name not in (sync_only, white_noise)]
    ours, theirs = "agentsite.headers.HeadersMiddleware", "csp.middleware.CSPMiddleware"
    return {
        "none": [],
        "request id only": ["audit.middleware.RequestIdMiddleware"],
        "as configured": configured,
        "with django-csp's own": [theirs if name == ours else name for name in configured],
        "sync-only piece outermost": [white_noise, *native],
        "sync-only piece in the middle": [*native[:6], sync_only, *native[6:]],
        "no sync-only piece": native,
    }


def serve(name: str, port: int) -> None:
    """The server process: the settings with that stack, two views, uvicorn."""
    import agentsite.settings as settings

    settings.MIDDLEWARE = stacks()[name]
    settings.ROOT_URLCONF = "bench_urls"
    settings.LOGGING["level"] = os.environ.get("LOG_LEVEL", "INFO")
    import types

    from allauth.account.apps import AccountConfig
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok", headers={"Content-Length": "2"})

    async def async_page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok", headers={"Content-Length": "2"})

    AccountConfig.ready = lambda self: None  # it refuses to start without its middleware
    urls = types.ModuleType("bench_urls")
    urls.urlpatterns = [path("sync/", page), path("async/", async_page)]
    sys.modules["bench_urls"] = urls

    import uvicorn
    from django.core.asgi import get_asgi_application

    os.sched_setaffinity(0, {0})
    uvicorn.run(get_asgi_application(), port=port, log_config=None, lifespan="off", access_log=False)


async def ask(port: int, view: str, seconds: float) -> int:
    """The number of answers within `seconds`."""
    end = time.monotonic() + seconds

    async def connection() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.monotonic() < end:
            writer.write(REQUEST % view.encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            await reader.readexactly(2)
            count += 1
        writer.close()
        return count

    return sum(await asyncio.gather(*(connection() for _ in range(CONNECTIONS))))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name: str, seconds: float, level: str) -> dict[str, tuple[float, float]]:
    """View → (requests/s, µs of processor a request)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "LOG_LEVEL": level, "AGENTSITE_PROCESS": "web"}
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", name, "--port", str(port)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                asyncio.run(ask(port, "async", 0.3))
                break
            except ConnectionError:
                assert server.poll() is None, f"run it by hand: --serve '{name}' --port 8000"
                time.sleep(0.1)
        figures = {}
        for view in ("sync", "async"):
            before = cpu_seconds(server.pid)
            count = asyncio.run(ask(port, view, seconds))
            figures[view] = count / seconds, (cpu_seconds(server.pid) - before) / count * 1e6
        return figures
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve")
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")
    if options.serve:
        serve(options.serve, options.port)
        return
    os.sched_setaffinity(0, {1} if os.cpu_count() != 1 else {0})
    runs = [(name, "WARNING") for name in stacks()] + [("as configured", "INFO")]
    print(f"{'stack':36} {'sync view':>20} {'async view':>20}")
    for name, level in runs:
        rounds = [measure(name, options.seconds, level) for _ in range(options.rounds)]
        label = name if level == "WARNING" else f"{name}, with its log line"
        cells = [
            f"{max(r[view][0] for r in rounds):7.0f}/s {min(r[view][1] for r in rounds):6.0f} µs"
            for view in ("sync", "async")
        ]
        print(f"{label:36} {cells[0]:>20} {cells[1]:>20}", flush=True)


if __name__ == "__main__":
    main()
