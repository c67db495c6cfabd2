"""What lies in every HubSpot account between the records that count, and must not move a figure."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
Records = dict[str, list[tuple[str, datetime, Row]]]
Gone = list[tuple[str, str, datetime, bool]]

_PLAIN = [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]
_NOBODY = 999999999999999999  # a company that nobody has
_HOSTILE = {"e-mail (old)": "x", "drop table": "1", "constructor": "true", "имя": "ü", "a.b[c=d]": "=1+1"}


def added(records: Records) -> tuple[Records, Gone]:
    """The records with noise among them, and what of it is gone: (stream, key, when, without a trace)."""
    records = copy.deepcopy(records)
    gone: Gone = []
    for _, _, body in records["companies"]:
        body["properties"] |= _HOSTILE
    _merge("companies", records, gone, every=5)
    _merge("contacts", records, gone, every=11)
    _merge("deals", records, gone, every=13)
    _link_to_the_merged(records)
    _delete_some("contacts", records, gone)
    _delete_some("deals", records, gone)
    _delete_some("tickets", records, gone)
    _orphans(records)
    _partner_deals(records)
    return records, gone


def _merge(stream: str, records: Records, gone: Gone, every: int) -> None:
    """Some records have swallowed a twin, one of them two in a chain; the API forgets the twins, Fivetran keeps them."""
    twins = []
    for place, (key, stamp, body) in enumerate(records[stream]):
        if place % every:
            continue
        twin, older = f"8{key[1:]}", f"7{key[1:]}"
        before = stamp - timedelta(days=30)
        held = {**body["properties"], "hs_merged_object_ids": older}
        twins += [
            (older, before, {**body, "properties": body["properties"]}),
            (twin, before, {**body, "properties": held}),
        ]
        gone += [(stream, twin, stamp, True), (stream, older, before, True)]
        # the survivor names the twin, and half of the time not what the twin had swallowed before
        names = twin if place % (2 * every) else f"{twin};{older}"
        body["properties"] = {**body["properties"], "hs_merged_object_ids": names}
    records[stream] += twins


def _link_to_the_merged(records: Records) -> None:
    """Some associations still name the company as it was before the merge."""
    merged = {
        key: f"8{key[1:]}"
        for key, _, body in records["companies"]
        if key[0] == "1" and "hs_merged_object_ids" in body["properties"]
    }
    for stream in ("deals", "tickets", "calls"):
        for _, _, body in records[stream][::3]:
            for link in body["associations"]["companies"]:
                link["toObjectId"] = int(merged.get(str(link["toObjectId"]), link["toObjectId"]))


def _delete_some(stream: str, records: Records, gone: Gone) -> None:
    for key, stamp, body in list(records[stream][::17]):
        twin = f"6{key[1:]}"
        records[stream].append((twin, stamp, {**body, "properties": dict(body["properties"])}))
        gone.append((stream, twin, stamp + timedelta(hours=1), False))


def _orphans(records: Records) -> None:
    """Associations with a company that is gone, beside the good one."""
    for stream in ("deals", "tickets", "calls", "emails", "meetings"):
        for _, _, body in records[stream][::4]:
            links = body["associations"]
            links["companies"] = [*links["companies"], {"toObjectId": _NOBODY, "associationTypes": _PLAIN}]


def _partner_deals(records: Records) -> None:
    """A third pipeline that neither option names: deals without amount, without company, won ones too."""
    stages = [{"id": "won-by-partner", "label": "Won", "metadata": {"isClosed": "true", "probability": "1.0"}}]
    records["deal_pipelines"].append(("77001", datetime(2022, 1, 3, 9), {"label": "Partners", "stages": stages}))
    for number in range(1, 6):
        held = {
            "pipeline": "77001",
            "dealstage": "won-by-partner",
            "amount": None if number % 2 else "99999999",
            "deal_currency_code": "USD",
            "createdate": "2024-02-01T10:00:00.000Z",
            "closedate": "2024-02-02T10:00:00.000Z",
        }
        body = {"properties": held, "associations": {"companies": [], "contacts": []}}
        records["deals"].append((f"55000000000000000{number}", datetime(2024, 2, 2, 10, number), body))
