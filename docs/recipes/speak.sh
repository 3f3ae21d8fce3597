#!/usr/bin/env bash
# A Claude Code "Stop" hook: speaks the last message. Needs jq and curl, and afplay, aplay, paplay or ffplay.
# One message plays at a time. A newer one drops those that wait, here and in the server's queue.
set -u
url="${VOICELAB_URL:-http://localhost:7860}"
state="${TMPDIR:-/tmp}/voicelab-speak-$(id -u)"
mkdir -p "$state" && chmod 700 "$state" || exit 0

text=$(jq -r '(.last_assistant_message // "")[:400]' 2>/dev/null)
[ -n "$text" ] || exit 0
me="$$-$(date +%s)"
printf '%s' "$me" >"$state/newest"
is_newest() { [ "$(cat "$state/newest" 2>/dev/null)" = "$me" ]; }

wav="$state/$me.wav"
trap 'rm -f "$wav"' EXIT
auth=()
[ -z "${VOICELAB_TOKEN:-}" ] || auth=(--header "Authorization: Bearer $VOICELAB_TOKEN")
curl --silent --fail --max-time 90 --get "$url/synthesize" ${auth[@]+"${auth[@]}"} \
    --data-urlencode "text=$text" --data "client=claude" --data "on_busy=replace" --output "$wav" || exit 0

# mkdir makes a folder or fails, in one step: a lock that macOS has too. One whose owner is dead counts for nothing.
until mkdir "$state/playing" 2>/dev/null; do
    is_newest || exit 0
    owner=$(cat "$state/playing/owner" 2>/dev/null)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$state/playing"; fi
    sleep 0.1
done
trap 'rm -rf "$state/playing" "$wav"' EXIT
printf '%s' "$$" >"$state/playing/owner"
is_newest || exit 0
for player in afplay aplay paplay "ffplay -nodisp -autoexit -loglevel quiet"; do
    # A player with options is several words.
    # shellcheck disable=SC2086
    if command -v ${player%% *} >/dev/null; then $player "$wav"; break; fi
done
