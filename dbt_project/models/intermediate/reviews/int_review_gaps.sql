-- One row per account and quarter with a shortfall against its targets: the largest one by what is at stake, and up to three of them.
-- What is equal to six decimals is a tie: behind that, two machines may differ.
with

shortfalls as (

    select
        account_id,
        quarter_start_date,
        category,
        gap,
        origin,
        row_number() over (
            partition by account_id, quarter_start_date
            order by cast(priority as decimal(38, 6)) desc nulls last, cast(gap as decimal(38, 6)) desc, category
        ) as gap_rank
    from {{ known_now(ref('rpt_gaps')) }}
    where gap_kind = 'target'
        and gap_class = 'shortfall'

)

select
    account_id,
    quarter_start_date,
    max(case when gap_rank = 1 then category end) as top_gap_category,
    max(case when gap_rank = 1 then gap end) as top_gap,
    max(case when gap_rank = 1 then origin end) as top_gap_origin,
    {{ dbt.listagg(
        dbt.concat(["category", "' ('", printed("gap"), "', '", "coalesce(origin, 'unknown')", "')'"]), "', '", "order by gap_rank"
    ) }} as top_gaps

from shortfalls
where gap_rank <= 3
group by account_id, quarter_start_date
