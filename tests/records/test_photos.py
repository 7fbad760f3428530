"""Photos from strangers: what is accepted comes out harmless, what is not is refused by name."""

import random
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image

from accounts.errors import Refused
from records.photos import MAX_BYTES, MAX_SIDE, reencode


def encoded(image: Image.Image, form: str = "JPEG", **options) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content), formats=["JPEG"])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_photos_of_every_kind_become_a_jpeg(form, mode):
    photo = reencode(upload(encoded(Image.new(mode, (30, 20)), form), "any-name.xyz"))
    assert (photo.width, photo.height) == (30, 20)
    assert opened(photo.content).size == (30, 20)


@pytest.mark.parametrize(("mode", "form"), [("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG")])
def test_so_do_rarer_colours(mode, form):
    assert opened(reencode(upload(encoded(Image.new(mode, (8, 8)), form))).content).mode == "RGB"


def test_what_is_transparent_becomes_white():
    photo = reencode(upload(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")))
    assert opened(photo.content).getpixel((4, 4)) == (255, 255, 255)


def test_metadata_is_dropped_and_the_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (40.0, 8.0, 30.0)  # the latitude
    content = encoded(Image.new("RGB", (40, 20)), exif=exif, comment=b"SecretComment")
    photo = reencode(upload(content))
    assert (photo.width, photo.height) == (20, 40)
    assert not opened(photo.content).getexif()
    assert b"Secret" not in photo.content


def test_nothing_hidden_behind_the_picture_survives():
    photo = reencode(upload(encoded(Image.new("RGB", (8, 8))) + b"<script>alert(1)</script>"))
    assert b"<script>" not in photo.content


def test_a_large_photo_is_made_smaller():
    photo = reencode(upload(encoded(Image.new("RGB", (5000, 1000)))))
    assert (photo.width, photo.height) == (MAX_SIDE, 512)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a" + bytes(40),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<html>",
        bytes(1000),
    ],
)
def test_what_is_no_photo_is_refused_by_name(content):
    with pytest.raises(Refused, match=r"holiday\.jpg"):
        reencode(upload(content, "holiday.jpg"))


def test_a_169_megapixel_picture_is_refused_before_it_is_decoded(monkeypatch):
    content = encoded(Image.new("1", (13000, 13000)), "PNG")
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _self: pytest.fail("decoded"))
    with pytest.raises(Refused, match=r"13000.{1,3}13000"):
        reencode(upload(content, "bomb.png"))


def test_forty_megabytes_are_refused_without_reading():
    with pytest.raises(Refused, match="40 MB"):
        reencode(UploadedFile(file=None, name="large.jpg", size=40 * 1024 * 1024))


def test_fifteen_megabytes_are_judged_by_their_content():
    content = encoded(Image.new("RGB", (8, 8)))
    assert reencode(upload(content + bytes(MAX_BYTES - len(content)))).width == 8


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_whatever_is_damaged_is_refused_or_read_and_never_an_error(form):
    chance = random.Random(7)
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = encoded(Image.effect_noise((60, 40), 80).convert("RGB"), form, exif=exif)
    for _n in range(400):
        content = bytearray(whole)
        for _m in range(chance.choice([1, 5, 20])):
            content[chance.randrange(min(len(content), chance.choice([60, 300, 9999])))] = chance.randrange(256)
        try:
            reencode(upload(bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])))
        except Refused:
            continue


def test_metadata_that_cannot_be_read_is_no_error():
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x02\x01\x12\x00\x03\x00\x00\x00\x02abcd\xff\xff"
    content = encoded(Image.new("RGB", (8, 8)), exif=exif)
    try:
        reencode(upload(content))
    except Refused as refusal:
        assert "photo.jpg" in str(refusal)
