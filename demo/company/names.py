"""Words that invented companies and people are named with. Any likeness to a real firm is accidental."""

from __future__ import annotations

FIRM_FIRST = (
    "Aldermere Ashcombe Barrowden Birchfall Blackmere Brackwater Bramhurst Calderholm Cindermoor Coldbrook Corvane"
    " Dunmarrow Eastwick Elmgarth Fairholt Fenwarden Ferrisdale Garrowby Glasswater Greyfell Halvorsund Harkstead"
    " Hollinbeck Ironvale Juniperfield Kelsmere Kirkanders Langmoor Larkhollow Lindqvist Lowmarsh Maplethorn"
    " Marrowgate Meridale Mossbank Nethercombe Norvale Oakhanger Orrinford Pellworth Quarrymount Ravensholt Redmarsh"
    " Rosendahl Saltmere Sandrigg Silverbeck Skerrydale Stanmoor Tarnwick Thistledown Thornquist Umberfield Vantmoor"
    " Wexcombe Whitlow Windermark Wolfsgate Yarrowby Zeldenrust"
)
FIRM_SECOND = {
    "pharmaceuticals": ("Pharma", "Biologics", "Therapeutics", "Life Sciences"),
    "food_and_beverage": ("Foods", "Dairies", "Brewing", "Ingredients"),
    "chemicals": ("Chemicals", "Coatings", "Polymers", "Specialty Materials"),
    "automotive": ("Motors", "Drivetrain", "Automotive", "Castings"),
    "energy": ("Energy", "Power", "Renewables", "Grid Services"),
    "healthcare": ("Hospitals", "Diagnostics", "Medical", "Clinics"),
    "electronics": ("Semiconductor", "Electronics", "Photonics", "Circuits"),
    "research": ("Institute", "Laboratories", "Research", "Analytics"),
}
INDUSTRIES = tuple(FIRM_SECOND)
COUNTRIES = {  # region -> (country, currency, legal form, weight)
    "Americas": (
        ("US", "USD", "Inc.", 14),
        ("CA", "USD", "Ltd.", 3),
        ("MX", "USD", "S.A. de C.V.", 1),
        ("BR", "USD", "S.A.", 1),
    ),
    "EMEA": (
        ("DE", "EUR", "GmbH", 5),
        ("GB", "GBP", "plc", 5),
        ("FR", "EUR", "SAS", 3),
        ("NL", "EUR", "B.V.", 2),
        ("SE", "EUR", "AB", 1),
        ("PL", "EUR", "sp. z o.o.", 1),
    ),
    "APAC": (
        ("SG", "USD", "Pte. Ltd.", 3),
        ("JP", "USD", "K.K.", 2),
        ("AU", "USD", "Pty Ltd", 2),
        ("IN", "USD", "Ltd.", 1),
    ),
}
FIRST_NAMES = {
    "Americas": "Aaron Alicia Beatriz Carlos Denise Ethan Fernanda Grace Hector Imani Jason Kayla Luis Maya Nathan Olivia"
    " Priscilla Quentin Rosa Sean Tamara Vanessa Walter Zoë",
    "EMEA": "Agnieszka Bram Chloé Dieter Elin Fiona Gareth Hélène Ingrid Jürgen Karolina Łukasz Maëlle Niamh Oskar Pippa"
    " Rasmus Søren Thérèse Ulrike Victor Wiebke Yusuf Åsa",
    "APAC": "Aiko Anjali Bao Chen Daichi Emiko Farah Hiroshi Isla Jun Kavya Liang Mei Nurul Priya Ravi Sakura Takeshi"
    " Wei Xin Yuki Zara",
}
LAST_NAMES = {
    "Americas": "Alvarez Bennett Carvalho Delgado Ellison Foster Gallagher Hernández Iverson Jefferson Kowalczyk Lombardi"
    " Mbeki Nguyen O'Connor Patterson Quiroga Ramírez Sanderson Tremblay Underwood Vásquez Whitfield Young",
    "EMEA": "Andersson Björklund Claes Dąbrowska Eriksen Fischer Grünwald Hughes Ibrahim Jansen Kaczmarek Lefèvre Müller"
    " Nowak O'Sullivan Petit Rousseau Schäfer Szymański Thorne van-Dijk Weiß Yılmaz Zimmermann",
    "APAC": "Abe Chandra Das Fujimoto Goh Hashimoto Iyer Kaneko Lim Mehta Nakamura Ong Pillai Rahman Sato Tanaka Ueda Wong"
    " Yamada Zhang",
}
JOB_TITLES = (  # (title, weight): what role patterns read as decision maker, recommender and influencer
    ("Chief Operating Officer", 2),
    ("VP Manufacturing", 4),
    ("Plant Director", 5),
    ("Head of Procurement", 5),
    ("Director of Quality", 6),
    ("Laboratory Manager", 12),
    ("Maintenance Manager", 9),
    ("Purchasing Manager", 7),
    ("IT Manager", 6),
    ("Senior Process Engineer", 10),
    ("Quality Engineer", 10),
    ("Validation Specialist", 6),
    ("Laboratory Technician", 11),
    ("Application Scientist", 7),
    ("Buyer", 5),
)
ROLES_BY_WORD = (
    (("Chief", "VP", "Director", "Head"), "decision_maker"),
    (("Manager", "Senior"), "recommender"),
    (("",), "influencer"),
)
HOSTILE_NAMES = (  # plain data, and it must stay plain data in every report
    "=cmd|' /C calc'!A0",
    "<script>alert('hello')</script>",
    "Robert'); DROP TABLE contacts;--",
    '"Quoted", Name',
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
HOSTILE_FIRM = '=SUM(A1:A9) & <script>alert("firm")</script>, Ltd.'


def role_of(title: str) -> str:
    """The buying role a job title stands for in this company's CRM."""
    return next(role for words, role in ROLES_BY_WORD if any(word in title for word in words))
