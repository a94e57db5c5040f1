#!/bin/sh
# The tuned parameters of examples/tuned: every rule with the same budget on the same workloads, for each example profile: twelve hours of each of five
# traces, and eight of the scenarios that agents learn from too, for with five traces alone the best setting is often one that is best on these only (bench/carry-over.ts).
# Usage: sh bench/tune.sh [PROFILE...]; a profile is image-classifier, rho/1.4, rho/2.5, rho/4 or rho/4-budgets. What it finds lies in runs/tuned.
# POLICIES, BUDGET and JOBS choose less; FLEET and FIDELITY are 10 VMs and fluid if they are not stated. Of each rule runs/tuned/*.txt says whether it keeps its defaults.
set -eu

traces=${TRACES:-../shared/traces}
budget=${BUDGET:-24}
# EARLIER names folders with files that an earlier call wrote: their settings are tried too.
earlier=${EARLIER:-examples/tuned}
scenario=synthetic:hours=2,seed=
[ $# -gt 0 ] || set -- image-classifier rho/1.4 rho/2.5 rho/4 rho/4-budgets

# Every third is what all settings are run on: in this order two traces and three scenarios.
mkdir -p runs/tuned
for profile in "$@"; do
  name=$(echo "$profile" | tr / -).yaml known=
  for folder in $earlier; do [ ! -f "$folder/$name" ] || known="$known $folder/$name"; done
  node dist/cli/spillway.js tune --service "examples/$profile.yaml" --policy ${POLICIES:-all} --budget "$budget" --fleet ${FLEET:-10} --fidelity ${FIDELITY:-fluid} --jobs "${JOBS:-$(nproc)}" \
    --trace "${scenario}1" "$traces/wits_1s.csv@0h+12h" "${scenario}2" "$traces/twitter_2021-08_day00_1s.csv@6h+12h" "${scenario}3" "${scenario}4" \
    "$traces/nab_elb_requests_300s.csv@174h+12h" "$traces/twitter_2021-08_day01_1s.csv@11h+12h" "${scenario}6" "${scenario}5" \
    "$traces/worldcup98_1998-06-23_7d_60s.csv@66h+12h" "${scenario}7" "${scenario}8" \
    ${known:+--earlier $known} --out "runs/tuned/$name" --json "runs/tuned/${name%.yaml}.json" >"runs/tuned/${name%.yaml}.txt"
done
