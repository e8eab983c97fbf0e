"""Who signs people in: their endpoints and what reading mail takes there, as data."""

from dataclasses import dataclass

from triage.settings import SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """`scopes` are the least that read mail over IMAP. `asked` goes along with the question to the user's browser.

    `host` is the loopback name that the provider calls back, on whatever port (RFC 8252 section 7.3). Without
    `device` it signs nobody in by code. `secret`: its apps have a client secret, though a desktop keeps none.
    `notes` are what its pages may say to people without anything of it coming back to us.
    """

    name: str
    authorize: str
    token: str
    device: str = ""
    scopes: tuple[str, ...]
    host: str = "127.0.0.1"
    asked: tuple[tuple[str, str], ...] = ()
    secret: bool = False
    guide: str = "docs/oauth.md"
    notes: tuple[str, ...] = ()


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"

_GOOGLE = Provider(
    name="Google",
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    # No narrower scope opens IMAP, and codes for devices are not given for this one.
    scopes=("https://mail.google.com/",),
    # Without prompt=consent only the very first sign-in brings a refresh token.
    asked=(("access_type", "offline"), ("prompt", "consent")),
    secret=True,
    guide="docs/gmail.md",
    notes=(
        '"Google hasn\'t verified this app" means your own: choose Advanced, then Go to it.',
        '"Access blocked" (403): add your address to the app\'s test users (docs/gmail.md).',
    ),
)


def by_oauth(settings: SourceSettings) -> bool:
    """Does this source take a token, and no password?"""
    return settings.auth.startswith("oauth")


def provider(settings: SourceSettings) -> Provider:
    """The one that this source's `auth` names."""
    if settings.auth == "oauth-google":
        return _GOOGLE
    if settings.auth == "oauth-microsoft":
        return _microsoft(settings.tenant)
    return Provider(
        name="the provider",
        authorize=settings.authorize_endpoint,
        token=settings.token_endpoint,
        device=settings.device_endpoint,
        scopes=settings.scopes,
    )


def _microsoft(tenant: str) -> Provider:
    base = _MICROSOFT.format(tenant=tenant)
    return Provider(
        name="Microsoft",
        authorize=f"{base}/authorize",
        token=f"{base}/token",
        device=f"{base}/devicecode",
        scopes=("https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"),
        host="localhost",  # only under this name is the port left open
        asked=(("prompt", "select_account"),),
        guide="docs/microsoft365.md",
        notes=('"Need admin approval": your administrator must consent to the app (docs/microsoft365.md).',),
    )
