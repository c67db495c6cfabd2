"""Which files of the inbox are taken, which are left alone, and that each of the others is named."""

import os
import socket
from datetime import UTC, datetime

import pytest

from scoreboard import settings as clock
from scoreboard.entities import ENTITIES
from scoreboard.settings import Settings
from scoreboard.sources import files
from scoreboard.sources.files import look, strays

PROJECTS = ENTITIES["projects"]
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    return Settings(home=tmp_path, as_of=NOW.date(), settle_seconds=10)


@pytest.fixture
def naps(monkeypatch):
    """Nobody sleeps; what was asked for is recorded, and `naps.meanwhile` happens instead."""

    class Naps(list):
        meanwhile = staticmethod(lambda: None)

        def sleep(self, seconds):
            self.append(seconds)
            self.meanwhile()

    recorder = Naps()
    monkeypatch.setattr(files.time, "sleep", recorder.sleep)
    return recorder


@pytest.fixture
def drop(settings):
    def write(name, content="x", age=60):
        path = settings.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        touched = NOW.timestamp() - age
        os.utime(path, (touched, touched))
        return path

    return write


def names(found):
    return [file.name for file in found.ready]


def test_every_format_is_taken_in_byte_order_of_its_path(settings, drop, naps):
    for name in ["b.csv", "A.CSV", "é.jsonl", "a.csv.gz", "a.Parquet", "a (1).xlsx", "z.CSV.gz", "B.csv"]:
        drop(f"crm/projects/{name}")

    assert names(look(settings, PROJECTS)) == [
        f"crm/projects/{name}"
        for name in ["A.CSV", "B.csv", "a (1).xlsx", "a.Parquet", "a.csv.gz", "b.csv", "z.CSV.gz", "é.jsonl"]
    ]
    assert naps == []


def test_an_entity_without_folder_is_empty(settings, naps):
    assert look(settings, PROJECTS) == files.Look()


def test_hidden_files_and_office_locks_are_ignored(settings, drop, naps):
    drop("crm/projects/.hidden.csv")
    drop("crm/projects/~$open.xlsx")

    assert look(settings, PROJECTS) == files.Look()


def test_what_is_left_alone_is_named_with_its_reason(settings, drop, naps):
    for name in ["notes.txt", "a.csv.part", "old.xls", "data.gz", "deeper/a.csv"]:
        drop(f"crm/projects/{name}")

    found = look(settings, PROJECTS)

    assert found.ready == []
    assert [line.partition(": ")[0] for line in found.ignored] == [
        f"crm/projects/{name}" for name in ["a.csv.part", "data.gz", "deeper", "notes.txt", "old.xls"]
    ]
    assert "folders inside an entity's folder are not read" in found.ignored[2]
    assert ".csv, .csv.gz, .jsonl, .parquet, .xlsx" in found.ignored[3]


def test_strays_beside_the_entities_are_named(settings, drop):
    for name in [
        "crm/projects/a.csv",
        "crm/project/a.csv",
        "crm/tickets/a.csv",
        "crm/a.csv",
        "sales/x/a.csv",
        "top.csv",
    ]:
        drop(name)
    drop("support/queue/a.csv")

    crm, support = strays(settings, "crm"), strays(settings, "support")

    assert [line.partition(": ")[0] for line in crm] == ["crm/a.csv", "crm/project", "crm/tickets", "sales", "top.csv"]
    assert support == ["support/queue: left alone, the folder names no entity of support"]


def test_what_is_no_plain_file_is_refused(settings, drop, naps, monkeypatch):
    folder = drop("crm/projects/good.csv").parent
    (folder / "link.csv").symlink_to("/etc/passwd")
    (folder / "gone.csv").symlink_to("/nowhere")
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        with monkeypatch.context() as inside:  # a socket's path has room for 107 bytes
            inside.chdir(folder)
            server.bind("sock.csv")
        found = look(settings, PROJECTS)

    assert names(found) == ["crm/projects/good.csv"]
    assert found.refused == {
        "crm/projects/gone.csv": "it is a symbolic link; drop the file itself",
        "crm/projects/link.csv": "it is a symbolic link; drop the file itself",
        "crm/projects/pipe.csv": "it is no regular file; drop the file itself",
        "crm/projects/sock.csv": "it is no regular file; drop the file itself",
    }


def test_a_linked_entity_folder_is_refused(settings, drop, naps):
    drop("crm/contacts/a.csv")
    (settings.inbox / "crm/projects").symlink_to(settings.inbox / "crm/contacts")

    assert look(settings, PROJECTS).refused == {"crm/projects": "the folder is a symbolic link"}


def test_a_name_that_is_not_utf8_is_refused(settings, drop, naps):
    folder = drop("crm/projects/good.csv").parent
    os.close(os.open(os.fsencode(folder) + b"/Zo\xeb.csv", os.O_CREAT))

    assert look(settings, PROJECTS).refused == {"crm/projects/Zo?.csv": "its name is not UTF-8; rename it"}


def test_fresh_files_are_watched_once_for_all_and_taken_if_nothing_happens(settings, drop, naps):
    drop("crm/projects/old.csv", age=10.001)
    drop("crm/projects/new.csv", age=9.9)
    drop("crm/projects/newer.csv", age=0)
    drop("crm/projects/tomorrow.csv", age=-86400)

    found = look(settings, PROJECTS)

    assert sorted(names(found)) == [f"crm/projects/{name}.csv" for name in ["new", "newer", "old", "tomorrow"]]
    assert naps == [10]


def test_a_file_that_grows_or_is_touched_meanwhile_is_left_alone(settings, drop, naps):
    steady = drop("crm/projects/steady.csv", age=1)
    growing, touched = drop("crm/projects/growing.csv", age=1), drop("crm/projects/touched.csv", age=1)
    replaced, removed = drop("crm/projects/replaced.csv", age=1), drop("crm/projects/removed.csv", age=1)

    def meanwhile():
        before = growing.stat()
        growing.write_text("xy")
        os.utime(growing, ns=(before.st_atime_ns, before.st_mtime_ns))
        os.utime(touched, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
        other = drop("crm/projects/.other", age=1)
        other.replace(replaced)
        removed.unlink()

    naps.meanwhile = meanwhile
    found = look(settings, PROJECTS)

    assert [file.path for file in found.ready] == [steady]
    assert found.waiting == [f"crm/projects/{name}.csv" for name in ["growing", "replaced", "touched"]]


def test_a_folder_that_cannot_be_listed_is_an_error_not_an_empty_entity(settings, drop, naps, monkeypatch):
    drop("crm/projects/a.csv")

    def denied(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files.os, "scandir", denied)
    with pytest.raises(files.InboxUnreachable, match="crm/projects cannot be listed"):
        look(settings, PROJECTS)
