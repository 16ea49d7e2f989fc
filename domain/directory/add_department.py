"""New department: rules may name its members and managers from now on."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from domain.settings.tenants import named_id
from domain.tables import departments
from domain.validation.values import text
from domain.values.errors import InvalidInputError
from domain.writing.unit_of_work import Event, UnitOfWork

CODE = re.compile("[A-Z][A-Z0-9_]{1,31}")


@dataclass(frozen=True, slots=True)
class AddDepartment:
    """``code`` stands in its roles (``LEGAL:MEMBER``); ``parent`` is the code of the one above."""

    code: str
    name: str
    parent: str | None = None


async def add_department(command: AddDepartment, work: UnitOfWork) -> str:
    """The new department's id; raises ``InvalidInputError``, and ``ConflictError`` for one there is."""
    if CODE.fullmatch(command.code) is None:
        raise InvalidInputError("a code is made of A to Z, digits and _", ("code",))
    above = (
        None if command.parent is None else await department_called(work, command.parent, "parent")
    )
    id_ = named_id(work.tenant, "department", command.code)
    row = {"id": id_, "code": command.code, "name": text("name", command.name), "parent_id": above}
    created = {"tenant_id": work.tenant, "created_at": work.stores.now()}
    await work.insert(departments, [{**row, **created}])
    work.happened(Event("DepartmentAdded", "department", (id_,), ()))
    return id_


async def department_called(work: UnitOfWork, code: str, argument: str) -> str:
    """The id of the department with that code; raises ``InvalidInputError``, which names the argument."""
    query = sa.select(departments.c.id).where(
        departments.c.tenant_id == work.tenant, departments.c.code == code
    )
    id_ = (await work.execute(query)).scalar_one_or_none()
    if id_ is None:
        raise InvalidInputError("no department has that code", (argument,))
    return str(id_)
