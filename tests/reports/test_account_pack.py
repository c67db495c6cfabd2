"""The account review pack tells what a meeting with the customer needs, whatever the customer wrote."""

from __future__ import annotations

import io
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml

from scoreboard.progress import heard_by
from scoreboard.quarter import Quarter
from scoreboard.reports.account_pack import pack_name, write_account_packs
from scoreboard.reports.account_pack.facts import UnknownAccount
from scoreboard.reports.account_pack.words import QUESTIONS
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.marts_fixture import settings_for
from tests.reports.account_marts import company, person, publish_company, silent
from tests.reports.page import Page

QUARTER = Quarter.parse("2025-Q4")
HOSTILE = '<script>alert(1)</script> #pagebreak() $x^2$ *bold* #import "/etc/passwd" = heading @ref // gone? \\ {{7*7}} {% raw %}'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", "2026-02-01")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The company as it is, published once; tests write packs only."""
    settings = settings_for(tmp_path_factory.mktemp("company"), "2026-02-01")
    publish_company(settings)
    return settings


def page_of(settings: Settings, account: str = "A1") -> Page:
    write_account_packs(settings, QUARTER, [account], pdf=False)
    return Page((settings.reports / "2025-Q4" / "accounts" / f"{account}.html").read_text(encoding="utf-8"))


def paper_of(settings: Settings, account: str = "A1") -> list[str]:
    """The PDF's pages as text, white space made even."""
    (_, path) = write_account_packs(settings, QUARTER, [account])
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages]


def even(text: str) -> str:
    return " ".join(text.split())


def test_key_and_strategic_accounts_get_a_pack_and_others_on_request(published: Settings) -> None:
    told: list[tuple[int, int | None]] = []

    with heard_by(lambda what, done, total, unit: told.append((done, total))):
        every = write_account_packs(published, QUARTER)
    asked = write_account_packs(published, QUARTER, ["A3"], pdf=False)

    folder = published.reports / "2025-Q4" / "accounts"
    assert every == [folder / name for name in ("A1.html", "A1.pdf", "A2.html", "A2.pdf")]
    assert asked == [folder / "A3.html"]
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_an_unknown_account_stops_before_anything_is_written(settings: Settings) -> None:
    publish_company(settings)

    with pytest.raises(UnknownAccount, match=r"A9: no customer of 2025-Q4"):
        write_account_packs(settings, QUARTER, ["A1", "A9"])

    assert not settings.reports.exists()


def test_the_page_tells_what_the_meeting_needs(published: Settings) -> None:
    page = page_of(published)

    text = even(page.text)
    rows = {row[0]: row[1:] for row in page.rows if row}
    assert "1 person of the account answered in 2025-Q4, 1 person invited did not." in text
    # not 4.00: the mean is below the threshold
    assert "Mean 3.9996 of 5 from 2 responses, +0.50 on the quarter before; other key accounts 4.20" in text
    assert "No decision maker was heard." in text
    assert rows["Person C1"][:3] == ["Buyer", "recommends", "1 response"]
    assert rows["Person C1"][3].startswith("2.50") and rows["Person C1"][4:] == ["3.00", "Field service 2.00"]
    assert rows["Person C2"][2] == "invited, did not answer"
    assert "1 in touch (5 active contacts known); the relation hangs on one person; 1 decision maker left" in text
    assert rows["Overall"][:3] == ["3.9996 (2)", "4.20 *", "–"]
    assert rows["Account manager"][2] == "beyond the limit: 46 accounts of at most 35"
    assert rows["Executive sponsor"][1:] == ["Vice President", "within the limit: 2 accounts of at most 3"]
    assert "2026-01-10 (was due 22 days before 2026-02-01); there was none yet" in text
    assert all(question in text for question in QUESTIONS)
    assert "Person C2, Buyer (decides, did not answer)" in text
    assert rows["1"] == ["Find a second contact", "customer success"]


def test_a_gap_is_the_accounts_own_or_its_segments_too(published: Settings) -> None:
    rows = [row for row in page_of(published).rows if row and len(row) == 5]

    assert ["Field service", "+1.00", "–", "systemic: its segment falls short too", "$900"] in rows
    assert ["Customer service", "+0.60", "–", "its own", "$500"] in rows


