#!/bin/sh
# The tuned parameters of examples/tuned: every rule with the same budget on the same parts of five traces, scaled to two fleets, for each
# example profile. Usage: sh bench/tune.sh [PROFILE...]; a profile is image-classifier, rho/1.4, rho/2.5 or rho/4. Rules that are tuned already
# are left as they are: remove the file to tune them anew.
set -eu

traces=${TRACES:-../shared/traces}
budget=${BUDGET:-48}
[ $# -gt 0 ] || set -- image-classifier rho/1.4 rho/2.5 rho/4

for profile in "$@"; do
  node dist/cli/spillway.js tune --service "examples/$profile.yaml" --policy ${POLICIES:-all} --budget "$budget" --fleet 5 50 --fidelity fluid \
    --trace "$traces/wits_1s.csv@3h+4h" "$traces/twitter_2021-08_day00_1s.csv@12h+4h" "$traces/twitter_2021-08_day01_1s.csv@4h+4h" \
    "$traces/worldcup98_1998-06-23_7d_60s.csv@66h+4h" "$traces/nab_elb_requests_300s.csv@174h+4h" \
    --missing --out "examples/tuned/$(echo "$profile" | tr / -).yaml" || [ $? -eq 2 ]
done
