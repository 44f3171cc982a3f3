"""A process of many threads that spend from the books at the same time: what `test_processes` starts two of.

    python -m llm.tests.spender THREADS   with DJANGO_SETTINGS_MODULE and DATABASE_URL

Says `ready`, waits for a line, and says how many calls were granted to each user. With `hang` for a second argument its
calls are never settled: it waits to be killed.
"""

import sys
import threading
import time
from collections import Counter
from decimal import Decimal

import django

EACH_USD, EACH_TOKENS = Decimal("0.10"), 100
AGENT = "assistant"
USERS = (7, 8)


def main() -> None:
    django.setup()
    from django.db import connection

    from llm import ledger
    from llm.contract import Account, Estimate, Usage
    from llm.ledger import Held, Spent
    from llm.roles import Role

    threads, is_hanging = int(sys.argv[1]), "hang" in sys.argv
    barrier = threading.Barrier(threads + 1)
    granted: Counter[int] = Counter()
    lock = threading.Lock()

    def turn(number: int) -> None:
        user_id = USERS[number % len(USERS)]
        connection.ensure_connection()
        barrier.wait(60)  # all are connected
        barrier.wait(60)  # and told to go
        try:
            estimate = Estimate(EACH_TOKENS - 10, 10, EACH_TOKENS, EACH_USD)
            held = ledger.reserve(Role.REPLY, Account(AGENT, user_id), "anthropic", "claude", estimate)
            if isinstance(held, Held):
                with lock:
                    granted[user_id] += 1
                if not is_hanging:
                    time.sleep(0.01)
                    assert ledger.settle(held, Spent(Usage(EACH_TOKENS - 10, 10), EACH_USD))
        finally:
            connection.close()

    workers = [threading.Thread(target=turn, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    barrier.wait(60)
    print("ready", flush=True)
    sys.stdin.readline()
    barrier.wait(60)
    for worker in workers:
        worker.join(60)
    print(*(granted[user_id] for user_id in USERS), flush=True)
    if is_hanging:
        sys.stdin.readline()


if __name__ == "__main__":
    main()
