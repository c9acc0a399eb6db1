"""The contracts as documents for people and tools in other languages: JSON Schemas and one AsyncAPI 3 description."""

import json
from typing import Any

from servicekit.contracts import CONTENT_TYPE, EVENTS, CloudEvent, EventData
from servicekit.messaging.topology import EXCHANGES


def documents() -> dict[str, str]:
    """File names below `contracts/` and their contents."""
    files = {f"schemas/{name}.json": _json(_schema(data_class)) for name, data_class in EVENTS.items()}
    files["asyncapi.json"] = _json(_asyncapi())
    return files


def _schema(data_class: type[EventData]) -> dict[str, Any]:
    schema = CloudEvent[data_class].model_json_schema(mode="serialization")  # type: ignore[valid-type]
    schema["properties"]["type"] = {"const": data_class.type, "type": "string"}
    identity = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:storefront:event:{data_class.type}",
    }
    return identity | schema | {"title": data_class.__name__, "description": data_class.__doc__}


def _asyncapi() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Storefront events",
            "version": "1.0.0",
            "description": "What the services tell each other through RabbitMQ: CloudEvents 1.0 in structured JSON. "
            "Generated from servicekit/contracts.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {service: _channel(service, exchange) for service, exchange in EXCHANGES.items()},
        "operations": {
            f"publish.{name}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{data_class.producer}"},
                "messages": [{"$ref": f"#/channels/{data_class.producer}/messages/{name}"}],
            }
            for name, data_class in EVENTS.items()
        },
        "components": {"messages": {name: _message(name, data_class) for name, data_class in EVENTS.items()}},
    }


def _channel(service: str, exchange: str) -> dict[str, Any]:
    names = [name for name, data_class in EVENTS.items() if data_class.producer == service]
    return {
        "address": exchange,
        "description": f"Topic exchange of the {service} service. The routing key is the event type.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": exchange, "type": "topic", "durable": True}}},
    }


def _message(name: str, data_class: type[EventData]) -> dict[str, Any]:
    return {
        "name": name,
        "title": data_class.__name__,
        "summary": (data_class.__doc__ or "").split("\n")[0],
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"./schemas/{name}.json"},
    }


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
