"""What the programme's own seeds must hold: a bound for every target, a band for every score, criteria that can be met."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoreboard.warehouse.seeds import SHIPPED, SeedError, declared_seeds, read_seed

HEADERS = {
    "kpi_targets": "valid_from,kpi,target_low,target_high\n",
    "satisfaction_bands": "valid_from,band,min_score\n",
    "maturity_criteria": "valid_from,dimension,level,kpi,min_value,max_value,description\n",
}


def read(folder: Path, seed: str, text: str) -> list[dict[str, str]]:
    path = folder / f"{seed}.csv"
    path.write_text(HEADERS[seed] + text, encoding="utf-8")
    return read_seed(declared_seeds()[seed], path)


@pytest.mark.parametrize(
    ("seed", "text", "said"),
    [
        (
            "kpi_targets",
            "1900-01-01,accounts_per_manager,35,\n",
            "accounts_per_manager of 1900-01-01 needs a target_high",
        ),
        (
            "kpi_targets",
            "1900-01-01,accounts_per_sponsor,2,\n",
            "accounts_per_sponsor of 1900-01-01 needs a target_high",
        ),
        ("kpi_targets", "1900-01-01,account_loss_rate,,0.3\n", "account_loss_rate of 1900-01-01 needs a target_low"),
        ("kpi_targets", "1900-01-01,account_loss_rate,0.1,\n", "account_loss_rate of 1900-01-01 needs a target_high"),
        ("kpi_targets", "1900-01-01,revenue_heard_share,,0.8\n", "needs a target_low"),
        ("kpi_targets", "1900-01-01,person_mean_score,,3\n", "needs a target_low"),
        ("kpi_targets", "1900-01-01,account_loss_rate,0.3,0.1\n", "account_loss_rate would lie between 0.3 and 0.1"),
        ("kpi_targets", "1900-01-01,accounts_per_sponsor,3,2\n", "accounts_per_sponsor would lie between 3 and 2"),
        (
            "satisfaction_bands",
            "1900-01-01,low,1.5\n1900-01-01,high,4\n",
            "the lowest band of 1900-01-01 must start at 1",
        ),
        (
            "satisfaction_bands",
            "1900-01-01,all,1\n2026-01-01,late,2\n",
            "the lowest band of 2026-01-01 must start at 1",
        ),
        (
            "satisfaction_bands",
            "1900-01-01,low,1\n1900-01-01,also,1.0\n",
            "two bands of 1900-01-01 start at the same score",
        ),
        ("satisfaction_bands", "1900-01-01,unheard,1\n", "unheard is the band of accounts without a score"),
        ("maturity_criteria", "1900-01-01,listening,6,nps,,,Why\n", "level is '6'; it takes 2, 3, 4, 5"),
        ("maturity_criteria", "1900-01-01,listening,2,nps,,,Why\n", "kpi is 'nps'; it takes response_rate"),
        ("maturity_criteria", "1900-01-01,hearing,2,mean_score,,,Why\n", "dimension is 'hearing'; it takes listening"),
        ("maturity_criteria", "1900-01-01,people,2,mean_score,4,,\n", "row 2 has no description"),
        (
            "maturity_criteria",
            "1900-01-01,people,2,mean_score,4,3,Why\n",
            "people 2 mean_score would lie between 4 and 3",
        ),
    ],
)
def test_a_rule_that_judges_nothing_is_refused(tmp_path: Path, seed: str, text: str, said: str) -> None:
    with pytest.raises(SeedError) as refused:
        read(tmp_path, seed, text)
    message = str(refused.value)
    assert said in message
    assert str(tmp_path / f"{seed}.csv") in message
    assert message.endswith("Nothing was built.")


def test_sets_of_two_days_may_share_scores_and_a_band_may_start_below_the_scale(tmp_path: Path) -> None:
    text = "1900-01-01,low,0\n1900-01-01,high,4\n2026-01-01,low,1\n2026-01-01,high,4\n"
    assert len(read(tmp_path, "satisfaction_bands", text)) == 4


def test_one_value_may_be_both_ends(tmp_path: Path) -> None:
    assert read(tmp_path, "kpi_targets", "1900-01-01,account_loss_rate,0.1,0.1\n")
    assert read(tmp_path, "maturity_criteria", "1900-01-01,people,2,mean_score,4,4,Why\n")


def test_the_shipped_criteria_lead_up_to_the_top_and_give_their_reason() -> None:
    """Each dimension has criteria on every level, and what is shown as a next step says what to do and why."""
    rows = read_seed(declared_seeds()["maturity_criteria"], SHIPPED / "maturity_criteria.csv")
    levels: dict[str, set[str]] = {}
    for row in rows:
        levels.setdefault(row["dimension"], set()).add(row["level"])
        what, colon, why = row["description"].partition(": ")
        assert len(what.split()) >= 3 and colon and len(why.split()) >= 3, row
        # the report joins several by commas
        assert "," not in row["description"]
    assert len(levels) == 5
    assert set(map(frozenset, levels.values())) == {frozenset("2345")}


def test_a_shipped_criterion_grows_no_laxer_on_a_higher_level() -> None:
    """The levels build on each other, so that the criterion of a higher one would be idle otherwise."""
    asked: dict[tuple[str, str, str], list[tuple[int, float]]] = {}
    for row in read_seed(declared_seeds()["maturity_criteria"], SHIPPED / "maturity_criteria.csv"):
        for bound in ("min_value", "max_value"):
            if row[bound]:
                strictness = float(row[bound]) * (1 if bound == "min_value" else -1)
                asked.setdefault((row["dimension"], row["kpi"], bound), []).append((int(row["level"]), strictness))
    for name, steps in asked.items():
        values = [strictness for _, strictness in sorted(steps)]
        assert values == sorted(set(values)), name
