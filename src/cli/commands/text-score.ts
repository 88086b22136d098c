import { z } from "zod";
import { command } from "../command.ts";
import { renderTable } from "../table.ts";

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** tradewind text score "profit rises 5 %" [--model FOLDER] [--file NEWS --out SCORED] [--json] */
export default command({
  name: "text score",
  summary: "Say how good or bad news are for whom they are about: by the lexicon, or by an ONNX text classifier",
  params: {
    text: z.array(z.string()).default([]).describe("texts, each in quotes"),
    model: z.string().optional().describe("folder of a text classifier: model.onnx, tokenizer.json and config.json"),
    file: z.string().optional().describe("CSV or JSON lines with a text and a time in each row"),
    column: z.string().optional().describe("its column of texts, where it is not found"),
    out: z.string().optional().describe("where the rows of --file go with their scores, as JSON lines"),
  },
  arguments: ["text"],
  run: async ({ text, ...request }, { app, cwd, signal, progress }) =>
    (await app()).scoreTexts({ texts: text, ...request }, { cwd, signal, progress }),
  print({ texts, file, scorer }) {
    if (file) {
      const { report, out, mean, neutral } = file;
      return `${report.rows.kept} texts of ${report.file} scored by ${scorer}: mean ${signed(mean)}, ${(100 * neutral).toFixed(0)} % neutral\nWritten to ${out}; an experiment reads it with "columns": { "score": "score", "confidence": "confidence" } and the scorer "given".`;
    }
    const rows = texts.map(({ text, score, confidence, evidence }) => {
      const why = evidence.map(({ words, weight }) => `${words} ${signed(weight)}`).join(", ");
      return [signed(score), confidence.toFixed(2), text.length > 60 ? `${text.slice(0, 59)}…` : text, why];
    });
    return renderTable(["score", "confidence", "text", scorer === "lexicon" ? "because of" : ""], rows);
  },
});
