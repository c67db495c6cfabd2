"""The forms of an alert's page: who may send them, from where, for what, and what the page says afterwards."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from scoreboard.alerts.assignments import read_assignments
from scoreboard.alerts.states import append_state, log_path, read_states
from tests.web.small_company import EVIL, publish_small

HTML = {"accept": "text/html"}
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return publish_small(tmp_path_factory.mktemp("alert") / "home")


@pytest.fixture(scope="module")
def small_app(settings):
    from scoreboard.web.app import make_app

    return make_app(settings)


@pytest.fixture
def browser_of(small_app, settings, token):
    """Makes the browser of a person with a role; afterwards nobody has done anything."""
    from starlette.testclient import TestClient

    opened = []

    def make(role="USER", name="jo"):
        client = TestClient(small_app, raise_server_exceptions=False, follow_redirects=False, headers=HTML)
        client.cookies.set("_token", token(role, name))
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()
    for path in (settings.home / "alerts").glob("*"):
        path.unlink()


def seal_of(client, alert_id="a1"):
    """What the form on the page carries."""
    found = re.search(r'name="seal" value="([^"]+)"', client.get("/alert", params={"id": alert_id}).text)
    return found[1] if found else None


def send(client, seal, alert_id="a1", headers=OURS, **fields):
    return client.post("/alert", params={"id": alert_id}, data={"seal": seal or ""} | fields, headers=headers)


def test_a_form_without_javascript_moves_the_alert_and_shows_it_at_once(browser_of, settings):
    jo = browser_of()
    answer = send(jo, seal_of(jo), action="acknowledge", note="on it")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alert?id=a1&done=1")
    assert [(entry.state, entry.by, entry.note) for entry in read_states(settings)] == [("acknowledged", "jo", "on it")]

    page = jo.get(answer.headers["location"]).text
    assert 'role="status">Acknowledged' in page
    assert "from open to acknowledged" in page and "on it" in page
    assert 'Acknowledged <span class="count">2</span>' in jo.get("/alerts").text


def test_who_did_not_do_it_is_not_told_that_it_is_done(browser_of, settings):
    append_state(settings, "a1", "acknowledged", "jo")
    append_state(settings, "a1", "in_progress", "ann")
    for name in ("jo", "nobody"):
        page = browser_of(name=name).get("/alert?id=a1&done=1")
        assert page.status_code == 200 and 'role="status"' not in page.text


def test_resolving_needs_a_note_and_keeps_what_was_typed(browser_of, settings):
    jo = browser_of()
    answer = send(jo, seal_of(jo), action="resolve", note="  \r\n ")
    assert answer.status_code == 422 and "Say in the note what was done" in answer.text
    answer = send(jo, seal_of(jo), action="assign", to="Nobody Known", note="please <look>")
    assert answer.status_code == 422 and 'value="Nobody Known"' in answer.text and "please &lt;look&gt;" in answer.text
    assert read_states(settings) == [] and read_assignments(settings) == []
    assert send(jo, seal_of(jo), action="resolve", note="called").status_code == 303


@pytest.mark.parametrize("told", ["E1", "Mia Manager", "mia manager · E1", " E1 "])
def test_an_alert_is_given_to_a_colleague_by_name_or_id(browser_of, settings, told):
    jo = browser_of()
    assert send(jo, seal_of(jo), action="assign", to=told).status_code == 303
    assert [(each.to, each.by) for each in read_assignments(settings)] == [("E1", "jo")]
    assert "Assigned to Mia Manager (E1)" in jo.get("/alert?id=a1&done=1").text
    assert jo.get("/alerts?owner=E1").text.count("/alert?id=") == 3


def test_who_was_given_an_alert_is_among_the_owners_to_choose_from(browser_of):
    jo = browser_of()
    assert "Sam Same · E2" not in jo.get("/alerts").text
    send(jo, seal_of(jo), action="assign", to="E2")
    assert "Sam Same · E2" in jo.get("/alerts").text
    assert jo.get("/alerts?owner=E2").text.count("/alert?id=") == 1


@pytest.mark.parametrize("told", ["", "Gone Away", "E4", "Sam Same", "x' or 1=1 --", "\x00"])
def test_an_alert_is_given_to_nobody_else(browser_of, settings, told):
    jo = browser_of()
    answer = send(jo, seal_of(jo), action="assign", to=told)
    assert answer.status_code == 422, answer.text[:300]
    assert read_assignments(settings) == []


def test_a_double_click_is_one_step_and_a_faster_colleague_is_named(browser_of, settings):
    jo, ann = browser_of(), browser_of(name="ann")
    seal, anns = seal_of(jo), seal_of(ann)
    assert [send(jo, seal, action="acknowledge").status_code for _ in range(2)] == [303, 303]
    answer = send(ann, anns, action="resolve", note="mine")
    assert answer.status_code == 409
    assert "Somebody was faster: jo set it to acknowledged" in answer.text
    assert ">mine</textarea>" in answer.text
    assert len(read_states(settings)) == 1
    assert send(ann, seal_of(ann), action="resolve", note="mine").status_code == 303


def test_a_reader_sees_no_button_and_sends_nothing(browser_of, settings):
    viewer, jo = browser_of("VIEWER", "vi"), browser_of()
    page = viewer.get("/alert?id=a1")
    assert page.status_code == 200
    assert (
        "<form" not in page.text.replace('<form class="filters"', "") and "can edit on DAG action_alerts" in page.text
    )
    for seal in (seal_of(jo), "", None):
        answer = send(viewer, seal, action="acknowledge")
        assert answer.status_code == 403 and "vi lacks the permission" in answer.text
    assert not log_path(settings).exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver:99999999"},
        {"referer": "https://evil.example/http://testserver/"},
    ],
)
def test_no_other_site_can_send_the_form(browser_of, settings, headers):
    jo = browser_of()
    answer = send(jo, seal_of(jo), headers=headers, action="acknowledge")
    assert answer.status_code == 403 and "Nothing was changed" in answer.text
    assert not log_path(settings).exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://testserver"},
        {"origin": "https://testserver:443"},
        {"referer": "http://TESTSERVER/alert?id=a1"},
    ],
)
def test_the_page_itself_can(browser_of, headers):
    jo = browser_of()
    assert send(jo, seal_of(jo), headers=headers, action="acknowledge").status_code == 303


def test_a_seal_is_of_one_person_session_and_alert_and_of_today(browser_of, settings, monkeypatch):
    jo, ann = browser_of(), browser_of(name="ann")
    mine = seal_of(jo)
    wrong = [seal_of(ann), seal_of(jo, "a2"), mine[:-2] + "xx", "", "x", "é", None]
    for seal in wrong:
        answer = send(jo, seal, action="acknowledge", note="typed")
        assert answer.status_code == 403 and "another session" in answer.text, seal
        assert ">typed</textarea>" in answer.text
    assert not log_path(settings).exists()

    jo.cookies.set("_token", jo.cookies["_token"])  # the same session still counts
    monkeypatch.setattr("scoreboard.web.same_person.FORM_HOURS", -1)
    assert send(jo, mine, action="acknowledge").status_code == 403
    monkeypatch.undo()
    assert send(jo, mine, action="acknowledge").status_code == 303


def test_the_same_person_in_a_new_session_presses_once_more(browser_of, token):
    jo = browser_of()
    old = seal_of(jo)
    jo.cookies.clear()
    jo.cookies.set("_token", token("ADMIN", "jo"))
    answer = send(jo, old, action="acknowledge")
    fresh = re.search(r'name="seal" value="([^"]+)"', answer.text)[1]
    assert answer.status_code == 403
    assert send(jo, fresh, action="acknowledge").status_code == 303


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "", 415),
        (b"--x--", "multipart/form-data; boundary=x", 415),
        (b"note=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"a=1&" * 50, "application/x-www-form-urlencoded", 422),
        (b"note=\xff\xfe", "application/x-www-form-urlencoded", 422),
        (b"note=%ff%fe", "application/x-www-form-urlencoded", 422),
    ],
)
def test_what_is_no_form_of_the_page_is_refused(browser_of, settings, content, kind, status):
    answer = browser_of().post("/alert?id=a1", content=content, headers=OURS | {"content-type": kind})
    assert answer.status_code == status
    assert not log_path(settings).exists()


def test_programs_are_answered_in_json(browser_of):
    jo = browser_of()
    answer = send(jo, "", headers=OURS | {"accept": "application/json"}, action="acknowledge")
    assert answer.status_code == 403 and "another session" in answer.json()["detail"]


@pytest.mark.parametrize("alert_id", ["nope", EVIL, "\x00", "x" * 200])
def test_an_alert_that_is_not_there_is_not_found(browser_of, alert_id):
    jo = browser_of()
    assert jo.get("/alert", params={"id": alert_id}).status_code == 404
    assert send(jo, seal_of(jo), alert_id=alert_id, action="acknowledge").status_code == 404
    assert EVIL not in jo.get("/alert", params={"id": alert_id}).text


def test_hostile_text_stays_text(browser_of, settings):
    append_state(settings, "a1", "acknowledged", EVIL, note=EVIL)
    jo = browser_of()
    send(jo, seal_of(jo), action="assign", to=EVIL)
    for page in (
        "/alert?id=a1",
        "/alerts?state=all",
        "/gaps",
        "/quarantine",
        "/quality",
        "/award/evidence?project=P1&year=2025",
    ):
        text = jo.get(page).text
        assert EVIL not in text and "<script>alert" not in text, page
        assert "49" not in re.findall(r"&amp;(\d+)", text)
    assert EVIL in unescape(jo.get("/alert?id=a1").text)


def test_a_log_that_is_broken_is_named_and_nothing_is_written(browser_of, settings):
    jo = browser_of()
    seal = seal_of(jo)
    append_state(settings, "a1", "acknowledged", "ann")
    with log_path(settings).open("a") as log:
        log.write("half a li\n")
    before = log_path(settings).read_bytes()
    for answer in (jo.get("/alerts"), jo.get("/alert?id=a1"), send(jo, seal, action="resolve", note="x")):
        assert answer.status_code == 503 and "line 2" in answer.text
    assert log_path(settings).read_bytes() == before


def test_an_outbox_that_cannot_be_read_leaves_the_rest_of_the_page(browser_of, settings):
    (settings.home / "alerts").mkdir(exist_ok=True)
    (settings.home / "alerts" / "outbox.sqlite").write_text(
        "this is no database, but long enough to be taken for one" * 20
    )
    page = browser_of().get("/alert?id=a1")
    assert page.status_code == 200 and "The outbox cannot be read" in page.text


def test_what_was_delivered_is_told(browser_of, settings):
    from scoreboard.alerts.outbox import opened

    with opened(settings) as store, store.writing() as connection:
        connection.execute(
            "insert into messages (message_id, channel, owner, state, not_before, created_at, changed_at)"
            " values ('m', 'email', 'E1', 'sent', '', '', '2026-01-10T10:00:00+00:00')"
        )
        connection.execute(
            "insert into deliveries (rule_id, subject_id, period, channel, stage, alert_id, severity, owner, queued_at, message_id)"
            " values ('low_score', 'R1', 'R1', 'email', 'notice', 'a1', 'high', 'E1', '2026-01-10T09:30:00+00:00', 'm')"
        )
    page = browser_of().get("/alert?id=a1").text
    assert "Notice to E1 by email: sent" in page and "Who was told, through which channel" in page


ADDRESSES = [
    "/gaps", "/gaps?quarter=2025-Q4&kind=target&class=shortfall&significance=yes&origin=systemic&tier=key&account=A1&sort=gap&order=asc",
    "/gaps?page=9", "/gaps/chart?account=A1", "/alerts", "/alerts?state=all&severity=high&rule=low_score&role=account_manager&owner=E1&q=a&overdue=1",
    "/alerts?owner=nobody&page=5", "/quality", "/quality?run=run-1", "/quarantine", "/quarantine?status=all&entity=contacts&rule=orphan_key",
    "/quarantine/row?id=contacts/1", "/runs", "/award/evidence?project=P1&year=2025", "/award/evidence?project=P1&year=2025&fate=test&sort=score&order=desc&page=3",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_shows_its_page(browser_of, address):
    assert browser_of().get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/gaps?kind=x", "/gaps?sort=account_name;drop", "/gaps?page=0", "/gaps?page=1e9", "/gaps?quarter=1999-Q9", "/gaps/chart",
     "/gaps/chart?account=nope", "/gaps?account=" + "x" * 999, "/alerts?state=x", "/alerts?order=up", "/alert", "/alert?id=",
     "/quality?run=nope", "/quarantine?rule=x", "/quarantine/row?id=nope", "/quarantine/row", "/run?id=../published", "/run?id=%00",
     "/award/evidence", "/award/evidence?project=P1&year=x", "/award/evidence?project=P1&year=1999"],
)  # fmt: skip
def test_what_an_address_asks_for_and_is_not_there_is_said_and_never_a_crash(browser_of, address):
    answer = browser_of().get(address)
    assert answer.status_code in (404, 422), answer.text[:300]
    assert "<h1>" in answer.text


def test_rows_in_quarantine_are_covered_unless_one_may_write(browser_of, caplog):
    viewer = browser_of("VIEWER", "vi")
    page = viewer.get("/quarantine?status=all").text
    for secret in ("Zoe", "zoe@x.example", "Ann Person", "secret"):
        assert secret not in page
    assert "/quarantine/row" not in page
    assert viewer.get("/quarantine/row?id=contacts/1").status_code == 403
    with caplog.at_level("INFO", logger="scoreboard.web.pages.quality"):
        assert "Zoe Quill" in browser_of().get("/quarantine/row?id=contacts/1").text
    assert "uncovered for 'jo'" in caplog.text


def test_a_run_with_hostile_files_is_shown(browser_of, settings):
    folder = settings.runs / "odd"
    folder.mkdir(parents=True)
    failure = {"sentence": EVIL, "task_id": [1], "when": 5, "dag_id": None}
    (folder / "failures.jsonl").write_text(json.dumps(failure) + "\n")
    (folder / "summary.json").write_text(
        json.dumps({"problems": [EVIL, None], "rows": [{"entity": None, "landed": "x"}, 3]})
    )
    (folder / EVIL.replace("/", "")).write_text("")
    for address in ("/run?id=odd", "/runs"):
        answer = browser_of().get(address)
        assert answer.status_code == 200 and EVIL not in answer.text and "<script>alert" not in answer.text
