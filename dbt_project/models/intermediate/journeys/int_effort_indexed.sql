-- One row per account and quarter with a signal of effort that is known and has weight: the index, 1 hard to 5 easy.
with

rules as (

    {{ rule_periods(ref('effort_weights'), parts=["signal"]) }}

),

measured as (

    select * from {{ ref('int_effort_measured') }}

),

signals as (

    {% for signal, figure in [
        ("asked_effort", "asked_effort"),
        ("reopens", "reopens_per_ticket"),
        ("replies", "replies_per_ticket"),
        ("handoffs", "handoffs_per_ticket"),
        ("channel_switches", "channel_switches_per_ticket"),
    ] %}
        select
            account_id,
            quarter_start_date,
            '{{ signal }}' as signal,
            {{ figure }} as signal_value
        from measured
        where {{ figure }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

placed as (

    -- 0 at worst_at, 1 at best_at; either may be the larger number
    select
        signals.account_id,
        signals.quarter_start_date,
        rules.weight,
        (signals.signal_value - cast(rules.worst_at as {{ type_double() }}))
        / cast(rules.best_at - rules.worst_at as {{ type_double() }}) as ease
    from signals
    inner join {{ ref('int_quarters') }} as quarters
        on signals.quarter_start_date = quarters.quarter_start_date
    inner join rules
        on signals.signal = rules.signal
        and {{ in_force("rules", "quarters.last_day") }}
        and rules.weight > 0

)

select
    account_id,
    quarter_start_date,
    {{ exact_weighted_mean("1 + 4 * greatest(0.0, least(1.0, ease))", "weight") }} as effort_index

from placed
group by account_id, quarter_start_date
