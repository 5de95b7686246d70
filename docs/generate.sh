#!/usr/bin/env bash
# Writes the pages that show what the program finds: docs/mutants.md, docs/claims.md, docs/headline.md with its picture,
# and docs/agreement.md. With --check it writes nothing and fails where a page is not what the program says now. Needs a
# Release build.
set -euo pipefail
cd "$(dirname "$0")/claims"
mmu() { dotnet ../../src/Client/bin/Release/net10.0/mmu.dll "$@" 2>/dev/null; }
export -f mmu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# The rows of mutants up to their verdict; a bar inside code is no end of a cell.
verdicts() { sed '/^## Redundant/,$d' | grep '^| [a-z0-9]' | grep -v '^| phase' | sed 's/\\|/\x01/g' | cut -d'|' -f 2-5 | tr '\001' '|'; }

mutants() {
  cat <<'PAGE'
# What each step of the merged protocol is for

`docs/generate.sh` writes this page from what `mmu check idmap-reserved --mutants` finds on three CPUs: every step removed
in turn, every two neighbours exchanged, and the mistakes that are neither. [check.md](check.md#the-properties) says what
each property requires. `holds` means that no interleaving, with whatever speculation, violates a property. The number
beside a step is its place in the program that was changed.

PAGE
  mmu check idmap-reserved --mutants --format markdown
  cat <<'PAGE'

## Without CnP

Linux sets CnP in swapper_pg_dir's TTBR where every CPU has it, and CPUs may then use what another one has cached. On a
machine without it (`--cnp off`) these mutants have another result (`-` with CnP, `+` without):

PAGE
  echo '```diff'
  diff <(mmu check idmap-reserved --mutants --format markdown | verdicts) <(mmu check idmap-reserved --mutants --format markdown --cnp off | verdicts) |
    grep '^[<>]' | sed 's/^</-/; s/^>/+/' || true
  echo '```'
}

claims() {
  cat <<'PAGE'
<!-- not run: docs/generate.sh --check runs these commands in docs/claims and compares the page -->

# The claims of the mails, each one run

From the mails on v3 of "arm64: support FEAT_BBM level 2 and large block mapping when rodata=full" (March to June 2025), in
our words. `docs/generate.sh` runs the commands of `docs/claims/claims.txt` in `docs/claims` and writes this page; the
continuous integration runs it again and fails where a result differs.
PAGE
  local line
  while IFS= read -r line; do
    case $line in
      '= '*)
        IFS='|' read -r number claim by <<<"${line#= }"
        printf '\n## %s\n\n%s (%s)\n' "${number% }" "$(sed 's/^ *//; s/ *$//' <<<"$claim")" "$(sed 's/^ *//; s/ *$//' <<<"$by")"
        ;;
      '> '*) printf '\n**%s**\n\n' "${line#> }" ;;
      '$ '*)
        printf '```text\n%s\n' "$line"
        bash -c "set +o pipefail; ${line#\$ }" </dev/null
        printf '```\n'
        ;;
    esac
  done <claims.txt
}

# A line for each mode of a suite: tests, agreeing, refused, and the names of those that differ.
suite() {
  local label=$1 folder=$2 expected=$3 flags=$4 found
  # shellcheck disable=SC2086
  found=$(mmu litmus "$shared/$folder" --expected "$shared/$folder/$expected" $flags || true)
  printf '| %s | %s | %s | %s | %s |\n' "$label" "$(find "$shared/$folder" -name '*.litmus' | wc -l)" \
    "$(grep -c '^agrees' <<<"$found" || true)" "$(refused "$folder" | wc -l)" \
    "$(grep '^differs' <<<"$found" | sed 's/^differs *//' | paste -sd ' ' || true)"
}

# The names of a suite's tests that agree in a mode.
agreeing() {
  # shellcheck disable=SC2086
  (mmu litmus "$shared/$1" --expected "$shared/$1/arm.json" $2 || true) | sed -n 's/^agrees *\([^ ]*\.litmus\):.*/\1/p' | sort
}

