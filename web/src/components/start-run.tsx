import { client } from "../api/client.ts";
import { useAction } from "../api/use-action.ts";
import { navigate } from "../router.tsx";
import { ErrorNotice } from "./error-notice.tsx";

const numberOf = (form: FormData, name: string) => {
  const text = String(form.get(name) ?? "").trim();
  return text === "" ? {} : { [name]: Number(text) };
};

/** Starts training on a data set; what is left empty is the service's default. */
export function StartRun() {
  const action = useAction(client.startRun, ({ id }) => navigate(`/runs/${id}`));
  return (
    <form
      className="start"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        action.run({ data: String(form.get("data")).trim(), ...numberOf(form, "steps"), ...numberOf(form, "seeds") });
      }}
    >
      <label>
        Data set
        <input name="data" list="data-sets" required defaultValue="sp500" autoComplete="off" spellCheck={false} />
      </label>
      <datalist id="data-sets">
        <option value="sp500">S&amp;P 500, daily, 2000–2020</option>
        <option value="ndx">NASDAQ-100, daily, 1985–2012</option>
        <option value="aapl">Apple, daily, 2013–2018</option>
      </datalist>
      <label>
        Steps
        <input name="steps" type="number" min="1" placeholder="default" inputMode="numeric" />
      </label>
      <label>
        Seeds
        <input name="seeds" type="number" min="1" max="100" placeholder="default" inputMode="numeric" />
      </label>
      <button type="submit" className="primary" disabled={action.busy}>
        Train
      </button>
      {action.error !== undefined && <ErrorNotice error={action.error} />}
    </form>
  );
}
