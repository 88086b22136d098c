import type { LoadContext } from "../source.ts";
import { vendorClient, type VendorClient, type VendorSettings } from "../vendors/http-client.ts";
import type { StreamContext } from "./stream.ts";

/** A client for a venue's REST with the stream's clock and waits, whose requests end with the signal. */
export function streamRest(
  settings: Pick<VendorSettings, "vendor" | "baseUrl" | "timeoutMs" | "requestsPerMinute" | "failureOf"> & Partial<VendorSettings>,
  { clock, random, wait }: StreamContext,
  signal: AbortSignal,
): VendorClient {
  const context: LoadContext = { clock, random, signal, wait };
  return vendorClient({ variables: [], secrets: [], ...settings }, context);
}
