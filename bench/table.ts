// Plain text tables for the terminal.

/** Cells below their heads, columns as wide as they need; columns of numbers to the right. */
export function table(heads: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...lines.map((cells) => cells[i].length)));
  const isNumber = heads.map((_, i) => lines.every((cells) => /^[\d.,%x<>=-]+$/.test(cells[i])));
  return [heads, ...lines].map((cells) => cells.map((cell, i) =>
    isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join('  ').trimEnd())
    .join('\n');
}
