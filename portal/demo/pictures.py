"""Photos for the demo: drawn, since no real place or person may appear."""

import random
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 720
SKIES = [(178, 205, 224), (221, 206, 186), (196, 204, 210), (160, 190, 214)]
WALLS = [(188, 150, 120), (170, 168, 160), (200, 178, 140), (150, 160, 170), (176, 120, 100)]


def street_scene(seed: int) -> SimpleUploadedFile:
    """Return an upload with a drawn street: the same picture for the same `seed`."""
    dice = random.Random(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), dice.choice(SKIES))
    draw = ImageDraw.Draw(image)
    x = -40
    while x < WIDTH:
        width, top = dice.randint(120, 240), dice.randint(120, 330)
        draw.rectangle([x, top, x + width, 540], fill=dice.choice(WALLS))
        for row in range(top + 25, 500, 60):
            for column in range(x + 20, x + width - 30, 50):
                draw.rectangle([column, row, column + 24, row + 34], fill=(86, 98, 112))
        x += width + dice.randint(6, 24)
    draw.rectangle([0, 540, WIDTH, HEIGHT], fill=(120, 122, 124))
    for dash in range(dice.randint(0, 60), WIDTH, 140):
        draw.rectangle([dash, 632, dash + 70, 640], fill=(228, 226, 214))
    spot = dice.randint(200, 760)
    draw.ellipse([spot - 46, 566, spot + 46, 596], fill=(52, 54, 58), outline=(200, 80, 60), width=5)
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")
