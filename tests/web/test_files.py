"""Reports, packs and evidence: what runs wrote can be opened, and nothing beside it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from scoreboard.web import documents
from tests.marts_fixture import settings_for


@pytest.fixture
def home(tmp_path):
    """A home with every kind of file, a secret beside them and a link that leads to it."""
    settings = settings_for(tmp_path)
    for name in (
        "2026-Q1/award_report.html",
        "2026-Q1/award_report.pdf",
        "2026-Q1/notes.txt",
        "2026-Q1/accounts/A-1.html",
        "dbt_docs/index.html",
        "data_docs/crm/index.html",
        "data_docs/crm/static/style.css",
    ):
        path = settings.reports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "secret.html").write_text("secret")
    (settings.reports / "data_docs" / "leak.html").symlink_to(tmp_path / "secret.html")
    (settings.reports / "2026-Q1" / "accounts" / "A-2.html").symlink_to(tmp_path / "secret.html")
    return settings


@pytest.fixture
def files(home, token):
    from scoreboard.web.app import make_app

    with TestClient(make_app(home), raise_server_exceptions=False) as client:
        client.cookies.set("_token", token("VIEWER"))
        yield client


def test_what_was_written_is_listed(home):
    found = documents.listed(home)
    assert found.award_reports == [("2026-Q1", ["html", "pdf"])]
    assert found.has_dbt_docs and found.data_docs == ["crm"]
    assert documents.packs_of(home, "2026-Q1", "A-1") == ["html"]


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("/report?quarter=2026-Q1", "2026-Q1/award_report.html", "text/html"),
        ("/report?quarter=2026-Q1&format=pdf", "2026-Q1/award_report.pdf", "application/pdf"),
        ("/pack?id=A-1&quarter=2026-Q1", "2026-Q1/accounts/A-1.html", "text/html"),
        ("/evidence/dbt/", "dbt_docs/index.html", "text/html"),
        ("/evidence/data/crm/index.html", "data_docs/crm/index.html", "text/html"),
        ("/evidence/data/crm/static/style.css", "data_docs/crm/static/style.css", "text/css"),
    ],
)
def test_a_file_is_given_with_its_kind_and_runs_nothing_of_ours(files, path, content, kind):
    answer = files.get(path)
    assert answer.status_code == 200 and answer.text == content
    assert answer.headers["content-type"].startswith(kind)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    # scripts run in one place only, and there as a stranger, without the reader's cookies
    assert "script-src" not in policy or policy.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in policy


def test_a_pdf_is_saved_because_airflows_frame_shows_none(files):
    assert "attachment" in files.get("/report?quarter=2026-Q1&format=pdf").headers["content-disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "/report?quarter=..&format=html",
        "/report?quarter=2026-Q1/../2026-Q1",
        "/report?quarter=2026-Q2",
        "/report?quarter=2026-Q1%00",
        "/pack?id=../award_report&quarter=2026-Q1",
        "/pack?id=..%2F..%2F..%2Fsecret&quarter=2026-Q1",
        "/pack?id=A-2&quarter=2026-Q1",
        "/pack?id=A-9&quarter=2026-Q1",
        "/evidence/data/leak.html",
        "/evidence/data/../../secret.html",
        "/evidence/data/%2e%2e/%2e%2e/secret.html",
        "/evidence/data/..%2f..%2fsecret.html",
        "/evidence/data//etc/passwd",
        "/evidence/data/%2fetc%2fpasswd",
        "/evidence/data/crm",
        "/evidence/data/" + "x" * 5000,
        "/evidence/data/x%00",
        "/evidence/dbt/../../secret.html",
    ],
)
def test_nothing_else_is_given_out(files, path):
    answer = files.get(path)
    assert answer.status_code == 404, (path, answer.text[:200])
    assert "secret" not in answer.text.replace("/secret", "") and "root:" not in answer.text


def test_an_unknown_format_is_refused(files):
    assert files.get("/report?quarter=2026-Q1&format=exe").status_code == 422
