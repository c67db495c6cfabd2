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
    "dim_questions": _table(
        "question_id",
        "question_id survey_id question_text measure category weight counts_for_award scale_id scale_min scale_max"
        " is_scale_reversed",
    ),
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
        " previous_quarter_mean previous_year_mean is_closed account_count robust_ci95_low robust_ci95_high is_suppressed"
        " is_comment_suppressed",
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
    "rpt_quarter_rules": _table(
        "quarter_start_date rule_name setting",
        "quarter_start_date rule_name setting valid_from_date setting_value",
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
        " times_received class_answer_count mean_low mean_high bounds_verdict",
    ),
    "rpt_award_evidence": _table(
        "award_year response_id",
        "response_id award_year award_score is_counted exclusion_reason source_file source_row_number content_hash",
    ),
    "rpt_award_recipients": _table(
        "award_year award recipient_name project_id",  # project_id is null for the projects of others
        "recipient_name location award award_year times_received",
    ),
    "rpt_award_running": _table(
        "award_year project_id category calendar_quarter",
        "project_id category award_year calendar_quarter quarter_end_date response_count mean_score waves"
        " quarter_response_count quarter_mean_score threshold min_waves running_status needed_mean_rest_of_year",
    ),
    "rpt_award_invitations": _table(
        "award_year project_id dimension group_id",
        "award_year project_id dimension group_id eligible_count invited_count answered_count eligible_share"
        " invited_share share_difference response_rate",
    ),
    "rpt_award_rules": _table(
        "award_year rule_name valid_from_date setting",
        "award_year rule_name valid_from_date setting valid_until_date setting_value is_deciding",
    ),
    "rpt_training_certification": _table(
        "award_year team_id program",
        "team_id team_name program award_year member_count certified_count certified_share required_share"
        " is_requirement_met is_closed",
    ),
    "rpt_vote_integrity": _table(
        "response_id flag",
        "response_id flag survey_id project_id account_id contact_id responded_at quarter_start_date is_counted"
        " exclusion_reason detail",
    ),
    "rpt_series_breaks": _table(
        "question_id changed_at",
        "question_id changed_at survey_id project_id award_year change text_before text_after scale_before scale_after"
        " answers_before answers_after is_break",
    ),
    "rpt_satisfaction_changes": _table(
        "quarter_start_date category dimension group_id",
        "quarter_start_date category dimension group_id change contribution rate_effect mix_effect contribution_rank"
        " response_count previous_response_count mean_score previous_mean_score share previous_share",
    ),
    "rpt_coverage": _table(
        "quarter_start_date account_id",
        "account_id quarter_start_date response_count respondent_count is_heard invitation_count is_invited account_tier"
        " service_tier revenue_t4q decision_makers_heard recommenders_heard influencers_heard others_heard"
        " is_decision_maker_heard known_contacts contacts_in_touch is_single_threaded decision_makers_left last_heard_date"
        " last_activity_date is_silent_key_account",
    ),
    "fct_action_alerts": _table(
        "alert_id",
        "alert_id rule_id severity account_id contact_id subject_id quarter_start_date opened_at is_provisional description"
        " action owner_role owner_id state state_changed_at",
    ),
    "rpt_alert_escalations": _table(
        "alert_id step_number",
        "alert_id step_number due_at to_role action is_overdue",
    ),
    "rpt_alert_backtest": _table(
        "rule_id year",
        "rule_id year alert_count account_count followed_count judged_count precision churn_count caught_count recall",
    ),
    "rpt_account_participants": _table(
        "quarter_start_date account_id contact_id",
        "account_id quarter_start_date contact_id full_name job_title buying_role buying_role_source is_invited took_part"
        " response_count mean_score lowest_category lowest_category_score comments is_dissatisfied previous_mean"
        " previous_quarter_start_date",
    ),
    "rpt_account_reviews": _table(
        "quarter_start_date account_id",
        "account_id quarter_start_date account_name account_tier service_tier quadrant previous_quadrant mean_score"
        " response_count previous_quarter_mean segment_mean global_mean participant_count non_respondent_count"
        " is_decision_maker_heard top_gap_category top_gap top_gap_origin top_gaps open_alert_count open_alerts"
        " raised_last_time_count raised_last_time settled_count raised_again_count executive_sponsor_id"
        " executive_sponsor_name is_sponsor_within_limit account_manager_id account_manager_name is_manager_within_limit"
        " next_review_date",
    ),
    "rpt_service_gaps": _table(
        "quarter_start_date account_id metric priority",
        "account_id quarter_start_date metric priority service_tier ticket_count judged_count within_count breached_count"
        " within_share target_minutes mean_business_minutes gap_minutes",
    ),
    "rpt_touchpoints": _table(
        "quarter_start_date touchpoint channel",
        "quarter_start_date touchpoint channel response_count mean_score effort_score channel_share ticket_count"
        " ticket_count_agent ticket_count_system ticket_count_process ticket_count_product ticket_count_billing"
        " ticket_count_technical ticket_count_other ticket_count_unknown",
    ),
    "rpt_effort": _table(
        "quarter_start_date account_id",
        "account_id quarter_start_date asked_effort asked_count ticket_count reopens_per_ticket replies_per_ticket"
        " handoffs_per_ticket channel_switches_per_ticket effort_index preferred_channel",
    ),
    "rpt_service_performance": _table(
        "quarter_start_date reported_level reported_id",
        "quarter_start_date reported_level reported_id response_count mean_score knowledge professionalism"
        " quality_of_solution timeliness target is_target_met",
    ),
    "rpt_program_kpis": _table(
        "quarter_start_date",
        "quarter_start_date customer_count accounts_per_manager_max managers_over_limit accounts_without_manager"
        " sponsors_over_limit key_accounts_without_sponsor account_loss_rate account_loss_band net_revenue_retention"
        " gross_revenue_retention invitation_count response_rate response_count mean_score revenue_heard_share"
        " is_revenue_heard_target_met effort_score effort_count nps_count nps nps_low nps_high willing_but_not_able_count"
        " risky_business_count silent_but_satisfied_count raving_fans_count key_account_share key_revenue_share"
        " first_reply_in_sla_share resolution_in_sla_share is_closed",
    ),
    "rpt_loyalty_economics": _table(
        "year band",
        "year band account_count mean_score revenue_t4q retention_q1 retention_q2 retention_q3 retention_q4 churn_rate"
        " revenue_next revenue_growth expansion_rate",
    ),
    "rpt_cem_maturity": _table("quarter_start_date dimension", "quarter_start_date dimension level evidence next_step"),
    "rpt_relationship_load": _table(
        "quarter_start_date role employee_id",
        "quarter_start_date role employee_id employee_name account_count key_account_count revenue_t4q limit_high"
        " is_within_limit",
    ),
    "dim_dates": _table("date_day", "date_day quarter_start_date quarter_label fiscal_year calendar_year"),
    "rpt_key_drivers": _table(
        "quarter_start_date scope_type scope_id driver",
        "quarter_start_date scope_type scope_id driver relative_weight weight_low weight_high rescaled_weight mean_score"
        " response_count driver_count r2 is_reliable",
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
