// The outer structure of a WebAssembly binary: its sections, read by hand.
// Source: WebAssembly Core Specification 2.0, section 5.5 (modules).

const CUSTOM = 0;
const IMPORT = 2;
const START = 8;
const DATA = 11;
const HEADER_BYTES = 8;

/** Reads an unsigned LEB128 number; returns the value and the offset behind it. */
function readUnsigned(bytes, offset) {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[offset++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, offset];
  }
  throw new Error(`no number at offset ${offset}`);
}

/** The sections in order: { id, start, body, end }, start being where the id byte stands. */
export function sectionsOf(bytes) {
  const sections = [];
  for (let start = HEADER_BYTES; start < bytes.length; ) {
    const [size, body] = readUnsigned(bytes, start + 1);
    sections.push({ id: bytes[start], start, body, end: body + size });
    start = body + size;
  }
  return sections;
}

/** The same binary without custom sections (names, source map): the code stays as it is. */
export function withoutCustomSections(bytes) {
  const kept = sectionsOf(bytes).filter(({ id }) => id !== CUSTOM)
    .map(({ start, end }) => bytes.subarray(start, end));
  return Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...kept]);
}

/**
 * Throws unless the module keeps the rules for code that many threads instantiate over one memory:
 * no start function and no data segments (both would run again in every thread), a shared imported
 * memory, and only the imports that a host is told to provide.
 */
export function checkCoreRules(bytes, allowedImports) {
  const problems = [];
  for (const { id, body } of sectionsOf(bytes)) {
    if (id === START) problems.push('a start function');
    if (id === DATA && readUnsigned(bytes, body)[0] > 0) problems.push('data segments');
  }
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  for (const { module, name, kind } of imports) {
    const path = `${module}.${name}`;
    if (!allowedImports.includes(path)) problems.push(`the import ${path} (${kind})`);
  }
  if (!sharesMemory(bytes)) problems.push('no shared imported memory');
  if (problems.length > 0) throw new Error(`the core must not have ${problems.join(', ')}`);
}

/** True when a non-shared memory is refused as env.memory, that is, a shared one is asked for. */
function sharesMemory(bytes) {
  const section = sectionsOf(bytes).find(({ id }) => id === IMPORT);
  if (section === undefined) return false;
  const needle = Buffer.concat([Buffer.from([6]), Buffer.from('memory'), Buffer.from([2])]);
  const found = bytes.subarray(section.body, section.end).indexOf(needle);
  return found >= 0 && (bytes[section.body + found + needle.length] & 2) !== 0;
}