# The reasons for which tests of a suite are refused, one a line, with the file first.
refused() { (mmu litmus "$shared/$1" --json || true) | sed -n 's/^ *"refused": "\(.*\)",\{0,1\}$/\1/p' | sort; }

# The given tests in numbers, and a row for each that is refused: its name, the feature, and where the file uses it.
given() {
  local folder all=0 both=0 refusals=""
  for folder in litmus litmus-more; do
    all=$((all + $(find "$shared/$folder" -name '*.litmus' | wc -l)))
    both=$((both + $(comm -12 <(agreeing "$folder" "") <(agreeing "$folder" "--ets2") | wc -l)))
    refusals+=$(refused "$folder")$'\n'
  done
  local count
  count=$(grep -c . <<<"$refusals" || true)
  cat <<PAGE

### The given tests, one by one

**$both of $all given tests have herd7's final states and flags, and no other, in both modes.** Refused are $count ($((count * 1000 / all / 10)).$((count * 1000 / all % 10)) %),
and $((all - both - count)) differ. Further public tests exist, in herdtools7 and elsewhere, on which these numbers say nothing.

| refused test | about | because of |
|---|---|---|
PAGE
  local line feature
  while IFS= read -r line; do
    feature=$(grep -oE 'instruction fetch|memory tags \(MTE\)|accesses of several sizes' <<<"$line" | head -1)
    printf '| %s | %s | `%s` |\n' "$(sed 's/:[0-9]*: expected .*//; s|.*/||' <<<"$line")" "$feature" \
      "$(sed 's/.*, found //; s/ in .*//; s/, which .*//; s/: .* not supported$//; s/^one$/tag(…)/' <<<"$line")"
  done < <(grep . <<<"$refusals")
}

