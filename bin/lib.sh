# Shared by the commands beside it: `root`, and `set_up`. POSIX sh, to be sourced.
# shellcheck shell=sh

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
python=$root/.venv/bin/python

# Whether $1 is a Python that will do. It is run, not looked for: a pyenv shim may exist for a version that does not.
is_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# Print a Python 3.11 or newer, one that can make virtual environments if there is such a one.
find_python() {
    if is_python "$python"; then
        echo "$python"
        return
    fi
    usable=
    for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if is_python "$candidate"; then
            usable=${usable:-$candidate}
            if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
                usable=$candidate
                break
            fi
        fi
    done
    if [ -z "$usable" ]; then
        echo "Agentsite needs Python 3.11 or newer, and there is none here." >&2
        echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python@3.12)," >&2
        echo "or say where it is: PYTHON=/path/to/python3 bin/serve" >&2
        return 1
    fi
    echo "$usable"
}

# set_up FILE: a virtual environment in .venv with the requirements of FILE. Quick if it is there already.
set_up() {
    found=$(find_python) || exit 1
    "$found" "$root/bin/setup.py" "$1" || exit 1
    cd "$root"
}
