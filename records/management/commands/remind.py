"""manage.py remind --now"""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import Unit
from records.sweep import sweep


class Command(BaseCommand):
    help = "Run one sweep of the deadlines by hand, as the background work does, and print what it did."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--now", action="store_true", help="send what is due now; nothing is sent without it")

    def handle(self, *args, now: bool, **options) -> None:
        if not now:
            raise CommandError(_("Nothing was sent. Write: manage.py remind --now"))
        done = sweep()
        self.stdout.write(_("Deadlines looked at: %(count)d") % {"count": done.deadlines})
        self.stdout.write(_("Reminders sent: %(count)d") % {"count": done.reminders})
        self.stdout.write(_("Messages handed over to leave the portal: %(count)d") % {"count": done.handed_over})
        self.stdout.write(_("Deadlines put off after an error: %(count)d") % {"count": len(done.put_off)})
        self.stdout.write(_("Units without people: %(count)d") % {"count": len(done.without_people)})
        for unit in Unit.objects.filter(pk__in=done.without_people):
            self.stdout.write(f"  {unit.code} {unit}")
