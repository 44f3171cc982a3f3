"""The web server process: `python -m agentsite.web HOST PORT`. `bin/serve` starts it; production may too."""

import signal
import sys

import uvicorn

GRACE_SECONDS = 5


def main(host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Logging is left to Django's settings, whose formatter scrubs every line."""
    # uvicorn repeats the signal that stopped it; without a handler that would skip Python's exit handlers.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    uvicorn.run(
        "agentsite.asgi:application",
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,  # twice the memory a connection, for messages that are short
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
