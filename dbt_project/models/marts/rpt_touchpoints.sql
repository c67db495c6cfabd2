-- One row per quarter, touchpoint (overall included) and channel in which customers were heard or asked for help.
{%- set causes = ["agent", "system", "process", "product", "billing", "technical", "other"] %}
with

heard_and_helped as (

    select
        quarter_start_date,
        touchpoint,
        channel,
        score,
        effort_count,
        effort_sum,
        cast(null as {{ dbt.type_string() }}) as ticket_id,
        cast(null as {{ dbt.type_string() }}) as cause
    from {{ ref('int_touchpoint_responses') }}

    union all

    select
        quarter_start_date,
        touchpoint,
        channel,
        cast(null as {{ type_double() }}) as score,
        0 as effort_count,
        cast(null as decimal(38, 15)) as effort_sum,
        ticket_id,
        cause
    from {{ ref('int_touchpoint_tickets') }}

),

measured as (

    select
        quarter_start_date,
        touchpoint,
        channel,
        cast(count(score) as bigint) as response_count,
        {{ exact_mean("score") }} as mean_score,
        cast(sum(effort_count) as bigint) as effort_count,
        cast(sum(effort_sum) as {{ type_double() }}) / nullif(cast(sum(effort_count) as bigint), 0) as effort_score,
        cast(count(ticket_id) as bigint) as ticket_count,
        {% for cause in causes %}
            cast(count(case when cause = '{{ cause }}' then ticket_id end) as bigint) as ticket_count_{{ cause }},
        {% endfor %}
        cast(count(case when cause is null then ticket_id end) as bigint) as ticket_count_unknown
    from heard_and_helped
    group by quarter_start_date, touchpoint, channel

),

totalled as (

    select
        *,
        cast(sum(response_count) over (partition by quarter_start_date, touchpoint) as bigint) as responses_of_all_channels,
        cast(sum(ticket_count) over (partition by quarter_start_date, touchpoint) as bigint) as tickets_of_all_channels
    from measured

)

select
    quarter_start_date,
    touchpoint,
    channel,
    response_count,
    mean_score,
    effort_count,
    effort_score,
    cast(response_count as {{ type_double() }}) / nullif(responses_of_all_channels, 0) as channel_share,
    ticket_count,
    {% for cause in causes %}
        ticket_count_{{ cause }},
    {% endfor %}
    ticket_count_unknown,

    -- elsewhere a ticket may stand behind responses of several channels
    case
        when touchpoint = 'overall' then cast(ticket_count as {{ type_double() }}) / nullif(tickets_of_all_channels, 0)
    end as ticket_channel_share

from totalled
