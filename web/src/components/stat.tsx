/** One figure with its name, and what it is compared with below. */
export function Stat({
  label,
  value,
  note,
  tone,
}: {
  label: string;
  value: string;
  note?: string | undefined;
  tone?: "up" | "down" | undefined;
}) {
  return (
    <div className="stat" data-stat={label}>
      <dt>{label}</dt>
      <dd className={tone}>{value}</dd>
      {note !== undefined && <dd className="note">{note}</dd>}
    </div>
  );
}

/** The tone of a change: nothing for none. */
export const toneOf = (value: number | null | undefined): "up" | "down" | undefined =>
  value === null || value === undefined || Math.abs(value) < 0.0005 ? undefined : value > 0 ? "up" : "down";
