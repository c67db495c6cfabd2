-- One row per landed revenue row that passed the door, with its fate and its rate into the reporting currency.
{{ judged_versions(
    rows=ref('stg_door__revenue'),
    key='revenue_id',
    parents=[
        ('account_id', ref('int_accounts_current'), 'account'),
    ],
    joins=fx_rate_join('recognised_on'),
    columns=[(fx_rate(), 'fx_rate')],
    rules=[
        ('no_fx_rate', fx_rate() ~ ' is null', no_fx_rate_reason('recognised_on')),
    ],
) }}
