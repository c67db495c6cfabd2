"""The committed batches of a home, each stream's manifests read once however often they are asked for."""

from __future__ import annotations

from time import sleep

from scoreboard.landing.manifest import ManifestDamaged
from scoreboard.landing.store import Batch, committed_batches, stream_folder
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, folders

_LOOKS = 3  # a snapshot may be pruned between two looks; what is damaged stays damaged


class Landed:
    """What landed, by adapter (or source) and stream; of a stream that cannot be trusted, `attention` is given the sentence, once."""

    def __init__(self, settings: Settings, attention: list[Attention]) -> None:
        self._settings = settings
        self._attention = attention
        self._streams: dict[tuple[str, str], list[Batch] | None] = {}

    def of(self, adapter: str, stream: str) -> list[Batch] | None:
        """The batches of a stream, in landing order; None where one of them cannot be trusted. Raises PermissionError."""
        if (adapter, stream) not in self._streams:
            self._streams[adapter, stream] = self._read(adapter, stream)
        return self._streams[adapter, stream]

    @property
    def first_at(self) -> str | None:
        """When the first batch of all the streams asked for landed."""
        return min((str(landed[0].manifest["landed_at"]) for landed in self._streams.values() if landed), default=None)

    def _read(self, adapter: str, stream: str) -> list[Batch] | None:
        folders(stream_folder(self._settings, adapter, stream))  # one that may not be read is no empty one
        for look in range(_LOOKS):
            try:
                return committed_batches(self._settings, adapter, stream)
            except ManifestDamaged as error:
                if look == _LOOKS - 1:
                    self._attention.append(Attention(f"{adapter} {stream}", str(error), ""))
                else:
                    sleep(0.1)
        return None
