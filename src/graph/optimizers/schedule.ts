/** A number, such as a learning rate, by the share of training that lies ahead: 1 at first, 0 at the end. */
export type Schedule = (remaining: number) => number;

/** The same number always. */
export const constantSchedule =
  (value: number): Schedule =>
  () =>
    value;

/** From `start` to `end` on a line. */
export const linearSchedule =
  (start: number, end = 0): Schedule =>
  (remaining) =>
    end + (start - end) * remaining;

/** From `start` to `end` along half a cosine (Loshchilov & Hutter, 2017). */
export const cosineSchedule =
  (start: number, end = 0): Schedule =>
  (remaining) =>
    end + ((start - end) * (1 - Math.cos(Math.PI * remaining))) / 2;

/** Rises from 0 on a line over the first `share` of training; the given schedule runs over what comes after. */
export const warmUp =
  (share: number, schedule: Schedule): Schedule =>
  (remaining) =>
    1 - remaining < share ? ((1 - remaining) / share) * schedule(1) : schedule(remaining / (1 - share));
