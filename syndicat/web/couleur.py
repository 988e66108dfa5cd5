"""Colour arithmetic: OKLCH ↔ sRGB hexadecimal, and the WCAG contrast ratio.

Pure functions. L is 0–1, chroma 0–0.4, hue in degrees. Formulas: Björn Ottosson's OKLab (2020, public domain)
and WCAG 2.2 « relative luminance ».
"""

import math
import re

_HEX = re.compile(r"^#?([0-9a-fA-F]{6})$")


class InvalidColor(ValueError):
    """The text given is not a colour written #rrggbb."""


def _oklch_to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    angle = math.radians(hue)
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )


def _encode(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _decode(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _in_gamut(linear: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= c <= 1 + 1e-4 for c in linear)


def oklch_to_hex(lightness: float, chroma: float, hue: float) -> str:
    """#rrggbb of the colour; chroma is reduced, at constant L and hue, until the screen can show it."""
    lightness = min(1.0, max(0.0, lightness))
    low, high = 0.0, max(0.0, chroma)
    if not _in_gamut(_oklch_to_linear(lightness, high, hue)):
        for _ in range(22):
            middle = (low + high) / 2
            if _in_gamut(_oklch_to_linear(lightness, middle, hue)):
                low = middle
            else:
                high = middle
        high = low
    linear = _oklch_to_linear(lightness, high, hue)
    return "#" + "".join(f"{round(_encode(min(1.0, max(0.0, c))) * 255):02x}" for c in linear)


def hex_to_oklch(color: str) -> tuple[float, float, float]:
    """(L, chroma, hue) of #rrggbb. Raises InvalidColor."""
    found = _HEX.match(color.strip())
    if not found:
        raise InvalidColor(f"« {color} » n’est pas une couleur écrite #rrggbb.")
    r, g, b = (_decode(int(found[1][i : i + 2], 16) / 255) for i in (0, 2, 4))
    l_ = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    m_ = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s_ = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    b_ = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return lightness, math.hypot(a, b_), math.degrees(math.atan2(b_, a)) % 360


def luminance(color: str) -> float:
    """WCAG relative luminance of #rrggbb, 0–1."""
    r, g, b = (_decode(int(color[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two #rrggbb colours, 1–21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
