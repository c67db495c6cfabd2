"""`make env`: fresh secrets, for their owner only, never overwritten."""

import re
import stat
import subprocess
import sys

from scoreboard.settings import PROJECT_ROOT

SCRIPT = PROJECT_ROOT / "deploy" / "make_env.py"


def make_env(path):
    return subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True)


def read(path):
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_the_file_is_readable_by_its_owner_only(tmp_path):
    assert make_env(tmp_path / ".env").returncode == 0
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_every_secret_is_long_and_different_each_time(tmp_path):
    make_env(tmp_path / "one")
    make_env(tmp_path / "two")
    one, two = read(tmp_path / "one"), read(tmp_path / "two")
    secrets = [name for name in one if re.search("PASSWORD|SECRET|KEY", name)]
    assert len(secrets) == 6
    for name in secrets:
        assert len(one[name]) >= 32
        assert one[name] != two[name]
    assert len({one[name] for name in secrets}) == len(secrets)


def test_passwords_can_stand_in_a_url_and_the_fernet_key_is_one(tmp_path):
    from cryptography.fernet import Fernet

    make_env(tmp_path / ".env")
    values = read(tmp_path / ".env")
    assert re.fullmatch("[0-9a-f]+", values["POSTGRES_PASSWORD"])
    assert re.fullmatch("[0-9a-f]+", values["REDIS_PASSWORD"])
    Fernet(values["AIRFLOW_FERNET_KEY"])


def test_an_existing_file_is_left_alone(tmp_path):
    make_env(tmp_path / ".env")
    before = (tmp_path / ".env").read_text()
    again = make_env(tmp_path / ".env")
    assert again.returncode != 0
    assert "left alone" in again.stderr
    assert (tmp_path / ".env").read_text() == before
    assert before not in again.stdout
