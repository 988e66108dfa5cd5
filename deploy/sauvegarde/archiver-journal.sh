#!/usr/bin/env bash
# archive_command = '/opt/syndicat/deploy/sauvegarde/archiver-journal.sh %p DOSSIER/journaux/%f'
# Copie un journal (WAL) sans jamais en remplacer un autre, et ne dit « fait » qu’une fois écrit sur le disque.
set -euo pipefail
source=${1:?} cible=${2:?}
if [ -e "$cible" ]; then
    cmp --silent "$source" "$cible"   # déjà archivé à l’identique après une coupure : c’est fait ; sinon, échec
    exit
fi
mkdir -p "$(dirname "$cible")"
cp "$source" "$cible.partiel"
sync "$cible.partiel"
mv "$cible.partiel" "$cible"
sync "$(dirname "$cible")"
