import { z } from "zod";

/** The option that every command takes which reads or writes what the platform keeps. */
export const homeOption = z.string().optional().describe("folder of runs, models and data; TRADEWIND_HOME or .tradewind unless given");
