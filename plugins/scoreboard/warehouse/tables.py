"""The published tables as CONTRACT section 5 promises them: grain, and the columns at least."""

from __future__ import annotations

from dataclasses import dataclass

# what dbt builds and every reader is given
SCHEMA = "marts"
# the official tables once more, closed periods too as computed from all that is known now
SCHEMA_NOW = "marts_now"
# columns that name a period which closes; a grain with both closes by the quarter
PERIOD_COLUMNS = ("quarter_start_date", "award_year")


@dataclass(frozen=True)
class PublishedTable:
    """`grain`: the columns that name one row, empty where rows have no key; `columns`: the promised ones, in order.

    `is_official`: a quarter or award year in the grain makes the table official: its rows of a closed period stay as published.
    """

    grain: tuple[str, ...]
    columns: tuple[str, ...]
    is_official: bool = True

    @property
    def period(self) -> str | None:
        """The column of the grain whose value closes; None for tables that are always as known now."""
        return next((name for name in PERIOD_COLUMNS if self.is_official and name in self.grain), None)

    @property
    def key(self) -> tuple[str, ...]:
        """What names a row within its period."""
        return tuple(column for column in self.grain if column != self.period)


def _table(grain: str, columns: str, *, is_official: bool = True) -> PublishedTable:
    return PublishedTable(grain=tuple(grain.split()), columns=tuple(columns.split()), is_official=is_official)


TABLES: dict[str, PublishedTable] = {
    "dim_accounts": _table(
        "account_id",
        "account_id account_name parent_account_id industry region country lifecycle_stage customer_since_date churned_date"
        " is_strategic account_manager_id executive_sponsor_id account_tier service_tier",
    ),
    "dim_contacts": _table(
        "contact_id",
        "contact_id account_id full_name job_title buying_role buying_role_source is_active",
    ),
    "dim_employees": _table("employee_id", "employee_id full_name job_title team_id team_name function is_active"),
    "dim_projects": _table("project_id", "project_id project_name company_name city state country"),
    "dim_quarters": _table(
        "quarter_start_date",
        "quarter_start_date quarter_end_date quarter_label is_closed",
        is_official=False,  # the calendar itself
    ),
    "fct_survey_responses": _table(
        "response_id",
        "response_id survey_id project_id respondent_type contact_id employee_id account_id ticket_id agent_id team_id"
        " channel wave responded_at quarter_start_date overall_score is_counted exclusion_reason",
    ),
    "fct_survey_answers": _table(
        "answer_id",
        "answer_id response_id question_id measure category value score_5pt score_5pt_ratio has_comment",
    ),
    "fct_tickets": _table(
        "ticket_id",
        "ticket_id account_id channel cause priority status created_at first_reply_minutes resolution_minutes reopen_count"
        " is_first_reply_in_sla is_resolution_in_sla quarter_start_date",
    ),
    "fct_satisfaction_quarterly": _table(
        "quarter_start_date scope_type scope_id category",
        "quarter_start_date scope_type scope_id scope_name category response_count respondent_count invitation_count"
        " response_rate mean_score sd_score ci95_low ci95_high top2box_rate top2box_low top2box_high is_in_loyalty_zone"
        " previous_quarter_mean previous_year_mean is_closed",
    ),
    "fct_account_tiers": _table(
        "quarter_start_date account_id",
        "account_id quarter_start_date revenue_t4q revenue_share revenue_share_before cost_to_serve_t4q account_tier"
        " service_tier tier_reason previous_tier is_unprofitable",
    ),
    "fct_account_quadrants": _table(
        "quarter_start_date account_id",
        "account_id quarter_start_date engagement_system engagement_staff engagement_score usage_system usage_staff"
        " usage_score is_usage_known quadrant quadrant_number previous_quadrant",
    ),
    "rpt_quadrant_tactics": _table(
        "quarter_start_date account_id tactic_number",
        "account_id quarter_start_date quadrant tactic_number owner_role",
    ),
    "rpt_gaps": _table(
        "quarter_start_date account_id category gap_kind",
        "account_id quarter_start_date category gap_kind reference_mean reference_count actual_mean actual_count gap"
        " ci95_low ci95_high is_significant gap_class origin priority",
    ),
    "rpt_award_eligibility": _table(
        "award_year project_id category",
        "project_id project_name company_name category award_year response_count mean_score waves threshold min_waves"
        " rule_pass status needed_mean_rest_of_year decision_depends_on_conversion evidence_grade blocking_reasons"
        " times_received",
    ),
    "rpt_award_evidence": _table(
        "award_year response_id",
        "response_id award_year award_score is_counted exclusion_reason source_file source_row_number content_hash",
    ),
    "rpt_award_recipients": _table(
        "award_year award recipient_name project_id",  # project_id is null for the projects of others
        "recipient_name location award award_year times_received",
    ),
    "rpt_data_quality": _table(
        "run_id entity",
        "run_id run_at entity landed valid quarantined replaced deduplicated unresolved_references completeness",
    ),
    "rpt_quarantine": _table(
        "",  # each landed row as often as it landed
        "entity row_key rule reason file row_number run_id content status first_seen_at",
    ),
    "rpt_restatements": _table(
        "table_name row_key quarter_start_date award_year column_name",
        "table_name row_key quarter_start_date award_year column_name figure_first_published figure_official figure_now"
        " difference change status first_published_version first_published_at restated_at reason approved_by",
        is_official=False,  # tells of closed periods, and is itself always as known now
    ),
}

# table -> its period column, for the tables whose closed periods stay as published
OFFICIAL: dict[str, str] = {name: table.period for name, table in TABLES.items() if table.period}
