"""The queries that make rows of landed records, and the DuckDB macros they use; `records` fills their places."""

from __future__ import annotations

JSON_MACROS = (
    # a number without its exponent, null where the contract's places do not hold it: it goes on to the letter, to be refused
    """create macro plain_number(number) as case
        when cast(try_cast(number as decimal(38, 10)) as double) = number
            then rtrim(rtrim(cast(try_cast(number as decimal(38, 10)) as varchar), '0'), '.')
    end""",
    # a JSON value as staging sees it: text, blank text being nothing; numbers in plain notation, as short as can be
    r"""create macro json_text(found) as case
        when found is null or cast(found as varchar) = 'null' then null
        when left(cast(found as varchar), 1) = '"' then nullif(json_extract_string(found, '$'), '')
        when regexp_matches(cast(found as varchar), '^-?\d+\.\d+$')
            then rtrim(rtrim(cast(found as varchar), '0'), '.')
        when regexp_matches(cast(found as varchar), '^-?[\d.]+[eE][-+]?\d+$')
            then coalesce(plain_number(try_cast(cast(found as varchar) as double)), cast(found as varchar))
        else cast(found as varchar)
    end""",
    # ids that were floats on their way (6139157572367.0) are the ids they were
    r"create macro id_text(found) as regexp_replace(found, '^(\d+)\.0+$', '\1')",
    # a loader may land an object as the text of its JSON
    """create macro json_open(found) as case
        when left(cast(found as varchar), 1) = '"' and left(json_extract_string(found, '$'), 1) in ('{', '[')
            then coalesce(try_cast(json_extract_string(found, '$') as json), found)
        else found
    end""",
    """create macro json_entries(found) as case json_type(found)
        when 'ARRAY' then list_transform(
            json_extract(found, '$[*]'), lambda element, place: {'key': cast(place - 1 as varchar), 'value': element}
        )
        when 'OBJECT' then list_transform(
            list_zip(json_keys(found), json_extract(found, '$.*')),
            lambda entry: {'key': entry[1], 'value': entry[2]}
        )
    end""",
)
"""DuckDB's macros that the queries below use."""

# every landed record with what tells versions apart
LANDED = """
select
    {record} as _record_id,
    {version} as _version_at,
    {started} as _started_at,
    {is_deleted} as _is_deleted,
    {is_active} as _is_active,
    {is_tombstone} as _is_tombstone,
    _record,
    _run_id, _file, _row_number, _landed_at,
    _landing_order
from (select *, _batch * 1000000000 + _ordinal as _landing_order, {keys} as _values from {rows})
"""

# one row per record and version: what landed last; a record is gone if the newest that is known of it says so
VERSIONS = """
with landed as ({landed}),

judged as (
    select
        *,
        first_value(_is_deleted or _is_tombstone or not _is_active) over (
            partition by _record_id
            order by _version_at desc nulls last, _is_active desc, _started_at desc nulls last, _landing_order desc
        ) as _is_gone
    from landed
),

last_of_version as (
    select * from judged
    where not _is_tombstone
    qualify row_number() over (
        partition by _record_id, _version_at
        order by _is_active desc, _started_at desc nulls last, _landing_order desc
    ) = 1
)

select
    *,
    row_number() over (
        partition by _record_id
        order by _version_at desc nulls last, _is_active desc, _started_at desc nulls last, _landing_order desc
    ) = 1 as _is_newest
from last_of_version
"""

ROWS = """
select
    {columns},
    {source_relation} as source_relation,
    {record_key} as record_key,
    _version_at as version_at,
    _is_newest and not _is_gone as is_current,
    _is_gone as is_gone,
    _run_id, _file, _row_number, _landed_at, _landing_order
from (select *, {values} as _values from ({versions}))
"""

# an entry that the record's newest version lacks is gone, though the record is not
ENTRIES = """
with entries as (
    select *, unnest({entries}, recursive := false) as _entry, generate_subscripts({entries}, 1) as _place
    from ({versions})
),

named as (
    select
        {columns},
        _version_at, _is_newest, _is_gone, _place,
        _run_id, _file, _row_number, _landed_at, _landing_order
    from (select *, {values} as _values, {entry_values} as _entry_values from entries)
),

keyed as (
    select *, {record_key} as _record_key from named
    qualify row_number() over (partition by {record_key}, _version_at order by _landing_order desc, _place desc) = 1
)

select
    * exclude (_version_at, _is_newest, _is_gone, _place, _record_key),
    {source_relation} as source_relation,
    _record_key as record_key,
    _version_at as version_at,
    _is_newest and not _is_gone as is_current,
    _is_gone or not bool_or(_is_newest) over (partition by _record_key) as is_gone
from keyed
"""
