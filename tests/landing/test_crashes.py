"""Killed at any moment, a run leaves a home from which the next run ends where an undisturbed one would have."""

import shutil
import signal

import pytest

from scoreboard.landing.claim import ClaimDiverted
from scoreboard.landing.drop import land_entity
from scoreboard.landing.store import committed_batches

from .dying import land_files, land_on_a_full_disk
from .state import files_below, landed_keys


@pytest.mark.parametrize("retried", ["the same run", "another run"])
def test_a_kill_at_every_step_loses_and_doubles_nothing(settings, drop, forked, retried):
    cuts = 0
    while True:
        shutil.rmtree(settings.home, ignore_errors=True)
        contents = [drop(name, key).read_bytes() for name, key in [("a.csv", "P1"), ("b.csv", "P2"), ("c.csv", "P2")]]
        ended = forked(land_files, str(settings.home), "run_1", cuts + 1)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        cuts += 1
        # what readers see at this moment is nothing or everything
        assert landed_keys(settings) in ([], ["P1", "P2", "P2"]), cuts

        land_entity(settings, "projects", "run_1" if retried == "the same run" else "run_2")

        assert landed_keys(settings) == ["P1", "P2", "P2"], cuts
        assert files_below(settings.inbox) == {}, cuts
        assert sorted(files_below(settings.archive).values()) == sorted(contents), cuts
        for batch in committed_batches(settings, "files", "projects"):
            assert all((settings.home / entry["archived"]).is_file() for entry in batch.manifest["files"]), cuts
        leftovers = [name for name in files_below(settings.home) if name.endswith((".tmp", ".copying"))]
        assert leftovers == [], cuts
    assert cuts > 40


@pytest.mark.parametrize("first", [12, 24])
def test_a_second_kill_during_recovery_is_recovered_from_as_well(settings, drop, forked, first):
    second = 0
    while True:
        shutil.rmtree(settings.home, ignore_errors=True)
        content = drop("a.csv", "P1").read_bytes()
        assert forked(land_files, str(settings.home), "run_1", first) == -signal.SIGKILL
        ended = forked(land_files, str(settings.home), "run_2", second + 1)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        second += 1
        land_entity(settings, "projects", "run_3")

        assert landed_keys(settings) == ["P1"], second
        assert files_below(settings.inbox) == {}, second
        assert list(files_below(settings.archive).values()) == [content], second
    assert second > 5


def test_a_file_dropped_under_the_name_of_a_claimed_one_overwrites_nothing(settings, drop):
    claimed = settings.inbox / "crm/projects/.claimed/dead_run"
    claimed.mkdir(parents=True)
    drop("part.v1.csv", "P1").rename(claimed / "part.v1.csv")
    drop("part.v1.csv", "P2")

    result = land_entity(settings, "projects", "run_2")

    # the older one sorts, hence lands, first
    assert result["files"] == ["crm/projects/part (1).v1.csv", "crm/projects/part.v1.csv"]
    assert landed_keys(settings) == ["P1", "P2"]


def test_claims_of_a_dead_run_come_back_even_if_this_run_fails(settings, drop):
    claimed = settings.inbox / "crm/projects/.claimed/dead_run"
    claimed.mkdir(parents=True)
    drop("a.csv", "P1").rename(claimed / "a.csv")
    drop("b.csv", content=b"broken")

    with pytest.raises(Exception, match=r"b\.csv"):
        land_entity(settings, "projects", "run_2")

    assert sorted(files_below(settings.inbox)) == ["crm/projects/a.csv", "crm/projects/b.csv"]


def test_a_folder_without_manifest_does_not_exist_and_is_taken_away(settings, drop):
    folder = settings.landing / "files/projects/run=run_1"
    folder.mkdir(parents=True)
    (folder / "part-00001.parquet").write_bytes(b"half")
    assert committed_batches(settings, "files", "projects") == []
    drop("a.csv", "P1")

    assert land_entity(settings, "projects", "run_1")["run_id"] == "run_1"
    assert sorted(files_below(folder)) == ["_manifest.json", "part-00001.parquet"]
    assert landed_keys(settings) == ["P1"]


def test_an_interruption_by_hand_gives_the_files_back(settings, drop, monkeypatch):
    drop("a.csv", "P1")

    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("scoreboard.landing.batch.write_manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        land_entity(settings, "projects", "run_1")

    assert list(files_below(settings.inbox)) == ["crm/projects/a.csv"]
    assert not (settings.landing / "files/projects/run=run_1").exists()


@pytest.mark.parametrize("link", [".claimed", ".claimed/old_run"])
def test_a_diverted_claim_moves_nothing_into_the_inbox(settings, drop, link):
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_1")
    place = settings.inbox / "crm/projects" / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(settings.landing / "files/projects")

    with pytest.raises(ClaimDiverted, match="symbolic link"):
        land_entity(settings, "projects", "run_2")

    assert landed_keys(settings) == ["P1"]


def test_a_disk_that_is_really_full_is_named_and_nothing_is_lost(settings, drop, forked):
    """A child may write no file beyond 20 kB: the real failure of the real writer, not a made up one."""
    drop("a.csv", *[f"P{n * 7919 % 100_003}" for n in range(20_000)])
    assert forked(land_on_a_full_disk, str(settings.home), "run_1") == 0
    assert list(files_below(settings.inbox)) == ["crm/projects/a.csv"]
    assert not (settings.landing / "files/projects/run=run_1").exists()
    assert land_entity(settings, "projects", "run_1")["rows"] == 20_000
