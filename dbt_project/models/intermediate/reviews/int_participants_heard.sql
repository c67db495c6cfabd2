-- One row per account, quarter and contact with a counted response: how it scored, where worst, and what it wrote.
with

scores as (

    select
        account_id,
        quarter_start_date,
        contact_id,
        category,
        cast(count(*) as bigint) as response_count,
        {{ exact_mean("score") }} as mean_score
    from {{ ref('int_counted_scores') }}
    where contact_id is not null
    group by account_id, quarter_start_date, contact_id, category

),

compared as (

    select
        *,
        min(mean_score) over (partition by account_id, quarter_start_date, contact_id) as lowest_score
    from scores
    where category <> 'overall'

),

lowest as (

    -- of several categories that are equally low the first by name
    select
        account_id,
        quarter_start_date,
        contact_id,
        category as lowest_category,
        mean_score as lowest_category_score,
        row_number() over (partition by account_id, quarter_start_date, contact_id order by category) as name_rank
    from compared
    where {{ at_least("lowest_score", "mean_score") }}

),

comments as (

    select
        responses.account_id,
        responses.quarter_start_date,
        responses.contact_id,
        {{ dbt.listagg("answers.comment", "' | '", "order by responses.responded_at, " ~ byte_order("answers.answer_id")) }} as comments
    from {{ ref('int_answers_scored') }} as answers
    inner join {{ ref('int_responses_excluded') }} as responses
        on answers.response_id = responses.response_id
    where responses.exclusion_reason is null
        and answers.comment is not null
    group by responses.account_id, responses.quarter_start_date, responses.contact_id

)

select
    scores.account_id,
    scores.quarter_start_date,
    scores.contact_id,
    scores.response_count,
    scores.mean_score,
    lowest.lowest_category,
    lowest.lowest_category_score,
    comments.comments

from scores
-- left: answers without a category enter overall only
left join lowest
    on scores.account_id = lowest.account_id
    and scores.quarter_start_date = lowest.quarter_start_date
    and scores.contact_id = lowest.contact_id
    and lowest.name_rank = 1
-- left: most people write nothing
left join comments
    on scores.account_id = comments.account_id
    and scores.quarter_start_date = comments.quarter_start_date
    and scores.contact_id = comments.contact_id
where scores.category = 'overall'
