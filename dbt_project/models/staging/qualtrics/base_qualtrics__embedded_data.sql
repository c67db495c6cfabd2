-- One row per version of a response that has embedded data, with those that the mapping file's options name.
{%- set columns = [
    'account_id', 'contact_id', 'employee_id', 'agent_id', 'team_id', 'ticket_id', 'wave', 'channel', 'respondent_type'
] %}
with

embedded as (

    select * from {{ source('qualtrics', 'survey_embedded_data') }}
    where not is_gone

),

named as (

    select
        embedded.*,
        options.name
    from embedded
    inner join {{ source('mapping', 'mapping_options') }} as options
        on options.vendor = 'qualtrics' and embedded.key = options.value and options.name like 'embedded%'

)

select
    source_relation,
    response_id,
    version_at
    {% for column in columns -%}
        , max(case when name = 'embedded_{{ column }}' then nullif(trim(value), '') end) as {{ column }}
    {% endfor %}
from named
group by source_relation, response_id, version_at
