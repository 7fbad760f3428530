"""The channels of units, and what could not be delivered, in the admin."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import Audited, CarefulAdmin, HistoryAdmin, NeverDeleted, ReadOnly, RuledForm
from records.enums import DeliveryState
from records.outgoing.deliveries import send_again
from records.outgoing.models import Delivery, UnitChannel
from records.outgoing.outside import disguised
from records.outgoing.preferences import check_channel
from records.registry import deadline_kinds


class UnitChannelForm(RuledForm):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of deadline"),
        choices=deadline_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means all kinds."),
    )

    def check_rule(self, row: UnitChannel) -> None:
        check_channel(channel=row)


@admin.register(UnitChannel)
class UnitChannelAdmin(Audited, NeverDeleted, HistoryAdmin):
    """Group robots and SMS gateways. The address holds a secret: only its kind is listed."""

    form = UnitChannelForm
    list_display = ["name", "unit", "disguised_address", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["unit"]
    search_fields = ["name", "unit__code", "unit__name"]
    autocomplete_fields = ["unit"]
    fields = ["unit", "name", "address", "kinds", "mode", "digest_at", "begins", "ends", "is_active"]

    @admin.display(description=_("address"))
    def disguised_address(self, channel: UnitChannel) -> str:
        return disguised(channel.address)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, CarefulAdmin):
    """Reminders that could not be delivered for good, the latest first; sent again once the cause is gone."""

    list_display = ["created_at", "deadline", "level", "recipient", "unit_channel", "attempts", "last_error"]
    list_filter = ["last_error"]
    list_select_related = ["deadline", "recipient", "unit_channel__unit"]
    fields = ["deadline", "level", "recipient", "unit_channel", "mode", "created_at", "attempts", "last_error"]
    actions = ["send_again"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(state=DeliveryState.FAILED)

    def has_resend_permission(self, request) -> bool:
        return request.user.has_perm("records.change_delivery")

    @admin.action(description=_("Send the chosen reminders again"), permissions=["resend"])
    def send_again(self, request, queryset) -> None:
        count = send_again(deliveries=queryset, user=request.user)
        self.message_user(
            request, gettext("%(count)d reminders will be sent again.") % {"count": count}, messages.SUCCESS
        )
