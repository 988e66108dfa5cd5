import L from "leaflet";
import "leaflet.markercluster";

/**
 * Deux usages de Leaflet : poser un lieu ([data-lieu]) et montrer des lieux ([data-carte], dont la liste voisine est la source).
 * Les tuiles peuvent manquer : le contour, les voisins et le quadrillage restent, servis par nous.
 */
const emprise = (texte) => {
  const [o, s, e, n] = texte.split(",").map(Number);
  return L.latLngBounds([s, o], [n, e]);
};
const calme = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const couleur = (el, nom) => getComputedStyle(el).getPropertyValue("--" + nom).trim();

async function fond(carte, el) {
  const tuiles = el.dataset.tuiles;
  if (tuiles) {
    const couche = L.tileLayer(tuiles, { maxZoom: 19, attribution: el.dataset.tuilesCredit || "" });
    // Sans fond de rues, s'approcher de trop près ne montrerait plus rien : on garde le contour en vue.
    couche.on("tileerror", () => {
      if (!el.dataset.rues) el.dataset.sansRues = "1";
    });
    couche.on("tileload", () => {
      el.dataset.rues = "1";
      delete el.dataset.sansRues;
    });
    couche.addTo(carte);
  }
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(carte);
  if (!el.dataset.fond) return null;
  try {
    const r = await fetch(el.dataset.fond, { headers: { Accept: "application/geo+json" } });
    if (!r.ok) return null;
    const donnees = await r.json();
    const nous = { color: couleur(el, "accent"), weight: 2.5, fillColor: couleur(el, "surface"), fillOpacity: 0.45, interactive: false };
    const eux = { color: couleur(el, "trait-fort"), weight: 1, dashArray: "2 4", fill: false, interactive: false };
    const nom = (texte) => {
      const span = document.createElement("span");
      span.textContent = texte;
      return L.divIcon({ className: "nom-voisin-l", html: span, iconSize: [0, 0] });
    };
    for (const f of donnees.features) {
      if (!f.properties.centre) continue;
      const [lon, lat] = f.properties.centre;
      L.marker([lat, lon], { icon: nom(f.properties.nom), interactive: false, keyboard: false, alt: "" }).addTo(carte);
    }
    return L.geoJSON(donnees, { style: (f) => (f.properties.nous ? nous : eux) }).addTo(carte);
  } catch {
    return null;
  }
}

function creer(cible, bornes) {
  const carte = L.map(cible, { zoomControl: false, attributionControl: true, maxZoom: 19, zoomAnimation: !calme, fadeAnimation: !calme, markerZoomAnimation: !calme, zoomSnap: 0.5 });
  carte.attributionControl.setPrefix(false);
  carte.fitBounds(bornes);
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire", position: "topright" }).addTo(carte);
  return carte;
}

/** Un point est-il dans le contour (premier anneau du GeoJSON « nous ») ? */
function dedans(lat, lon, donnees) {
  if (!donnees) return true;
  let trouve = false;
  let connu = false;
  donnees.eachLayer((c) => {
    if (!c.feature?.properties.nous) return;
    connu = true;
    const g = c.feature.geometry;
    for (const poly of g.type === "Polygon" ? [g.coordinates] : g.coordinates) {
      const a = poly[0];
      let pair = false;
      for (let i = 0, j = a.length - 1; i < a.length; j = i++) {
        const [xi, yi] = a[i];
        const [xj, yj] = a[j];
        if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) pair = !pair;
      }
      trouve ||= pair;
    }
  });
  return !connu || trouve;
}

