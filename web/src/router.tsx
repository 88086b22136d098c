import { type ReactNode, useSyncExternalStore } from "react";

const changed = "tradewind:address";

function watch(listener: () => void): () => void {
  addEventListener("popstate", listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener(changed, listener);
  };
}

/** The path of the page's address. */
export const usePath = (): string => useSyncExternalStore(watch, () => location.pathname);

/** Goes to another page of the dashboard. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  dispatchEvent(new Event(changed));
  scrollTo(0, 0);
}

/** A link within the dashboard; with a modifier key it is an ordinary link. */
export function Link({ to, className, current, children }: { to: string; className?: string; current?: boolean; children: ReactNode }) {
  return (
    <a
      href={to}
      className={className}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
