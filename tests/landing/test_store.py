"""Landing is immutable: what is not what was committed is found and named, never passed on."""

import json

import pytest

from scoreboard.landing.drop import land_entity
from scoreboard.landing.manifest import ManifestDamaged
from scoreboard.landing.store import committed_batches


@pytest.fixture
def batch(settings, drop):
    drop("a.csv", "P1")
    land_entity(settings, "projects", "run_1")
    (batch,) = committed_batches(settings, "files", "projects")
    return batch


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_batch_knows_where_it_comes_from(batch):
    assert (batch.adapter, batch.domain, batch.entity, batch.run_id, batch.number) == (
        "files",
        "crm",
        "projects",
        "run_1",
        1,
    )
    assert batch.part_paths == [batch.folder / "part-00001.parquet"]


def test_a_flipped_bit_is_found(batch):
    batch.verify()
    flip(batch.part_paths[0])
    with pytest.raises(ManifestDamaged, match=r"part-00001\.parquet was changed after landing.*archive"):
        batch.verify()


def test_a_missing_part_is_named(settings, batch):
    batch.part_paths[0].unlink()
    with pytest.raises(ManifestDamaged, match=r"part-00001\.parquet is gone"):
        batch.verify()
    with pytest.raises(ManifestDamaged, match=r"part-00001\.parquet is gone"):
        committed_batches(settings, "files", "projects")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda manifest: "{", "it is no JSON"),
        (lambda manifest: "[]", "this version reads format 1"),
        (lambda manifest: json.dumps(manifest | {"format": 2}), "this version reads format 1"),
        (lambda manifest: json.dumps(manifest | {"entity": "accounts"}), "it belongs to files/accounts"),
        (lambda manifest: json.dumps({k: v for k, v in manifest.items() if k != "parts"}), "it lacks parts"),
    ],
)
def test_a_damaged_manifest_stops_everything_and_is_kept(settings, drop, batch, change, reason):
    path = batch.folder / "_manifest.json"
    path.write_text(change(batch.manifest))
    damaged = path.read_bytes()
    drop("b.csv", "P2")

    with pytest.raises(ManifestDamaged, match=reason):
        land_entity(settings, "projects", "run_2")

    assert path.read_bytes() == damaged
    assert (settings.inbox / "crm/projects/b.csv").exists()


def test_a_batch_copied_beside_itself_is_found(settings, batch):
    twin = batch.folder.with_name("run=copy")
    twin.mkdir()
    for path in batch.folder.iterdir():
        (twin / path.name).write_bytes(path.read_bytes())

    with pytest.raises(ManifestDamaged, match="one batch number was given twice"):
        committed_batches(settings, "files", "projects")


def test_a_stream_that_never_landed_has_no_batches(settings):
    assert committed_batches(settings, "files", "projects") == []
