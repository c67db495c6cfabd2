-- One row per landed opportunity that passed the door, with its fate and its rate into the reporting currency.
-- An opportunity without a currency is in the reporting currency.
{{ judged_versions(
    rows=ref('stg_door__opportunities'),
    key='opportunity_id',
    parents=[
        ('account_id', ref('int_accounts_current'), 'account'),
    ],
    joins=fx_rate_join('created_on'),
    columns=[(fx_rate(), 'fx_rate')],
    rules=[
        ('no_fx_rate', fx_rate() ~ ' is null', no_fx_rate_reason('created_on')),
    ],
) }}
