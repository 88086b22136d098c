import type { SessionSnapshot, StreamEvent } from "../../../src/api/contract.ts";

/** A list in which one item took its namesake's place, or came in front. */
export function upsert<Item extends { readonly id: string }>(items: readonly Item[], item: Item): readonly Item[] {
  const index = items.findIndex(({ id }) => id === item.id);
  return index < 0 ? [item, ...items] : items.with(index, item);
}

/** A session after events. A bar that it already has, from a snapshot taken meanwhile, is not lived twice. */
export function withEvents(session: SessionSnapshot, events: readonly StreamEvent[]): SessionSnapshot {
  const points = [...session.points];
  const trades = [...session.trades];
  let summary: Partial<SessionSnapshot> = {};
  for (const event of events) {
    if (event.type === "session" && event.session.id === session.id) summary = event.session;
    if (event.type !== "session-point" || event.sessionId !== session.id) continue;
    if (event.point.time <= (points.at(-1)?.time ?? -Infinity)) continue;
    points.push(event.point);
    trades.push(...event.trades);
  }
  return { ...session, ...summary, barsSeen: Math.max(session.barsSeen, summary.barsSeen ?? 0, points.length), points, trades };
}
