import { annoncer, brancherHtmx } from "./annonces.js";
import { brancherChamps } from "./champs.js";
import { brancherDialogues } from "./dialogues.js";
import { brancherDirect } from "./direct.js";
import { brancherPalette } from "./palette.js";
import { brancherTableaux } from "./tableaux.js";
import { brancherTheme } from "./theme.js";

function pret(f) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", f, { once: true });
  else f();
}

pret(() => {
  brancherTheme();
  brancherDialogues();
  brancherPalette();
  brancherTableaux();
  brancherChamps(document);
  brancherHtmx(brancherChamps);
  brancherDirect();
});

// Pour les scripts des thèmes : window.syndicat.annoncer("Enregistré")
window.syndicat = { annoncer };
