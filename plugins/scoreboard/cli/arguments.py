"""What several commands ask of their arguments."""

from __future__ import annotations

import argparse


def reason(text: str) -> str:
    """Why something is done; never empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("say why: WHY='...'")
    return text.strip()


def approval(text: str) -> str:
    """Who agreed; never empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("say who agreed to it: BY='...'")
    return text.strip()


def port(text: str) -> int:
    """A port to listen on."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 1 to 65535")
    return int(text)
