#!/usr/bin/env bash
# Restauration complète dans un dossier de données NEUF, puis rejeu des journaux.
#   restaurer.sh DOSSIER PGDATA [INSTANT]     INSTANT : '2026-11-22 08:30:00+01' ; absent : jusqu’au dernier journal
# PGDATA doit être absent ou vide : rien n’est jamais écrasé. Démarrez ensuite PostgreSQL sur PGDATA ; il rejoue,
# s’ouvre, et la suite est dans deploy/README.md (le journal d’audit et les numéros ne reviennent pas en arrière).
set -euo pipefail
dossier=$(realpath "${1:?usage : restaurer.sh DOSSIER PGDATA [INSTANT]}")
pgdata=${2:?usage : restaurer.sh DOSSIER PGDATA [INSTANT]}
instant=${3:-}
if [ -e "$pgdata" ] && [ -n "$(ls -A "$pgdata")" ]; then
    echo "Erreur : $pgdata n’est pas vide." >&2
    exit 1
fi

# Pour un instant choisi : la dernière base achevée avant lui.
limite=$(date -u -d "${instant:-now}" +%Y%m%dT%H%M%SZ)
base=$(find "$dossier/bases" -mindepth 1 -maxdepth 1 -name '2*' -printf '%f\n' | sort | awk -v l="$limite" '$0 <= l' | tail -n 1)
if [ -z "$base" ]; then
    echo "Erreur : aucune sauvegarde n’est antérieure à ${instant:-maintenant}." >&2
    exit 1
fi
pg_verifybackup --quiet "$dossier/bases/$base"
umask 077
mkdir -p "$pgdata"
cp -a "$dossier/bases/$base/." "$pgdata/"
rm -f "$pgdata/postmaster.pid"
{
    echo "# Ajouté par restaurer.sh"
    echo "restore_command = 'cp \"$dossier/journaux/%f\" \"%p\"'"
    echo "recovery_target_timeline = 'latest'"
    # La base restaurée n’archive rien tant que personne ne l’a décidé : deux lignées se mélangeraient.
    echo "archive_mode = off"
    if [ -n "$instant" ]; then
        echo "recovery_target_time = '$instant'"
        echo "recovery_target_action = 'promote'"
    fi
} >> "$pgdata/postgresql.auto.conf"
touch "$pgdata/recovery.signal"
chmod 700 "$pgdata"
echo "Base $base restaurée dans $pgdata ; PostgreSQL y rejouera les journaux à son démarrage."
