import pytest

from api.databases import Urls
from migrations.run import Database, check, sql


def test_the_migrations_make_what_the_tables_say(urls: Urls) -> None:
    check(Database.MAIN, urls.owner_main)
    check(Database.VAULT, urls.owner_vault)


@pytest.mark.parametrize("database", Database)
def test_the_migrations_can_be_printed(database: Database) -> None:
    assert "FORCE ROW LEVEL SECURITY" in sql(database)
