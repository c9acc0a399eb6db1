"""Bugs that others have had, planted one at a time to see whether the checks notice. Each is a function of one module.

A bug is added by `@plants("module")`: it gets that module as soon as it is imported, and changes it.
"""

from faults.patches.after_import import after_import
from faults.patches.bugs import accounts, consuming, money, orders, publishing
from faults.patches.bugs.planting import Planted, planted_in

NO_BUG = "none"

BUGS: dict[str, list[Planted]] = {}
"""By name, as `mark-before-confirm`. Most are a patch of one module, some of several."""
for _subject in (publishing, consuming, money, orders, accounts):
    for _name, _planted in planted_in(_subject).items():
        BUGS.setdefault(_name, []).extend(_planted)


def install(name: str) -> None:
    for planted in () if name == NO_BUG else BUGS[name]:
        after_import(planted.module, planted.patch)
