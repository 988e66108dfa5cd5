// Construit syndicat/web/static/web/dist depuis syndicat/web/assets et node_modules.
//   node outils/construire.mjs            une fois
//   node outils/construire.mjs --suivre   à chaque changement
//   node outils/construire.mjs --poids    une fois, et le poids compressé de la première page
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const racine = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const sources = path.join(racine, "syndicat/web/assets");
const modules = path.join(racine, "node_modules");
const sortie = path.join(racine, "syndicat/web/static/web/dist");
const PREMIERE_PAGE = ["app.css", "theme-choix.js", "app.js", "htmx.js", "icones.svg", "fonts/source-sans-3-latin-wght-normal.woff2"];

const lire = (...p) => fs.readFileSync(path.join(...p), "utf8");
function ecrire(nom, contenu) {
  const cible = path.join(sortie, nom);
  fs.mkdirSync(path.dirname(cible), { recursive: true });
  // Écrit à côté puis renomme : une page servie pendant la construction n'a jamais un fichier à moitié écrit.
  fs.writeFileSync(cible + ".tmp", contenu);
  fs.renameSync(cible + ".tmp", cible);
  // Déjà compressés, pour le serveur de fichiers : rien à faire à chaque requête.
  if (/\.(css|js|svg)$/.test(nom)) {
    fs.writeFileSync(cible + ".gz", gzipSync(contenu, { level: 9 }));
    fs.writeFileSync(cible + ".br", brotliCompressSync(contenu));
  }
}

async function styles() {
  const css = sass.compile(path.join(sources, "scss/app.scss"), {
    loadPaths: [modules],
    style: "compressed",
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  }).css;
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target: ["chrome105", "firefox115", "safari15.4"] });
  ecrire("app.css", code);
}

async function scripts() {
  const commun = { bundle: true, minify: true, format: "iife", target: ["es2020"], write: false, legalComments: "none", logLevel: "error" };
  for (const nom of ["app", "theme-choix", "carte", "boite"]) {
    const entree = path.join(sources, "js", nom + ".js");
    if (!fs.existsSync(entree)) continue;
    const r = await esbuild.build({ ...commun, entryPoints: [entree], nodePaths: [modules] });
    ecrire(nom + ".js", r.outputFiles[0].contents);
  }
  ecrire("htmx.js", lire(modules, "htmx.org/dist/htmx.min.js"));
  const carte = await esbuild.build({
    bundle: true, minify: true, write: false, logLevel: "error", nodePaths: [modules], loader: { ".png": "empty" },
    stdin: { contents: '@import "leaflet/dist/leaflet.css"; @import "leaflet.markercluster/dist/MarkerCluster.css";', loader: "css", resolveDir: sources },
  });
  ecrire("carte.css", carte.outputFiles[0].contents);
}

/** Les icônes nommées en français (icones.json), et celles que gabarits et manifestes nomment de leur nom bootstrap-icons. */
function iconesVoulues() {
  const alias = JSON.parse(lire(sources, "icones.json"));
  const voulues = new Map(Object.entries(alias));
  const motif = /(?<![.\w])icone(?:_fin|_)?(?:=|\s|:\s*|["']\s*:\s*)["']([a-z0-9-]+)["']/g;
  for (const dossier of ["syndicat", "apps"]) {
    const base = path.join(racine, dossier);
    if (!fs.existsSync(base)) continue;
    for (const f of fs.readdirSync(base, { recursive: true })) {
      if (!/\.(html|py)$/.test(f) || /(^|\/)(static|migrations)\//.test(f)) continue;
      for (const [, nom] of lire(base, f).matchAll(motif)) {
        const bi = nom.replace(/^bi-/, "");
        if (alias[nom] || nom.startsWith("ico-")) continue; // « ico-l » est une classe
        if (fs.existsSync(path.join(modules, "bootstrap-icons/icons", bi + ".svg"))) voulues.set("bi-" + bi, bi);
        else console.warn(`Icône inconnue : « ${nom} » dans ${dossier}/${f}`);
      }
    }
  }
  return voulues;
}

function icones() {
  const symboles = [];
  for (const [nom, bi] of [...iconesVoulues()].sort()) {
    const fichier = path.join(modules, "bootstrap-icons/icons", bi + ".svg");
    if (!fs.existsSync(fichier)) throw new Error(`Icône inconnue de bootstrap-icons : ${nom} → ${bi}`);
    const interieur = lire(fichier).replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
    symboles.push(`<symbol id="${nom}" viewBox="0 0 16 16">${interieur}</symbol>`);
  }
  ecrire("icones.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symboles.join("")}</svg>`);
}

function polices() {
  for (const f of ["source-sans-3-latin-wght-normal.woff2"]) {
    ecrire("fonts/" + f, fs.readFileSync(path.join(modules, "@fontsource-variable/source-sans-3/files", f)));
  }
}

function licences() {
  const texte = [];
  for (const p of ["bootstrap", "bootstrap-icons", "@fontsource-variable/source-sans-3", "htmx.org", "leaflet", "leaflet.markercluster"]) {
    const d = path.join(modules, p);
    const { version, license } = JSON.parse(lire(d, "package.json"));
    const f = fs.readdirSync(d).find((x) => /^(mit-)?licen[cs]e/i.test(x));
    texte.push(`${p} ${version} (${license})\n\n${f ? lire(d, f) : ""}`);
  }
  ecrire("licences.txt", texte.join("\n----------------------------------------\n\n"));
}

function bilan() {
  const lignes = {};
  for (const f of fs.readdirSync(sortie, { recursive: true }).sort()) {
    const complet = path.join(sortie, f);
    if (!fs.statSync(complet).isFile() || f === "construction.json" || /\.(gz|br)$/.test(f)) continue;
    const b = fs.readFileSync(complet);
    const dejaCompresse = f.endsWith(".woff2");
    lignes[f] = {
      octets: b.length,
      gzip: dejaCompresse ? b.length : gzipSync(b, { level: 9 }).length,
      brotli: dejaCompresse ? b.length : brotliCompressSync(b).length,
      empreinte: createHash("sha256").update(b).digest("hex").slice(0, 12),
    };
  }
  ecrire("construction.json", JSON.stringify(lignes, null, 1));
  return lignes;
}

async function tout() {
  const debut = performance.now();
  await styles();
  await scripts();
  icones();
  polices();
  licences();
  const lignes = bilan();
  console.log(`Construit ${Object.keys(lignes).length} fichiers en ${Math.round(performance.now() - debut)} ms`);
  if (process.argv.includes("--poids")) {
    let gz = 0;
    for (const f of PREMIERE_PAGE) {
      console.log(f.padEnd(50), String(lignes[f].octets).padStart(8), "gzip", String(lignes[f].gzip).padStart(7));
      gz += lignes[f].gzip;
    }
    console.log(`Première page, hors HTML et theme.css : ${(gz / 1024).toFixed(1)} Kio compressés`);
    if (gz > 140 * 1024) process.exitCode = 1;
  }
}

await tout();
if (process.argv.includes("--suivre")) {
  let attente;
  fs.watch(sources, { recursive: true }, () => {
    clearTimeout(attente);
    attente = setTimeout(() => tout().catch((e) => console.error(e.message)), 150);
  });
}
