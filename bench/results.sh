#!/bin/sh
# The figures of docs/results.md: every policy with its tuned parameters on traces that none was tuned on, at three price ratios
# and two fleet sizes. Usage: sh bench/results.sh [FOLDER [AGENT...]]; AGENT is a specification such as ppo:checkpoints/default.
# What was run before with the same code is taken from FOLDER/cache, so a run that was interrupted goes on where it was.
set -eu

folder=${1:-runs/results}
[ $# -gt 0 ] && shift
traces=${TRACES:-../shared/traces}
seeds=${SEEDS:-5}
# The policies that are also judged request by request, and turned for their cost at equal attainment.
best=${BEST:-"lcp mpc ski-rental mixed percentile cocktail mark target-tracking-fast"}

# Unseen: other days and other sources than those tuned on (bench/tune.sh), and than the Twitter day 05 on which the agent that ships was selected. A day of each, or all of a shorter one; of the long ones one with a past.
unseen="$traces/twitter_2021-08_day02_1s.csv $traces/twitter_2021-08_day10_1s.csv
$traces/twitter_may25_1s.csv $traces/twitter_2018-04-25_30min_1s.csv $traces/worldcup98_1998-06-10_60s.csv
$traces/nasa_jul95_60s.csv@20d+1d $traces/nasa_jul95_13_1s.csv $traces/wikipedia_de_full_3600s.csv@1000d+1d
$traces/azure_llm_2023_code_1s.csv $traces/mooncake_conversation_3s.csv"
# One of each source that lasts a day, for the curves, which take eleven times the runs.
days="$traces/twitter_2021-08_day02_1s.csv $traces/twitter_may25_1s.csv $traces/worldcup98_1998-06-10_60s.csv $traces/nasa_jul95_13_1s.csv"
# Those tuned on, where SEEN is set.
seen="$traces/wits_1s.csv $traces/twitter_2021-08_day00_1s.csv $traces/twitter_2021-08_day01_1s.csv
$traces/worldcup98_1998-06-23_7d_60s.csv@3d+1d $traces/nab_elb_requests_300s.csv@7d+1d"

# judge NAME RHO FLEET OPTION...
judge() {
  name=$1 rho=$2 fleet=$3
  shift 3
  node dist/cli/spillway.js evaluate --service "examples/rho/$rho.yaml" --tuned "examples/tuned/rho-$rho.yaml" --fleet "$fleet" \
    --at-most 24h --seeds "$seeds" --jobs "${JOBS:-$(nproc)}" --cache "$folder/cache" --json "$folder/$name-rho-$rho-fleet-$fleet.json" --brief --quiet "$@" \
    >"$folder/$name-rho-$rho-fleet-$fleet.txt"
  echo "$name, rho $rho, fleet $fleet: $(date +%T)"
}

mkdir -p "$folder"
for rho in 1.4 2.5 4; do
  for fleet in 5 50; do
    judge unseen "$rho" "$fleet" --trace $unseen --policies ${POLICIES:-all} "$@" --fidelity fluid
    [ -z "${SEEN:-}" ] || judge seen "$rho" "$fleet" --trace $seen --policies ${POLICIES:-all} "$@" --fidelity fluid
  done
  judge requests "$rho" 5 --trace $unseen --policies $best oracle "$@" --fidelity request-level
  judge equal "$rho" 5 --trace $days --policies $best "$@" --fidelity fluid --curve --seeds 2
done
