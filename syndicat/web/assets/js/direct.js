/** Notifications en direct sur le bureau : le compte du menu suit, un titre nouveau s’annonce. Sans elles, tout marche. */
import { annoncer } from "./annonces.js";

const CHEMIN = "/bureau/notifications/";
const ARRETS = [4001, 4003, 4008]; // session finie, sans droit, trop de messages : ne pas insister

function montrer(nombre) {
  document.querySelectorAll(`a[href="${CHEMIN}"]`).forEach((lien) => {
    let compte = lien.querySelector(".compte");
    if (!nombre) {
      compte?.remove();
      return;
    }
    if (!compte) {
      compte = document.createElement("span");
      compte.className = "compte";
      lien.append(compte);
    }
    const vh = document.createElement("span");
    vh.className = "vh";
    vh.textContent = " en attente";
    compte.replaceChildren(String(nombre), vh);
  });
}

export function brancherDirect(attente = 1000) {
  if (!("WebSocket" in window) || !document.querySelector(`.desk a[href="${CHEMIN}"]`)) return;
  const prise = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/notifications`);
  let ouverte = false;
  prise.addEventListener("open", () => {
    ouverte = true;
  });
  prise.addEventListener("message", (e) => {
    const lu = JSON.parse(e.data);
    if (lu.type === "compte") montrer(lu.non_lues);
    if (lu.type === "nouvelle") annoncer(lu.titre, { niveau: "info" });
  });
  prise.addEventListener("close", (e) => {
    if (ARRETS.includes(e.code) || (!ouverte && attente > 60000)) return;
    const suite = ouverte ? 1000 : attente * 2;
    setTimeout(() => brancherDirect(suite), attente + Math.random() * 1000);
  });
}
