#!/bin/sh
# seed-config.sh SOURCE TARGET
# Copies the chart's config.toml to an empty volume; a file that is there stays as it is.
set -eu

if [ -e "$2" ]; then
  echo "seed-config: $2 is there already and stays as it is"
  exit 0
fi
mkdir -p "$(dirname "$2")"
# Whole or not at all: the server would take half a file for its settings.
cp "$1" "$2.new"
mv "$2.new" "$2"
echo "seed-config: $2 written"
