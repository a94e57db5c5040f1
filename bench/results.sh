#!/bin/sh
# The tables of docs/results.md: every rule with its tuned parameters, and a few of the strongest with their defaults or as published too, on traces that none was
# tuned on, at three price ratios and two fleet sizes. Usage: sh bench/results.sh [FOLDER [AGENTS]]; AGENTS are ppo:checkpoints/default in two ways if none is named,
# and '' leaves them out.
# PARTS, RHOS, FLEETS, POLICIES and SEEDS choose less, BESIDE names the rule that the others are held against; SET=found takes the traces that were found once the agent
# was finished, from the folder FOUND, where docs/results.md says how they come there. What was run before with the same code is taken from FOLDER/cache, so a run that was interrupted goes on where it was, and more SEEDS only add runs. bench/results-tables.ts writes what
# comes of it into docs/results.md.
set -eu

folder=${1:-runs/results}
# As it is, and with requests that wait as long as a rule's.
agents=${2-ppo:checkpoints/default ppo:checkpoints/default:waitShare=0.5}
traces=${TRACES:-../shared/traces}
# As their sources publish them, or with the defaults: one parameter that is stated leaves the others as they are.
plain="ski-rental:startShare=0.5 lcp:windowSeconds=0 percentile:margin=1 mixed:margin=1 paragon:waitShare=0.5"

# Unseen: other days and other sources than those tuned on (bench/tune.sh), and than the Twitter day 05 on which the agent that ships was selected. A day of each, or all of a shorter one; of the long ones one with a past.
unseen="$traces/twitter_2021-08_day02_1s.csv $traces/twitter_2021-08_day10_1s.csv
$traces/twitter_may25_1s.csv $traces/twitter_2018-04-25_30min_1s.csv $traces/worldcup98_1998-06-10_60s.csv
$traces/nasa_jul95_60s.csv@20d+1d $traces/nasa_jul95_13_1s.csv $traces/wikipedia_de_full_3600s.csv@1000d+1d
$traces/azure_llm_2023_code_1s.csv $traces/mooncake_conversation_3s.csv"
# One of each source that lasts a day, for the curves, which take eleven times the runs.
days="$traces/twitter_2021-08_day02_1s.csv $traces/twitter_may25_1s.csv $traces/worldcup98_1998-06-10_60s.csv $traces/nasa_jul95_13_1s.csv"
set=
if [ "${SET:-}" = found ]; then
  set=found- found=${FOUND:-../found}
  unseen="$found/clarknet.csv@2d+1d $found/clarknet.csv@9d+1d $found/worldcup98_may.csv@17d+1d $found/worldcup98_may.csv@24d+1d
$found/mentions_aapl.csv@20d+1d $found/mentions_amzn.csv@20d+1d $found/mentions_goog.csv@20d+1d $found/mentions_fb.csv@20d+1d
$found/azure_llm_2023_conv.csv $found/nasa_aug95.csv@1d+1d $found/nasa_aug95.csv@8d+1d $found/twitter_2021-08.csv@1d+1d $found/twitter_2021-08.csv@7d+1d"
  days="$found/clarknet.csv@2d+1d $found/worldcup98_may.csv@17d+1d $found/mentions_aapl.csv@20d+1d $found/twitter_2021-08.csv@1d+1d"
fi
# The policies that are also turned for their cost at equal attainment, and judged request by request.
best=${BEST:-"lcp:windowSeconds=0 lcp ski-rental mixed percentile mpc"}
# With its defaults one of the cheapest everywhere; those that keep the promise on every trace may be dear.
beside=${BESIDE:-lcp:windowSeconds=0}
# With the router's budgets, request by request; the two rules that show all their parameters were tuned by themselves, over `creditSeconds` too.
budgeted="ski-rental ski-rental:startShare=0.2,stopShare=0.25,lambdaFactor=0.85,halfLifeSeconds=300,creditSeconds=900,waitShare=0.75
lcp lcp:windowSeconds=300,launchFactor=1.5,lambdaFactor=0.85,forecaster=4,creditSeconds=1800,waitShare=1
percentile mixed mark mpc mpc:creditSeconds=1800 cocktail target-tracking-fast lcp:windowSeconds=0 ski-rental:startShare=0.5 percentile:margin=1 mixed:margin=1 paragon:waitShare=0.5 ppo:checkpoints/default ppo:checkpoints/default:waitShare=1"

# judge NAME PROFILE FLEET OPTION...
judge() {
  profile=$(echo "$2" | tr / -)
  name=$set$1-$profile-fleet-$3 service="--service examples/$2.yaml --fleet $3" tuned=examples/tuned/$profile.yaml
  [ ! -f "$tuned" ] || service="$service --tuned $tuned"
  shift 3
  node dist/cli/spillway.js evaluate $service --at-most 24h --seeds "${SEEDS:-5}" --jobs "${JOBS:-$(nproc)}" --cache "$folder/cache" \
    --beside "$beside" --json "$folder/$name.json" --brief --quiet "$@" >"$folder/$name.txt"
  echo "$name: $(date +%T)"
}

mkdir -p "$folder"
for part in ${PARTS:-unseen equal requests budgets two-pools}; do
  if [ "$part" = two-pools ]; then
    judge two-pools image-classifier 10 --fidelity fluid --trace $days --policies lcp ski-rental mixed percentile mpc $plain
    continue
  fi
  for fleet in ${FLEETS:-5 50}; do
    for rho in ${RHOS:-4 2.5 1.4}; do
      case $part-$rho in
        unseen-*) judge unseen rho/$rho $fleet --fidelity fluid --trace $unseen --policies ${POLICIES:-all $plain} $agents ;;
        equal-*) judge equal rho/$rho $fleet --fidelity fluid --curve --trace $days --policies $best $agents ;;
        budgets-4) judge budgets rho/$rho-budgets $fleet --fidelity request-level --beside mark --trace $unseen --policies $budgeted ;;
        # Not tuned: where budgets earn little.
        budgets-*) judge budgets rho/$rho-budgets $fleet --fidelity request-level --trace $unseen --policies $plain $agents ;;
        requests-*) judge requests rho/$rho $fleet --fidelity request-level --trace $unseen --policies $best $agents ;;
      esac
    done
  done
done
