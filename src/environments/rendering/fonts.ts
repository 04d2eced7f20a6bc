/** The fonts of pictures and charts: shipped as files, so that every machine draws the same pixels. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** DejaVu Sans, as TrueType files. */
export const fontFiles = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};
