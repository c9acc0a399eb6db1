"""How a bug says where it is planted."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

_MODULES = "_planted_in"


@dataclass(frozen=True)
class Planted:
    module: str
    patch: Callable[[Any], None]


def plants(*modules: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Marks a function that changes each of these modules, once it is imported."""

    def mark(patch: Callable[[Any], None]) -> Callable[[Any], None]:
        setattr(patch, _MODULES, modules)
        return patch

    return mark


def planted_in(subject: ModuleType) -> dict[str, list[Planted]]:
    """The bugs of a module, by name."""
    return {
        name.replace("_", "-"): [Planted(module, patch) for module in getattr(patch, _MODULES)]
        for name, patch in vars(subject).items()
        if hasattr(patch, _MODULES)
    }
