import { Link } from "../router.tsx";

/** An address that the dashboard does not know. */
export function NotFoundPage({ path }: { path: string }) {
  return (
    <div className="page-head">
      <h1>No such page</h1>
      <p>
        Nothing is at <code>{path}</code>. <Link to="/">Go to the overview</Link>.
      </p>
    </div>
  );
}
