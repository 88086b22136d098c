/** A named colour and the value at the pointer, or the last one. */
export interface LegendItem {
  readonly name: string;
  readonly color?: string;
  readonly value: string;
}

/** What the colours of a chart mean, with values. `when` says at which time. */
export function Legend({ items, when }: { items: readonly LegendItem[]; when?: string | undefined }) {
  return (
    <ul className="legend">
      {items.map(({ name, color, value }) => (
        <li key={name} data-series={name}>
          {color !== undefined && <i style={{ background: color }} aria-hidden="true" />}
          {name} <b>{value}</b>
        </li>
      ))}
      {when !== undefined && <li className="when">{when}</li>}
    </ul>
  );
}
