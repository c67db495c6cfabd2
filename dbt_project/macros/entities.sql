{#
    The canonical entities as SQL needs them: key, optional columns, optional references and what they point at.
    The columns themselves are declared in plugins/scoreboard/entities.py; a test holds the two against each other.
#}
{% macro entities() -%}
    {%- set keys = {
        "employees": "employee_id",
        "projects": "project_id",
        "accounts": "account_id",
        "contacts": "contact_id",
        "revenue": "revenue_id",
        "opportunities": "opportunity_id",
        "activities": "activity_id",
        "usage": "usage_id",
        "assessments": "assessment_id",
        "training": "record_id",
        "tickets": "ticket_id",
        "surveys": "survey_id",
        "questions": "question_id",
        "invitations": "invitation_id",
        "responses": "response_id",
        "answers": "answer_id",
    } -%}
    {%- set optional = {
        "employees": "job_title team_id team_name function email is_active",
        "projects": "city state country",
        "accounts": "parent_account_id industry region country customer_since churned_on is_strategic strategic_reason account_manager_id executive_sponsor_id",
        "contacts": "job_title email buying_role is_active",
        "revenue": "cost_to_serve",
        "opportunities": "kind stage amount currency close_date is_closed is_won",
        "activities": "contact_id employee_id is_inbound",
        "usage": "product_id licensed_seats active_seats features_available features_used",
        "assessments": "engagement_rating usage_rating note",
        "training": "program passed_on score expires_on",
        "tickets": "contact_id project_id cause priority status assignee_id team_id first_replied_at solved_at reopen_count reply_count",
        "surveys": "kind",
        "questions": "category weight counts_for_award touchpoint",
        "invitations": "contact_id employee_id",
        "responses": "invitation_id contact_id employee_id ticket_id agent_id team_id channel wave is_complete",
        "answers": "value comment",
    } -%}
    {%- set references = {
        "accounts": "parent_account_id>accounts account_manager_id>employees executive_sponsor_id>employees",
        "activities": "contact_id>contacts employee_id>employees",
        "tickets": "contact_id>contacts project_id>projects assignee_id>employees",
        "invitations": "contact_id>contacts employee_id>employees",
        "responses": "invitation_id>invitations contact_id>contacts employee_id>employees ticket_id>tickets agent_id>employees",
    } -%}
    {%- set found = [] -%}
    {%- for name, key in keys.items() -%}
        {%- set pointers = [] -%}
        {%- for pair in references.get(name, '').split() -%}
            {%- set column, parent = pair.split('>') -%}
            {%- do pointers.append((column, {'name': parent, 'key': keys[parent]})) -%}
        {%- endfor -%}
        {%- do found.append({'name': name, 'key': key, 'optional': optional[name].split(), 'references': pointers}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
