"""The web server process: `python -m agentsite.web HOST PORT`. `bin/serve` starts it; production may too."""

import argparse
import ctypes
import os
import signal
import sys

import django
import uvicorn

from agentsite.startup import plain_errors

GRACE_SECONDS = 5
M_ARENA_MAX, ARENAS = -8, 2


def limit_arenas() -> None:
    """Let glibc keep two heaps instead of one a thread: the interpreter's lock lets one thread at a time allocate
    anyway, and what one heap has free the others cannot use (11 of 128 MB with 200 open pages)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt and sys.platform == "linux":
        mallopt(M_ARENA_MAX, ARENAS)


def serve(host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Logging is left to Django's settings, whose formatter scrubs every line."""
    limit_arenas()
    uvicorn.run(
        "agentsite.asgi:application",
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,  # twice the memory a connection, for messages that are short
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m agentsite.web", description="The web server.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--wait", action="store_true", help="get ready, then wait for a line on standard input")
    options = parser.parse_args()
    # uvicorn repeats the signal that stopped it; without a handler that would skip Python's exit handlers.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    if options.wait:
        # Not the application itself: WhiteNoise lists the collected files when it is made, and they may be being
        # collected at this moment.
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")
        os.environ.setdefault("AGENTSITE_PROCESS", "web")
        django.setup()
        if not sys.stdin.readline():
            return  # whoever started us is gone
    serve(options.host, options.port)


if __name__ == "__main__":
    with plain_errors():
        main()
