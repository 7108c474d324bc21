// A signature drawn with finger, pen or mouse; who cannot draw takes a picture of the signed form instead (TIC-07, TIC-07d).
import { type PointerEvent, useRef, useState } from 'react';
import { word } from './i18n.ts';

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
