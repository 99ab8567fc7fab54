# SPDX-License-Identifier: BSD-3-Clause
# For tests that are scripts: a line a case, and what a case that failed has said. The script that
# sources this sets scratch, a directory, and ends by: exit $failed
# shellcheck shell=sh disable=SC2034,SC2154
failed=0

# A case that ran tests of its own tells how many.
verdict() { # exit code, rule; the output is in $scratch/out
    if [ "$1" -eq 0 ]; then
        echo "ok - $2$(sed -n 's/^Ok: *\([0-9]*\) *$/, \1 tests/p' "$scratch/out")"
    else
        echo "not ok - $2"
        tail -n 40 "$scratch/out" | sed 's/^/# /'
        failed=1
    fi
}

check() { # rule, command...
    rule=$1
    shift
    "$@" >"$scratch/out" 2>&1
    verdict $? "$rule"
}
