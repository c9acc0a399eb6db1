"""The SQL that makes a server's roles and databases: per service an owner, who migrates, and a role without DDL.

Standard library only: `stack.container_secrets` writes it for the database containers, where there may be no `.venv`.
"""

from collections.abc import Iterable, Mapping


def roles_and_databases(services: Iterable[str], passwords: Mapping[str, str]) -> list[str]:
    """Statements for an empty server. `passwords` by role name; `postgres` is the superuser."""
    statements = [f"ALTER ROLE postgres PASSWORD '{passwords['postgres']}'"]
    for service in services:
        statements += [
            f"CREATE ROLE {role} LOGIN PASSWORD '{passwords[role]}'" for role in (f"{service}_owner", f"{service}_app")
        ]
        statements += [f"CREATE DATABASE {service} OWNER {service}_owner", *access_to_database(service, service)]
    return [*statements, "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"]


def access_to_database(database: str, service: str) -> list[str]:
    """Who may connect."""
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {service}_app",
    ]


def rights_inside_database(service: str) -> list[str]:
    """What the application role may do with what the owner will create."""
    owner, app = f"{service}_owner", f"{service}_app"
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"
    return [
        f"ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"{defaults} GRANT USAGE ON SEQUENCES TO {app}",
    ]
