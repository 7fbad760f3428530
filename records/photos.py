"""Photos from strangers: what is accepted, and how it is made harmless."""

from dataclasses import dataclass
from io import BytesIO

import filetype
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.errors import Refused

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP")
MIMES = {"image/jpeg", "image/png", "image/webp"}
Image.MAX_IMAGE_PIXELS = None  # MAX_PIXELS is stricter, and is refused with a sentence instead of a warning


@dataclass(frozen=True)
class Photo:
    """A photo made anew: `content` bytes of a JPEG, `width` × `height` pixels, no metadata."""

    content: bytes
    width: int
    height: int


def reencode(upload: UploadedFile) -> Photo:
    """Return `upload` decoded and saved anew, upright, at most MAX_SIDE pixels a side, without metadata.

    Raises Refused when it is too large in bytes (15 MiB) or pixels (25 million), is not what its content
    says it is, or is damaged. The size in pixels is read from the header before anything is decoded.
    """
    name = upload.name
    if upload.size > MAX_BYTES:
        raise Refused(
            _("“%(name)s” is %(size)d MB; a photo may have up to 15 MB. Please choose a smaller one.")
            % {"name": name, "size": upload.size // (1024 * 1024)}
        )
    upload.seek(0)
    content = upload.read()
    kind = filetype.guess(content)
    if kind is None or kind.mime not in MIMES:
        raise Refused(_("“%(name)s” is not a photo. Please choose a JPEG, PNG or WebP file.") % {"name": name})
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused(
                    _("“%(name)s” has %(width)d × %(height)d pixels, over 25 million. Please choose a smaller one.")
                    % {"name": name, "width": image.width, "height": image.height}
                )
            return _saved(ImageOps.exif_transpose(image))
    except Refused:
        raise
    except Exception as error:  # broken metadata also raises struct.error, TypeError …
        raise Refused(_("“%(name)s” is damaged and cannot be opened.") % {"name": name}) from error


def _saved(image: Image.Image) -> Photo:
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    transparent = image.mode in ("RGBA", "LA", "P", "PA")
    clean = Image.new("RGB", image.size, "white")
    if transparent:
        image = image.convert("RGBA")
        clean.paste(image, mask=image.getchannel("A"))
    else:
        clean.paste(image.convert("RGB"))
    out = BytesIO()
    clean.save(out, "JPEG", quality=85)
    return Photo(out.getvalue(), clean.width, clean.height)
