// Where the Chromium is that the browser tests drive.
import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The file that TOUCHDOWN_CHROMIUM names, or one where Chromium usually is; undefined where there is none. */
export function findChromium() {
  return [process.env['TOUCHDOWN_CHROMIUM'] ?? '', ...places].find((file) => existsSync(file));
}

export const chromiumMissing =
  'the browser tests need Chromium: "apt-get install chromium", or its file in TOUCHDOWN_CHROMIUM';
