/**
 * The bytes that `save` returns: a header that says what the state is of, then the state itself. `restore` takes
 * nothing but whole states of the same environment with the same options.
 *
 * Header, little-endian words of 32 bits: magic, length of the label, length of the state, checksum of both;
 * then the label in UTF-8.
 */

const magic = 0x5453_4454; // "TDST"
const headerBytes = 16;

/** FNV-1a (Fowler, Noll, Vo). */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return hash >>> 0;
}

/** @param label names environment, options and layout: what a state must have in common to be restored. */
export function packState(label: string, state: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(label);
  const bytes = new Uint8Array(headerBytes + name.length + state.length);
  bytes.set(name, headerBytes);
  bytes.set(state, headerBytes + name.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, magic, true);
  header.setUint32(4, name.length, true);
  header.setUint32(8, state.length, true);
  header.setUint32(12, checksum(bytes.subarray(headerBytes)), true);
  return bytes;
}

/** @throws Error when the bytes are no state, a damaged one, or one with another label. */
export function unpackState(label: string, bytes: Uint8Array): Uint8Array {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || header.getUint32(0, true) !== magic) {
    throw new Error(`${bytes.length} bytes that are no saved state; expected one of ${label}`);
  }
  const stateAt = headerBytes + header.getUint32(4, true);
  const expected = stateAt + header.getUint32(8, true);
  if (bytes.length !== expected) {
    throw new Error(
      `a saved state of ${bytes.length} bytes; expected ${expected}: it is cut off or has grown`,
    );
  }
  if (checksum(bytes.subarray(headerBytes)) !== header.getUint32(12, true)) {
    throw new Error(`a damaged saved state; expected one of ${label}`);
  }
  const found = new TextDecoder().decode(bytes.subarray(headerBytes, stateAt));
  if (found !== label) throw new Error(`a saved state of ${found}; expected one of ${label}`);
  return bytes.subarray(stateAt);
}
