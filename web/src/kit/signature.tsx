// A signature drawn with finger, pen or mouse; who cannot draw takes a picture of the signed form instead (TIC-07, TIC-07d).
import { type PointerEvent, useRef, useState } from 'react';
import { upload } from './client.ts';
import { word } from './i18n.ts';
import { shrink } from './image.ts';
import type { Aria } from './phone.tsx';

const width = 640;
const height = 240;

export function SignaturePad({ onChange }: { onChange: (picture: Blob | undefined) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef(false);
  const [signed, setSigned] = useState(false);
  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * width) / box.width,
      ((event.clientY - box.top) * height) / box.height,
    ] as const;
  };
  const pen = () => canvas.current?.getContext('2d');
  const begin = (event: PointerEvent) => {
    const p = pen();
    if (!p) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    if (!signed) {
      // Paper and ink, whatever the screen wears: it is printed one day.
      p.fillStyle = '#ffffff';
      p.fillRect(0, 0, width, height);
    }
    drawing.current = true;
    p.strokeStyle = '#111111';
    p.lineWidth = 4;
    p.lineCap = 'round';
    p.lineJoin = 'round';
    p.beginPath();
    p.moveTo(...at(event));
  };
  const draw = (event: PointerEvent) => {
    const p = pen();
    if (!drawing.current || !p) return;
    p.lineTo(...at(event));
    p.stroke();
    setSigned(true);
  };
  const lift = () => {
    if (!drawing.current) return;
    drawing.current = false;
    canvas.current?.toBlob(blob => onChange(blob ?? undefined), 'image/png');
  };
  const clear = () => {
    pen()?.clearRect(0, 0, width, height);
    setSigned(false);
    onChange(undefined);
  };
  return (
    <div className="signature">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        role="img"
        aria-label={word('signature.here')}
        onPointerDown={begin}
        onPointerMove={draw}
        onPointerUp={lift}
        onPointerCancel={lift}
      />
      {signed ? (
        <button type="button" className="btn quiet" onClick={clear}>
          {word('signature.again')}
        </button>
      ) : (
        <span className="signature-hint" aria-hidden="true">
          {word('signature.here')}
        </span>
      )}
    </div>
  );
}

/** The pad, and below it the way for who signed on paper; a is what a field gives its input. */
export function SignatureInput({ a, onChange }: { a: Aria; onChange: (picture: Blob | undefined) => void }) {
  return (
    <>
      <SignaturePad onChange={onChange} />
      <label className="dim">
        {word('quote.signed_form')}{' '}
        <input
          {...a}
          type="file"
          accept="image/*"
          onChange={e => {
            const file = e.target.files?.[0];
            if (file) void shrink(file).then(onChange, () => onChange(file));
          }}
        />
      </label>
    </>
  );
}

/** Keeps what is signed once among a ticket's pictures, so that a second try after silence sends the same one. */
export function useSigned(ticket: string, kind: 'signature' | 'slip' = 'signature') {
  const [picture, setPicture] = useState<Blob>();
  const stored = useRef<{ of: Blob; id: string }>(undefined);
  const keep = async (signed: Blob): Promise<string> => {
    if (stored.current?.of !== signed) {
      const path = `/tickets/${ticket}/photos?kind=${kind}`;
      stored.current = { of: signed, id: (await upload<{ id: string }>(path, signed, 'signature.png')).id };
    }
    return stored.current.id;
  };
  return { picture, setPicture, keep };
}
