"""Moving never overwrites, whatever the disk can do."""

import errno
import os

import pytest

from scoreboard.landing.disk import free_name, move_files, remove_empty


@pytest.fixture(params=["hard links", "no hard links", "two disks"])
def disk(request, monkeypatch):
    """Three kinds of disk, told to us by how linking fails."""
    code = {"hard links": None, "no hard links": errno.EPERM, "two disks": errno.EXDEV}[request.param]
    if code:

        def link(source, target, **_):
            raise OSError(code, os.strerror(code), source)

        monkeypatch.setattr(os, "link", link)
    return request.param


def test_a_file_moves_with_content_and_time(tmp_path, disk):
    source, target = tmp_path / "a.csv", tmp_path / "there" / "a.csv"
    source.write_text("content")
    os.utime(source, (1_000, 2_000))

    move_files([(source, target)])
    assert (target.read_text(), target.stat().st_mtime, source.exists()) == ("content", 2_000, False)
    assert [path.name for path in target.parent.iterdir()] == ["a.csv"]


def test_a_taken_name_is_left_alone(tmp_path, disk):
    (tmp_path / "to").mkdir()
    for text in ("first", "second", "third"):
        (tmp_path / "a.csv.gz").write_text(text)
        move_files([(tmp_path / "a.csv.gz", tmp_path / "to" / "a.csv.gz")])

    assert {path.name: path.read_text() for path in (tmp_path / "to").iterdir()} == {
        "a.csv.gz": "first",
        "a (1).csv.gz": "second",
        "a (2).csv.gz": "third",
    }


def test_a_move_cut_off_between_its_two_steps_is_finished(tmp_path):
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text("content")
    os.link(source, target)

    move_files([(source, target)])
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]


def test_a_free_name_sorts_before_the_taken_one(tmp_path):
    (tmp_path / "part-01.csv").touch()

    assert free_name(tmp_path / "part-01.csv").name < "part-01.csv"


def test_only_empty_folders_are_removed(tmp_path):
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/keep").touch()
    remove_empty(tmp_path / "a/b/c", until=tmp_path)

    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["keep"]
    remove_empty(tmp_path / "never", until=tmp_path)
