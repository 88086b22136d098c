import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import type { WebGpuCheck } from "../testing/webgpu-check.ts";
import { availableDevice } from "./device.ts";
import { currentDevice, onDevice } from "./session.ts";

const folder = mkdtempSync(join(tmpdir(), "webgpu-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the files of a tar archive, which are few and plain. */
function unpack(archive: Buffer, target: string): void {
  const text = (from: number, length: number) => archive.toString("utf8", from, from + length).replace(/\0.*$/s, "");
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    writeFileSync(join(target, text(at, 100)), archive.subarray(at + 512, at + 512 + size));
    at += 512 + 512 * Math.ceil(size / 512);
  }
}

function check(environment: Record<string, string>): WebGpuCheck {
  const { stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "../testing/webgpu-check.ts")], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout) as WebGpuCheck;
}

test("a software adapter learns the same weights as the CPU", { timeout: 120_000 }, ({ skip }) => {
  const manifest = findPackageJSON("@sparticuz/chromium", import.meta.url);
  const archive = manifest && join(dirname(manifest), "bin", "swiftshader.tar.br");
  skip(process.platform !== "linux" || process.arch !== "x64", "SwiftShader is at hand for Linux on x64 only");
  skip(!archive || !existsSync(archive), "@sparticuz/chromium, which brings SwiftShader, is not installed");
  unpack(brotliDecompressSync(readFileSync(archive!)), folder);
  const { device, message, difference } = check({ VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"), LD_LIBRARY_PATH: folder });
  expect({ device, message }).toEqual({ device: "webgpu", message: null });
  expect(difference).toBeLessThan(1e-6);
});

test("without an adapter the CPU computes, and somebody is told why", { timeout: 60_000 }, () => {
  const { device, message, difference } = check({ VK_ICD_FILENAMES: join(folder, "nothing.json") });
  if (device === "webgpu") console.log("device.test.ts: this machine has an adapter of its own");
  else expect(message).toMatch(/^There is no WebGPU on this machine, so the CPU computes instead: ./);
  expect(difference).toBeLessThan(1e-5);
});

test("the CPU is always there, and nobody is told anything", () => {
  const messages: string[] = [];
  expect(availableDevice("cpu", (message) => messages.push(message))).toBe("cpu");
  expect(messages).toEqual([]);
});

test("a device holds for the work it is given to, whatever becomes of that", () => {
  expect(onDevice("webgpu", () => [currentDevice(), onDevice("cpu", currentDevice), currentDevice()])).toEqual(["webgpu", "cpu", "webgpu"]);
  expect(() =>
    onDevice("webgpu", () => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(currentDevice()).toBe("cpu");
});