agreement() {
  cat <<'PAGE'
# What the semantics agree with

`docs/generate.sh` writes this page from what the program finds. Suites that belong to others are not part of this
project.

## Tests that others wrote

Arm's own model decides the first rows: herd7 7.58 with its aarch64 model as it is published, and with accesses and faults of
one CPU kept in order for `--in-order`. Final states are compared, and "agreeing" means that all of them are equal; the tests
compare warnings and herd's observation, too. The commands are `mmu litmus FOLDER --expected FILE [--ets2] [--in-order]`
and `mmu lint TRACE`.

| suite | tests | agreeing | refused | disagreeing |
|---|---|---|---|---|
PAGE
  suite "herd7's aarch64-VMSA and aarch64-BBM, without FEAT_ETS2" litmus arm.json ""
  suite "the same with FEAT_ETS2" litmus arm.json "--ets2"
  suite "herd7's other VMSA tests (handlers, hardware updates, atomics on descriptors …), without FEAT_ETS2" litmus-more arm.json ""
  suite "the same with FEAT_ETS2" litmus-more arm.json "--ets2"
  suite "herd7's aarch64-VMSA and aarch64-BBM with CPUs in order, without FEAT_ETS2" litmus expected.json "--in-order"
  suite "the same with FEAT_ETS2" litmus expected.json "--in-order --ets2"
  local log same=0 all=0 differing=""
  for log in "$shared"/casemate/*.log; do
    all=$((all + 1))
    local said reason
    said=$(sed -n 's/^! *//p' "$log")
    reason=$(mmu lint "$log" || true)
    if { [ -z "$said" ] && mmu lint "$log" >/dev/null; } || { [ -n "$said" ] && [[ "$reason" == *"$said"* ]]; }; then
      same=$((same + 1))
    else
      differing="$differing $(basename "$log")"
    fi
  done
  printf '| %s | %s | %s | %s | %s |\n' "casemate 3.0.2's examples, at BBM level 0: the same verdict for the same reason" "$all" "$same" 0 "$differing"
  cat <<'PAGE'

casemate's rule for live descriptors is wider than Arm's at level 0: it refuses a change of permissions, which Arm allows
(R_WHZWS), so traces that have one are legal here. None of its examples has one.
PAGE
  given
  cat <<'PAGE'

## The axioms by themselves

`tests/Orleans.Mmu.Axioms` reads Arm's published axioms a second time and shares no code with the litmus machine, not
even the reader of tests. It takes every way through every CPU's program, every order of the writes, every source of
every read and walk, and every order of TLBIs and walks, and keeps what closes no cycle. No machine is in it: no step,
no memory, no TLB. On the public tests it has the final states of herd7 7.58 with aarch64.cat as published, in both
modes (`noEts`, `ets2`):

| suite | sets of states | equal | different | not known to the oracle |
|---|---|---|---|---|
| 122 tests of herd7's aarch64-VMSA and aarch64-BBM | 244 | 244 |  |  |
| the same, accesses and faults of a CPU in program order | 244 | 244 |  |  |
| 375 more, with handlers, hardware updates, exclusives, CAS | 750 | 690 |  | 60 |

The tests that it does not know are about instruction fetch, memory tagging, AT, UDF, FEAT_ETS3 and FEAT_ExS, and a few
that use what it does not read.

A generator writes programs from seeds, and the machine must have the oracle's states for each, in both modes:

```sh
dotnet run -c Release --project tests/Orleans.Mmu.Axioms -- random --programs 20 --seed 1 \
  --mmu src/Client/bin/Release/net10.0/mmu.dll --keep differences
```

The table above comes of the same program, with the tests in `$HERD` ([evidence.md](evidence.md#arms-own-model) says
where they are):

<!-- needs: $HERD/arm.json -->
```sh
dotnet run -c Release --project tests/Orleans.Mmu.Axioms -- calibrate "$HERD"
```

Programs are aimed: one CPU changes a descriptor, flushes it well or badly, and says so; others see the message and use
the page, in some programs a third one over a second message; the rest are arbitrary. Every kind of barrier, of
dependency, and of incomplete flush stands between accesses. In 3,000 programs (500 from each of the seeds 25250001,
25260001, 25270001 and 28280001, and with `--extras 3` from 24240001 and 31337001) no state of either mode is lost or
added. `--extras 3` adds atomics on descriptors and hardware updates of AF and dirty state, `--extras All` handlers,
exclusives and CAS as well. `--in-order` compares CPUs that execute in order (with `--option=--in-order` for the
machine). A program that differs is kept as a litmus test with both sets of states, and its seed repeats it. The tests
run 100 programs, and 25 with `--extras All`.

## Tests of this project

For what no public suite covers: changes of size, the Contiguous bit, nT, nG, TTBR1 and CnP, and a BBM level for each CPU. One
good and one bad test for every kind of change at every level, and one for every mistake of the merged protocol; each says which rule
decides it. The command is `mmu check tests/litmus`.

```text
PAGE
  mmu check ../../tests/litmus || true
  echo '```'
}

mutants | ../wrap >"$out/mutants.md"
claims | ../wrap >"$out/claims.md"
mmu headline ../../tests/traces --plot "$out/headline-scatter.svg" | ../wrap all >"$out/headline.md"
# The public suites: litmus, litmus-more and casemate, with the states of Arm's model in each arm.json.
shared=${MMU_SUITES:-$(cd ../../.. && pwd)/shared}
pages="mutants.md claims.md headline.md headline-scatter.svg"
if [ -d "$shared/litmus" ]; then
  agreement | ../wrap >"$out/agreement.md"
  pages="$pages agreement.md"
else
  echo "docs/agreement.md is left as it is: $shared has no public suites (MMU_SUITES)" >&2
fi
status=0
for page in $pages; do
  if [ "${1:-}" = --check ]; then
    diff -u "../$page" "$out/$page" || status=1
  else
    cp "$out/$page" "../$page"
  fi
done
exit $status
