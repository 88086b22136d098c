import type { ReactNode } from "react";
import { ConnectionPill } from "./components/connection-pill.tsx";
import { NotFoundPage } from "./pages/not-found.tsx";
import { OverviewPage } from "./pages/overview.tsx";
import { RunPage } from "./pages/run.tsx";
import { SessionPage } from "./pages/session.tsx";
import { Link, usePath } from "./router.tsx";

function page(path: string): ReactNode {
  const [kind = "", id = "", ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  if (kind === "") return <OverviewPage />;
  if (kind === "runs" && id !== "" && rest.length === 0) return <RunPage key={id} id={id} />;
  if (kind === "sessions" && id !== "" && rest.length === 0) return <SessionPage key={id} id={id} />;
  return <NotFoundPage path={path} />;
}

/** The frame around every page. */
export function App() {
  const path = usePath();
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="top">
        <Link to="/" className="brand" current={path === "/"}>
          <img src="/icon.svg" alt="" width="26" height="26" /> Tradewind
        </Link>
        <span className="tagline">Paper trading only. Nothing here is advice.</span>
        <ConnectionPill />
      </header>
      <main id="content" tabIndex={-1}>
        {page(path)}
      </main>
    </>
  );
}
