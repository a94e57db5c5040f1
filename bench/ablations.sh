#!/bin/sh
# What each decision brings: docs/worth.md. Policies with a decision taken away from them, beside themselves with it, on two days that none was trained or
# tuned on. Usage: sh bench/ablations.sh [FOLDER [AGENT]]; what was run before with the same code is taken from FOLDER/cache.
set -eu

folder=${1:-runs/ablations}
agent=${2:-ppo:checkpoints/default}
traces=${TRACES:-../shared/traces}
service=examples/rho/2.5.yaml

# judge NAME OPTION...
judge() {
  name=$1
  shift
  node dist/cli/spillway.js evaluate --trace "$traces/twitter_may25_1s.csv" "$traces/worldcup98_1998-06-10_60s.csv" --seeds 3 --jobs "${JOBS:-$(nproc)}" \
    --cache "$folder/cache" --json "$folder/$name.json" --brief --quiet "$@" >"$folder/$name.txt"
  echo "$name: $(date +%T)"
}

mkdir -p "$folder"
# On spot without interruptions.
sed 's/interruptionsPerHour: .*/interruptionsPerHour: 0/' examples/spot.yaml >"$folder/spot-calm.yaml"
# The service with only one memory tier; and with a router that may change the variant.
for tier in 1 2 3; do sed "s/\[\([^,]*\), \([^,]*\), \([^]]*\)\]/[\\$tier]/" $service >"$folder/tier-$tier.yaml"; done
{ cat $service && echo 'budgets: { accuracy: true }'; } >"$folder/ladder.yaml"

day="--at-most 24h --fidelity fluid --fleet 20"
judge vms --service $service $day --policies ski-rental percentile lcp mixed "$agent" \
  static:vmCount=16,waitShare=0.5 static:vmCount=20,waitShare=0.5 static:vmCount=24,waitShare=0.5 static:vmCount=28,waitShare=0.5
judge spot --service examples/spot.yaml $day --policies ski-rental percentile lcp mixed "$agent"
judge spot-calm --service "$folder/spot-calm.yaml" $day --policies ski-rental "$agent"
judge waits --service $service $day --policies "$agent:waitShare=0" "$agent:waitShare=0.5" "$agent:waitShare=1" "$agent"
judge provisioned --service $service $day --policies ski-rental:provisioned=1 ski-rental:provisioned=4
for tier in 1 2 3; do judge "tier-$tier" --service "$folder/tier-$tier.yaml" $day --policies "$agent"; done
judge one-pool --service $service --at-most 24h --fidelity fluid --fleet 100 --policies ski-rental "$agent"
judge two-pools --service examples/image-classifier.yaml --at-most 24h --fidelity fluid --fleet 100 --policies ski-rental:pool=2 mark "$agent"
judge one-variant --service $service --at-most 6h --fleet 20 --policies "$agent"
judge ladder --service "$folder/ladder.yaml" --at-most 6h --fleet 20 --policies "$agent"
# Where Lambda is dear and the variant in force lies above the floor.
for budgets in 4 4-budgets; do judge "ladder-$budgets" --service "examples/rho/$budgets.yaml" --at-most 6h --fleet 20 --policies "$agent" mpc:creditSeconds=1800; done
