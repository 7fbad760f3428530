"""Photos in any form: kept as soon as they arrive, so that an error elsewhere in the form loses none."""

from uuid import UUID, uuid4

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.models import User
from records import actions as records
from records.models import Attachment
from records.queries import drafts

MAX_PHOTOS = 6


class PhotosInput(forms.FileInput):
    """Lets a phone offer its camera and its album, several photos at a time, as JPEG where it can convert them."""

    allow_multiple_selected = True

    def __init__(self, attrs=None):
        super().__init__({"accept": "image/jpeg,image/png,image/webp", "multiple": True, **(attrs or {})})


class PhotosField(forms.Field):
    """A list of uploads, possibly empty. Each is judged on its own when the form keeps it."""

    widget = PhotosInput
    template_name = "cases/public/_photos_field.html"

    def __init__(self, **kwargs):
        kwargs.setdefault("template_name", self.template_name)
        super().__init__(**kwargs)

    def clean(self, value) -> list:
        return value or []


class PhotoFormMixin(forms.Form):
    """Adds `photos` and the hidden `token` under which they wait for the action.

    The view calls `keep_photos` first and `is_valid` after it: a file that is no photo is an error like others.
    """

    photos = PhotosField(
        label=_("Photos"),
        required=False,
        help_text=_("Up to 6, JPEG, PNG or WebP, 15 MB each. Hidden data such as the place are removed."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.field_order is None:
            self.fields["photos"] = self.fields.pop("photos")
        self.fields["token"].initial = uuid4
        self._replace_broken_token()

    def _replace_broken_token(self) -> None:
        name = self.add_prefix("token")
        if not self.is_bound:
            return
        try:
            UUID(self.data.get(name, ""))
        except ValueError:
            self.data = self.data.copy()
            self.data[name] = str(uuid4())

    def keep_photos(self, user: User | None) -> UUID | None:
        """Keep the uploads as drafts and return the token they wait under; None when the form was not sent.

        Each file that is refused becomes an error of `photos`; the others stay and are listed in `kept`.
        """
        if not self.is_bound:
            return None
        self.full_clean()
        token = UUID(self.data[self.add_prefix("token")])
        uploads = self.cleaned_data["photos"]
        room = MAX_PHOTOS - len(self.kept) if uploads else MAX_PHOTOS
        for upload in uploads:
            try:
                if room <= 0:
                    raise Refused(
                        gettext("“%(name)s” was left out: there may be up to %(max)d photos.")
                        % {"name": upload.name, "max": MAX_PHOTOS}
                    )
                records.keep_photo(upload=upload, draft_token=token, uploaded_by=user)
                room -= 1
            except Refused as error:
                self.add_error("photos", error.sentence)
        self.__dict__.pop("kept", None)
        return token

    @cached_property
    def kept(self) -> list[Attachment]:
        """The photos that have already been received under the token of this form."""
        return list(drafts(UUID(self.data[self.add_prefix("token")]))) if self.is_bound else []
