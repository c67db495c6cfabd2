"""The award list of 2016 comes out of the warehouse as its release printed it: who stands under which heading, and where nobody does."""

from __future__ import annotations

import duckdb
import pytest

from scoreboard.reports.recipients import groups
from tests.compiled_models import rows_of
from tests.warehouse.conftest import Built

pytestmark = pytest.mark.long

# as printed, blank lines apart; some headings lack their colon or an s, two entries have a comma for the semicolon
RELEASE = {
    "nfsb": """
Seventeen-time recipients:
Haemonetics Corporation; Braintree, MA
Kronos Incorporated; Chelmsford, MA
Sixteen-time recipients:
ZOLL Medical Eisan, Chelmsford, MA
Fifteen-time recipients:
Alfa Wassermann, LLC; West Caldwell, NJ
Fourteen-time recipients:
Boston Scientific Corporation; Natick, MA
FLIR Surveillance Systems, Inc.; North Billerica, MA
Thirteen-time recipients:
None
Twelve-time recipients:
KVH Industries, Inc.; Middletown, RI
Eleven-time recipients:
None
Ten-time recipient:
MicroFocus; Newbury, Berkshire, United Kingdom
Nine-time recipient:
None
Eight-time recipient:
ACIST Medical Systems, Inc.; Eden Prairie, MN
Seven-time recipient:
NETSCOUT; Westford, MA
Six-time recipients:
Accuray Incorporated; Sunnyvale, CA
Diagnostica Stago, Inc.; Parsippany, NJ
Masimo Corporation; Irvine, CA
Pitney Bowes, Inc., Worldwide Software Support; Troy, NY
Wolters Kluwer Health Learning Research Practice; Norwood, MA
Wolters Kluwer Health — UpToDate; Waltham, MA
Five-time recipients
CA Technologies; Islandia, NY
ERT; Philadelphia, PA
Mouser Electronics, Inc.; Mansfield, TX
Yaskawa America, Inc.; Waukegan, IL
Four-time recipients:
Avaya Inc; Santa Clara, CA
Illumina, Inc; San Diego, CA
Metalogix Software US, Inc.; Washington, D.C.
Nutanix; San Jose, CA
Three-time recipients:
Alfresco Software Inc.; San Mateo, CA
Service Strategies Corporation; San Diego, CA
Two-time recipients:
Bruker BioSpin Group; Billerica, MA
Citrix Systems, Inc.; Ft. Lauderdale, FL
Deltek; Herndon, VA
Fresenius Kabi USA LLC; Lake Zurich, IL
Haemonetics Plasma; Braintree, MA
Internet & Telephone, Methuen, MA
OpenLink; Uniondale, NY
Wolters Kluwer Health Learning, Research & Practice, Individual Member Care; Hagerstown, MD
First-time recipients:
Helmer Scientific; Noblesville, IN
Rubrik; Palo Alto, CA
Kongsberg Digital; Asker, Norway
Cohesity; Santa Clara, CA
""",
    "cempro": """
First-time recipient:
Diagnostica Stago, Inc.; Parsippany, NJ
First-time recipient:
Fresenius Kabi USA LLC; Lake Zurich, IL
""",
}


def printed(award: str) -> dict[str, set[str]]:
    """How often ("Seventeen", ... "First") -> entries, of the release's text."""
    found: dict[str, set[str]] = {}
    for line in RELEASE[award].strip().splitlines():
        if "-time recipient" in line:
            entries = found.setdefault(line.partition("-time")[0], set())
        else:
            entries.add(line.replace("; ", ", "))
    return found


def test_the_release_of_2016_is_reproduced_from_the_published_recipients(almost_empty_build: Built) -> None:
    with duckdb.connect(str(almost_empty_build.database), read_only=True) as warehouse:
        rows = rows_of(warehouse, "select * from marts.rpt_award_recipients where award_year = 2016")
    for award in RELEASE:
        listed = groups(row for row in rows if row["award"] == award)
        named = {
            heading.partition("-time")[0]: {entry.replace("; ", ", ") for entry in them} for heading, them in listed
        }
        assert named == printed(award)
    # the release speaks of 37 companies and lists 38 entries: what it lists is kept
    assert [sum(row["award"] == award for row in rows) for award in RELEASE] == [38, 2]
