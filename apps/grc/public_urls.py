"""Portal: report, follow, public list and map. At the root of the member's host."""

from django.urls import path

from apps.grc import portail, suivre

app_name = "grc_portail"
urlpatterns = [
    path("signaler/", portail.photo, name="signaler"),
    path("signaler/lieu/", portail.lieu, name="lieu"),
    path("signaler/plan.svg", portail.plan_svg, name="plan_svg"),
    path("signaler/quoi/", portail.quoi, name="quoi"),
    path("signaler/suggestion/", portail.suggestion, name="suggestion"),
    path("signaler/deja/", portail.deja, name="deja"),
    path("signaler/suivi/<str:code>/", portail.suivi_merci, name="suivi_merci"),
    path("signaler/contact/", portail.contact, name="contact"),
    path("signaler/verifier/", portail.verifier, name="verifier"),
    path("signaler/abandonner/", portail.abandonner, name="abandonner"),
    path("signaler/merci/<str:jeton>/", portail.merci, name="merci"),
    path("suivre/", suivre.par_code, name="suivre_code"),
    path("suivre/<str:jeton>/", suivre.par_lien, name="suivre"),
    path("suivre/<str:jeton>/avis/", suivre.avis, name="avis"),
    path("signalements/", suivre.liste, name="liste"),
    path("signalements/<str:code>/", suivre.fiche, name="fiche"),
    path("signalements/<str:code>/moi-aussi/", suivre.moi_aussi, name="moi_aussi"),
]
