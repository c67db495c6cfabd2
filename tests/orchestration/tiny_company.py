"""The smallest company that has a figure: one project, two accounts, one survey with two answers, one ticket."""

from pathlib import Path

FILES = {
    "crm/projects": "project_id,project_name,company_name,updated_at\nP1,Field Service,Tiny Ltd,2026-01-05T08:00:00Z\n",
    "crm/accounts": (
        "account_id,account_name,lifecycle_stage,customer_since,updated_at\n"
        "A1,First Customer,active,2024-01-01,2026-01-05T08:00:00Z\n"
        "A2,Second Customer,active,2024-01-01,2026-01-05T08:00:00Z\n"
    ),
    "crm/revenue": (
        "revenue_id,account_id,recognised_on,amount,currency,updated_at\n"
        "R1,A1,2026-02-01,900,USD,2026-02-02T08:00:00Z\n"
        "R2,A2,2026-02-01,100,USD,2026-02-02T08:00:00Z\n"
    ),
    "support/tickets": (
        "ticket_id,account_id,channel,status,created_at,updated_at\nT1,A1,email,open,2026-02-10T08:00:00Z,2026-02-10T08:00:00Z\n"
    ),
    "survey/surveys": "survey_id,survey_name,project_id,kind,updated_at\nS1,Yearly,P1,relationship,2026-01-05T08:00:00Z\n",
    "survey/questions": (
        "question_id,survey_id,question_text,scale_id,measure,category,updated_at\n"
        "Q1,S1,How satisfied are you?,likert5,satisfaction,field_service,2026-01-05T08:00:00Z\n"
    ),
    "survey/responses": (
        "response_id,survey_id,respondent_type,account_id,responded_at,updated_at\n"
        "X1,S1,customer,A1,2026-02-15T08:00:00Z,2026-02-15T08:00:00Z\n"
        "X2,S1,customer,A2,2026-02-16T08:00:00Z,2026-02-16T08:00:00Z\n"
    ),
    "survey/answers": (
        "answer_id,response_id,question_id,value,updated_at\n"
        "N1,X1,Q1,5,2026-02-15T08:00:00Z\n"
        "N2,X2,Q1,4,2026-02-16T08:00:00Z\n"
    ),
}
AS_OF = "2026-05-04"


def drop(home: Path) -> None:
    """Put the company's files into the inbox."""
    for folder, content in FILES.items():
        path = home / "inbox" / folder / "first.csv"
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")
