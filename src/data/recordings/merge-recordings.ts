import { assert } from "../../base/index.ts";
import { type Recording, RecordingBuilder } from "../../domain/index.ts";

/** Recordings of one instrument as one, in the order in which their messages were received; of one time, in the order of the recordings. No message is torn apart. */
export function mergeRecordings(recordings: readonly Recording[]): Recording {
  const [first, ...others] = recordings;
  assert(first !== undefined, "there is a recording to merge");
  if (others.length === 0) return first;
  const builder = new RecordingBuilder(first.instrument);
  const at = recordings.map(() => 0);
  for (;;) {
    let next = -1;
    for (const [index, { count, localTime }] of recordings.entries()) {
      if (at[index]! >= count) continue;
      if (next < 0 || localTime[at[index]!]! < recordings[next]!.localTime[at[next]!]!) next = index;
    }
    if (next < 0) return builder.finish();
    at[next] = copyMessage(recordings[next]!, at[next]!, builder);
  }
}

/** Copies the message that starts at a row and returns where the next one does. */
function copyMessage(recording: Recording, from: number, builder: RecordingBuilder): number {
  const { count, kind, side, ticks, lots, exchangeTime, localTime, updateId, isLast } = recording;
  for (let row = from; row < count; row++) {
    const time = exchangeTime[row]!;
    builder.at(Number.isFinite(time) ? time : NaN, localTime[row]!);
    builder.add(kind[row]!, side[row]!, ticks[row]!, lots[row]!, updateId[row]!);
    if (isLast[row] === 1) {
      builder.endMessage();
      return row + 1;
    }
  }
  return count;
}
