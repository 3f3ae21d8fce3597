// Equally loud takes, by what the lab measured. Knows nothing of a page.

/** @typedef {{ outline: number[], loudness_lufs: number | null, headroom_db: number }} TakeSound as compare/take_sound.py has it */

/**
 * What each take of a line is turned down to, so that all are equally loud and none is above full scale.
 * @param {string[]} ids @param {Map<string, TakeSound>} sounds
 */
export const levelsOf = (ids, sounds) => {
  const known = ids.map((id) => sounds.get(id));
  const heard = known.flatMap((sound) => (sound && sound.loudness_lufs !== null ? [sound.loudness_lufs + sound.headroom_db] : []));
  const target = Math.min(...heard);
  return known.map((sound) => (sound && sound.loudness_lufs !== null ? 10 ** (Math.min(0, target - sound.loudness_lufs) / 20) : 1));
};
