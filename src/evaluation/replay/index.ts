export { recordBookEpisode, recordSharedBookEpisode } from "./record-book.ts";
export { type Actor, recordBarEpisode, recordEpisode } from "./record.ts";
export { EpisodeRecorder, type EpisodeRecording, type EpisodeTitle, type Scene } from "./recording.ts";
export { renderReplayHtml } from "./replay-html.ts";
export { renderTerminal } from "./terminal.ts";
