"""The sample company's accounts and the people there, with what the generator alone knows: mood, zeal and use."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import NormalDist
from typing import Any

from scoreboard.quarter import Quarter

from . import names
from .people import BOUGHT_DOMAIN, OWN_DOMAIN, Employee
from .story import PINNED_RANKS, STORY, course
from .timeline import EXPORTED_AT, at_work, day_in, stream

ACCOUNTS, PROSPECTS, CHURNED = 400, 36, 48
_SPREAD = 1.68  # of log revenue: a fifth of the accounts bring four fifths of it
_MEDIAN = 21_000.0


@dataclass
class Contact:
    """A person at a customer."""

    id: str
    account_id: str
    name: str
    title: str
    email: str | None
    role: str | None
    is_active: bool
    updated_at: datetime


@dataclass
class Account:
    """A customer. `rank` orders by revenue, 0 first; the traits below `contacts` appear in no file."""

    id: str
    name: str
    industry: str
    region: str
    country: str
    currency: str
    rank: int
    stage: str
    since: date | None
    churned_on: date | None
    manager: str | None
    sponsor: str | None
    parent: str | None
    is_strategic: bool | None
    strategic_reason: str | None
    updated_at: datetime
    contacts: list[Contact] = field(default_factory=list)
    yearly: float = 0.0
    growth: float = 0.0
    base_mood: float = 0.0
    base_engagement: float = 0.0
    base_usage: float | None = None

    @property
    def domain(self) -> str:
        """The domain of its people's e-mail addresses (.example is nobody's)."""
        letters = "".join(letter for letter in self.name.lower() if letter.isascii() and letter.isalpha())
        return f"{letters[:18]}{self.id[2:]}.example"

    def is_customer_in(self, quarter: Quarter) -> bool:
        """Whether it buys from us in any part of the quarter."""
        if self.stage == "prospect" or (self.since and self.since > quarter.end):
            return False
        return self.churned_on is None or self.churned_on > quarter.start

    def engagement(self, quarter: Quarter) -> float:
        """0 silent to 1 always around."""
        told = course(self.id, quarter)
        return told[0] if told else self.base_engagement

    def usage(self, quarter: Quarter) -> float | None:
        """Share of licensed seats in use; None where nothing that is measured was bought."""
        told = course(self.id, quarter)
        return told[1] if told else self.base_usage

    def mood(self, quarter: Quarter) -> float:
        """How far its answers lie from the project's level."""
        told = course(self.id, quarter)
        if told:
            return told[2]
        sours = self.churned_on is not None and (self.churned_on - quarter.start).days < 360
        return self.base_mood - (0.55 if sours else 0.0)


def win(seed: int, employees: list[Employee]) -> list[Account]:
    """Four hundred accounts of Pareto sizes, their managers and sponsors, and about 2,500 people there."""
    rng = stream(seed, "accounts")
    ranks = _ranks(rng)
    regions = rng.choices(list(names.COUNTRIES), [46, 37, 17], k=ACCOUNTS)
    customers = ACCOUNTS - PROSPECTS
    leavers = set(rng.sample(range(40, customers), CHURNED))
    taken: set[str] = set()
    accounts = []
    for number in range(1, ACCOUNTS + 1):
        key = f"A-{number:04}"
        account = _account(rng, key, ranks[key], regions[number - 1], taken, ranks[key] in leavers)
        accounts.append(account)
    _assign(rng, accounts, employees)
    _make_strategic(rng, accounts)
    people = stream(seed, "contacts")
    for account in accounts:
        account.contacts = _contacts(people, account)
    _make_hostile(accounts)
    return accounts


def _ranks(rng: random.Random) -> dict[str, int]:
    """account_id -> place by revenue: the story's accounts where the story needs them, the rest drawn."""
    free_ids = [f"A-{number:04}" for number in range(1, ACCOUNTS + 1) if f"A-{number:04}" not in PINNED_RANKS]
    free_ranks = [rank for rank in range(ACCOUNTS) if rank not in PINNED_RANKS.values()]
    rng.shuffle(free_ranks)
    return PINNED_RANKS | dict(zip(free_ids, free_ranks, strict=True))


