{# Conversion into the reporting currency, for judging and for adding up alike (CONTRACT section 3, fx_rates). #}

{% macro fx_rate_join(day) -%}
    left join {{ ref('int_fx_rates_in_force') }} as fx_rates
        on landed_rows.currency = fx_rates.currency
        and {{ in_force("fx_rates", "landed_rows." ~ day) }}
{%- endmacro %}

{# Rate of a row's currency on its day; null where the seed knows none. #}
{% macro fx_rate() -%}
    case
        when landed_rows.currency is null or landed_rows.currency = '{{ var("reporting_currency") }}' then 1
        else fx_rates.rate
    end
{%- endmacro %}

{% macro no_fx_rate_reason(day) -%}
    {{ dbt.concat([
        "'no row of fx_rates.csv turns '", "landed_rows.currency", "' into " ~ var("reporting_currency") ~ " on '",
        dbt.safe_cast("landed_rows." ~ day, dbt.type_string()),
    ]) }}
{%- endmacro %}

{# An amount in the reporting currency, exact: 6 decimal places times 10. #}
{% macro converted(amount) -%}
    cast(cast({{ amount }} as decimal(20, 6)) * cast(fx_rate as decimal(18, 10)) as decimal(38, 16))
{%- endmacro %}