def test_what_was_raised_last_time_says_what_became_of_it(published: Settings) -> None:
    page = page_of(published)

    rows = [row for row in page.rows if row]
    assert ["2025-07-20", "Alert last in words", "open; the same kind was raised again"] in rows
    assert ["2025-07-20", "Alert settled in words", "resolved since 2025-10-02; not raised again"] in rows
    text = even(page.text)
    assert "Alert now in words open since 2025-10-20 · escalation: team lead was due 2025-11-02" in text
    assert "1 older alert never settled, the first of 2024-01-20: low score." in text


def test_an_account_that_said_nothing_has_a_pack_that_says_so(published: Settings) -> None:
    text = even(page_of(published, "A2").text)

    assert "There is no score for the quarter." in text
    assert "Nobody of the account answered or was invited in 2025-Q4." in text
    assert "Nobody wrote a comment." in text and "No alert of this quarter or later is open." in text
    assert "nobody" in text and paper_of(published, "A2")


def test_the_paper_has_a_page_to_rehearse_and_one_to_fill_in(published: Settings) -> None:
    pages = paper_of(published)

    assert pages[-2].count("3. Rehearsal: who says what") == 1 and "Sam Sponsor" in pages[-2]
    assert "4. The meeting: three questions to ask" in pages[-1] and "Done on" in pages[-1]
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all("Internal: names people and what they said" in page for page in pages)


def test_the_paper_can_be_read_aloud_and_needs_no_font_from_elsewhere(published: Settings) -> None:
    (_, path) = write_account_packs(published, QUARTER, ["A1"])
    reader = pypdf.PdfReader(path)

    root = reader.trailer["/Root"]
    assert b"pdfuaid" in root["/Metadata"].get_data() and root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"] and reader.metadata is not None
    assert reader.metadata.title == "Company A1, account review 2025-Q4"
    fonts = [font.get_object() for sheet in reader.pages for font in sheet["/Resources"]["/Font"].values()]
    kinds = [font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font for font in fonts]
    assert kinds and all(
        {"/FontFile", "/FontFile2", "/FontFile3"} & set(kind["/FontDescriptor"].get_object()) for kind in kinds
    )


def test_whatever_the_customer_wrote_is_text(settings: Settings) -> None:
    tables = company()
    tables["rpt_account_reviews"][0]["account_name"] = HOSTILE
    tables["rpt_account_participants"] = [
        person("C1", full_name=HOSTILE, job_title="=1+1", comments=HOSTILE),
        person("C2", full_name="山田 太郎", comments="とても助かりました 🎉"),
        person("C3", full_name="\u202eevil\u202c \x07bell", comments="مرحبا بالعالم\x00\x1b[2J"),
        person("C4", comments="x" * 1_000_000),
    ]
    tables["fct_action_alerts"][0]["description"] = HOSTILE
    publish_company(settings, tables)

    page, paper = page_of(settings), " ".join(paper_of(settings))

    assert not page.named("script") and not page.named("img")
    assert {tag for tag, _ in page.tags} >= {"svg", "blockquote"}
    assert page.text.count(HOSTILE) >= 4
    assert "とても助かりました 🎉" in page.text and "مرحبا بالعالم" in page.text and "=1+1" in page.text
    assert "(cut here: 1,000,000 characters in all)" in page.text and "x" * 4001 not in page.text
    assert not set(page.text) & {"\u202e", "\x07", "\x00", "\x1b"}
    assert "#pagebreak()" in paper and "$x^2$" in paper and "*bold*" in paper and '#import "/etc/passwd"' in paper
    assert "A1.html shows them" in paper  # where no font here has the script
    assert "x" * 200 not in paper  # broken into lines, none leaves the paper
    assert "evil" in paper and "1,000,000 characters" in even(paper)


@pytest.mark.parametrize(
    ("people", "counts", "sentence"),
    [
        (
            [person("C1"), silent("C2")],
            (1, 1),
            "1 person of the account answered in 2025-Q4, 1 person invited did not.",
        ),
        (
            [person("C1"), person("C2")],
            (2, 0),
            "2 people of the account answered in 2025-Q4; everybody who was invited did.",
        ),
        ([person("C1", is_invited=False)], (1, 0), "1 person of the account answered in 2025-Q4; nobody was invited."),
        ([], (0, 0), "Nobody of the account answered in 2025-Q4; nobody was invited."),
    ],
)
def test_who_answered_and_who_did_not_in_one_sentence(
    settings: Settings, people: list[dict[str, Any]], counts: tuple[int, int], sentence: str
) -> None:
    tables = company()
    tables["rpt_account_participants"] = people
    tables["rpt_account_reviews"][0] |= {"participant_count": counts[0], "non_respondent_count": counts[1]}
    publish_company(settings, tables)

    assert sentence in even(page_of(settings).text)


