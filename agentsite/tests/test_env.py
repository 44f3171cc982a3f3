"""The environment: what the readers take, what they refuse, and what they say then."""

import stat
from decimal import Decimal
from pathlib import Path

import pytest

from agentsite.database_url import parse_database_url
from agentsite.env import EnvError, env_bool, env_choice, env_int, env_limit, env_list, env_secret, env_str, read_dotenv
from agentsite.localkey import local_secret_key

DOTENV = """\
# a comment
SITE_NAME=Corner Shop
export TIME_ZONE = Europe/Berlin
QUOTED="with # and spaces " # and a comment
SINGLE='it "is" so'
COMMENTED=value # not part of it
HASH=a#b
URL=postgres://app:p%40ss@db/site?sslmode=require
EMPTY=
ONLY_COMMENT=# nothing
OPEN="half
no separator
"""


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SITE_NAME", "TIME_ZONE", "X", "X_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_it_reads_a_dotenv_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {"SITE_NAME": "Set before"}
    monkeypatch.setattr("os.environ", environment)
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbf" + DOTENV.encode())
    read_dotenv(tmp_path / ".env")
    assert environment == {
        "SITE_NAME": "Set before",
        "TIME_ZONE": "Europe/Berlin",
        "QUOTED": "with # and spaces ",
        "SINGLE": 'it "is" so',
        "COMMENTED": "value",
        "HASH": "a#b",
        "URL": "postgres://app:p%40ss@db/site?sslmode=require",
        "EMPTY": "",
        "ONLY_COMMENT": "",
        "OPEN": '"half',
    }


def test_a_missing_dotenv_file_is_no_error(tmp_path: Path) -> None:
    read_dotenv(tmp_path / ".env")


@pytest.mark.parametrize("content", [b"NAME=\xff\xfe", None], ids=["not text", "a folder"])
def test_an_unreadable_dotenv_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / ".env"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(EnvError, match=r"\.env cannot be read: "):
        read_dotenv(path)


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("Yes", True), (" on ", True), ("0", False), ("FALSE", False)])
def test_truth_values(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("X", raw)
    assert env_bool("X", not value) is value


@pytest.mark.parametrize("raw", ["", "  "])
def test_what_is_set_to_nothing_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("X", raw)
    assert env_bool("X", True) is True
    assert env_int("X", 7) == 7
    assert env_limit("X", 7) == 7
    assert env_str("X", "default") == "default"
    assert env_list("X", ["default"]) == ["default"]
    assert env_secret("X", "default") == "default"


def test_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " a, b ,,c")
    assert env_list("X") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("raw", "message"), [("ten", "X must be a whole number, not 'ten'"), ("0", "X must be at least 1, not 0")]
)
def test_numbers_out_of_range(monkeypatch: pytest.MonkeyPatch, raw: str, message: str) -> None:
    monkeypatch.setenv("X", raw)
    with pytest.raises(EnvError, match=message):
        env_int("X", 7, least=1)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for raw, limit in (("none", None), ("None", None), ("0", 0), ("2.50", Decimal("2.5"))):
        monkeypatch.setenv("X", raw)
        assert env_limit("X", 7) == limit


@pytest.mark.parametrize("raw", ["-1", "nan", "inf", "much", "1,5"])
def test_what_is_no_limit(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("X", raw)
    with pytest.raises(EnvError, match="X must be a number"):
        env_limit("X", 7)


def test_an_unclear_truth_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "maybe")
    with pytest.raises(EnvError, match="X must be true or false, not 'maybe'"):
        env_bool("X", True)


def test_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_choice("X", "INFO", ["DEBUG", "INFO"]) == "INFO"
    monkeypatch.setenv("X", "debug")
    assert env_choice("X", "INFO", ["DEBUG", "INFO"]) == "DEBUG"
    monkeypatch.setenv("X", "loud")
    with pytest.raises(EnvError, match="X must be one of DEBUG, INFO, not 'LOUD'"):
        env_choice("X", "INFO", ["DEBUG", "INFO"])


def test_a_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    assert env_secret("X") == "from the file"
    monkeypatch.setenv("X", "from the variable")
    assert env_secret("X") == "from the variable"


def test_a_secret_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    with pytest.raises(EnvError, match=r"X_FILE points to .*secret', which cannot be read: No such file"):
        env_secret("X")


def test_a_database_url() -> None:
    assert parse_database_url("postgres://app:p%40ss%2Fword@db.example.org:6543/site?sslmode=require") == {
        "NAME": "site",
        "USER": "app",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example.org",
        "PORT": "6543",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize("url", ["postgresql://%2Frun%2Fpostgresql/site", "postgresql:///site?host=/run/postgresql"])
def test_a_database_url_of_a_socket(url: str) -> None:
    assert parse_database_url(url)["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://app:hunter2@db/site",
        "postgres://app:hunter2@db",
        "postgres://app:hunter2/x@db/site",
        "postgres://app:hunter2#x@db/site",
        "postgres://app:[hunter2@db/site",
        "postgres://app:hunter2@db:port/site",
        "hunter2",
    ],
)
def test_a_bad_database_url_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(EnvError, match="DATABASE_URL") as caught:
        parse_database_url(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_local_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    key = local_secret_key(path)
    assert len(key) >= 50
    assert local_secret_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_of_two_processes_that_make_a_key_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret_key"
    monkeypatch.setattr(Path, "exists", lambda self: False)  # the other one is between the look and the link
    assert local_secret_key(path) == local_secret_key(path)


def test_a_key_that_cannot_be_kept_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(EnvError, match="SECRET_KEY is not set, and none can be kept in"):
        local_secret_key(tmp_path / "var" / "secret_key")
