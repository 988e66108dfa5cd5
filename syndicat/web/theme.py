"""White label: from a hue and a chroma, every colour of a collectivité, light and dark.

A collectivité gives two numbers (or one #rrggbb, of which hue and chroma are kept). All tokens follow in OKLCH and
are written in hexadecimal. A pair of colours that people read together never falls under its ratio (text 4.5:1,
field borders, focus and marks 3:1; RGAA 3.2 and 3.3): the foreground's lightness is moved until it holds, and what
was mended is said. Pure functions; the view `theme_css` serves the result under a version number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias

from syndicat.web.couleur import contrast, hex_to_oklch, oklch_to_hex

MAX_CHROMA = 0.16
NEUTRAL_HUE = 245.0

# nom: ((L, part de chroma de la marque ou chroma fixe, teinte ou None = celle de la marque) en clair, en sombre)
# « m » : multiple de la chroma de la marque ; « f » : chroma fixe.
Recipe: TypeAlias = tuple[float, str, float, float | None]

_N = NEUTRAL_HUE
RECIPES: Mapping[str, tuple[Recipe, Recipe]] = {
    "fond": ((0.982, "f", 0.003, _N), (0.178, "f", 0.009, _N)),
    "surface": ((1.0, "f", 0.0, _N), (0.216, "f", 0.011, _N)),
    "creux": ((0.958, "f", 0.005, _N), (0.256, "f", 0.013, _N)),
    "survol": ((0.972, "f", 0.004, _N), (0.242, "f", 0.012, _N)),
    "trait": ((0.905, "f", 0.006, _N), (0.315, "f", 0.014, _N)),
    "trait-fort": ((0.6, "f", 0.014, _N), (0.6, "f", 0.014, _N)),
    "texte": ((0.235, "f", 0.016, _N), (0.945, "f", 0.004, _N)),
    "texte-2": ((0.44, "f", 0.016, _N), (0.765, "f", 0.010, _N)),
    "accent": ((0.44, "m", 1.0, None), (0.8, "m", 1.0, None)),
    "accent-survol": ((0.37, "m", 1.0, None), (0.86, "m", 1.0, None)),
    "accent-doux": ((0.958, "m", 0.22, None), (0.275, "m", 0.42, None)),
    "accent-trait": ((0.84, "m", 0.5, None), (0.43, "m", 0.6, None)),
    "accent-profond": ((0.305, "m", 0.78, None), (0.262, "m", 0.6, None)),
    "sur-accent": ((1.0, "f", 0.0, None), (0.19, "f", 0.03, None)),
    "sur-profond": ((0.985, "f", 0.006, None), (0.985, "f", 0.006, None)),
    "sur-profond-2": ((0.86, "m", 0.4, None), (0.86, "m", 0.4, None)),
    "chercher": ((0.9, "m", 0.5, None), (0.8, "m", 1.0, None)),
    "chercher-survol": ((0.96, "f", 0.02, None), (0.96, "f", 0.02, None)),
    "sur-chercher": ((0.22, "f", 0.04, None), (0.19, "f", 0.04, None)),
    "focus": ((0.55, "f", 0.2, 262.0), (0.82, "f", 0.13, 90.0)),
    "focus-profond": ((0.88, "f", 0.14, 90.0), (0.88, "f", 0.14, 90.0)),
    "info": ((0.45, "f", 0.12, 255.0), (0.82, "f", 0.09, 255.0)),
    "info-doux": ((0.962, "f", 0.018, 255.0), (0.27, "f", 0.045, 255.0)),
    "info-trait": ((0.86, "f", 0.05, 255.0), (0.42, "f", 0.07, 255.0)),
    "ok": ((0.43, "f", 0.105, 152.0), (0.83, "f", 0.11, 152.0)),
    "ok-doux": ((0.962, "f", 0.026, 152.0), (0.27, "f", 0.045, 152.0)),
    "ok-trait": ((0.85, "f", 0.07, 152.0), (0.42, "f", 0.07, 152.0)),
    "alerte": ((0.46, "f", 0.098, 65.0), (0.86, "f", 0.11, 80.0)),
    "alerte-doux": ((0.968, "f", 0.032, 85.0), (0.28, "f", 0.045, 75.0)),
    "alerte-trait": ((0.86, "f", 0.09, 82.0), (0.45, "f", 0.08, 75.0)),
    "danger": ((0.47, "f", 0.165, 27.0), (0.8, "f", 0.12, 25.0)),
    "danger-doux": ((0.965, "f", 0.018, 25.0), (0.27, "f", 0.055, 25.0)),
    "danger-trait": ((0.86, "f", 0.065, 25.0), (0.45, "f", 0.1, 25.0)),
    "tiede": ((0.62, "f", 0.14, 66.0), (0.78, "f", 0.13, 80.0)),
    "chaud": ((0.55, "f", 0.18, 30.0), (0.72, "f", 0.15, 28.0)),
    "q0": ((0.945, "f", 0.014, None), (0.33, "f", 0.03, None)),
    "q1": ((0.87, "m", 0.45, None), (0.43, "m", 0.55, None)),
    "q2": ((0.75, "m", 0.8, None), (0.54, "m", 0.8, None)),
    "q3": ((0.59, "m", 1.0, None), (0.68, "m", 1.0, None)),
    "q4": ((0.4, "m", 1.0, None), (0.87, "m", 0.9, None)),
    "terre": ((0.955, "f", 0.006, 95.0), (0.225, "f", 0.008, _N)),
    "terre-trait": ((0.885, "f", 0.008, 95.0), (0.3, "f", 0.01, _N)),
}

_PAGES = ("fond", "surface", "creux", "survol")
_SOFTS = ("accent-doux", "info-doux", "ok-doux", "alerte-doux", "danger-doux")


def _pairs() -> Iterable[tuple[str, str, float]]:
    for under in (*_PAGES, *_SOFTS, "terre"):
        yield "texte", under, 4.5
        yield "texte-2", under, 4.5
    for under in (*_PAGES, *_SOFTS, "terre"):
        yield "accent", under, 4.5
        yield "accent-survol", under, 4.5
    for sense in ("info", "ok", "alerte", "danger"):
        for under in ("fond", "surface", "creux", "survol", f"{sense}-doux", "accent-doux"):
            yield sense, under, 4.5
    for over, under in (
        ("sur-accent", "accent"),
        ("sur-accent", "accent-survol"),
        ("sur-profond", "accent-profond"),
        ("sur-profond-2", "accent-profond"),
        ("sur-chercher", "chercher"),
        ("sur-chercher", "chercher-survol"),
    ):
        yield over, under, 4.5
    for under in (*_PAGES, *_SOFTS):
        yield "trait-fort", under, 3.0
        yield "focus", under, 3.0
    yield "focus-profond", "accent-profond", 3.0
    for mark in ("tiede", "chaud"):
        for under in ("fond", "surface", "accent-doux"):
            yield mark, under, 3.0


PAIRS: tuple[tuple[str, str, float], ...] = tuple(_pairs())


class UnreadableTheme(ValueError):
    """No lightness makes a pair readable; the theme is refused."""


@dataclass(frozen=True, slots=True)
class Marque:
    """What a collectivité chooses: hue in degrees, chroma 0–0.4 (bounded at use)."""

    hue: float = 222.0
    chroma: float = 0.082

    @classmethod
    def from_hex(cls, color: str) -> "Marque":
        """Hue and chroma of #rrggbb; its lightness is not kept, the theme sets it. Raises InvalidColor."""
        _, chroma, hue = hex_to_oklch(color)
        return cls(hue=round(hue, 1), chroma=round(chroma, 3))

    def normalised(self) -> "Marque":
        """Hue in [0, 360), chroma in [0, MAX_CHROMA]: more would shout and would not be more readable."""
        return Marque(round(self.hue % 360, 1) % 360, round(min(MAX_CHROMA, max(0.0, self.chroma)), 3))

    @property
    def version(self) -> str:
        """Changes with the brand and with the recipes: the `v` of /theme.css."""
        return sha256(feuille(self).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Palette:
    """Tokens → #rrggbb, light and dark, and what had to be mended to stay readable."""

    clair: Mapping[str, str]
    sombre: Mapping[str, str]
    reprises: tuple[str, ...] = ()

    def defects(self) -> list[str]:
        """Pairs under their ratio; empty for whatever `derive` returns."""
        return [
            f"{mode} : {over} sur {under} {contrast(colors[over], colors[under]):.2f} < {ratio}"
            for mode, colors in (("clair", self.clair), ("sombre", self.sombre))
            for over, under, ratio in PAIRS
            if contrast(colors[over], colors[under]) < ratio
        ]


def _mend(
    lightness: float, chroma: float, hue: float, unders: list[tuple[str, float]], *, darker: bool
) -> tuple[str, bool]:
    """The nearest lightness, going darker or lighter, at which the colour reads on every background."""
    color = oklch_to_hex(lightness, chroma, hue)
    mended = False
    while any(contrast(color, under) < ratio for under, ratio in unders):
        mended = True
        lightness += -0.01 if darker else 0.01
        if not -0.01 <= lightness <= 1.01:
            raise UnreadableTheme(f"Aucune clarté ne convient : {color} sur {[u for u, _ in unders]}")
        color = oklch_to_hex(lightness, chroma, hue)
    return color, mended


def _side(marque: Marque, side: int) -> tuple[dict[str, str], list[str]]:
    def parts(recipe: Recipe) -> tuple[float, float, float]:
        lightness, kind, amount, hue = recipe
        return (
            lightness,
            marque.chroma * amount if kind == "m" else amount,
            marque.hue if hue is None else hue,
        )

    colors = {name: oklch_to_hex(*parts(both[side])) for name, both in RECIPES.items()}
    constraints: dict[str, list[tuple[str, float]]] = {}
    for over, under, ratio in PAIRS:
        constraints.setdefault(over, []).append((under, ratio))
    mended: list[str] = []
    # Ordre utile : d'abord ce qui se pose sur la page (dont l'accent), puis ce qui se pose sur l'accent.
    for over in sorted(constraints, key=lambda name: name.startswith("sur-")):
        lightness, chroma, hue = parts(RECIPES[over][side])
        unders = [(colors[under], ratio) for under, ratio in constraints[over]]
        # En clair ce qui est écrit s’assombrit, en sombre il s’éclaircit ; sur un aplat, on suit l’écriture.
        darker = lightness < 0.5 if over.startswith("sur-") else side == 0 and over != "focus-profond"
        colors[over], changed = _mend(lightness, chroma, hue, unders, darker=darker)
        if changed:
            mended.append(f"{'clair' if side == 0 else 'sombre'} : {over}")
    return colors, mended


@lru_cache(maxsize=1024)
def _derive(marque: Marque) -> Palette:
    clair, mended_light = _side(marque, 0)
    sombre, mended_dark = _side(marque, 1)
    return Palette(clair, sombre, (*mended_light, *mended_dark))


def derive(marque: Marque) -> Palette:
    """Every colour of the brand. Raises UnreadableTheme (never seen over the whole space: see the tests)."""
    return _derive(marque.normalised())


def _block(colors: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colors.items())


def feuille(marque: Marque, selector: str = "") -> str:
    """The style sheet: light, dark by choice, dark by the system when the page says « auto ».

    `selector` (such as '[data-marque="gres"]') limits it to a part of the page, in that page's own theme.
    """
    palette = derive(marque)
    if selector:
        light = selector
        dark = f'[data-bs-theme="dark"] {selector}'
        auto = f'[data-bs-theme="auto"] {selector}'
        forced = ""
    else:
        light, dark, auto = ":root", '[data-bs-theme="dark"]', '[data-bs-theme="auto"]'
        forced = f'[data-bs-theme="light"]{{{_block(palette.clair)}}}'
    return (
        f"{light}{{{_block(palette.clair)}}}{forced}{dark}{{{_block(palette.sombre)}}}"
        f"@media (prefers-color-scheme:dark){{{auto}{{{_block(palette.sombre)}}}}}"
        f"@media print{{{light},{dark},{auto}{{{_block(palette.clair)}}}}}\n"
    )
