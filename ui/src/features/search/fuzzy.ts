/**
 * How well a text answers what was typed: 0 for not at all, higher for better. Every typed word must be found, in
 * any order; the beginning of a word counts more than its middle, letters in order count least.
 */
export function score(text: string, typed: string): number {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const hay = text.toLocaleLowerCase();
  let total = 0;
  for (const word of words) {
    const one = scoreWord(hay, word);
    if (one === 0) return 0;
    total += one;
  }
  return total / words.length;
}

function scoreWord(hay: string, word: string): number {
  const at = hay.indexOf(word);
  if (at === 0) return 4;
  if (at > 0) return /[\s·:/-]/.test(hay[at - 1] ?? "") ? 3 : 2;
  let from = 0;
  for (const letter of word) {
    const next = hay.indexOf(letter, from);
    if (next < 0) return 0;
    from = next + 1;
  }
  return word.length > 1 ? 1 : 0;
}
