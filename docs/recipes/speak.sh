#!/usr/bin/env bash
# A Claude Code "Stop" hook: speaks the last message. Needs jq and curl, and afplay, aplay, paplay or ffplay.
# VOICELAB_VOICE names the voice that speaks: needed where the lab has several and none is called default.
# One message plays at a time. A newer one drops those that wait, here and in the server's queue.
# What goes wrong is said on stderr, and kept in error.log in the folder below.
set -u
url="${VOICELAB_URL:-http://localhost:7860}"
state="${TMPDIR:-/tmp}/voicelab-speak-$(id -u)"
fail() {
    printf 'speak.sh: %s\n' "$1" >&2
    printf '%s %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$1" 2>/dev/null >"$state/error.log"
    exit 1
}
mkdir -p "$state" && chmod 700 "$state" || fail "the folder $state cannot be made."
for tool in jq curl; do
    command -v "$tool" >/dev/null || fail "$tool is not installed."
done

text=$(jq -r '(.last_assistant_message // "")[:400]' 2>/dev/null) || fail "what came on standard input is no JSON."
[ -n "$text" ] || exit 0
me="$$-$(date +%s)"
printf '%s' "$me" >"$state/newest"
is_newest() { [ "$(cat "$state/newest" 2>/dev/null)" = "$me" ]; }

wav="$state/$me.wav"
trap 'rm -f "$wav"' EXIT
more=()
[ -z "${VOICELAB_TOKEN:-}" ] || more+=(--header "Authorization: Bearer $VOICELAB_TOKEN")
[ -z "${VOICELAB_VOICE:-}" ] || more+=(--data-urlencode "voice=$VOICELAB_VOICE")
status=$(curl --silent --max-time 90 --get "$url/synthesize" ${more[@]+"${more[@]}"} --data-urlencode "text=$text" \
    --data "client=claude" --data "on_busy=replace" --output "$wav" --write-out '%{http_code}')
case "$status" in
    200) ;;
    409) exit 0 ;; # a newer message took this one's place
    000) fail "no lab answers at $url. Start it, or set VOICELAB_URL." ;;
    *)
        said=$(jq -r '.error // empty' "$wav" 2>/dev/null)
        hint=""
        [ -n "${VOICELAB_VOICE:-}" ] || hint=" (For this hook VOICELAB_VOICE names the voice.)"
        fail "the lab at $url answered $status. $said$hint"
        ;;
esac

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
    if command -v ${player%% *} >/dev/null; then
        $player "$wav" || fail "${player%% *} cannot play."
        exit 0
    fi
done
fail "none of afplay, aplay, paplay and ffplay is installed."
