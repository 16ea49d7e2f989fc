"""Consent condition: whether the person behind a row consented to what the request is for."""

import sqlalchemy as sa

from policy.shapes.condition import Condition, Row, customer_of, of_customers
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal
from privacy.tables import consents

CONSENT = "has_consent"
"""Of a row: whether its customer's consent to the request's purpose is in force."""


def _consents(table: sa.FromClause, shape: RowShape) -> sa.ColumnElement[bool]:
    given = consents.alias()
    found = sa.exists().where(
        given.c.tenant_id == table.c.tenant_id,
        given.c.customer_id == customer_of(table, shape),
        given.c.purpose == sa.bindparam("purpose", type_=sa.Text),
        given.c.status == sa.literal_column("'GRANTED'"),
        sa.or_(given.c.expires_at.is_(None), given.c.expires_at > sa.func.now()),
    )
    # INVARIANT: the row's own table, however deep this stands; or anybody's consent would count.
    return found.correlate(table)


def _is_consented(row: Row, _principal: Principal, _shape: RowShape) -> bool:
    return row[CONSENT] is True


ENTRIES = (Condition("consent_in_force", _consents, _is_consented, of_customers, needs=CONSENT),)
