"""Demo staff: the people who work at the made-up company, and its partners."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from random import Random
from types import MappingProxyType

from domain.importing.records.records import MemberRecord, PartnerAccountRecord, Reference

SYSTEM = "demo"
PARTNER = "partner"
SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff. ``number`` makes the external reference."""

    number: int
    handle: str
    name: str
    job_title: str
    role: str
    department: str | None

    @property
    def reference(self) -> Reference:
        """How other records name this one."""
        return Reference(SYSTEM, f"M{self.number:04}")


# Managers stand before those whom they manage, so that each record names only earlier ones.
_STAFF = (
    ("ingrid.solberg", "Ingrid Solberg", "Head of Sales", "MANAGER", "SALES"),
    ("david.okafor", "David Okafor", "Head of Support", "MANAGER", "SUPPORT"),
    ("chiara.moretti", "Chiara Moretti", "Head of Marketing", "MANAGER", "MARKETING"),
    ("henrik.lindqvist", "Henrik Lindqvist", "Head of Finance", "MANAGER", "FINANCE"),
    ("amelie.laurent", "Amélie Laurent", "Data Protection Officer", "MANAGER", "COMPLIANCE"),
    ("admin", "Alex Reyes", "CRM Administrator", "ADMIN", None),
    ("sales", "Sam Keller", "Account Executive", "MEMBER", "SALES"),
    ("support", "Sofia Nowak", "Support Engineer", "MEMBER", "SUPPORT"),
    ("marketing", "Mara Jansen", "Campaign Manager", "MEMBER", "MARKETING"),
    ("finance", "Felix Brandt", "Accountant", "MEMBER", "FINANCE"),
    ("compliance", "Clara Duarte", "Compliance Officer", "MEMBER", "COMPLIANCE"),
    ("tom.becker", "Tom Becker", "Account Executive", "MEMBER", "SALES"),
    ("lucia.romero", "Lucía Romero", "Account Manager", "MEMBER", "SALES"),
    ("piotr.zielinski", "Piotr Zieliński", "Key Account Manager", "MEMBER", "SALES"),
    ("hannah.wright", "Hannah Wright", "Sales Development Representative", "MEMBER", "SALES"),
    ("mehmet.ozturk", "Mehmet Öztürk", "Support Engineer", "MEMBER", "SUPPORT"),
    ("julie.martin", "Julie Martin", "Customer Success Manager", "MEMBER", "SUPPORT"),
    ("ben.carter", "Ben Carter", "Field Technician", "MEMBER", "SUPPORT"),
    ("eva.horvath", "Eva Horváth", "Content Editor", "MEMBER", "MARKETING"),
    ("noah.visser", "Noah Visser", "Events Manager", "MEMBER", "MARKETING"),
    ("paula.gomes", "Paula Gomes", "Credit Controller", "MEMBER", "FINANCE"),
    ("jonas.weber", "Jonas Weber", "Privacy Analyst", "MEMBER", "COMPLIANCE"),
)

STAFF: Sequence[Colleague] = tuple(Colleague(n, *row) for n, row in enumerate(_STAFF, start=1))

_department = attrgetter("department")
_IN_DEPARTMENTS = sorted((c for c in STAFF if c.department), key=_department)
BY_DEPARTMENT: Mapping[str, tuple[Colleague, ...]] = MappingProxyType(
    {code: tuple(group) for code, group in groupby(_IN_DEPARTMENTS, key=_department)}
)


def somebody(rng: Random, department: str) -> Colleague:
    """One of the department's people."""
    return rng.choice(BY_DEPARTMENT[department])


def member_records() -> Iterator[MemberRecord]:
    """All of them, managers first."""
    for one in STAFF:
        manager = BY_DEPARTMENT[one.department][0] if one.department else one
        yield MemberRecord(
            reference=one.reference,
            handle=one.handle,
            role=one.role,
            department=one.department,
            values={
                "name": one.name,
                "email": f"{one.handle}@staff.example.com",
                "job_title": one.job_title,
            },
            manager=None if manager is one else manager.reference,
        )


def partner_record() -> PartnerAccountRecord:
    """The reseller to whom some customers are assigned."""
    return PartnerAccountRecord(PARTNER, "PARTNER", "Nordlicht Partners")


def supplier_record(name: str, organisation: Reference | None) -> PartnerAccountRecord:
    """The account of the organisation that supplies others."""
    return PartnerAccountRecord(SUPPLIER, "SUPPLIER", name, organisation)
