"""`python -m bench.harness.loaded [PROVIDER …]`: a fresh process with the SDKs of these providers, ready to be called.

Prints, as JSON, its memory (PSS) in bytes, and the processor time in seconds and memory that loading them took.
"""

import asyncio
import json
import os
import sys
import time

import bench.harness  # noqa: F401  sets Django up

from django.core.handlers.asgi import ASGIHandler  # isort: skip
from pydantic import SecretStr

from bench.harness import machine
from llm.config import BASE_URLS, Config, Provider, ProviderConfig
from llm.gateway import Gateway


def main() -> None:
    ASGIHandler().load_middleware(is_async=True)
    before, began = machine.pss_bytes(os.getpid()), time.process_time()
    chosen = [Provider(name) for name in sys.argv[1:]]
    # The address of nobody: making a client connects nowhere, and nothing is asked.
    configs = {each: ProviderConfig(each, BASE_URLS[each], SecretStr("none")) for each in chosen}
    asyncio.run(Gateway(Config(configs)).warm_up())
    used = time.process_time() - began
    after = machine.pss_bytes(os.getpid())
    print(json.dumps({"bytes": after, "grown": after - before, "seconds": used}))


if __name__ == "__main__":
    main()
