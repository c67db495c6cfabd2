"""The one HTTP client: what passes is tried again, what does not is said with stream and page, secrets stay where they belong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from scoreboard.sources.api.base import SourceError, SourceUnavailable, Stream
from scoreboard.sources.api.http import BrokenAnswer, CredentialsRenewed, Forbidden, Http, Limits, Refused, Reply
from tests.sources.api.script import BASE, Scripted, Token, answer, packed

PAGE = {"tickets": [{"id": 1}], "end_of_stream": True}


def read(scripted: Scripted, path: str = "/tickets", **options: Any) -> Any:
    with scripted.http.reading("tickets", 3):
        return scripted.http.get(path, **options).json()


def test_an_answer_comes_back_with_its_numbers_as_served() -> None:
    scripted = Scripted(answer(b'{"id":6139157572367.0,"rate":0.10,"big":12345678901234567890}'))
    value = read(scripted)
    assert (str(value["id"]), str(value["rate"]), value["big"]) == ("6139157572367.0", "0.10", 12345678901234567890)


@pytest.mark.parametrize("status", [408, 423, 429, 477, 500, 502, 503, 504, 520, 524, 599])
def test_what_passes_is_asked_again(status: int) -> None:
    scripted = Scripted(answer(b"<html>busy</html>", status), answer(PAGE))
    assert read(scripted) == PAGE
    assert scripted.http.requests.made == 2
    assert scripted.http.requests.by_status == {status: 1, 200: 1}
    assert len(scripted.pauses) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ReadError("connection reset by peer"),
        httpx.ConnectError("no route"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.ReadTimeout("silent"),
        httpx.ConnectTimeout("nobody there"),
    ],
)
def test_a_reset_and_a_timeout_are_asked_again(trouble: Exception) -> None:
    scripted = Scripted(trouble, trouble, answer(PAGE))
    assert read(scripted) == PAGE
    assert scripted.http.requests.made == 3


@pytest.mark.parametrize("trouble", [answer(b"", 503), httpx.ReadError("reset")])
def test_after_six_tries_the_error_names_connection_stream_page_and_what_is_safe(trouble: Any) -> None:
    scripted = Scripted(trouble)
    with pytest.raises(SourceUnavailable) as failure:
        read(scripted)
    text = str(failure.value)
    assert "acme@main, tickets, page 3" in text
    assert "/tickets at acme.example.com failed 6 times" in text
    assert "cursor stands" in text
    assert scripted.http.requests.made == 6


def test_pauses_double_and_stay_below_a_minute_in_all_jitter() -> None:
    scripted = Scripted(answer(b"", 500), limits=Limits(tries=9))
    with pytest.raises(SourceUnavailable):
        read(scripted)
    assert scripted.pauses == [step * 0.75 for step in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert scripted.http.requests.waited_seconds == sum(scripted.pauses)


def test_two_clients_do_not_come_back_at_once() -> None:
    pauses: list[float] = []
    for _ in range(2):
        service = Scripted(answer(b"", 500)).service
        http = Http(BASE, transport=httpx.MockTransport(service), wait=pauses.append, limits=Limits(tries=2))
        with pytest.raises(SourceUnavailable):
            http.get("/")
    assert pauses[0] != pauses[1]
    assert all(0.5 <= pause <= 1 for pause in pauses)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("7", 7.5),
        ("0", 0.5),
        ("1.5", 2.0),
        ("300", 300.5),
        ("Mon, 05 Jan 2026 12:00:30 GMT", 30.5),  # by the vendor's clock, whatever ours says
        ("Mon, 05 Jan 2026 11:00:00 GMT", 0.5),
        ("soon", 0.75),
        ("-5", 0.75),
        ("nan", 0.75),
        ("", 0.75),
        (None, 0.75),
    ],
)
def test_retry_after_is_obeyed_in_every_form(status: int, asked: str | None, pause: float) -> None:
    headers = {} if asked is None else {"retry_after": asked}
    scripted = Scripted(answer(b"", status, **headers), answer(PAGE))
    assert read(scripted) == PAGE
    assert scripted.pauses == [pause]


@pytest.mark.parametrize("asked", ["301", "86400", "999999999999", "Tue, 06 Jan 2026 12:00:00 GMT"])
def test_an_absurd_pause_is_left_for_a_later_run(asked: str) -> None:
    scripted = Scripted(answer(b"", 429, retry_after=asked))
    with pytest.raises(SourceUnavailable, match=r"page 3.*longer than the 300 s"):
        read(scripted)
    assert scripted.pauses == []
    assert scripted.http.requests.made == 1


BROKEN = [
    answer(b'{"tickets": [{"id": 1}, {"id"'),
    answer(b""),
    answer(b'{"a": NaN}'),
    answer(b'{"a": "\x00"}'),
    answer(b'{"a": "\xff"}'),
    answer(b"<html><body>Sign in</body></html>", content_type="text/html; charset=utf-8"),
    answer(b'{"tickets": []}', content_type="text/plain"),
    packed(PAGE, cut=20),
    packed(PAGE, cut=-1),
    answer(b"not packed at all", content_encoding="gzip"),
    answer(b"...", content_encoding="br"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_success_is_asked_again_and_never_the_end_of_data(broken: httpx.Response) -> None:
    scripted = Scripted(broken, answer(PAGE))
    assert read(scripted) == PAGE

    scripted = Scripted(broken)
    with pytest.raises(SourceError, match=r"page 3.*6 times.*the answer is broken") as failure:
        read(scripted)
    assert not isinstance(failure.value, SourceUnavailable)


def test_a_packed_answer_is_unpacked() -> None:
    assert read(Scripted(packed(PAGE))) == PAGE


@pytest.mark.parametrize("status", [201, 202, 204])
def test_other_successes_count_with_and_without_a_body(status: int) -> None:
    assert read(Scripted(answer({"id": "job"}, status))) == {"id": "job"}
    if status != 201:
        assert read(Scripted(answer(b"", status))) is None


def test_a_field_that_is_there_twice_is_named() -> None:
    scripted = Scripted(answer(b'{"Q1": 1, "Q1": 2}'))
    with pytest.raises(SourceError, match="page 3: one object has the field 'Q1' twice"):
        read(scripted)
    assert scripted.http.requests.made == 1


def test_a_check_of_the_caller_can_have_an_answer_asked_for_again() -> None:
    def counted(reply: Reply) -> None:
        if len(reply.json()["tickets"]) != reply.json()["count"]:
            raise BrokenAnswer("its count is not the number of its rows")

    scripted = Scripted(answer({"tickets": [], "count": 1}), answer({"tickets": [1], "count": 1}))
    assert read(scripted, check=counted) == {"tickets": [1], "count": 1}
    with pytest.raises(SourceError, match=r"page 3.*count is not the number"):
        read(Scripted(answer({"tickets": [], "count": 1})), check=counted)


def test_an_answer_of_another_shape_is_named_and_not_a_crash() -> None:
    scripted = Scripted(answer({"results": []}))
    with (
        pytest.raises(
            SourceError, match=r"tickets, page 3: the answer is not shaped as the vendor documents.*'tickets'"
        ),
        scripted.http.reading("tickets", 3),
    ):
        scripted.http.get("/tickets").json()["tickets"]


def test_renewed_credentials_are_used_for_the_same_request() -> None:
    scripted = Scripted(answer(b"<html>", 401), answer(PAGE), auth=Token("old", "new"))
    assert read(scripted) == PAGE
    assert [request.headers["authorization"] for request in scripted.service.asked] == ["Bearer old", "Bearer new"]
    assert scripted.pauses == []


def test_a_restartable_query_is_told_that_its_locator_died() -> None:
    scripted = Scripted(answer(b"", 401), answer(PAGE), auth=Token("old", "new"))
    with pytest.raises(CredentialsRenewed):
        read(scripted, restartable=True)
    assert read(scripted, restartable=True) == PAGE


def test_a_token_that_expires_again_later_is_renewed_again() -> None:
    scripted = Scripted(answer(b"", 401), answer(PAGE), answer(b"", 401), answer(PAGE), auth=Token("a", "b", "c"))
    assert [read(scripted), read(scripted)] == [PAGE, PAGE]


@pytest.mark.parametrize("auth", [None, Token("only one"), Token("wrong-one", "wrong-two", "wrong-three")])
@pytest.mark.parametrize("is_restartable", [True, False])
def test_bad_credentials_fail_at_once(auth: Token | None, is_restartable: bool) -> None:
    again = Token(*auth.tokens) if auth else None
    scripted = Scripted(answer({"error": "Couldn't authenticate you"}, 401), auth=again)
    with pytest.raises(Refused, match=r"page 3.*not accepted.*401.*Couldn't.*check-connections"):
        for _ in range(3):
            try:
                read(scripted, restartable=is_restartable)
            except CredentialsRenewed:
                continue
    assert scripted.http.requests.made <= 2
    assert scripted.pauses == []


def test_a_missing_permission_is_named() -> None:
    body = [{"message": "sObject type 'Task' is not supported", "errorCode": "INVALID_TYPE"}]
    scripted = Scripted(answer(body, 403))
    stream = Stream("Task", frozenset({"crm"}), permission="Read on Task")
    with pytest.raises(Forbidden, match=r"Task, page 1: .*403: sObject.*It needs: Read on Task\.") as refusal:  # noqa: SIM117
        with scripted.http.reading(stream, 1):
            scripted.http.get("/query")
    assert (refusal.value.status, refusal.value.code, refusal.value.body) == (403, "INVALID_TYPE", body)
    assert scripted.http.requests.made == 1


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ([{"message": "malformed", "errorCode": "MALFORMED_QUERY"}], "malformed", "MALFORMED_QUERY"),
        ({"error": "StartTimeTooRecent", "description": "Too recent start_time."}, "Too recent", "StartTimeTooRecent"),
        ({"error": {"title": "Forbidden", "message": "No access"}}, "No access", ""),
        ({"meta": {"error": {"errorCode": "QVAL_1", "errorMessage": "Bad date"}}}, "Bad date", "QVAL_1"),
        ({"status": "error", "message": "limit 10000", "category": "VALIDATION_ERROR"}, "limit", "VALIDATION_ERROR"),
        ({"error": {"id": "1010", "name": "Bad Request", "message": "Invalid id"}}, "Invalid id", "1010"),
        ([], "", ""),
        (b"<html>no</html>", "", ""),
    ],
)
@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_refusal_is_final_and_repeats_the_vendors_words(status: int, body: Any, message: str, code: str) -> None:
    scripted = Scripted(answer(body, status))
    with pytest.raises(Refused, match=f"page 3: the service refused the request .{status}.*{message}") as refusal:
        read(scripted)
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert scripted.http.requests.made == 1


def test_a_refusal_s_code_holds_no_secret_and_is_short() -> None:
    for code in ("token s3cr3t-token is unknown", "x" * 1000):
        with pytest.raises(Refused) as refusal:
            read(Scripted(answer({"error": code}, 400), auth=Token("s3cr3t-token")))
        assert "s3cr3t" not in refusal.value.code
        assert len(refusal.value.code) <= 200


def test_no_error_repeats_a_secret() -> None:
    for script in (
        answer({"message": "token s3cr3t-token is unknown"}, 400),
        answer({"message": "token s3cr3t-token is unknown"}, 401),
        answer({"message": "token s3cr3t-token is unknown"}, 403),
        httpx.ReadError("s3cr3t-token"),
    ):
        with pytest.raises(SourceError) as failure:
            read(Scripted(script, auth=Token("s3cr3t-token")))
        assert "s3cr3t" not in str(failure.value)
    with pytest.raises(Refused) as refusal:
        Scripted(answer({"error": "no client hunter22"}, 400)).http.post("/token", form={"secret": "hunter22"})
    assert "hunter22" not in str(refusal.value)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.net/tickets?page=2",
        "https://acme.example.com.evil.net/tickets",
        "http://acme.example.com/tickets",
        "https://acme.example.com:8443/tickets",
        "https://acme.example.com@evil.example.net/tickets",
        "https://evilvendor.com/tickets",
        "https://files.vendor.com.evil.net/tickets",
        "https://eu.example.org.evil.net/tickets",
        "http://files.vendor.com/tickets",
        "https://user@files.vendor.com/",
        "ftp://acme.example.com/tickets",
    ],
)
def test_a_link_to_another_host_is_not_followed(link: str) -> None:
    scripted = Scripted(answer(PAGE), auth=Token("secret"), hosts=(".vendor.com", "eu.example.org"))
    with pytest.raises(SourceError, match="page 3: the answer leads to another host"):
        read(scripted, link)
    assert scripted.service.asked == []


@pytest.mark.parametrize(
    "link", [f"{BASE}/tickets?page=2", "https://files.vendor.com/t", "https://eu.example.org/t", "tickets", "/tickets"]
)
def test_a_link_to_the_connections_own_or_a_documented_host_is_followed(link: str) -> None:
    scripted = Scripted(answer(PAGE), hosts=(".vendor.com", "eu.example.org"))
    assert read(scripted, link) == PAGE
    assert str(scripted.service.asked[0].url).endswith(link.removeprefix("/"))


def test_a_redirect_is_not_followed() -> None:
    scripted = Scripted(answer(b"", 302, location="https://evil.example.net/"), auth=Token("secret"))
    with pytest.raises(Refused, match="page 3: the service sent us elsewhere"):
        read(scripted)
    assert len(scripted.service.asked) == 1


def test_parameters_are_added_to_a_link_and_none_is_left_out() -> None:
    scripted = Scripted(answer(PAGE))
    scripted.http.get("/tickets?page=2&size=10", {"size": 100, "since": None, "deep": True, "q": "a b&c"})
    assert dict(scripted.service.asked[0].url.params) == {"page": "2", "size": "100", "deep": "true", "q": "a b&c"}


def test_bodies_are_sent_as_json_form_or_text() -> None:
    scripted = Scripted(answer(PAGE))
    scripted.http.post("/a", json={"x": 1})
    scripted.http.post("/b", form={"grant_type": "client_credentials"})
    scripted.http.post("/c", content="a,b\n", headers={"content-type": "text/csv"})
    assert [request.read() for request in scripted.service.asked] == [
        b'{"x":1}',
        b"grant_type=client_credentials",
        b"a,b\n",
    ]
    assert scripted.service.asked[2].headers["content-type"] == "text/csv"


def test_a_table_is_asked_for_by_its_content_type_and_html_is_never_one() -> None:
    csv = answer(b"Id,Name\n1,A\n", content_type="text/csv", sforce_locator="MTAw")
    html = answer(b"<html>", content_type="text/html")
    reply = Scripted(html, csv).http.get("/results", expect="csv")
    assert (reply.content, reply.headers["sforce-locator"]) == (b"Id,Name\n1,A\n", "MTAw")
    assert Scripted(html, csv).http.get("/results", expect="").content == b"Id,Name\n1,A\n"


def test_a_download_goes_to_a_file_and_only_a_whole_one_stays(tmp_path: Path) -> None:
    rows = "\n".join(str(random.random()) for _ in range(5_000)).encode()
    whole, cut = (packed(rows, cut=cut, content_type="application/zip") for cut in (None, 9_000))
    path = tmp_path / "answers.zip"
    scripted = Scripted(cut, answer(b"<html>", content_type="text/html"), whole)
    reply = scripted.http.get("/file", into=path)
    assert path.read_bytes() == rows
    assert reply.content == b""
    assert scripted.http.requests.made == 3


class Dripping(httpx.SyncByteStream):
    """A body that comes in a byte at a time, an hour apart by the clock it moves."""

    def __init__(self, clock: list[float]) -> None:
        self.clock = clock

    def __iter__(self) -> Iterator[bytes]:
        for byte in b'{"tickets": []}':
            self.clock[0] += 3600
            yield bytes([byte])


def test_an_answer_that_drips_is_cut_off_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("scoreboard.sources.api.http.monotonic", lambda: clock[0])
    slow = httpx.Response(200, headers={"content-type": "application/json"}, stream=Dripping(clock))
    assert read(Scripted(slow, answer(PAGE))) == PAGE
    with pytest.raises(SourceUnavailable, match=r"page 3.*not whole after 600 s"):
        read(Scripted(slow))


def test_now_is_the_vendors_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = datetime(2030, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("scoreboard.sources.api.http.utc_now", lambda: ours)
    scripted = Scripted(answer(PAGE), answer(PAGE, date="nonsense"))
    assert scripted.http.now() == ours
    read(scripted)
    read(scripted)
    assert scripted.http.now() == datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_every_try_counts_against_the_budget() -> None:
    scripted = Scripted(
        answer(b"", 500), httpx.ReadError("reset"), answer(b"", 401), answer(PAGE), auth=Token("a", "b")
    )
    read(scripted)
    requests = scripted.http.requests
    assert (requests.made, requests.by_status) == (4, {500: 1, 401: 1, 200: 1})


def test_requests_leave_no_addresses_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        read(Scripted(answer(PAGE)), "/contacts?email=ada@example.com")
    assert "ada" not in caplog.text