function lieu(el) {
  const cadre = el.querySelector("[data-lieu-carte]");
  const zone = cadre.querySelector(".lieu-l");
  const lat = document.getElementById(el.dataset.lat);
  const lon = document.getElementById(el.dataset.lon);
  const adresse = document.getElementById(el.dataset.adresse);
  const dit = el.querySelector("[data-lieu-dit]");
  const bornes = emprise(el.dataset.emprise);
  const carte = creer(zone, bornes);
  let contour = null;
  fond(carte, el).then((c) => {
    contour = c;
  });
  let touche = Boolean(lat.value && lon.value);
  let adresseEcrite = Boolean(adresse?.value);
  if (touche) carte.setView([Number(lat.value), Number(lon.value)], 17);
  adresse?.addEventListener("input", () => {
    adresseEcrite = Boolean(adresse.value);
  });

  async function retenir() {
    const c = carte.getCenter();
    lat.value = c.lat.toFixed(6);
    lon.value = c.lng.toFixed(6);
    const hors = !dedans(c.lat, c.lng, contour) || !bornes.pad(0.25).contains(c);
    dit.classList.toggle("hors", hors);
    dit.textContent = hors ? "Ce lieu semble hors de la commune. Déplacez la carte, ou continuez : nous transmettrons." : "Repère posé. Déplacez la carte pour l’ajuster.";
    if (!el.dataset.inverse || adresseEcrite || !adresse) return;
    try {
      const r = await fetch(`${el.dataset.inverse}?lon=${lon.value}&lat=${lat.value}&limit=1`);
      const nom = r.ok && (await r.json()).features?.[0]?.properties?.name;
      if (nom && !adresseEcrite) adresse.value = nom;
    } catch {
      // Sans réseau, l'adresse se tape.
    }
  }

  carte.on("movestart", () => cadre.classList.add("bouge"));
  carte.on("moveend", () => {
    cadre.classList.remove("bouge");
    if (touche) retenir();
  });
  carte.on("click", (e) => {
    touche = true;
    carte.panTo(e.latlng, { animate: !calme });
  });
  for (const nom of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    zone.addEventListener(nom, (e) => {
      if (e.key !== "Tab") touche = true;
    }, { passive: true });
  }
  el.querySelector("[data-lieu-position]").addEventListener("click", () => {
    if (!navigator.geolocation) {
      dit.textContent = "Votre appareil ne donne pas sa position. Indiquez l’adresse ou déplacez la carte.";
      return;
    }
    dit.textContent = "Recherche de votre position…";
    navigator.geolocation.getCurrentPosition(
      (p) => {
        touche = true;
        carte.setView([p.coords.latitude, p.coords.longitude], el.dataset.sansRues ? Math.max(13, carte.getZoom()) : 18, { animate: !calme });
        retenir();
      },
      () => {
        dit.textContent = "Position refusée ou introuvable. Indiquez l’adresse ou déplacez la carte.";
      },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
  adresse?.addEventListener("suggestion", (e) => {
    const { lat: la, lon: lo } = e.detail;
    if (la && lo) {
      touche = true;
      adresseEcrite = true;
      carte.setView([la, lo], el.dataset.sansRues ? Math.max(13, carte.getZoom()) : 18, { animate: !calme });
    }
  });
}

/** La liste voisine est la source : éléments [data-lat][data-lon], un numéro, un lien. */
function montrer(el) {
  const liste = document.getElementById(el.dataset.carte);
  if (!liste) return;
  const bornes = emprise(el.dataset.emprise);
  const dessin = el.querySelector("svg");
  const zone = document.createElement("div");
  zone.className = "carte-l";
  if (dessin) dessin.hidden = true;
  el.append(zone);
  const carte = creer(zone, bornes);
  fond(carte, el);
  const groupe = L.markerClusterGroup({ showCoverageOnHover: false, animate: !calme, maxClusterRadius: 40, iconCreateFunction: (c) => L.divIcon({ className: "pastille pastille-grappe", html: String(c.getChildCount()), iconSize: [34, 34] }) });
  for (const li of liste.querySelectorAll("[data-lat][data-lon]")) {
    const lien = li.querySelector("a");
    const numero = li.dataset.rang || "";
    const marque = L.marker([Number(li.dataset.lat), Number(li.dataset.lon)], {
      icon: L.divIcon({ className: "pastille" + (li.dataset.clos ? " pastille-ok" : ""), html: numero, iconSize: [28, 28] }),
      alt: lien?.textContent || numero,
      keyboard: false,
    });
    marque.on("click", () => lien?.focus());
    groupe.addLayer(marque);
  }
  carte.addLayer(groupe);
}

document.querySelectorAll("[data-lieu]").forEach(lieu);
document.querySelectorAll("[data-carte]").forEach(montrer);
