{# Exactness (CONTRACT section 4): comparisons within 1e-9 count as equal, sums do not depend on the order of rows. #}

{# `x >= t` for computed figures. #}
{% macro at_least(figure, threshold) -%}
    {{ figure }} >= {{ threshold }} - {{ var("tolerance") }}
{%- endmacro %}

{# `x < t` for computed figures. #}
{% macro below(figure, threshold) -%}
    {{ figure }} < {{ threshold }} - {{ var("tolerance") }}
{%- endmacro %}

{# "differs from 0" for computed figures. #}
{% macro differs_from_zero(figure) -%}
    abs({{ figure }}) > {{ var("tolerance") }}
{%- endmacro %}

{#
    `amount >= part * whole` for sums of money, without division. 38 digits hold the product with all its places as long as neither
    is huge; beyond, the last six of money's sixteen places are left out, so that every sum that can be added up can be compared too.
#}
{% macro reaches_part(amount, part, whole) -%}
    case
        when abs({{ whole }}) < 1000000000000 and abs({{ amount }}) < 1000000000000000 then {{ amount }} >= {{ part }} * {{ whole }}
        else cast({{ amount }} as decimal(38, 10)) >= {{ part }} * cast({{ whole }} as decimal(38, 10))
    end
{%- endmacro %}

{# A computed figure to order by, with the digits that are told apart: what agrees in nine places is a tie. #}
{% macro rounded_to_tolerance(figure) -%}
    {{ as_decimal(figure, 38, 9) }}
{%- endmacro %}

{#
    Scores are added as decimals: sums of doubles depend on the order in which threads meet the rows, and the same
    inputs must give the same bytes. 15 places are all that a double near 5 holds, so that a small gap multiplied by a
    large revenue still has nine right digits.
#}
{% macro exact_sum(score) -%}
    cast(sum({{ as_decimal(score, 20, 15) }}) as decimal(38, 15))
{%- endmacro %}

{% macro exact_mean(score) -%}
    cast({{ exact_sum(score) }} as {{ type_double() }}) / nullif(count({{ score }}), 0)
{%- endmacro %}

{#
    Sums for the variance: 11 places, so that squares of a group of twenty million still fit 38 digits.
    Being exact, they can be subtracted: a group without one account is the group's sums less the account's.
#}
{% macro spread_sum(score) -%}
    cast(sum({{ as_decimal(score, 16, 11) }}) as decimal(38, 11))
{%- endmacro %}

{% macro spread_square_sum(score) -%}
    cast(sum({{ as_decimal(score, 16, 11) }} * {{ as_decimal(score, 16, 11) }}) as decimal(38, 22))
{%- endmacro %}

{# Sum of the squares of computed figures, whatever the order: room for 10^18, and for what a squared 1e-9 leaves. #}
{% macro square_sum(figure) -%}
    cast(sum({{ as_decimal(figure ~ " * " ~ figure, 38, 20) }}) as decimal(38, 20))
{%- endmacro %}

{# Mean weighted by a decimal column; null where no weight is left. Rows with a null score must be gone before. #}
{% macro exact_weighted_mean(score, weight) -%}
    cast(sum({{ as_decimal(score, 20, 15) }} * {{ weight }}) as {{ type_double() }}) / nullif(cast(sum({{ weight }}) as {{ type_double() }}), 0)
{%- endmacro %}

{# Sample variance from a group's count and spread sums; null below two, exactly 0 where all are equal. #}
{% macro sample_variance(count, total, total_of_squares) -%}
    case
        when {{ count }} < 2 then null
        else cast({{ count }} * {{ total_of_squares }} - {{ total }} * {{ total }} as {{ type_double() }})
            / (cast({{ count }} as {{ type_double() }}) * ({{ count }} - 1))
    end
{%- endmacro %}

{# Eight-byte floating point; dbt's own type_float is four bytes on DuckDB, too coarse for nine places. #}
{% macro type_double() -%}
    {{ return(adapter.dispatch("type_double")()) }}
{%- endmacro %}

{% macro default__type_double() -%}
    double precision
{%- endmacro %}

{% macro spark__type_double() -%}
    double
{%- endmacro %}

{#
    A computed figure as text shows it, halves away from zero. What differs in the tenth place is one figure, so that a
    half that floating point missed by a hair is still a half.
#}
{% macro rounded_to_three(figure) -%}
    cast({{ as_decimal(figure, 38, 9) }} as decimal(38, 3))
{%- endmacro %}

{# A computed figure as a decimal, with all the digits it has. #}
{% macro as_decimal(figure, precision, scale) -%}
    {{ return(adapter.dispatch("as_decimal")(figure, precision, scale)) }}
{%- endmacro %}

{% macro default__as_decimal(figure, precision, scale) -%}
    cast({{ figure }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{# By way of its text: PostgreSQL cuts a double to fifteen digits when it makes a decimal of it. #}
{% macro postgres__as_decimal(figure, precision, scale) -%}
    cast(cast({{ figure }} as text) as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}
