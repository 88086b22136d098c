import { basename } from "node:path";
import { UserError } from "../base/index.ts";
import { decodeText } from "./file-format.ts";
import { readZipMember, type ZipMember, zipMembers } from "./zip.ts";

/** A text file inside an archive. */
export interface ZippedText {
  /** Its name without folders. */
  readonly name: string;
  read(): AsyncIterable<string>;
}

const isText = ({ name }: ZipMember): boolean => /\.(csv|txt|tsv)$/i.test(name) && !/(?:^|\/)(?:__MACOSX|\.)/.test(name);

/** The text files of a ZIP archive; none is a `UserError`. `file` is the archive's name for messages. */
export async function zippedTexts(path: string, file: string): Promise<readonly ZippedText[]> {
  const members = await zipMembers(path, file);
  const texts = members.filter(isText);
  if (texts.length > 0) {
    return texts.map((member) => ({ name: basename(member.name), read: () => decodeText(readZipMember(path, file, member)) }));
  }
  const isWorkbook = members.some(({ name }) => name.startsWith("xl/"));
  const what = isWorkbook ? "an Excel workbook" : "a ZIP archive without a CSV file";
  throw new UserError("data/unknown-format", `${file} is ${what}`, {
    path: file,
    hint: isWorkbook ? "Save its sheet as CSV." : "Give the bars as CSV or Parquet; an archive may hold CSV files.",
  });
}
