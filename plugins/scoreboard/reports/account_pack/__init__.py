"""The account review pack: what the people who meet a customer need, on a few pages, per account."""

from scoreboard.reports.account_pack.write import pack_name, write_account_packs

__all__ = ["pack_name", "write_account_packs"]
