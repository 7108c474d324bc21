// Puts a .br and a .gz in the place of every compressible file of dist: the server never compresses a face by itself,
// browsers take gzip where they take no brotli (without TLS), and the program carries nothing three times.
import { readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const wanted = /\.(js|css|html|svg|json|webmanifest)$/;

for (const name of readdirSync('dist', { recursive: true })) {
  const path = join('dist', name);
  if (!wanted.test(path) || name.startsWith('.vite') || !statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  const small = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const middle = gzipSync(bytes, { level: 9 });
  if (small.length >= bytes.length || middle.length >= bytes.length) continue;
  writeFileSync(`${path}.br`, small);
  writeFileSync(`${path}.gz`, middle);
  unlinkSync(path);
}
