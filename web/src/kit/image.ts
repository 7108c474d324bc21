// A photo is made smaller on the phone: at most 2000 pixels on its longer side, as JPEG.

export const maxSide = 2000;

export function fitInto(width: number, height: number, side = maxSide): { width: number; height: number } {
  const by = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) };
}

export class NotAPicture extends Error {}

export async function shrink(file: Blob): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    throw new NotAPicture('not a picture', { cause });
  }
  const size = fitInto(bitmap.width, bitmap.height);
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  const made = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/jpeg', 0.85));
  if (!made) throw new NotAPicture('the picture could not be written');
  return made;
}
