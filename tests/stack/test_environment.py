"""What each process is told, and what is kept from it."""

from pathlib import Path

from stack.environment import auditors_variables, only_for
from stack.procfile import read_procfile
from stack.shop import ROOT

VARIABLES = {
    "PATH": "/bin",
    "AUTH_DATABASE_URL": "postgresql://auth",
    "PRODUCT_DATABASE_URL": "postgresql://product",
    "PRODUCT_AUTH_URL": "http://auth",
    "PAYMENT_DATABASE_URL": "postgresql://payment",
}


def test_a_process_learns_no_other_services_passwords() -> None:
    names = set(only_for("product", VARIABLES))

    assert names == {"PATH", "PRODUCT_DATABASE_URL", "PRODUCT_AUTH_URL"}


def test_of_all_processes_only_the_one_that_reconciles_reads_two_databases() -> None:
    auditors = auditors_variables(orders_url="postgresql://product_auditor", payments_url="postgresql://auditor")
    readers = [
        line.name
        for line in read_procfile(ROOT / "Procfile")
        if auditors.keys() & only_for(line.service, VARIABLES | auditors, process=line.name).keys()
    ]

    assert readers == ["payment-clock"]


def test_the_procfile_names_a_service_and_a_kind_of_process_on_every_line() -> None:
    lines = read_procfile(ROOT / "Procfile")

    assert {line.service for line in lines} == {"auth", "product", "payment"}
    assert [line.service for line in lines if line.is_web] == ["auth", "product", "payment"]
    assert all(line.arguments == ("python", "-m", line.service, line.name.split("-")[1]) for line in lines)


def test_comments_and_blank_lines_of_a_procfile_are_skipped(tmp_path: Path) -> None:
    procfile = tmp_path / "Procfile"
    procfile.write_text("# all of it\n\nauth-web: python -m 'auth' web\n")

    (line,) = read_procfile(procfile)

    assert (line.name, line.arguments) == ("auth-web", ("python", "-m", "auth", "web"))
