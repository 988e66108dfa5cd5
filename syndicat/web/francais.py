"""French typography and wording: spaces that do not break, amounts, dates said in full. Pure functions."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

INSECABLE = "\u00a0"  # before : and », after «, before a unit
FINE = "\u202f"  # before ; ! ? and between thousands
PARIS = ZoneInfo("Europe/Paris")

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MOIS_COURTS = (
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip

_BLANC = r"[ \u00a0\u202f]"
_UNITES = r"(?:€|%|°C|°|h|min|s|km|m|cm|mm|ha|kWh|kW|Wh|W|ko|Mo|Go|To|jours?|mois|ans?|heures?|minutes?)"
_REGLES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(rf"«{_BLANC}*"), f"«{INSECABLE}"),
    (re.compile(rf"{_BLANC}*»"), f"{INSECABLE}»"),
    (re.compile(rf"{_BLANC}+([;!?])"), rf"{FINE}\1"),
    (re.compile(r"(?<=[\w)\]…’])([;!?])(?=\s|$)"), rf"{FINE}\1"),
    (re.compile(rf"{_BLANC}+:"), f"{INSECABLE}:"),
    (re.compile(r"(?<=[^\W\d]):(?=\s|$)"), f"{INSECABLE}:"),
    (re.compile(r"(?<!\d)(\d{1,3}) (?=\d{3}(?!\d))"), rf"\1{FINE}"),
    (re.compile(rf"(?<=\d){_BLANC}(?={_UNITES}(?!\w))"), INSECABLE),
    (re.compile(r"\b(n°|N°|M\.|Mme|MM\.|Mmes|art\.|Art\.|p\.) (?=\S)"), rf"\1{INSECABLE}"),
)


def typo(texte: str) -> str:
    """The text with French spaces and apostrophes. Idempotent; leaves hours (12:30) and addresses (https:) alone."""
    for motif, par in _REGLES:
        texte = motif.sub(par, texte)
    return texte


def nombre(valeur: int | float | Decimal, decimales: int | None = None) -> str:
    """1234.5 → « 1 234,5 ». ``decimales`` fixes the number of digits after the comma."""
    exact = Decimal(str(valeur))
    if decimales is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    elif exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1))
    signe = "−" if exact < 0 else ""
    entier, _, fraction = f"{abs(exact):f}".partition(".")
    groupes = f"{int(entier):,}".replace(",", FINE)
    return signe + groupes + (f",{fraction}" if fraction else "")


def euros(montant: int | float | Decimal) -> str:
    """1250 → « 1 250,00 € »."""
    return nombre(montant, 2) + INSECABLE + "€"


_TAILLES: tuple[tuple[str, int], ...] = (("Go", 1_000_000_000), ("Mo", 1_000_000), ("ko", 1_000))


def taille(octets: int) -> str:
    """Size of a file: 1_800_000 → « 1,8 Mo »."""
    for unite, seuil in _TAILLES:
        if octets >= seuil:
            valeur = Decimal(octets) / seuil
            decimales = 0 if valeur >= 10 or unite == "ko" else 1
            return nombre(valeur, decimales).removesuffix(",0") + INSECABLE + unite
    return f"{octets}{INSECABLE}octet{'s' if octets > 1 else ''}"


def accorde(n: int | float | Decimal, singulier: str, pluriel: str = "") -> str:
    """The word that suits n; in French the plural starts at two."""
    return (pluriel or singulier + "s") if n >= 2 or n <= -2 else singulier


def pluriel(n: int | float | Decimal, singulier: str, pluriel_: str = "") -> str:
    """12, « signalement » → « 12 signalements »."""
    return f"{nombre(n)}{INSECABLE}{accorde(n, singulier, pluriel_)}"


def local(quand: date | datetime) -> datetime | date:
    """A datetime in Paris; a date stays a date. A naive datetime is taken as Paris time."""
    if isinstance(quand, datetime):
        return quand.astimezone(PARIS) if quand.tzinfo else quand.replace(tzinfo=PARIS)
    return quand


def aujourd_hui() -> date:
    """Today in Paris."""
    return datetime.now(UTC).astimezone(PARIS).date()


def _date(quand: date | datetime) -> date:
    lu = local(quand)
    return lu.date() if isinstance(lu, datetime) else lu


def _quantieme(jour_: date) -> str:
    return "1ᵉʳ" if jour_.day == 1 else str(jour_.day)


def jour(quand: date | datetime, *, repere: date | None = None) -> str:
    """« mardi 24 novembre », with the year when it is not the current one."""
    d = _date(quand)
    annee = "" if d.year == (repere or aujourd_hui()).year else f"{INSECABLE}{d.year}"
    return f"{JOURS[d.weekday()]} {_quantieme(d)}{INSECABLE}{MOIS[d.month - 1]}{annee}"


def jour_court(quand: date | datetime) -> str:
    """« 24 nov. »."""
    d = _date(quand)
    return f"{_quantieme(d)}{INSECABLE}{MOIS_COURTS[d.month - 1]}"


def date_longue(quand: date | datetime) -> str:
    """« 24 novembre 2026 »."""
    d = _date(quand)
    return f"{_quantieme(d)}{INSECABLE}{MOIS[d.month - 1]}{INSECABLE}{d.year}"


def heure(quand: datetime | time) -> str:
    """« 8 h 30 », « 17 h »."""
    lu = local(quand) if isinstance(quand, datetime) else quand
    assert isinstance(lu, datetime | time)
    return f"{lu.hour}{INSECABLE}h" + (f"{INSECABLE}{lu.minute:02d}" if lu.minute else "")


def il_y_a(quand: date | datetime, *, maintenant: datetime | None = None) -> str:
    """How long ago, or in how long, in the words one says: « il y a 2 heures », « hier », « demain »."""
    maintenant = (maintenant or datetime.now(UTC)).astimezone(PARIS)
    d = _date(quand)
    ecart_jours = (d - maintenant.date()).days
    if ecart_jours == 0 and isinstance(quand, datetime):
        secondes = (maintenant - local(quand)).total_seconds()  # type: ignore[operator]
        passe = secondes >= 0
        minutes = int(abs(secondes) // 60)
        if minutes < 1:
            return "à l’instant"
        duree = pluriel(minutes, "minute") if minutes < 60 else pluriel(minutes // 60, "heure")
        return f"il y a {duree}" if passe else f"dans {duree}"
    proches = {-2: "avant-hier", -1: "hier", 0: "aujourd’hui", 1: "demain", 2: "après-demain"}
    if ecart_jours in proches:
        return proches[ecart_jours]
    if 2 < ecart_jours <= 30:
        return f"dans {ecart_jours}{INSECABLE}jours"
    if -7 < ecart_jours < 0:
        return f"{JOURS[d.weekday()]} dernier"
    return jour(d, repere=maintenant.date())


def semaine(quand: date) -> tuple[date, date]:
    """Monday and Sunday of the week."""
    lundi = quand - timedelta(days=quand.weekday())
    return lundi, lundi + timedelta(days=6)


def enumere(mots: list[str]) -> str:
    """« a, b et c »."""
    if len(mots) < 2:
        return "".join(mots)
    return ", ".join(mots[:-1]) + " et " + mots[-1]
