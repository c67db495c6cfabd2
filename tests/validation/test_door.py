"""The door as a whole: what is committed, what is stopped, what fails, and that a crash or a second run changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.atomic import sha256_of
from scoreboard.errors import ScoreboardError
from scoreboard.landing.manifest import ManifestDamaged
from scoreboard.landing.store import committed_batches
from scoreboard.validation import drift, routing, store
from scoreboard.validation.door import accept_drift, validate_domain
from scoreboard.validation.errors import BatchRejected, ValidatorError
from scoreboard.validation.store import validated_batches
from tests.validation.conftest import good_row

HOSTILE = "<script>alert('mine')</script>"


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def judged(settings, entity: str) -> list[int]:
    return [manifest["batch"] for manifest, _, _ in validated_batches(settings, "files", entity)]


def test_pending_batches_are_judged_once_in_landing_order(home, land) -> None:
    land("tickets", [good_row("tickets")], run_id="b")
    land("tickets", [good_row("tickets"), good_row("tickets", status="gone")], run_id="a")
    first = validate_domain(home, "support", "run-1")
    assert [(batch["run_id"], batch["rows_valid"], batch["quarantined_by_rule"]) for batch in first["batches"]] == [
        ("b", 1, {}),
        ("a", 1, {"unknown_enum": 1}),
    ]
    before = files_below(home.home)
    second = validate_domain(home, "support", "run-2")
    assert second["batches"] == []
    assert second["data_docs"] == first["data_docs"]
    assert files_below(home.home) == before


def test_the_result_is_plain_json_and_the_manifest_tells_the_same(home, land) -> None:
    land("tickets", [good_row("tickets", priority="low"), good_row("tickets", extra="x", cause="rain")])
    (batch,) = json.loads(json.dumps(validate_domain(home, "support", "run-1")))["batches"]
    ((manifest, (part,), _),) = validated_batches(home, "files", "tickets")
    assert batch.items() <= manifest.items()
    assert batch["rows_landed"] == 2
    assert manifest["non_null"]["ticket_id"] == 2
    assert (manifest["non_null"]["priority"], manifest["non_null"]["cause"], manifest["non_null"]["solved_at"]) == (
        1,
        1,
        0,
    )
    assert manifest["parts"] == [{"name": part.name, "sha256": sha256_of(part), "rows": 1}]


def test_an_unknown_domain_is_named(home) -> None:
    with pytest.raises(ScoreboardError, match="no domain 'crn'; the domains are crm, support, survey"):
        validate_domain(home, "crn", "run-1")


def test_nothing_landed_is_nothing_to_do(home) -> None:
    assert validate_domain(home, "crm", "run-1") == {
        "domain": "crm",
        "run_id": "run-1",
        "batches": [],
        "data_docs": None,
    }


# ---- table rules ----


def test_an_empty_batch_is_stopped_and_the_others_are_kept(home, land) -> None:
    land("surveys", [])
    land("questions", [good_row("questions")])
    with pytest.raises(
        BatchRejected, match=r"files/surveys batch 1 \(run run-1\) breaks the table rule has_rows: 0 rows\."
    ):
        validate_domain(home, "survey", "run-1")
    assert (judged(home, "surveys"), judged(home, "questions")) == ([], [1])
    assert "surveys of files, batch 1" in (home.reports / "data_docs" / "survey" / "index.html").read_text()
    with pytest.raises(BatchRejected, match="has_rows"):  # again, until somebody mends it
        validate_domain(home, "survey", "run-2")


def test_a_batch_without_a_required_column_is_stopped(home, land, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tests.validation.conftest.landed_names", lambda contract, found: {name: name for name in found}
    )
    land("tickets", [{"ticket_id": "T1", "updated_at": "2025-01-01T00:00:00Z", "status": "nonsense"}])
    with pytest.raises(
        BatchRejected, match="required_columns: required columns missing: account_id, channel, created_at"
    ):
        validate_domain(home, "support", "run-1")
    assert not home.valid.exists()
    assert not home.quarantine.exists()


def test_an_absent_optional_column_is_null_in_every_row(home, land, query, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tests.validation.conftest.landed_names", lambda contract, found: {name: name for name in found}
    )
    land("tickets", [good_row("tickets"), good_row("tickets", channel="")])
    validate_domain(home, "support", "run-1")
    ((_, (part,), quarantine),) = validated_batches(home, "files", "tickets")
    assert query("select status, solved_at, reply_count from read_parquet(?)", str(part)) == [(None, None, None)]
    ((content,),) = query("select content from read_parquet(?)", str(quarantine))
    assert json.loads(content)["status"] is None


# ---- drift ----


def history(land, batches: int = 3, rows: int = 200, **cells: str | None) -> None:
    for _ in range(batches):
        land("tickets", [good_row("tickets", **cells)] * rows)


def test_a_column_that_runs_empty_is_stopped_and_can_be_accepted(home, land) -> None:
    history(land, priority="low")
    validate_domain(home, "support", "run-1")
    land("tickets", [good_row("tickets", priority="low")] * 99 + [good_row("tickets")] * 101, run_id="broken")
    with pytest.raises(
        BatchRejected,
        match=r"batch 4 \(run broken\).*drift_filled: priority has a value in 49.5% of the rows, against 100.0% in the last 3",
    ):
        validate_domain(home, "support", "run-2")
    assert judged(home, "tickets") == [1, 2, 3]
    note = Path(accept_drift(home, "files", "tickets", "broken", who="Ada", why="the field was retired"))
    assert json.loads(note.read_text()).items() >= {"who": "Ada", "why": "the field was retired"}.items()
    assert validate_domain(home, "support", "run-3")["batches"][0]["rows_valid"] == 200
    with pytest.raises(ScoreboardError, match="no batch of files/tickets landed in run nowhere"):
        accept_drift(home, "files", "tickets", "nowhere")


def test_half_of_the_usual_share_is_still_let_through(home, land) -> None:
    history(land, priority="low")
    land("tickets", [good_row("tickets", priority="low")] * 100 + [good_row("tickets")] * 100)
    assert len(validate_domain(home, "support", "run-1")["batches"]) == 4


def test_most_rows_refused_is_stopped_and_leaves_nothing_behind(home, land) -> None:
    history(land)
    land("tickets", [good_row("tickets")] * 99 + [good_row("tickets", status="?")] * 101)
    with pytest.raises(BatchRejected, match=r"drift_refused: 50.5% of the rows would be quarantined, against 0.0%"):
        validate_domain(home, "support", "run-1")
    assert judged(home, "tickets") == [1, 2, 3]
    assert len(list(home.quarantine.rglob("*.parquet"))) == 3


@pytest.mark.parametrize(
    ("batches", "usual_rows", "rows"),
    [(2, 200, 300), (3, 199, 300), (3, 200, 199)],
    ids=["short history", "history of small batches", "small batch"],
)
def test_too_little_to_go_by_is_no_reason_to_stop(home, land, batches: int, usual_rows: int, rows: int) -> None:
    history(land, batches, usual_rows, priority="low")
    land("tickets", [good_row("tickets", status="?")] * rows)
    assert len(validate_domain(home, "support", "run-1")["batches"]) == batches + 1


def test_a_fuller_column_a_cleaner_batch_and_events_still_to_come_are_no_reason_to_stop(home, land) -> None:
    """Old tickets were solved, those of this week are not yet: the newest rows of an honest export look like that."""
    history(land, status="?", solved_at="2025-04-01T10:00:00Z")
    land("tickets", [good_row("tickets", status="open", priority="low")] * 200)
    assert len(validate_domain(home, "support", "run-1")["batches"]) == 4


def test_only_the_last_batches_are_usual() -> None:
    def manifest(number: int, refused: int) -> dict:
        return {"batch": number, "rows_landed": 200, "rows_quarantined": refused, "non_null": {}}

    from scoreboard.entities import ENTITIES

    manifests = [manifest(number, 0 if number > 5 else 200) for number in range(1, 21)]
    assert drift.history_before(16, manifests, ENTITIES["tickets"]).refused == 0.0
    assert drift.history_before(15, manifests, ENTITIES["tickets"]).refused == 0.1
    assert drift.history_before(15, manifests, ENTITIES["tickets"]).batches == drift.LAST_BATCHES


# ---- errors: never a pass, never bad rows, nothing committed ----


def test_a_check_that_breaks_fails_the_task_and_commits_nothing(home, land, monkeypatch: pytest.MonkeyPatch) -> None:
    import great_expectations.expectations as gxe

    from expectations import tickets

    def broken_suite():
        suite = original()
        suite.add_expectation(
            gxe.ExpectColumnValuesToNotBeNull(
                column="no_such_column", meta={"rule": "missing_required", "column": "status", "reason": ""}
            )
        )
        return suite

    original = tickets.suite
    monkeypatch.setattr(tickets, "suite", broken_suite)
    land("tickets", [good_row("tickets"), good_row("tickets", status="?")])
    with pytest.raises(
        ValidatorError,
        match=r"files/tickets batch 1 \(run run-1\): the check expect_column_values_to_not_be_null of status broke: .*no_such_column",
    ):
        validate_domain(home, "support", "run-1")
    assert not home.valid.exists()
    assert not home.quarantine.exists()


def test_routing_that_disagrees_with_great_expectations_is_an_error(
    home, land, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "_HIT", routing._HIT + "where judged._row_number > 2")
    land("tickets", [good_row("tickets", status="?"), good_row("tickets", status="?")])
    with pytest.raises(ValidatorError, match="counted 2 rows that break unknown_enum of status, routing found 1"):
        validate_domain(home, "support", "run-1")
    assert judged(home, "tickets") == []


def test_rows_that_do_not_add_up_are_an_error(home, land, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "_VALID", routing._VALID.replace("order by", "where judged._row_number > 2 order by"))
    land("tickets", [good_row("tickets"), good_row("tickets")])
    with pytest.raises(ValidatorError, match="2 rows landed, but 1 are valid and 0 quarantined"):
        validate_domain(home, "support", "run-1")
    assert judged(home, "tickets") == []


def test_a_check_that_gives_no_answer_is_an_error(home, land, monkeypatch: pytest.MonkeyPatch) -> None:
    from scoreboard.validation.gx_duckdb import Session

    validate = Session.validate

    def forgetful(*args, **kwargs):
        validation = validate(*args, **kwargs)
        validation.results = validation.results[1:]
        return validation

    monkeypatch.setattr(Session, "validate", forgetful)
    land("tickets", [good_row("tickets")])
    with pytest.raises(ValidatorError, match="checks were asked for"):
        validate_domain(home, "support", "run-1")


@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_landed_file_that_changed_is_named_before_anything_is_judged(home, land, harm: str) -> None:
    part = land("tickets", [good_row("tickets")]) / "part-00001.parquet"
    if harm == "remove":
        part.unlink()
    else:
        content = bytearray(part.read_bytes())
        content[len(content) // 2] ^= 1
        part.write_bytes(content if harm == "flip" else content[:-1])
    with pytest.raises(ManifestDamaged, match=r"tickets/run=run-1/part-00001\.parquet"):
        validate_domain(home, "support", "run-1")
    assert not home.valid.exists()


# ---- crashes ----


def test_a_crash_before_the_manifest_leaves_the_batch_pending_and_the_next_run_gives_the_same_bytes(
    home, land, monkeypatch: pytest.MonkeyPatch
) -> None:
    land("tickets", [good_row("tickets", priority="low"), good_row("tickets", status="?")])

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "commit", crash)
        with pytest.raises(KeyboardInterrupt):
            validate_domain(home, "support", "run-1")
    assert judged(home, "tickets") == []
    (batch,) = committed_batches(home, "files", "tickets")
    half = files_below(home.valid) | files_below(home.quarantine)
    validate_domain(home, "support", "run-2")
    assert judged(home, "tickets") == [1]
    whole = files_below(home.valid) | files_below(home.quarantine)
    assert set(whole) - set(half) == {f"files/tickets/{batch.folder.name}/_manifest.json"}
    for name, content in half.items():
        assert whole[name] == content


def test_no_temporary_files_are_left_when_writing_fails(home, land, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(routing, "sync_file", full)
    land("tickets", [good_row("tickets")])
    with pytest.raises(OSError, match="No space left"):
        validate_domain(home, "support", "run-1")
    assert [path for path in home.home.rglob("*.tmp") if path.is_file()] == []
    assert judged(home, "tickets") == []


def test_a_damaged_valid_manifest_is_named(home, land) -> None:
    land("tickets", [good_row("tickets")])
    validate_domain(home, "support", "run-1")
    (path,) = home.valid.rglob("_manifest.json")
    path.write_text("{")
    with pytest.raises(ValidatorError, match=r"_manifest\.json is no JSON"):
        validate_domain(home, "support", "run-2")


def test_a_folder_whose_name_looks_like_a_pattern_is_that_folder_alone(land, home) -> None:
    for name, rows in {
        "it's [a]": 1,
        "*'s [a]": 1,
        "it's a": 2,
    }.items():  # as a pattern, each of the first two is the third
        land.settings = replace(home, home=home.home / name)
        land("tickets", [good_row("tickets")] * rows)
    for name in ("*'s [a]", "it's [a]"):
        odd = replace(home, home=home.home / name)
        assert validate_domain(odd, "support", "run-1")["batches"][0]["rows_valid"] == 1


def test_data_docs_show_no_word_that_a_customer_wrote(home, land) -> None:
    land("tickets", [good_row("tickets", status=HOSTILE, priority="secret", created_at=HOSTILE)])
    index = Path(validate_domain(home, "support", "run-1")["data_docs"])
    pages = "".join(path.read_text(encoding="utf-8") for path in index.parent.rglob("*.html"))
    assert "expect" in pages.lower()
    assert "alert('mine')" not in pages
    assert "secret" not in pages


def test_a_run_without_news_does_not_wait_for_great_expectations(home) -> None:
    nothing_landed = (
        "import sys; from pathlib import Path; from datetime import date; from scoreboard.settings import Settings;"
        "from scoreboard.validation.door import validate_domain;"
        f"validate_domain(Settings(home=Path({str(home.home)!r}), as_of=date(2026, 1, 1)), 'crm', 'run');"
        "sys.exit('great_expectations' in sys.modules)"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", nothing_landed], env=environment, check=False).returncode == 0
