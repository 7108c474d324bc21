// Writes a .br beside every compressible file of dist, so that the server never compresses a face by itself.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const wanted = /\.(js|css|html|svg|json|webmanifest)$/;

for (const name of readdirSync('dist', { recursive: true })) {
  const path = join('dist', name);
  if (!wanted.test(path) || name.startsWith('.vite') || !statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  const small = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  if (small.length < bytes.length) writeFileSync(`${path}.br`, small);
}
