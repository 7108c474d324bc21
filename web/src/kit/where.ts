/** Where the phone is, in millionths of a degree; nothing where its owner does not let it say, or it takes too long. */
export function position(patience = 8000): Promise<{ latitude: number; longitude: number } | undefined> {
  return new Promise(done => {
    if (!('geolocation' in navigator)) return done(undefined);
    setTimeout(done, patience); // a question that nobody answers does not count as time to the browser
    navigator.geolocation.getCurrentPosition(
      p =>
        done({
          latitude: Math.round(p.coords.latitude * 1e6),
          longitude: Math.round(p.coords.longitude * 1e6),
        }),
      () => done(undefined),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 60_000 },
    );
  });
}

const degrees = (millionths: number) => (millionths / 1e6).toFixed(6);

/** A position as people write it, latitude first. */
export const positionText = (p: { latitude: number; longitude: number }): string =>
  `${degrees(p.latitude)}, ${degrees(p.longitude)}`;

/** What a phone opens its map with. */
export const mapLink = (p: { latitude: number; longitude: number }): string =>
  `geo:${degrees(p.latitude)},${degrees(p.longitude)}`;
