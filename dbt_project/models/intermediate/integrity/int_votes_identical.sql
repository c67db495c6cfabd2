-- One row per counted vote without a contact that says word for word what another such vote on the account and survey said that day.
with

anonymous_votes as (

    select
        response_id,
        account_id,
        survey_id,
        responded_date
    from {{ ref('int_votes_under_policy') }}
    where is_counted
        and contact_id is null

),

answers as (

    -- a set: the same question answered twice alike says it once
    select distinct
        answers_scored.response_id,
        {{ dbt.concat([
            dbt.hash("answers_scored.question_id"),
            "' '",
            dbt.safe_cast("answers_scored.value", dbt.type_string()),
        ]) }} as answer
    from {{ ref('int_answers_scored') }} as answers_scored
    inner join anonymous_votes
        on answers_scored.response_id = anonymous_votes.response_id
    where answers_scored.is_scored

),

said as (

    select
        response_id,
        {{ dbt.listagg("answer", "','", "order by answer") }} as answer_set
    from answers
    group by response_id

),

compared as (

    select
        anonymous_votes.response_id,
        anonymous_votes.responded_date,
        count(*) over (
            partition by
                anonymous_votes.account_id,
                anonymous_votes.survey_id,
                anonymous_votes.responded_date,
                said.answer_set
        ) as identical_votes
    from anonymous_votes
    inner join said
        on anonymous_votes.response_id = said.response_id

)

select
    response_id,
    {{ dbt.concat([
        dbt.safe_cast("identical_votes", dbt.type_string()),
        "' counted responses without a contact, on the same account and survey, gave the same answers on '",
        dbt.safe_cast("responded_date", dbt.type_string()),
        "'.'",
    ]) }} as detail

from compared
where identical_votes > 1
