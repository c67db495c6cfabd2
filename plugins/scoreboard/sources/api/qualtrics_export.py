"""Qualtrics gives responses as a file that a job writes: start it, ask how far it is, fetch the file, open it with care."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from scoreboard.sources import exact_json
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.http import BrokenAnswer, Http, Reply

_MEGABYTE = 1024 * 1024


class JobFailed(SourceError):
    """A job that Qualtrics itself gave up."""


@dataclass(frozen=True)
class Export:
    """The responses of one job, and the token that a later job goes on from (None: none was asked for, or none given)."""

    responses: list[dict[str, Any]]
    token: str | None


@dataclass(frozen=True)
class ExportLimits:
    """How long a job is waited for, and what its file may be: Qualtrics refuses exports beyond 1.8 GB itself.

    `packing`: how many times its own size a file may unpack to, above a megabyte; a zip bomb does more than any JSON.
    """

    pause_seconds: float = 5.0
    polls: int = 360
    bytes_unpacked: int = 1800 * _MEGABYTE
    packing: int = 200


def exported(
    http: Http,
    survey: str,
    asked: Mapping[str, Any],
    pause: Callable[[float], None],
    limits: ExportLimits | None = None,
) -> Export:
    """The responses of one survey that a job with these options exports.

    Raises JobFailed naming the survey and the job if it fails, SourceError if its file is no export or is too large;
    SourceUnavailable if it does not end in time.
    """
    limits = limits or ExportLimits()
    path = f"/API/v3/surveys/{survey}/export-responses"
    job = http.post(path, json={"format": "json", "compress": True, **asked}).json()["result"]
    done = _awaited(http, path, survey, job["progressId"], pause, limits)
    file = str(done["fileId"])
    with tempfile.TemporaryDirectory(prefix="scoreboard-export-") as folder:
        packed = Path(folder) / "export.zip"
        http.get(f"{path}/{file}/file", expect="", into=packed, check=_is_whole(packed))
        with packed.open("rb") as opened:
            text = _unpacked(opened, f"survey {survey}, export file {file}", limits)
    responses: list[dict[str, Any]] = exact_json.loads(text)["responses"]
    return Export(responses, done.get("continuationToken") or job.get("continuationToken"))


def _awaited(
    http: Http, path: str, job_of: str, progress: str, pause: Callable[[float], None], limits: ExportLimits
) -> dict[str, Any]:
    """What Qualtrics says of the job once it is complete: the id of its file, which is another than the job's, and a token."""
    job = f"survey {job_of}, export job {progress}"
    for _ in range(limits.polls):
        result = http.get(f"{path}/{progress}").json()["result"]
        if result["status"] == "complete":
            return dict(result)
        if result["status"] == "failed":
            raise JobFailed(
                f"{job} failed at Qualtrics at {result.get('percentComplete', 0)} %. Nothing of this survey was landed and "
                "the cursor stands; run again, and if it fails again give Qualtrics support the job's id."
            )
        pause(limits.pause_seconds)
    raise SourceUnavailable(
        f"{job} was not complete after {limits.polls} looks, {limits.pause_seconds:g} s apart. Nothing of this survey was "
        "landed and the cursor stands: the next run starts a new job."
    )


def _is_whole(packed: Path) -> Callable[[Reply], None]:
    """A check that asks again for a file that was cut off: a zip's directory is at its end."""

    def check(_: Reply) -> None:
        if not zipfile.is_zipfile(packed):
            raise BrokenAnswer("the export file is not a whole zip archive")

    return check


def _unpacked(opened: BinaryIO, where: str, limits: ExportLimits) -> bytes:
    """The one JSON file in the archive, if it is one and of a believable size."""
    size = opened.seek(0, 2)
    with zipfile.ZipFile(opened) as archive:
        members = archive.infolist()
        if len(members) != 1 or not members[0].filename.lower().endswith(".json"):
            names = ", ".join(member.filename for member in members[:3]) or "nothing"
            raise SourceError(f"{where} holds {names} instead of one JSON file. Nothing was landed, the cursor stands.")
        most = min(limits.bytes_unpacked, max(size * limits.packing, _MEGABYTE))
        with archive.open(members[0]) as member:
            text = member.read(most + 1)  # the size a header claims is only a claim
    if len(text) > most:
        raise SourceError(
            f"{where} unpacks to more than {most:,} bytes from {size:,}. Nothing was landed, the cursor stands; if the "
            "survey really is that large, read it by a backfill in smaller windows."
        )
    return text
