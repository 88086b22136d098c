import type { ReactNode } from "react";

/** What stands where nothing is yet, and how to change that. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}
