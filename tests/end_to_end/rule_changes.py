"""One change of every rule seed, and the figures it must change: all of them, and no others.

The company is one of tests/oracle/random_company.py, always the same; whoever changes what is drawn there looks at these lists again.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = 21


@dataclass(frozen=True)
class RuleChange:
    """`statement` changes table rules.<seed>, `{day}` being the first day of a quarter in mid-history.

    `home`: the table in which the rule is applied first, with the columns that change there, `*` for rows that come or go;
    `also`: every other table that changes; `is_dated`: earlier periods must not move, but in `early`.
    """

    seed: str
    statement: str
    home: str
    also: str = ""
    is_dated: bool = True
    early: str = ""


CHANGES = (
    RuleChange(
        "award_rules",
        "insert into rules.award_rules values (date '{day}', 2.9, 2)",
        home="rpt_award_eligibility: threshold min_waves rule_pass status decision_depends_on_conversion evidence_grade blocking_reasons times_received",
        also="fct_satisfaction_quarterly rpt_award_recipients rpt_award_rules rpt_award_running",
    ),
    RuleChange(
        "survey_scales",
        "update rules.survey_scales set max_value = 5.5 where scale_id = 'likert5'",
        home="fct_survey_answers: value score_5pt score_5pt_ratio source_file source_row_number content_hash",
        also="dim_questions fct_survey_responses fct_satisfaction_quarterly rpt_gaps rpt_award_eligibility rpt_award_evidence rpt_award_running rpt_satisfaction_changes fct_action_alerts rpt_alert_escalations rpt_alert_backtest rpt_account_participants rpt_account_reviews rpt_touchpoints rpt_service_performance rpt_program_kpis rpt_loyalty_economics rpt_cem_maturity rpt_data_quality rpt_quarantine",
        is_dated=False,
    ),
    RuleChange(
        "tier_rules",
        "insert into rules.tier_rules values (date '{day}', 0.30, 0.40, 0.01, 0.10)",
        home="fct_account_tiers: account_tier service_tier tier_reason previous_tier",
        also="dim_accounts fct_tickets fct_satisfaction_quarterly rpt_gaps rpt_award_eligibility rpt_award_invitations rpt_satisfaction_changes rpt_coverage fct_action_alerts rpt_alert_escalations rpt_alert_backtest rpt_account_reviews rpt_service_gaps rpt_program_kpis rpt_cem_maturity rpt_quarter_rules rpt_relationship_load",
        early="rpt_account_reviews",  # a ticket of these companies may have changed before it was opened
    ),
    RuleChange(
        "engagement_signals",
        "insert into rules.engagement_signals values (date '{day}', 'meetings', 9, 7)",
        home="fct_account_quadrants: engagement_system engagement_score quadrant quadrant_number previous_quadrant",
        also="rpt_quadrant_tactics fct_action_alerts rpt_alert_escalations rpt_alert_backtest rpt_account_reviews rpt_program_kpis",
    ),
    RuleChange(
        "usage_signals",
        "insert into rules.usage_signals values (date '{day}', 'seat_utilisation', 7, 0.3)",
        home="fct_account_quadrants: usage_system usage_score quadrant quadrant_number previous_quadrant",
        also="rpt_quadrant_tactics fct_action_alerts rpt_alert_escalations rpt_alert_backtest rpt_account_reviews rpt_program_kpis",
    ),
    RuleChange(
        "blend_weights",
        "insert into rules.blend_weights values (date '{day}', 1, 3)",
        home="fct_account_quadrants: engagement_score usage_score quadrant quadrant_number previous_quadrant",
        also="rpt_quadrant_tactics fct_action_alerts rpt_alert_escalations rpt_account_reviews rpt_program_kpis",
    ),
    RuleChange(
        "quadrant_cutoffs",
        "insert into rules.quadrant_cutoffs values (date '{day}', 7, 2)",
        home="fct_account_quadrants: quadrant quadrant_number previous_quadrant",
        also="rpt_quadrant_tactics rpt_quarter_rules fct_action_alerts rpt_alert_escalations rpt_alert_backtest rpt_account_reviews rpt_program_kpis",
    ),
    RuleChange(
        "gap_targets",
        "insert into rules.gap_targets values (date '{day}', 'overall', 4.75)",
        home="rpt_gaps: reference_mean gap ci95_low ci95_high gap_class origin priority",
        also="rpt_account_reviews",
    ),
    RuleChange(
        "gap_classes",
        "insert into rules.gap_classes values (date '{day}', 1.75)",
        home="rpt_gaps: gap_class origin blind_spot_rank",
        also="fct_action_alerts rpt_alert_escalations rpt_alert_backtest rpt_account_reviews",
    ),
    RuleChange(
        "internal_domains",
        "insert into rules.internal_domains values ('customer.example')",
        home="fct_survey_responses: is_counted exclusion_reason",
        also="fct_satisfaction_quarterly fct_account_quadrants rpt_gaps rpt_award_eligibility rpt_award_evidence rpt_award_running rpt_award_invitations rpt_vote_integrity rpt_series_breaks rpt_satisfaction_changes rpt_coverage fct_action_alerts rpt_alert_escalations rpt_alert_backtest rpt_account_participants rpt_account_reviews rpt_touchpoints rpt_effort rpt_service_performance rpt_program_kpis rpt_loyalty_economics rpt_cem_maturity",
        is_dated=False,
    ),
    RuleChange(
        "fx_rates",
        "update rules.fx_rates set rate = rate * 1.5",
        home="fct_account_tiers: revenue_t4q revenue_share revenue_share_before cost_to_serve_t4q account_tier service_tier tier_reason previous_tier is_unprofitable",
        also="fct_tickets fct_satisfaction_quarterly rpt_gaps rpt_satisfaction_changes rpt_coverage fct_action_alerts rpt_account_reviews rpt_service_gaps rpt_program_kpis rpt_loyalty_economics rpt_cem_maturity rpt_relationship_load",
        is_dated=False,
    ),
    RuleChange(
        "award_history",
        "insert into rules.award_history values ('P-1', 'nfsb', 2020, 'Own Co', 'Bern', 7)",
        home="rpt_award_eligibility: times_received",
        also="rpt_award_recipients",
        is_dated=False,
    ),
    RuleChange(
        "quadrant_tactics",
        "insert into rules.quadrant_tactics values (date '{day}', 'raving_fans', 1, 'Say thank you', 'sponsor', 'sustain')",
        home="rpt_quadrant_tactics: tactic owner_role",
    ),
    RuleChange(
        "evidence_policy",
        "insert into rules.evidence_policy values (date '{day}', 1, 0, 1, 1, 9, 9, 9)",
        home="rpt_award_eligibility: evidence_grade blocking_reasons",
        also="rpt_award_rules",
    ),
    RuleChange(
        "sla_targets",
        "insert into rules.sla_targets values (date '{day}', 'I', 'normal', 1, 2)",
        home="fct_tickets: first_reply_target_minutes resolution_target_minutes is_first_reply_in_sla",
        also="rpt_service_gaps rpt_program_kpis rpt_cem_maturity",
        is_dated=False,
    ),
    RuleChange(
        "business_hours",
        "delete from rules.business_hours where weekday = 2",
        home="fct_tickets: first_reply_business_minutes resolution_business_minutes is_first_reply_in_sla is_resolution_in_sla",
        also="rpt_alert_escalations rpt_service_gaps rpt_program_kpis rpt_cem_maturity",
        is_dated=False,
    ),
    RuleChange(
        "holidays",
        "insert into rules.holidays select distinct cast(created_at as date) + 1, 'Feast' from landed.tickets where cast(created_at as date) + 1 not in (select holiday_on from rules.holidays)",
        home="fct_tickets: first_reply_business_minutes resolution_business_minutes is_first_reply_in_sla is_resolution_in_sla",
        also="rpt_alert_escalations rpt_service_gaps rpt_program_kpis rpt_cem_maturity",
        is_dated=False,
    ),
    RuleChange(
        "role_patterns",
        "delete from rules.role_patterns",
        home="dim_contacts: buying_role buying_role_source",
        also="rpt_coverage rpt_account_participants rpt_account_reviews",
        is_dated=False,
    ),
    RuleChange(
        "alert_rules",
        "insert into rules.alert_rules select date '{day}', rule_id, true, 4.9, second_threshold, severity, raise_for_tier_one, raise_for_decision_maker, owner_role, action from rules.alert_rules where rule_id = 'low_score' order by valid_from limit 1",
        home="fct_action_alerts: * description",
        also="rpt_alert_escalations rpt_alert_backtest rpt_account_reviews",
    ),
    RuleChange(
        "kpi_targets",
        "insert into rules.kpi_targets values (date '{day}', 'accounts_per_manager', null, 0)",
        home="rpt_relationship_load: limit_high is_within_limit",
        also="rpt_account_reviews rpt_program_kpis rpt_cem_maturity",
    ),
    RuleChange(
        "integrity_policy",
        "insert into rules.integrity_policy values (date '{day}', 2, 3)",
        home="rpt_award_invitations: invited_count answered_count invited_share share_difference response_rate",
        also="rpt_award_rules rpt_vote_integrity",
        is_dated=False,
    ),
    RuleChange(
        "certification_rules",
        "insert into rules.certification_rules values (date '{day}', 'cempro', 3, null, 1, 0.1)",
        home="rpt_training_certification: certified_count certified_share required_share",
        also="rpt_cem_maturity",
    ),
    RuleChange(
        "scale_classes",
        "update rules.scale_classes set score_low = 2.5 where scale_id = 'binary'",
        home="rpt_award_eligibility: mean_low bounds_verdict",
        is_dated=False,
    ),
    RuleChange(
        "suppression_policy",
        "insert into rules.suppression_policy values (date '{day}', 'project', 40, 90)",
        home="fct_satisfaction_quarterly: is_suppressed is_comment_suppressed",
    ),
    RuleChange(
        "effort_weights",
        "insert into rules.effort_weights values (date '{day}', 'asked_effort', 11, 4, 2)",
        home="rpt_effort: effort_index",
    ),
    RuleChange(
        "service_targets",
        "insert into rules.service_targets values (date '{day}', 'team', 2, 4.9, 0.01)",
        home="rpt_service_performance: * target is_target_met is_reliable",
    ),
    RuleChange(
        "satisfaction_bands",
        "update rules.satisfaction_bands set min_score = 2.25 where band = 'satisfied'",
        home="rpt_loyalty_economics: * account_count mean_score revenue_t4q revenue_next revenue_growth expansion_rate",
        is_dated=False,
    ),
    RuleChange(
        "maturity_criteria",
        "update rules.maturity_criteria set min_value = 0.9999 where kpi = 'response_rate'",
        home="rpt_cem_maturity: level next_step",
        is_dated=False,
    ),
    RuleChange(
        "escalation_steps",
        "insert into rules.escalation_steps values (date '{day}', 'high', 1, 77, 'owner', 'Act')",
        home="rpt_alert_escalations: due_at action",
        is_dated=False,
    ),
    RuleChange(
        "review_cadence",
        "insert into rules.review_cadence values (date '{day}', 'I', 33)",
        home="rpt_account_reviews: next_review_date",
    ),
)
"""Two are missing: key_driver_policy, because a model in Python cannot be made anew from SQL (tests/warehouse/test_key_drivers.py
changes it), and t_critical, a table of mathematics and no rule."""
