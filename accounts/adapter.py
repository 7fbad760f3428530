"""allauth's view of our people: one telephone number, kept in E.164."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.phones import normalise


class NationalPhoneField(PhoneField):
    """allauth's field, which also takes a number without country code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, validators=[], **kwargs)

    def clean(self, value):
        value = super().clean(value)
        return normalise(value) if value else value


class AccountAdapter(DefaultAccountAdapter):
    def phone_form_field(self, **kwargs):
        return NationalPhoneField(**kwargs)

    def get_phone(self, user) -> tuple[str, bool]:
        # allauth would turn away a person without a number; officials need none
        return user.phone or "", True

    def set_phone(self, user, phone: str, verified: bool) -> None:
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user, phone: str) -> None:
        """Numbers are taken on trust until an SMS gateway is set up."""

    def get_user_by_phone(self, phone: str) -> User | None:
        try:
            return User.objects.filter(phone=normalise(phone)).first()
        except ValidationError:
            return None
