// Sounds and videos of a matter: recorded on the spot or chosen from the device, and played where they are shown (TIC-01).
import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { base } from './client.ts';
import { explain } from './explain.ts';
import { word } from './i18n.ts';
import { Icon } from './icons.tsx';
import { when } from './time.ts';
import type { Photo } from './types.ts';

type Kind = 'voice' | 'video';
type Take = (kind: Kind, recording: Blob) => void | Promise<void>;

/** The longest voice, in seconds; the largest video, in bytes, as the server takes it (TIC-15). */
const longest = 120;
const largest = 200 << 20;

const mayRecord = () => typeof MediaRecorder !== 'undefined' && navigator.mediaDevices !== undefined;

/** A microphone that is on: how long, and how to end it, with the sound or without. */
function useMicrophone(onDone: (sound: Blob) => void, onTrouble: (text: string) => void) {
  const [seconds, setSeconds] = useState<number>();
  const running = useRef<{ recorder: MediaRecorder; stream: MediaStream }>(undefined);
  const off = () => {
    for (const track of running.current?.stream.getTracks() ?? []) track.stop();
    running.current = undefined;
    setSeconds(undefined);
  };
  useEffect(
    () => () => {
      for (const track of running.current?.stream.getTracks() ?? []) track.stop();
    },
    [],
  );
  useEffect(() => {
    if (seconds === undefined) return;
    if (seconds >= longest) running.current?.recorder.stop();
    const timer = setTimeout(() => setSeconds(seconds + 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  const start = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = new MediaRecorder(stream);
      const parts: Blob[] = [];
      recorder.ondataavailable = event => parts.push(event.data);
      recorder.onstop = () => {
        off();
        onDone(new Blob(parts, { type: recorder.mimeType }));
      };
      running.current = { recorder, stream };
      recorder.start();
      setSeconds(0);
    } catch {
      off();
      onTrouble(word('voice.denied'));
    }
  };
  return { seconds, start, stop: () => running.current?.recorder.stop() };
}

const clockOf = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Tiles to add a voice or a video beside the pictures. */
export function AddRecording({ take, onTrouble }: { take: Take; onTrouble: (text: string) => void }) {
  const put = (kind: Kind, recording: Blob) => {
    onTrouble('');
    if (recording.size > largest) onTrouble(word('video.large'));
    else Promise.resolve(take(kind, recording)).catch(cause => onTrouble(explain(cause)));
  };
  const { seconds, start, stop } = useMicrophone(sound => put('voice', sound), onTrouble);
  const chosen = (kind: Kind) => (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (file) put(kind, file);
  };
  return (
    <>
      {mayRecord() ? (
        <button
          type="button"
          className={`add ${seconds === undefined ? '' : 'live'}`}
          onClick={seconds === undefined ? () => void start() : stop}
        >
          <Icon name="mic" />
          {seconds === undefined ? word('voice.record') : word('voice.stop', { time: clockOf(seconds) })}
        </button>
      ) : (
        <span className="add">
          <Icon name="mic" />
          {word('voice.pick')}
          <input type="file" accept="audio/*" aria-label={word('voice.pick')} onChange={chosen('voice')} />
        </span>
      )}
      <span className="add">
        <Icon name="video" />
        {word('video.add')}
        <input
          type="file"
          accept="video/*"
          capture="environment"
          aria-label={word('video.add')}
          onChange={chosen('video')}
        />
      </span>
    </>
  );
}

/** Plays one recording, from the server or from the device. */
export function Player({ kind, src, name }: { kind: string; src: string; name: string }) {
  return kind === 'video' ? (
    // biome-ignore lint/a11y/useMediaCaption: what somebody filmed at a pipe has no captions
    <video controls preload="metadata" src={src} aria-label={name} />
  ) : (
    // biome-ignore lint/a11y/useMediaCaption: what somebody said has no captions; the desk writes it down
    <audio controls preload="none" src={src} aria-label={name} />
  );
}

/** What was recorded for a matter; files is where they lie. */
export function Recordings({ items, files }: { items: Photo[]; files: string }) {
  if (items.length === 0) return null;
  return (
    <ul className="recordings">
      {items.map(item => {
        const name = word(`recording.${item.kind === 'video' ? 'video' : 'voice'}`, {
          time: when(item.at),
        });
        return (
          <li key={item.id}>
            <span>{[name, item.by].filter(Boolean).join(' ')}</span>
            <Player kind={item.kind} src={`${base}${files}/${item.id}`} name={name} />
          </li>
        );
      })}
    </ul>
  );
}
