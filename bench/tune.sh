#!/bin/sh
# The tuned parameters of examples/tuned: every rule with the same budget on the same workloads, for each example profile: four hours at several times of each of five
# traces, and scenarios that agents learn from too, for with few workloads the best setting is often one that is best on these only (bench/carry-over.ts). Every fourth
# scenario comes in lots, as a log does once it is scaled up.
# Usage: sh bench/tune.sh [PROFILE...]; a profile is image-classifier, rho/1.4, rho/2.5, rho/4 or rho/4-budgets. What it finds lies in runs/tuned.
# POLICIES, BUDGET and JOBS choose less; FIDELITY is fluid if it is not stated, and the workloads keep 5, 16 and 50 VMs busy in turn if FLEET does not say otherwise.
# Of each rule runs/tuned/*.txt says whether it keeps its defaults.
set -eu

traces=${TRACES:-../shared/traces}
budget=${BUDGET:-24}
# EARLIER names folders with files that an earlier call wrote: their settings are tried too.
earlier=${EARLIER:-examples/tuned}
[ $# -gt 0 ] || set -- image-classifier rho/1.4 rho/2.5 rho/4 rho/4-budgets

# SEED, or SEED/LOTS with so many lots a second: from the 0.2 requests a second that nab_elb has in the mean, which can come in no more lots than that, to the 61 that
# the differences of twitter's seconds tell (those of wits 24), log-uniform.
drawn() { for one in "$@"; do case $one in */*) echo "synthetic:hours=2,seed=${one%/*},lots=${one#*/}" ;; *) echo "synthetic:hours=2,seed=$one" ;; esac; done; }
wits() { echo "$traces/wits_1s.csv@$1+4h"; }
twitter() { echo "$traces/twitter_2021-08_day$1_1s.csv@$2+4h"; }
worldcup() { echo "$traces/worldcup98_1998-06-23_7d_60s.csv@$1+4h"; }
balancer() { echo "$traces/nab_elb_requests_300s.csv@$1+4h"; }
# Of each line all settings are run on the first, the best of them on all. WORKLOADS=few: every other line, for what is run request by request; fewer: every third, for rules that take long.
lines() {
  echo $(drawn 1 2 3 4/45) $(wits 0h)
  echo $(twitter 00 8h) $(drawn 5 6 7) $(balancer 20h)
  echo $(drawn 8/5 9 10) $(worldcup 10h) $(twitter 01 5h)
  echo $(drawn 11 12/2.5 13 14) $(twitter 00 2h)
  echo $(balancer 180h) $(drawn 15 16/0.8 17) $(worldcup 45h)
  echo $(drawn 18 19 20/1.5) $(twitter 01 15h) $(wits 4h)
  echo $(wits 8h) $(drawn 21 22 23) $(balancer 100h)
  echo $(drawn 24/8 25 26) $(twitter 00 14h) $(worldcup 105h)
  echo $(worldcup 66h) $(drawn 27 28/15 29) $(twitter 01 19h)
  echo $(drawn 30 31 32/25 33) $(balancer 260h)
  echo $(twitter 01 11h) $(drawn 34 35 36/0.25) $(worldcup 140h)
  echo $(drawn 37 38 39) $(twitter 00 19h) $(drawn 40/0.5)
}
case ${WORKLOADS:-all} in all) every=1 ;; few) every=2 ;; *) every=3 ;; esac
workloads=$(lines | awk -v every=$every 'NR % every == 0')

mkdir -p runs/tuned
for profile in "$@"; do
  name=$(echo "$profile" | tr / -).yaml known=
  for folder in $earlier; do [ ! -f "$folder/$name" ] || known="$known $folder/$name"; done
  fleet=${FLEET:-5 16 50} turn=
  case $fleet in *\ *) turn=--in-turn ;; esac
  node dist/cli/spillway.js tune --service "examples/$profile.yaml" --policy ${POLICIES:-all} --budget "$budget" --fleet $fleet $turn --fidelity ${FIDELITY:-fluid} --jobs "${JOBS:-$(nproc)}" \
    --trace $workloads ${known:+--earlier $known} --out "runs/tuned/$name" --json "runs/tuned/${name%.yaml}.json" >"runs/tuned/${name%.yaml}.txt"
done
