"""What each Airflow Connection must hold: read by the sources, by `make check-connections`, by its errors and by the README."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One field of an Airflow Connection: host, login, password, schema, port, or `extra.<name>`."""

    name: str
    what: str
    is_secret: bool = False


@dataclass(frozen=True)
class ConnectionKind:
    """The fields of one kind of connection.

    `ways`: sets of fields, one of which must be complete. `optional`: what may be there besides. `default_host`: taken where
    the connection names none. `permission`: what its user or token must be allowed, and where that is granted.
    """

    ways: tuple[tuple[Field, ...], ...]
    optional: tuple[Field, ...] = ()
    default_host: str = ""
    permission: str = ""

    def in_words(self) -> str:
        """`host (…), login (…), password (…); or …`, for errors and help."""
        either = ["; or ".join(", ".join(f"{field.name} ({field.what})" for field in way) for way in self.ways)]
        if self.optional:
            either.append("optional: " + ", ".join(f"{field.name} ({field.what})" for field in self.optional))
        return "; ".join(either)

    @property
    def secret_extras(self) -> set[str]:
        """Names within `extra` that hold secrets."""
        fields = [*(field for way in self.ways for field in way), *self.optional]
        return {
            field.name.removeprefix("extra.") for field in fields if field.is_secret and field.name.startswith("extra.")
        }


_HOST_SALESFORCE = Field("host", "the org's My Domain host, such as acme.my.salesforce.com")
_HOST_ZENDESK = Field("host", "the account's host, such as acme.zendesk.com")

KINDS: dict[str, ConnectionKind] = {
    "salesforce": ConnectionKind(
        ways=(
            (
                _HOST_SALESFORCE,
                Field("login", "consumer key of the external client app or connected app"),
                Field("password", "its consumer secret", is_secret=True),
            ),
        ),
        optional=(Field("extra.api_version", "REST API version, such as v62.0"),),
        permission="an app with the client credentials flow and the scope `api`, run as a user with `API Enabled`, `View All "
        "Data` (or Read and View All on each object) and field-level read access",
    ),
    "zendesk": ConnectionKind(
        ways=(
            (
                _HOST_ZENDESK,
                Field("extra.client_id", "identifier of a confidential OAuth client"),
                Field("extra.client_secret", "its secret", is_secret=True),
            ),
            (
                _HOST_ZENDESK,
                Field("login", "e-mail address of an administrator"),
                Field("password", "an API token, until Zendesk ends them on 30 April 2027", is_secret=True),
            ),
            (_HOST_ZENDESK, Field("extra.oauth_token", "an OAuth access token with the scope `read`", is_secret=True)),
        ),
        permission="the role administrator: incremental exports and satisfaction ratings are not open to agents",
    ),
    "qualtrics": ConnectionKind(
        ways=(
            (
                Field("host", "the data centre's host, such as fra1.qualtrics.com"),
                Field("password", "an API token", is_secret=True),
            ),
        ),
        permission="`Access API`, and per survey `View Survey`, `Edit Survey`, `View Reports` and `Export Responses`; "
        "`Manage Distributions` for invitations",
    ),
    "hubspot": ConnectionKind(
        ways=((Field("password", "access token of a private app", is_secret=True),),),
        optional=(Field("host", "another API host than api.hubapi.com"),),
        default_host="api.hubapi.com",
        permission="a private app with the read scopes that `make check-connections` lists per stream",
    ),
    "surveymonkey": ConnectionKind(
        ways=((Field("password", "access token of an app", is_secret=True),),),
        optional=(Field("host", "the API host of another data centre: api.eu.surveymonkey.com, api.surveymonkey.ca"),),
        default_host="api.surveymonkey.com",
        permission="an app with the scopes View Surveys, View Collectors, View Responses and View Response Details; the last "
        "needs a plan with API access to responses",
    ),
    "duckdb": ConnectionKind(
        ways=((Field("host", "path of the DuckDB file"),),),
        optional=(Field("schema", "schema in it, if not the vendor's name or main"),),
        permission="to read the file",
    ),
    "parquet": ConnectionKind(
        ways=((Field("host", "path of the folder that holds <table>.parquet or <table>/*.parquet"),),),
        permission="to read the folder",
    ),
    "postgres": ConnectionKind(
        ways=(
            (
                Field("host", "the server"),
                Field("login", "a user that may read"),
                Field("password", "its password", is_secret=True),
                Field("schema", "the database"),
            ),
        ),
        optional=(
            Field("port", "5432 if empty"),
            Field("extra.schema", "the schema in it, if not the vendor's name or public"),
            Field("extra.sslmode", "such as require or verify-full"),
        ),
        permission="USAGE on the schema and SELECT on its tables",
    ),
    "spark": ConnectionKind(
        ways=((Field("host", "the Thrift server, one that asks nobody who they are (authentication NONE)"),),),
        optional=(Field("port", "10000 if empty"), Field("login", "the name that its logs show")),
        permission="to create and drop databases",
    ),
}
