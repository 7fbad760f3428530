"""System checks for combinations of settings that are each allowed and together unsafe, with hints."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.utils.translation import gettext as _

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", "[::1]", ".localhost"}


def only_local(hosts: Iterable[str]) -> bool:
    """Return whether all these ALLOWED_HOSTS mean this machine only."""
    return all(host in LOCAL_HOSTS for host in hosts)


@register(Tags.security)
def debug_in_public(app_configs: Sequence | None, **kwargs) -> list[CheckMessage]:
    """Refuse debug pages, which show settings and data, on a portal that others can reach."""
    if not settings.DEBUG or only_local(settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            _("DEBUG is on while ALLOWED_HOSTS names other machines."),
            hint=_("Debug pages show settings and residents' data. Unset DEBUG, or ALLOWED_HOSTS."),
            id="portal.E001",
        )
    ]


@register(Tags.security)
def demo_in_public(app_configs: Sequence | None, **kwargs) -> list[CheckMessage]:
    """Warn when the demo, whose passwords stand on its sign-in page, can be reached by others."""
    if not settings.DEMO or only_local(settings.ALLOWED_HOSTS):
        return []
    return [
        Warning(
            _("The demo is open to other machines."),
            hint=_("Its passwords are public: keep real data out of it. Unset DEMO, or ALLOWED_HOSTS."),
            id="portal.W002",
        )
    ]


@register(Tags.security)
def plain_http_in_public(app_configs: Sequence | None, **kwargs) -> list[CheckMessage]:
    """Warn when passwords and residents' data would cross a network in the clear."""
    if settings.HTTPS or settings.DEMO or only_local(settings.ALLOWED_HOSTS):
        return []
    return [
        Warning(
            _("HTTPS is off while ALLOWED_HOSTS names other machines."),
            hint=_("Put a server that speaks TLS in front of the portal and set HTTPS=on."),
            id="portal.W003",
        )
    ]


@register(Tags.security, deploy=True)
def https_without_proxy(app_configs: Sequence | None, **kwargs) -> list[CheckMessage]:
    """Mention that behind a proxy nobody counts, every page would redirect to itself for ever."""
    if not settings.HTTPS or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    return [
        Info(
            _("HTTPS is on and TRUSTED_PROXY_COUNT is 0."),
            hint=_("Behind a proxy every page would redirect to itself: set TRUSTED_PROXY_COUNT=1 for one."),
            id="portal.I004",
        )
    ]


@register(Tags.caches, deploy=True)
def shared_database_without_redis(app_configs: Sequence | None, **kwargs) -> list[CheckMessage]:
    """Warn when a database for several machines is used with a queue and a cache for one."""
    if settings.REDIS_URL or settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    return [
        Warning(
            _("DATABASE_URL names a database server while REDIS_URL is empty."),
            hint=_("Tasks and sign-in limits then stay on one machine, in one process. Set REDIS_URL."),
            id="portal.W005",
        )
    ]


@register(deploy=True)
def mail_into_files(app_configs: Sequence | None, **kwargs) -> list[CheckMessage]:
    """Warn when people may choose e-mail that nobody would ever receive."""
    if not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return []
    return [
        Warning(
            _("EMAIL_URL is empty: e-mail is written into files."),
            hint=_("Name the mail server, such as EMAIL_URL=smtp://user:password@host:587/?tls=True."),
            id="portal.W006",
        )
    ]


@register(deploy=True)
def messages_without_links(app_configs: Sequence | None, **kwargs) -> list[CheckMessage]:
    """Warn when messages outside the portal could not say where it is, or would say it wrongly."""
    if urlsplit(settings.PUBLIC_URL).scheme in ("http", "https") and urlsplit(settings.PUBLIC_URL).netloc:
        return []
    return [
        Warning(
            _("PUBLIC_URL is no address of a website: messages carry no links."),
            hint=_("Set it to the portal's own, such as PUBLIC_URL=https://portal.example.cn."),
            id="portal.W007",
        )
    ]
