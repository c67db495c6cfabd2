"""How a process of ours ends that has imported half a world."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End the process as Python does, but for taking its objects apart one by one, which takes up to three seconds and is for nobody."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, and for what they have left to do
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
