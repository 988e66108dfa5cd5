"""Pictures for the demonstration, drawn with Pillow: no photograph of anyone, no licence to ask."""

import io
import random
from math import cos, pi, sin
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFilter

TAILLE = (960, 640)
Dessin = ImageDraw.ImageDraw


def _ciel(image: Image.Image, haut: tuple[int, int, int], bas: tuple[int, int, int]) -> Dessin:
    d = ImageDraw.Draw(image)
    for y in range(TAILLE[1]):
        t = y / TAILLE[1]
        d.line(
            [(0, y), (TAILLE[0], y)],
            fill=tuple(round(a + (b - a) * t) for a, b in zip(haut, bas, strict=True)),
        )
    return d


def _maisons(d: Dessin, rng: random.Random, sol: int, mur: str, toit: str, fenetre: str) -> None:
    x = -30
    while x < TAILLE[0]:
        large, h = rng.randint(110, 180), rng.randint(90, 170)
        d.rectangle([x, sol - h, x + large, sol], fill=mur)
        d.polygon(
            [(x - 12, sol - h), (x + large / 2, sol - h - rng.randint(40, 70)), (x + large + 12, sol - h)],
            fill=toit,
        )
        for fx in range(x + 22, x + large - 30, 52):
            d.rectangle(
                [fx, sol - h + 30, fx + 24, sol - h + 64], fill=fenetre if rng.random() < 0.5 else toit
            )
        x += large + rng.randint(4, 26)


def _route(d: Dessin, sol: int, couleur: str) -> None:
    d.rectangle([0, sol, TAILLE[0], TAILLE[1]], fill=couleur)
    for x in range(20, TAILLE[0], 150):
        d.rectangle([x, sol + 70, x + 80, sol + 78], fill="#c9cdd0")


def _lampe(image: Image.Image, rng: random.Random) -> None:
    d = _ciel(image, (38, 52, 82), (150, 128, 132))
    _maisons(d, rng, 430, "#3d4a5e", "#2b3546", "#f0c56a")
    _route(d, 430, "#2a323b")
    x = rng.randint(560, 760)
    d.rectangle([x, 120, x + 14, 470], fill="#10161c")
    d.arc([x - 90, 90, x + 14, 170], 180, 300, fill="#10161c", width=12)
    d.polygon([(x - 128, 128), (x - 66, 128), (x - 52, 152), (x - 142, 152)], fill="#10161c")


def _trou(image: Image.Image, rng: random.Random) -> None:
    d = _ciel(image, (112, 116, 120), (88, 92, 96))
    for _ in range(2600):
        x, y = rng.randint(0, TAILLE[0]), rng.randint(0, TAILLE[1])
        g = rng.randint(70, 130)
        d.ellipse([x, y, x + 3, y + 2], fill=(g, g, g))
    cx, cy = rng.randint(380, 580), rng.randint(280, 380)
    bords = [(cx + rng.randint(150, 220) * c, cy + rng.randint(70, 110) * s) for c, s in _cercle(18)]
    d.polygon(bords, fill="#4a4540")
    d.polygon([(cx + (x - cx) * 0.75, cy + (y - cy) * 0.7 + 8) for x, y in bords], fill="#2f2b28")
    d.rectangle([0, 40, TAILLE[0], 62], fill="#d9d9d2")


def _cercle(n: int) -> list[tuple[float, float]]:
    return [(cos(2 * pi * i / n), sin(2 * pi * i / n)) for i in range(n)]


def _depot(image: Image.Image, rng: random.Random) -> None:
    d = _ciel(image, (168, 192, 208), (206, 214, 206))
    d.rectangle([0, 380, TAILLE[0], TAILLE[1]], fill="#7d8a5c")
    for x in range(0, TAILLE[0], 60):
        d.ellipse([x - 40, 300 + rng.randint(-20, 20), x + 60, 420], fill="#4f6640")
    for _ in range(26):
        x, y, bout = rng.randint(220, 680), rng.randint(400, 540), rng.randint(30, 110)
        d.polygon(
            [
                (x, y),
                (x + bout, y - rng.randint(4, 30)),
                (x + bout - 10, y + rng.randint(10, 40)),
                (x - 12, y + 30),
            ],
            fill=rng.choice(["#a39a8c", "#8c8277", "#b8aea0", "#6d655c", "#c4b9a6"]),
        )
    d.rounded_rectangle([300, 440, 520, 530], 18, fill="#cfc8bd", outline="#9d968b", width=4)


def _arbre(image: Image.Image, rng: random.Random) -> None:
    d = _ciel(image, (150, 188, 216), (214, 224, 226))
    d.rectangle([0, 470, TAILLE[0], TAILLE[1]], fill="#6f8a52")
    d.polygon([(430, 640), (455, 300), (505, 300), (530, 640)], fill="#5b4636")
    d.line([(480, 380), (690, 300)], fill="#5b4636", width=24)
    for _ in range(70):
        x, y, r = rng.randint(260, 720), rng.randint(90, 320), rng.randint(24, 60)
        d.ellipse([x - r, y - r, x + r, y + r], fill=rng.choice(["#4f7340", "#5f8549", "#43653a", "#c08a3e"]))
    d.rectangle([600, 520, 820, 538], fill="#7b5a3a")


def _panneau(image: Image.Image, rng: random.Random) -> None:
    d = _ciel(image, (176, 198, 214), (222, 226, 224))
    _maisons(d, rng, 400, "#cdbfa9", "#8f5b45", "#56707f")
    _route(d, 430, "#6b7176")
    d.line([(320, 560), (640, 420)], fill="#8b9096", width=14)
    octogone = [(660 + 72 * c, 410 + 60 * s) for c, s in _cercle(8)]
    d.polygon(octogone, fill="#b3261e", outline="#f2f2f2")


_SCENES = {"lampe": _lampe, "trou": _trou, "depot": _depot, "arbre": _arbre, "panneau": _panneau}


def dessiner(scene: str, rng: random.Random) -> BinaryIO:
    """A JPEG of 960 × 640 pixels for one of the scenes: lampe, trou, depot, arbre, panneau."""
    image = Image.new("RGB", TAILLE)
    _SCENES[scene](image, rng)
    image = image.filter(ImageFilter.GaussianBlur(0.8))
    tampon = io.BytesIO()
    image.save(tampon, "JPEG", quality=82)
    tampon.seek(0)
    return tampon
