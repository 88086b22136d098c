/** Whether `Intl` takes a language tag. */
function valid(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

// Chromium under the POSIX locale calls its language "en-US@posix", at which both chart libraries throw when they are loaded.
if (!valid(navigator.language)) {
  Object.defineProperty(navigator, "language", { value: "en-US" });
  Object.defineProperty(navigator, "languages", { value: ["en-US"] });
}