def _account(rng: random.Random, key: str, rank: int, region: str, taken: set[str], leaves: bool) -> Account:
    customers = ACCOUNTS - PROSPECTS
    options = names.COUNTRIES[region]
    country, currency, legal, _ = rng.choices(options, [option[3] for option in options])[0]
    industry = rng.choice(names.INDUSTRIES)
    while (
        name := f"{rng.choice(names.FIRM_FIRST.split())} {rng.choice(names.FIRM_SECOND[industry])} {legal}"
    ) in taken:
        pass
    taken.add(name)
    is_old = key in PINNED_RANKS or rng.random() < 0.74
    first, last = (date(2016, 1, 1), date(2022, 12, 31)) if is_old else (date(2023, 1, 1), date(2025, 10, 31))
    since = day_in(rng, first, last)
    churned = day_in(rng, max(since + timedelta(days=270), date(2023, 6, 1)), date(2026, 3, 25)) if leaves else None
    stage = "prospect" if rank >= customers else "churned" if churned else "active"
    place = (customers - rank - 0.5) / customers if rank < customers else 0.2
    is_big = rank < 70
    account = Account(
        id=key,
        name=name,
        industry=industry,
        region=region,
        country=country,
        currency=currency,
        rank=rank,
        stage=stage,
        since=None if stage == "prospect" else since,
        churned_on=churned,
        manager=None,
        sponsor=None,
        parent=None,
        is_strategic=None,
        strategic_reason=None,
        updated_at=at_work(rng, day_in(rng, date(2025, 2, 1), date(2026, 4, 17))),
    )
    account.yearly = _MEDIAN * math.exp(_SPREAD * NormalDist().inv_cdf(place))
    account.base_mood = rng.gauss(0.06 if is_big else 0.0, 0.27) - (0.2 if leaves else 0.0)
    is_close = rng.random() < (0.72 if is_big else 0.36) - (0.2 if leaves else 0.0)
    account.base_engagement = rng.uniform(0.6, 0.98) if is_close else rng.uniform(0.06, 0.42)
    is_keen = rng.random() < (0.62 if is_close else 0.48)
    account.base_usage = rng.uniform(0.45, 0.96) if is_keen else rng.uniform(0.07, 0.36)
    if rng.random() < 0.16 and key not in PINNED_RANKS:
        account.base_usage = None
    account.growth = rng.gauss(0.05 + 0.12 * account.base_mood, 0.10)
    if rng.random() < 0.05 and not is_big:
        account.growth = rng.uniform(0.35, 0.6)
    return account


def _assign(rng: random.Random, accounts: list[Account], employees: list[Employee]) -> None:
    """Managers by region (the first carries too many), sponsors for most key accounts (one has too many), parents."""
    managers: dict[str, list[str]] = {
        region: [employee.id for employee in employees if employee.team == f"T-ACCOUNTS-{code}"]
        for region, code in (("Americas", "AM"), ("EMEA", "EU"), ("APAC", "AP"))
    }
    sponsors = [employee.id for employee in employees if employee.function == "executive"]
    for account in accounts:
        own = managers[account.region]
        account.manager = rng.choices(own, [2.0] + [1.0] * (len(own) - 1))[0]
    biggest = sorted(accounts, key=lambda account: account.rank)[:16]
    for place, account in enumerate(biggest):
        if account.id == STORY.risky_account or place % 5 == 4:
            continue  # nobody sponsors it
        account.sponsor = sponsors[0] if place < 7 else sponsors[place % 3 + 1]
    for child in rng.sample([account for account in accounts if account.rank > 90], 22):
        child.parent = rng.choice(biggest).id


