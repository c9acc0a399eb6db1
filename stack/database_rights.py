"""The SQL that makes a server's roles and databases: per service an owner, who migrates, and a role without DDL.

Standard library only: `stack.container_secrets` writes it for the database containers, where there may be no `.venv`.
"""

from collections.abc import Iterable, Mapping

AUDITED = ("product", "payment")
"""The services that also have a role for the reconciliation, which reads what their migrations let it read."""


def roles_and_databases(services: Iterable[str], passwords: Mapping[str, str]) -> list[str]:
    """Statements for an empty server. `passwords` by role name; `postgres` is the superuser."""
    statements = [f"ALTER ROLE postgres PASSWORD '{passwords['postgres']}'"]
    for service in services:
        roles = [f"{service}_owner", f"{service}_app", *_auditors(service)]
        statements += [new_role(role, passwords[role]) for role in roles]
        statements += [f"CREATE DATABASE {service} OWNER {service}_owner", *access_to_database(service, service)]
    return [*statements, "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"]


def new_role(role: str, password: str) -> str:
    return f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"


def access_to_database(database: str, service: str) -> list[str]:
    """Who may connect."""
    guests = ", ".join([f"{service}_app", *_auditors(service)])
    return [f"REVOKE ALL ON DATABASE {database} FROM PUBLIC", f"GRANT CONNECT ON DATABASE {database} TO {guests}"]


def rights_inside_database(service: str) -> list[str]:
    """What the application role may do with what the owner will create."""
    owner, app = f"{service}_owner", f"{service}_app"
    guests = ", ".join([app, *_auditors(service)])
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"
    return [
        f"ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {guests}",
        f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"{defaults} GRANT USAGE ON SEQUENCES TO {app}",
    ]


def _auditors(service: str) -> list[str]:
    return [f"{service}_auditor"] if service in AUDITED else []
