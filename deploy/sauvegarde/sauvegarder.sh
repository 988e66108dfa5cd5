#!/usr/bin/env bash
# Sauvegarde complète et vérifiée de PostgreSQL : base physique + journaux (WAL). Voir deploy/README.md.
#   sauvegarder.sh DOSSIER          (adresse du serveur par PGHOST, PGPORT, PGUSER… ; rôle REPLICATION)
# Les journaux sont archivés au fil de l’eau par le serveur (archive_command) ; cette commande pose la base d’où
# les rejouer. GARDER=n (14) : nombre de bases conservées.
set -euo pipefail
dossier=${1:?usage : sauvegarder.sh DOSSIER}
garder=${GARDER:-14}
jour=$(date -u +%Y%m%dT%H%M%SZ)
umask 077
mkdir -p "$dossier/bases"

pg_basebackup --pgdata="$dossier/bases/.$jour" --format=plain --wal-method=stream --checkpoint=fast \
    --manifest-checksums=SHA256 --label="syndicat $jour"
# Une sauvegarde qui n’a pas été relue n’en est pas une.
pg_verifybackup --quiet "$dossier/bases/.$jour"
mv "$dossier/bases/.$jour" "$dossier/bases/$jour"

# Une base abandonnée en route ne compte pas ; les plus anciennes au-delà de GARDER s’en vont.
find "$dossier/bases" -mindepth 1 -maxdepth 1 -name '.*' -mtime +1 -exec rm -rf {} +
find "$dossier/bases" -mindepth 1 -maxdepth 1 -name '2*' | sort -r | tail -n +"$((garder + 1))" | xargs -r rm -rf
plus_ancienne=$(find "$dossier/bases" -mindepth 1 -maxdepth 1 -name '2*' | sort | head -n 1)
if [ -d "$dossier/journaux" ] && [ -n "$plus_ancienne" ]; then
    # Les journaux d’avant la plus ancienne base ne servent plus.
    debut=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\)).*/\1/p' "$plus_ancienne/backup_label")
    [ -z "$debut" ] || pg_archivecleanup "$dossier/journaux" "$debut"
fi
echo "Sauvegarde $dossier/bases/$jour, relue sans erreur ($(du -sh "$dossier/bases/$jour" | cut -f1))."
