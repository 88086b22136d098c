import { z } from "zod";

/** Patience and bounds of a stream, the same for all venues; durations in ms. */
export const streamLimits = {
  connectMs: z.number().positive().default(10_000).describe("longest wait for a socket to open"),
  replyMs: z.number().positive().default(10_000).describe("longest wait for each reply of the handshake"),
  pingAfterMs: z.number().positive().default(10_000).describe("silence after which the venue is pinged"),
  deadAfterMs: z.number().positive().default(25_000).describe("silence after which the connection is given up"),
  backoffMs: z.number().positive().default(500).describe("first wait before connecting again; it doubles each time"),
  maxBackoffMs: z.number().positive().default(30_000).describe("longest wait before connecting again"),
  maxAttempts: z.int().positive().default(20).describe("attempts in a row before the stream fails"),
  reorderMs: z.number().nonnegative().default(100).describe("how long a message that came early waits for those before it"),
  reorderCount: z.int().positive().default(256).describe("how many early messages may wait"),
  capacity: z.int().min(2).default(8192).describe("events that may wait for the consumer"),
  restTimeoutMs: z.number().positive().default(10_000).describe("longest wait for an answer by REST"),
  repairDelayMs: z.number().nonnegative().default(250).describe("wait before missed events are asked for, as REST may lag behind"),
};

/** The parsed limits. */
export type StreamLimits = z.output<z.ZodObject<typeof streamLimits>>;
