"""Users of the broker: named in the repository, given their passwords in the run folder."""

import base64
import json
from pathlib import Path

from stack.definitions import password_hash, write_definitions
from stack.shop import ROOT

SOURCE = ROOT / "rabbitmq" / "definitions.json"
PASSWORDS = {"auth": "a-1", "product": "b-2", "payment": "c-3", "monitor": "d-4", "operator": "e-5"}


def test_a_password_is_hashed_as_the_broker_does_it() -> None:
    """The worked example of RabbitMQ's documentation: test12, salt 908D C60A."""
    hashed = password_hash("test12", bytes.fromhex("908DC60A"))

    assert hashed == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_every_user_gets_its_password_and_nothing_else_changes(tmp_path: Path) -> None:
    target = tmp_path / "definitions.json"

    write_definitions(SOURCE, target, PASSWORDS)

    written, source = json.loads(target.read_text()), json.loads(SOURCE.read_text())
    for user in written["users"]:
        salt = base64.b64decode(user["password_hash"])[:4]
        assert user.pop("password_hash") == password_hash(PASSWORDS[user["name"]], salt)
        assert user.pop("hashing_algorithm") == "rabbit_password_hashing_sha256"
    assert written == source


def test_the_repository_holds_no_password_of_the_broker() -> None:
    users = json.loads(SOURCE.read_text())["users"]

    assert not any("password" in attribute for user in users for attribute in user)