def _make_strategic(rng: random.Random, accounts: list[Account]) -> None:
    reasons = ["brand", "new_market", "partner", "other"]
    chosen = rng.sample([account for account in accounts if account.rank > 70 and account.stage == "active"], 13)
    for account in accounts:
        account.is_strategic = True if account in chosen else rng.choices([False, None], [3, 1])[0]
        account.strategic_reason = rng.choice(reasons) if account in chosen else None


def _contacts(rng: random.Random, account: Account) -> list[Contact]:
    size = 24 if account.id in PINNED_RANKS else int(rng.gauss(4.7, 1.0) + 260 / (account.rank + 24))
    titles, weights = zip(*names.JOB_TITLES, strict=True)
    found = []
    for number in range(1, max(2, size) + 1):
        first = rng.choice(names.FIRST_NAMES[account.region].split())
        last = rng.choice(names.LAST_NAMES[account.region].split()).replace("-", " ")
        title = rng.choices(titles, weights)[0] if number > 1 else "Plant Director"
        key = f"C-{account.id[2:]}-{number:02}"
        has_left = key == STORY.risky_left_contact or rng.random() < 0.05
        address = f"{first}.{last.replace(' ', '')}@{account.domain}".lower().replace("'", "")
        edited_at = at_work(rng, day_in(rng, date(2023, 1, 2), date(2026, 4, 17)))
        found.append(
            Contact(
                id=key,
                account_id=account.id,
                name=f"{first} {last}",
                title=title,
                email=None if rng.random() < 0.03 else address,
                role=names.role_of(title) if rng.random() < 0.4 else None,
                is_active=not has_left,
                updated_at=datetime(2025, 10, 2, 9) if has_left else edited_at,
            )
        )
    return found


def _make_hostile(accounts: list[Account]) -> None:
    """Give five people and a firm names that try to be formulas, markup or SQL, and list some of our own people as contacts."""
    spare = [account for account in accounts if account.id not in PINNED_RANKS and len(account.contacts) > 3]
    for account, hostile in zip(spare, names.HOSTILE_NAMES, strict=False):
        account.contacts[-1].name = hostile
    spare[len(names.HOSTILE_NAMES)].name = names.HOSTILE_FIRM
    residents = [account for account in spare if account.rank < 30][:8]
    for number, account in enumerate(residents):
        domain = OWN_DOMAIN if number % 2 else BOUGHT_DOMAIN.upper()
        account.contacts[-1].email = f"resident.{account.id.lower()}@{domain}"
        account.contacts[-1].title = "Resident Engineer"
        account.contacts[-1].role = None


def is_resident(contact: Contact) -> bool:
    """Whether a contact is one of our own people, listed at the customer's."""
    return (contact.email or "").lower().endswith((f"@{OWN_DOMAIN}", f"@{BOUGHT_DOMAIN}"))


def account_rows(accounts: list[Account]) -> list[dict[str, Any]]:
    """`accounts`."""
    return [
        {
            "account_id": account.id,
            "account_name": account.name,
            "parent_account_id": account.parent,
            "industry": account.industry,
            "region": account.region,
            "country": account.country,
            "lifecycle_stage": account.stage,
            "customer_since": account.since,
            "churned_on": account.churned_on,
            "is_strategic": account.is_strategic,
            "strategic_reason": account.strategic_reason,
            "account_manager_id": account.manager,
            "executive_sponsor_id": account.sponsor,
            "updated_at": min(account.updated_at, EXPORTED_AT),
        }
        for account in accounts
    ]


def contact_rows(accounts: list[Account]) -> list[dict[str, Any]]:
    """`contacts`."""
    return [
        {
            "contact_id": contact.id,
            "account_id": contact.account_id,
            "full_name": contact.name,
            "job_title": contact.title,
            "email": contact.email,
            "buying_role": contact.role,
            "is_active": contact.is_active,
            "updated_at": contact.updated_at,
        }
        for account in accounts
        for contact in account.contacts
    ]
