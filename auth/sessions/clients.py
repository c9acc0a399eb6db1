"""Whose device a request comes from, as far as it says: shown to users in the list of their sessions."""

import hashlib
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Literal

import ua_parser
from starlette.requests import Request
from ua_parser.core import Matcher
from ua_parser.loaders import load_builtins
from ua_parser.matchers import DeviceMatcher
from ua_parser.regex import Resolver

DeviceType = Literal["desktop", "mobile", "tablet", "bot", "unknown"]

_LONGEST_USER_AGENT = 500
_MOBILE_SYSTEMS = frozenset({"iOS", "Android", "Windows Phone", "KaiOS", "HarmonyOS"})
_DESKTOP_SYSTEMS = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Fedora", "Debian", "Chrome OS", "FreeBSD"})

_BOT = "Spider"
"""The parser's word."""


@dataclass(frozen=True, slots=True)
class Device:
    """What the user agent tells: "Firefox 141" on "Windows 11"."""

    type: DeviceType
    os: str | None
    client: str | None


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from. Both parts are the client's word, or its proxy's."""

    user_agent: str
    address: str | None

    @classmethod
    def of(cls, request: Request) -> "Client":
        """The address is the peer's, or what a trusted proxy says (`AUTH_TRUSTED_PROXIES`); None when it is none."""
        return cls(
            user_agent=request.headers.get("user-agent", "")[:_LONGEST_USER_AGENT],
            address=_address(request.client.host if request.client else ""),
        )

    @property
    def fingerprint(self) -> bytes:
        """Differs between clients, most often; the same for two tabs of one browser."""
        return hashlib.sha256(f"{self.address}\n{self.user_agent}".encode("utf-8", "replace")).digest()

    @property
    def device(self) -> Device:
        parsed = user_agent_parser().parse(self.user_agent)
        return Device(
            type=_device_type(parsed, self.user_agent),
            os=_with_major_version(parsed.os),
            client=_with_major_version(parsed.user_agent),
        )


@cache
def user_agent_parser() -> ua_parser.Parser:
    """Reads its rules, a tenth of a second long.

    Of those for devices it keeps the ones for bots: nobody here asks for the others, which take 17 MB.
    """
    clients, systems, devices = load_builtins()
    bots: list[Matcher[ua_parser.Device]] = [
        rule for rule in devices if isinstance(rule, DeviceMatcher) and rule.family == _BOT
    ]
    return ua_parser.Parser(Resolver((clients, systems, bots)))


def _address(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _device_type(parsed: ua_parser.Result, user_agent: str) -> DeviceType:
    """The parser knows bots and systems; the kind of device follows from them."""
    system = parsed.os.family if parsed.os else ""
    if parsed.device and parsed.device.family == _BOT:
        return "bot"
    if "iPad" in user_agent or "Tablet" in user_agent or (system == "Android" and "Mobile" not in user_agent):
        return "tablet"
    if system in _MOBILE_SYSTEMS:
        return "mobile"
    return "desktop" if system in _DESKTOP_SYSTEMS else "unknown"


def _with_major_version(part: ua_parser.OS | ua_parser.UserAgent | None) -> str | None:
    if part is None:
        return None
    return f"{part.family} {part.major}" if part.major else part.family