def test_without_scores_nothing_is_said_of_targets(published: Settings) -> None:
    text = even(page_of(published, "A2").text)

    assert "There are no scores to compare in this quarter." in text
    assert "No category falls short" not in text and "No category falls short" not in " ".join(
        paper_of(published, "A2")
    )


def test_a_quarter_that_reaches_into_next_year_knows_the_threshold(tmp_path: Path) -> None:
    """As of December the award year in which a fiscal quarter will end has no rows yet: the running year's rule holds."""
    settings = settings_for(tmp_path / "home", "2025-12-20", fiscal_start_month=2)
    tables = company()
    for rows in tables.values():
        for row in rows:
            if row.get("quarter_start_date") == "2025-10-01":
                row["quarter_start_date"] = "2025-11-01"
    publish_company(settings, tables)

    write_account_packs(settings, Quarter(date(2025, 11, 1), 2), ["A1"], pdf=False)

    (path,) = settings.reports.rglob("A1.html")
    assert "Mean 3.9996 of 5" in even(Page(path.read_text(encoding="utf-8")).text)


def test_withheld_comments_are_withheld(settings: Settings) -> None:
    tables = company()
    tables["fct_satisfaction_quarterly"][1]["is_comment_suppressed"] = True
    publish_company(settings, tables)

    text = page_of(settings).text

    assert "Too slow." not in text and "Comments are withheld" in text


def test_a_withheld_score_is_withheld_with_all_it_is_made_of(settings: Settings) -> None:
    tables = company()
    before, now = tables["fct_satisfaction_quarterly"]
    now |= {"is_suppressed": True, "is_comment_suppressed": True}
    publish_company(settings, tables)

    text = page_of(settings).text

    assert "The score is withheld: too few responses" in text
    assert "3.9996" not in text and "2.50" not in text and "Comments are withheld" in text
    assert "3.50" in text or f"{before['mean_score']}" in text  # the quarter before may be shown


def test_the_same_version_gives_the_same_bytes(published: Settings) -> None:
    first = [path.read_bytes() for path in write_account_packs(published, QUARTER)]

    assert [path.read_bytes() for path in write_account_packs(published, QUARTER)] == first


def test_the_page_is_one_file_that_can_be_walked_by_headings(published: Settings) -> None:
    page = page_of(published)

    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    (policy,) = [meta["content"] for meta in page.named("meta") if meta.get("http-equiv")]
    assert policy is not None and policy.startswith("default-src 'none'")
    assert page.named("html")[0]["lang"] == "en" and page.named("a")[0]["href"] == "#main"
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert all(attributes.get("scope") for attributes in page.named("th"))


@pytest.mark.parametrize(
    "account", ["../../etc/passwd", "a/b", "", ".hidden", "ä", "x" * 300, "con:1", "a\nb", "a.b.html"]
)
def test_no_account_id_leads_out_of_the_folder(account: str) -> None:
    name = pack_name(account)

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,90}", name)
    assert name != pack_name(account + "-")


def test_a_plain_account_id_is_the_file_name() -> None:
    assert [pack_name(account) for account in ("A-0042", "100000000000000016", "A.1_B")] == [
        "A-0042",
        "100000000000000016",
        "A.1_B",
    ]


def test_no_two_accounts_share_a_file_whatever_the_disk_thinks_of_capitals() -> None:
    """A file server or an unpacked archive may take AbCdE for ABCDE: one customer's pack must not replace the other's."""
    accounts = ["001ABCDE", "001AbCdE", "001abcde", "001aBcDe", "001a/b", "001A/B", "001a-b", "001a b"]

    names = [pack_name(account) for account in accounts]

    assert len({name.casefold() for name in names}) == len(accounts)
    assert names[0] == "001ABCDE" and all(name.startswith("001") for name in names)


def test_the_exposure_names_what_the_packs_read() -> None:
    folder = PROJECT_ROOT / "plugins" / "scoreboard" / "reports" / "account_pack"
    read = {table for path in folder.glob("*.py") for table in re.findall(r"marts\.([a-z_]+)", path.read_text())}
    exposures: list[dict[str, Any]] = yaml.safe_load(
        (PROJECT_ROOT / "dbt_project/models/marts/_exposures.yml").read_text(encoding="utf-8")
    )["exposures"]
    (named,) = [exposure["depends_on"] for exposure in exposures if exposure["name"] == "account_review"]

    assert {re.sub(r"ref\('(.+)'\)", r"\1", table) for table in named} == read
