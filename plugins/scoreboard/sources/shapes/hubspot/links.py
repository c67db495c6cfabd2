"""Who belongs to whom in HubSpot: companies, contacts and tickets of deals, tickets, activities and feedback."""

from __future__ import annotations

from scoreboard.sources.shapes.base import Column, Explode, Shape

ACTIVITIES = {"call": "calls", "email": "emails", "meeting": "meetings"}
"""Kind of activity, and the API's object type of it."""

_TARGETS = (("company", "companies"), ("contact", "contacts"))


def _association(name: str, of: str, to: str, api: str, to_api: str, fivetran: tuple[str, ...] = ()) -> Shape:
    """Who belongs to whom, a row per pair (and, at Fivetran, per kind of association)."""
    of_id = f"{of}_id"
    return Shape(
        vendor="hubspot",
        name=name,
        landed={"api": api, "fivetran": fivetran[0]} if fivetran else {"api": api},
        key=(of_id, f"{to}_id", "type_id"),
        columns=(
            Column(of_id, "id", fivetran[1:] or (of_id,), is_id=True),
            Column(f"{to}_id", "$value.toObjectId", (f"{to}_id",), is_id=True),
            # the primary one's number where there is one; the unlabelled one stands beside it
            Column("type_id", "$value.associationTypes[label=Primary].typeId", ("type_id", "association_type_id")),
        ),
        explode={"api": Explode(f"associations.{to_api}")},
    )


def _loaded_association(to: str) -> Shape:
    """Fivetran keeps the associations of all activities in one table per kind of record they point at."""
    return Shape(
        vendor="hubspot",
        name=f"engagement_{to}",
        landed={"fivetran": f"engagement_{to}"},
        key=("engagement_id", f"{to}_id", "type_id"),
        columns=(
            Column("engagement_id", is_id=True),
            Column(f"{to}_id", is_id=True),
            Column("type_id", fivetran=("type_id", "association_type_id", "category")),
        ),
    )


_MERGED_DEAL = Shape(
    vendor="hubspot",
    name="merged_deal",
    landed={"fivetran": "merged_deal"},
    key=("deal_id", "merged_deal_id"),
    columns=(Column("deal_id", is_id=True), Column("merged_deal_id", is_id=True)),
)


LINKS: tuple[Shape, ...] = (
    _MERGED_DEAL,
    *(
        _association(f"{of}_{to}", of, to, api, to_api, (f"{of}_{to}", f"{of}_id"))
        for of, api in (("deal", "deals"), ("ticket", "tickets"))
        for to, to_api in _TARGETS
    ),
    *(
        _association(f"{kind}_{to}", "engagement", to, landed, to_api)
        for kind, landed in ACTIVITIES.items()
        for to, to_api in _TARGETS
    ),
    *(_loaded_association(to) for to, _ in _TARGETS),
    *(
        _association(
            f"feedback_{to}",
            "feedback",
            to,
            "feedback_submissions",
            f"{to}s",
            (f"feedback_submission_{to}", "feedback_submission_id"),
        )
        for to in ("contact", "ticket")
    ),
)
"""The shapes that are pairs of ids."""
