"""Broken files stop their entity and go back where they lay; files in motion are left alone."""

import json

import pytest

from scoreboard.atomic import sha256_of
from scoreboard.landing.batch import BrokenFile
from scoreboard.landing.drop import land_entity
from scoreboard.landing.store import committed_batches
from scoreboard.sources import files

from .conftest import HEADER
from .state import files_below, landed_keys, landed_rows

pytestmark = pytest.mark.usefixtures("frozen")


# --- broken files


def broken(settings, entity="projects", run_id="run_1"):
    with pytest.raises(BrokenFile) as error:
        land_entity(settings, entity, run_id)
    return error.value


def test_one_broken_file_stops_the_entity_and_everything_goes_back(settings, drop):
    drop("a.csv", "P1")
    drop("c.csv", content=HEADER.encode() + b"P2,x,y\n")
    before = files_below(settings.inbox)

    error = broken(settings)

    assert error.reasons == {"crm/projects/c.csv": "row 2 has 3 fields, the header has 4"}
    assert "1 file is broken, so nothing of projects was landed" in str(error)
    assert "back where it was dropped, in inbox/crm/projects/" in str(error)
    assert files_below(settings.inbox) == before
    assert committed_batches(settings, "files", "projects") == []
    assert [name for name in files_below(settings.landing) if ".lock" not in name] == []
    assert not settings.archive.exists()


def test_every_broken_file_is_listed_at_once(settings, drop):
    drop("empty.csv", content=b"")
    drop("header_only.csv", content=HEADER.encode())
    drop("good.csv", "P1")
    drop("late.csv", content=HEADER.encode() + b"P1,x,y,z\n" * 1000 + b"P1,x\n")
    drop("latin1.csv", content=HEADER.encode() + b"P1,Zo\xeb,y,z\n")
    drop("missing.csv", content=b"project_id,Project_Name, company_name\nP1,x,y\n")
    drop("short.parquet", content=b"PAR1")
    drop("void.jsonl", content=b'{"project_id": "P1"}\n')
    (settings.inbox / "crm/projects/link.csv").symlink_to("/etc/passwd")

    reasons = broken(settings).reasons

    assert list(reasons) == [
        f"crm/projects/{name}"
        for name in [
            "empty.csv",
            "header_only.csv",
            "late.csv",
            "latin1.csv",
            "link.csv",
            "missing.csv",
            "short.parquet",
            "void.jsonl",
        ]
    ]
    assert reasons["crm/projects/header_only.csv"] == "it has no rows"
    assert reasons["crm/projects/late.csv"] == "row 1002 has 2 fields, the header has 4"
    assert "byte 0xeb at byte offset 53" in reasons["crm/projects/latin1.csv"]
    assert reasons["crm/projects/missing.csv"] == (
        "required columns 'project_name', 'company_name', 'updated_at' missing "
        "(it has 'Project_Name', ' company_name'; names must match exactly)"
    )
    assert reasons["crm/projects/void.jsonl"] == "required columns 'project_name', 'company_name', 'updated_at' missing"


def test_a_file_nobody_may_open_is_a_broken_file_named_as_it_was_dropped(settings, drop, monkeypatch):
    drop("a.csv", "P1")
    drop("locked.csv", "P2")
    before = files_below(settings.inbox)

    def hash_unless_locked(place):
        if place.name == "locked.csv":
            raise PermissionError(13, "Permission denied", str(place))
        return sha256_of(place)

    monkeypatch.setattr("scoreboard.landing.drop.sha256_of", hash_unless_locked)

    assert broken(settings).reasons == {"crm/projects/locked.csv": "it cannot be opened: Permission denied"}
    assert files_below(settings.inbox) == before


def test_mending_the_file_lands_everything_once(settings, drop):
    drop("a.csv", "P1")
    drop("b.csv", content=b"broken")
    broken(settings)
    drop("b.csv", "P2")

    assert land_entity(settings, "projects", "run_1")["batch"] == 1
    assert landed_keys(settings) == ["P1", "P2"]


def test_a_broken_file_of_one_entity_does_not_stop_another(settings, drop):
    drop("a.csv", content=b"broken")
    drop("a.csv", content=b"survey_id,survey_name,project_id,updated_at\nS1,x,P1,z\n", entity="survey/surveys")
    broken(settings)

    assert land_entity(settings, "surveys", "run_1")["rows"] == 1


def test_a_required_column_in_json_lines_is_there_if_any_line_has_it(settings, drop):
    full = {"project_id": "P1", "project_name": "x", "company_name": "y", "updated_at": "z"}
    drop("a.jsonl", content=(json.dumps({"project_id": "P0"}) + "\n" + json.dumps(full)).encode())

    land_entity(settings, "projects", "run_1")

    assert [row["updated_at"] for row in landed_rows(settings)] == [None, "z"]


# --- files in motion


def test_a_file_being_written_is_left_alone_and_the_others_land(settings, drop, monkeypatch):
    drop("a.csv", "P1")
    growing = drop("b.csv", "P2")
    growing.touch()
    monkeypatch.setattr(files.time, "sleep", lambda seconds: growing.write_text("half a f"))

    result = land_entity(settings, "projects", "run_1")

    assert (result["files"], result["waiting"]) == (["crm/projects/a.csv"], ["crm/projects/b.csv"])
    assert files_below(settings.inbox) == {"crm/projects/b.csv": b"half a f"}


def test_a_file_replaced_just_before_it_is_claimed_is_left_alone(settings, drop, monkeypatch):
    path = drop("a.csv", "P1")
    looked = files.look

    def look_then_replace(*args):
        found = looked(*args)
        path.unlink()
        path.write_text("something newer")
        return found

    monkeypatch.setattr("scoreboard.landing.drop.look", look_then_replace)

    result = land_entity(settings, "projects", "run_1")

    assert (result["batch"], result["waiting"]) == (None, ["crm/projects/a.csv"])
    assert files_below(settings.inbox) == {"crm/projects/a.csv": b"something newer"}


def test_a_file_taken_away_just_before_it_is_claimed_is_no_error(settings, drop, monkeypatch):
    drop("a.csv", "P1")
    gone = drop("b.csv", "P2")
    looked = files.look

    def look_then_remove(*args):
        found = looked(*args)
        gone.unlink()
        return found

    monkeypatch.setattr("scoreboard.landing.drop.look", look_then_remove)

    assert land_entity(settings, "projects", "run_1")["files"] == ["crm/projects/a.csv"]


def test_a_file_written_to_while_it_is_read_does_not_land(settings, drop, monkeypatch):
    path = drop("a.csv", "P1")
    handle = path.open("ab")
    hashed = sha256_of

    def hash_then_append(place):
        digest = hashed(place)
        handle.write(b"P2,x,y,z\n")
        handle.flush()
        return digest

    monkeypatch.setattr("scoreboard.landing.drop.sha256_of", hash_then_append)

    assert broken(settings).reasons == {"crm/projects/a.csv": "it was still being written while it was read"}
    assert list(files_below(settings.inbox)) == ["crm/projects/a.csv"]
