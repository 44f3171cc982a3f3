"""Makes `.venv` and installs a requirements file into it. Run by `set_up` in lib.sh, with nothing but Python 3.11.

Does nothing if that file was installed already. Any number may run at once: one works, the others wait for it.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# The hashes of what is installed. In the environment, so that it goes when that is made anew.
INSTALLED = VENV / "installed.txt"
UV = "bin/uv.txt"


def main(requirements: str) -> None:
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not works(PYTHON):
            make_venv()
        wanted = mark(requirements)
        if wanted not in installed():
            say(f"Installing {requirements} into .venv …")
            install(requirements)
            keep = {line for line in installed() if not line.startswith(f"{requirements} ")}
            # What tests need contains, in the same versions, what the site needs.
            keep |= {wanted, mark("requirements.txt")} if requirements == "requirements-dev.txt" else {wanted}
            INSTALLED.write_text("".join(f"{line}\n" for line in sorted(keep)))


def mark(requirements: str) -> str:
    return f"{requirements} {hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()}"


def installed() -> set[str]:
    return set(INSTALLED.read_text().splitlines()) if INSTALLED.exists() else set()


def works(python: Path) -> bool:
    """Whether the interpreter is there and not a link to one that is gone."""
    return os.access(python, os.X_OK) and (sys.executable == str(python) or succeeds(str(python), "-c", ""))


def make_venv() -> None:
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out of python3
        import venv
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"{sys.executable} cannot make virtual environments. Install the rest of it "
            f"(Debian, Ubuntu: apt-get install python{version}-venv; Alpine: apk add py3-pip), then try again."
        )
    say("Making a virtual environment in .venv …")
    venv.create(VENV, clear=True, symlinks=True, with_pip=True)


def install(requirements: str) -> None:
    """With uv, which is itself installed by pip and many times quicker; with pip where uv cannot (a mirror, say)."""
    arguments = ["install", "--quiet", "--require-hashes", "-r"]
    if not succeeds(str(PYTHON), "-m", "pip", "--version"):
        run(str(PYTHON), "-m", "ensurepip")
    if mark(UV) in installed() or succeeds(str(PYTHON), "-m", "pip", *arguments, UV):
        environment = os.environ | {"VIRTUAL_ENV": str(VENV), "UV_NO_PROGRESS": "1"}
        command = [str(PYTHON), "-m", "uv", "pip", *arguments, requirements]
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0:
            INSTALLED.write_text("".join(f"{line}\n" for line in sorted(installed() | {mark(UV)})))
            return
        say("uv could not do it; trying pip, which takes a minute …")
    run(str(PYTHON), "-m", "pip", *arguments, requirements)


def succeeds(*command: str) -> bool:
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def run(*command: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit("The requirements could not be installed; the reason stands above.")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except OSError as error:
        sys.exit(f"The set-up failed: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
