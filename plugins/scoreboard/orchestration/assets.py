"""What one DAG tells the next: a domain's new rows are validated, a new version is published."""

from __future__ import annotations

from airflow.sdk import Asset

CRM_LANDED = Asset("crm_landed", uri="scoreboard://landed/crm")
SUPPORT_LANDED = Asset("support_landed", uri="scoreboard://landed/support")
SURVEYS_LANDED = Asset("surveys_landed", uri="scoreboard://landed/survey")
PUBLISHED = Asset("published", uri="scoreboard://published/marts")
