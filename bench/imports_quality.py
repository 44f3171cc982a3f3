"""Whether every file of a folder of import cases ends as its manifest says, by the reader, the page and the command.

    .venv/bin/python -m bench.imports_quality PATH/csv [--verbose]

The folder has a `manifest.jsonl` of `{"file", "region", "outcome", "alt_outcome", "expect", "data_rows"}`: `expect` are
the (name, E.164) that must be stored. With an `alt_outcome` of `reject` the file may also be refused, with
`ok_plus_some` more may be stored. Each file goes into an empty directory of a scratch database. Exits with 1 unless all
is as it must be, every rejected row is named, and no row is lost.
"""

import argparse
import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.harness import ROOT

from django.db import connection  # isort: skip  needs the harness
from django.test import Client
from django.urls import reverse

from accounts.models import User
from conversations.tests.scratch import ScratchSite
from stores.importing import jobs
from stores.importing.layout import UnreadableFile
from stores.importing.models import ImportJob
from stores.importing.reading import count_rows, read_rows
from stores.importing.sniff import check_and_sniff

EMAIL = "a@example.com"
PASSPHRASE = "correct horse battery"
Case = dict[str, Any]
Pairs = set[tuple[str, str]]


def cases(folder: Path) -> list[Case]:
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [{**case, "path": folder / Path(case["file"]).name} for case in map(json.loads, lines)]


def by_reader(case: Case) -> tuple[Pairs | None, str]:
    """What the reader alone would store of a file (None: refused), and what is wrong with that."""
    content = case["path"].read_bytes()
    try:
        layout = check_and_sniff(content, case["region"])
        rows = list(read_rows(content, layout))
        lost = len(rows) != count_rows(content, layout, None) or any(
            not row.fault and not row.phone_e164 for row in rows
        )
    except UnreadableFile as error:
        return None, "" if error.code else "no reason"
    wrong = [] if len(rows) == case["data_rows"] else [f"{len(rows)} data rows instead of {case['data_rows']}"]
    return {(row.name, row.phone_e164) for row in rows if not row.fault}, "; ".join([*wrong, *["lost"] * lost])


def by_page(case: Case, site: ScratchSite) -> tuple[Pairs | None, str]:
    """The same sent to the import page, confirmed as it was found out, and done as the worker does it."""
    site.sql("TRUNCATE stores_store, stores_importjob CASCADE")
    browser = Client(headers={"host": "localhost"})
    User.objects.update(phone_region=case["region"])
    browser.force_login(User.objects.get())
    browser.post(reverse("stores_unlock"), {"passphrase": PASSPHRASE})
    with case["path"].open("rb") as file:
        sent = browser.post(reverse("stores_imports"), {"file": file})
    job = ImportJob.objects.first()
    if job is None:
        return None, "" if sent.status_code == 422 and "errorlist" in sent.text else f"refused with {sent.status_code}"
    address = reverse("stores_import", args=[job.pk])
    asked = browser.get(address)
    begun = browser.post(reverse("stores_import_start", args=[job.pk]), {"on_same_name": "reject"})
    jobs.run(str(job.pk))
    told = browser.get(address)
    job.refresh_from_db()
    statuses = [sent.status_code, asked.status_code, begun.status_code, told.status_code]
    wrong = [] if statuses == [302, 200, 302, 200] and job.status == "done" else [f"{statuses}, {job.status}"]
    mend = browser.get(reverse("stores_import_rejected", args=[job.pk]))
    named = len(list(csv.reader(io.StringIO(mend.text.removeprefix("\ufeff"))))) - 1
    if (job.rows, job.rejected) != (case["data_rows"], named):
        wrong.append(f"{job.rows} rows of {case['data_rows']}, {named} of {job.rejected} rejected rows to mend")
    return _stored(site), "; ".join(wrong)


def by_command(case: Case, site: ScratchSite) -> tuple[Pairs | None, str]:
    """The same through `manage.py import_stores`, with what it stored and what it said."""
    site.sql("TRUNCATE stores_store, stores_importjob CASCADE")
    command = ["manage.py", "import_stores", str(case["path"]), "--user", EMAIL, "--region", case["region"]]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **site.environment}, capture_output=True, text=True
    )
    stored = _stored(site)
    if "Traceback" in done.stderr:
        return None, done.stderr.splitlines()[-1]
    if done.returncode:
        return None, "refused, and yet something was stored" if stored else ""
    first, *named = done.stdout.splitlines()
    saved, updated, duplicates, rejected = map(int, re.findall(r"\d+", first))
    wrong = []
    if saved + updated + duplicates + rejected != case["data_rows"]:
        wrong.append(f"{first}: {case['data_rows']} data rows")
    if len(named) != rejected or not all(re.match(r"line \d+: .+", line) for line in named):
        wrong.append(f"{len(named)} of {rejected} rejected rows are named")
    return stored, "; ".join(wrong)


def _stored(site: ScratchSite) -> Pairs:
    return {(name, number) for name, number in site.sql("SELECT name, phone_e164 FROM stores_store")}


def verdict(case: Case, stored: Pairs | None, wrong: str) -> str:
    """Empty if the outcome is the manifest's, or the other one that it allows."""
    expected = {(name, number) for name, number in case["expect"]}
    if wrong:
        return wrong
    if stored is None:
        return "" if "reject" in (case["outcome"], case["alt_outcome"]) else "refused"
    if case["outcome"] == "reject" and not expected and stored:
        return f"stored {len(stored)}, should be refused"
    if stored == expected or (case["alt_outcome"] == "ok_plus_some" and stored > expected):
        return ""
    return f"missing {sorted(expected - stored)[:3]}, too many {sorted(stored - expected)[:3]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true", help="also the files that are as they must be")
    options = parser.parse_args()
    failed = 0
    with ScratchSite() as site:
        site.manage("create_user", EMAIL, "--password", "no secret at all", "--passphrase", PASSPHRASE)
        connection.close()
        connection.settings_dict["NAME"] = site.name
        found = cases(options.folder)
        for case in found:
            verdicts = {
                "reader": verdict(case, *by_reader(case)),
                "page": verdict(case, *by_page(case, site)),
                "command": verdict(case, *by_command(case, site)),
            }
            failed += any(verdicts.values())
            if options.verbose or any(verdicts.values()):
                told = "; ".join(f"{path}: {text or 'as it must be'}" for path, text in verdicts.items())
                print(f"{case['path'].name}: {told}")
        connection.close()
    print(f"{len(found) - failed} of {len(found)} files end as they must")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
