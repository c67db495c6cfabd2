"""Text files are UTF-8; anything else is refused at its exact byte."""

import gzip

import pytest

from scoreboard.sources.readers import encoded_text, open_table
from scoreboard.sources.readers.base import Unreadable

from .reading import column_of, rows_of


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Every character sooner or later straddles the end of a block."""
    monkeypatch.setattr(encoded_text, "_BLOCK", 5)


def refusal(path):
    with pytest.raises(Unreadable) as error:
        rows_of(path)
    return str(error.value)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("text", ["Zoë", "만족도", "😀", "a\ufeffb", "\u202eabc", "\u2028"])
def test_utf8_with_and_without_bom_is_verbatim(tmp_path, bom, text):
    path = tmp_path / "a.csv"
    path.write_bytes(bom + f"id,comment\n1,{text}\n".encode())

    assert rows_of(path) == [{"#": 2, "id": "1", "comment": text}]


@pytest.mark.parametrize("padding", range(7))
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.csv.gz"])
def test_the_first_byte_that_is_not_utf8_is_named(tmp_path, padding, name):
    start = b"id,comment\n" + "é".encode() + b"x" * padding
    content = start + "만족".encode("cp949") + b",\n"
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)

    message = refusal(path)

    assert f"not UTF-8: byte 0x{content[len(start)]:02x} at byte offset {len(start)} (line 2" in message


@pytest.mark.parametrize("padding", range(7))
def test_a_lead_byte_whose_rest_never_comes_is_named_itself(tmp_path, padding):
    start = b"id,name\n1," + b"x" * padding
    path = tmp_path / "a.csv"
    path.write_bytes(start + b"\xe9lan\n")

    assert f"byte 0xe9 at byte offset {len(start)} (line 2" in refusal(path)


def test_latin1_at_the_very_end_is_named_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n1,Zo\xeb")

    assert "byte 0xeb at byte offset 12 (line 2" in refusal(path)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_utf16_is_recognised(tmp_path, name):
    path = tmp_path / name
    path.write_bytes("id,name\n1,x\n".encode("utf-16"))
    assert "at byte offset 0" in refusal(path)
    assert "UTF-16" in refusal(path)

    path.write_bytes("id,name\n1,x\n".encode("utf-16-le"))
    assert "NUL byte at byte offset 1 (line 1)" in refusal(path)


def test_nul_bytes_are_refused_where_they_stand(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n1,abc\0def\n")

    assert "NUL byte at byte offset 13 (line 2)" in refusal(path)


def test_a_bad_byte_before_a_nul_is_the_one_that_is_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id\n\xff\0")

    assert "byte 0xff at byte offset 3" in refusal(path)


def test_endless_lines_are_refused_without_being_held(tmp_path, monkeypatch):
    monkeypatch.setattr(encoded_text, "MAX_RECORD_CHARACTERS", 40)
    path = tmp_path / "a.csv"

    path.write_text("id,name\n1," + "x" * 38 + "\n2,y\n")
    assert len(rows_of(path)) == 2

    path.write_text("id,name\n1,x\n2," + "y" * 39)
    assert "line 3 is longer than" in refusal(path)


def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(encoded_text, "MAX_TEXT_BYTES", 1000)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,name\n" + b"1,x\n" * 300))

    assert "unpacks to more than" in refusal(path)


def test_a_gzip_stream_that_was_cut_or_damaged_is_refused(tmp_path):
    whole = gzip.compress(b"id,name\n" + b"".join(b"%d,%d\n" % (n, n * 7919 % 1000) for n in range(2000)))
    path = tmp_path / "a.csv.gz"

    path.write_bytes(whole[: len(whole) // 2])
    assert "ends too early" in refusal(path)

    path.write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    assert "damaged" in refusal(path)

    path.write_bytes(whole + b"garbage")
    assert "damaged" in refusal(path)

    path.write_bytes(b"id,name\n1,x\n")
    assert "damaged" in refusal(path)


def test_a_gzip_of_several_members_is_one_text(tmp_path):
    path = tmp_path / "A.CSV.GZ"
    path.write_bytes(gzip.compress(b"id,name\n1,x\n2") + gzip.compress(b",y\n"))

    assert column_of(path, "name") == ["x", "y"]


def test_nothing_is_read_through_a_symbolic_link(tmp_path):
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (tmp_path / "a.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(Unreadable, match="cannot be opened"):
        open_table(tmp_path / "a.csv", {})
