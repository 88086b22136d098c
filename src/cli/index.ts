export { type App, type Command, command, type Context } from "./command.ts";
export { type CommandTable, runProgram, type Terminal } from "./program.ts";
export { renderTable } from "./table.ts";
